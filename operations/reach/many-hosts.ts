import type { HostQuestion } from "../../plan/fan-out/ask-script";
import type { ProcessResult } from "../../processes/run-process";
import type { RemoteCommandError } from "./remote-error";

/** What each of several hosts is asked, by its name. */
export interface ManyScripts {
  readonly scripts: ReadonlyMap<string, HostQuestion>;
  readonly step: string;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a host's script, by its name; absent: its head is this machine, or did not do it, and the host is asked from here. */
export type ManyAnswers = ReadonlyMap<string, ProcessResult | RemoteCommandError>;
