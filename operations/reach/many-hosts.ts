import type { ProcessResult } from "../../processes/run-process";
import type { RemoteCommandError } from "./remote-error";

/** A script for each of several hosts, by name, and the time that each may take on top of connecting. */
export interface ManyScripts {
  readonly scripts: ReadonlyMap<string, string>;
  readonly step: string;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a host's script, by its name; absent: its head is this machine, or did not do it, and the host is asked from here. */
export type ManyAnswers = ReadonlyMap<string, ProcessResult | RemoteCommandError>;
