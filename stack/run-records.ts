import type { LockHolder } from "./lock-holder";
import { NumberedRecords } from "./numbered-records";
import { openStack, type StackLocation } from "./open-stack";

/** A file as a run has read it. */
export interface KeptFile {
  /** As the stack file names it. */
  readonly path: string;
  readonly sha256: string;
  /** Absent where it may have a password in it. */
  readonly text?: string;
  /** The same text, encrypted with the stack's passphrase; neither is there where the stack has none. */
  readonly secret?: { readonly salt: string; readonly ciphertext: string };
}

export interface RunImage {
  readonly name: string;
  readonly reference: string;
  /** Of the image that the hosts got: `sha256:…`; absent where neither the stack file nor the state says. */
  readonly digest?: string;
  readonly isBuilt?: true;
}

/** What one run of this package was and did; written when it begins, and again when it ends. */
export interface RunRecordJson {
  readonly version: 1;
  readonly run: number;
  readonly verb: "up" | "refresh" | "destroy";
  readonly engine: "pulumi" | "embedded";
  readonly message: string;
  /** Whom the process that ran it did it for, where somebody said so: a portal's user. */
  readonly actor?: string;
  readonly holder: LockHolder;
  /** `begun`: it goes on, or was cut off. */
  readonly result: "begun" | "succeeded" | "failed" | "cancelled";
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime?: number;
  readonly changes: Readonly<Record<string, number>>;
  /** `update cygnus-03-samp` */
  readonly steps: readonly string[];
  readonly differences: readonly object[];
  readonly failures: readonly string[];
  readonly skippedHosts: readonly string[];
  /** Hosts on which not all was done that was to be done; absent where nobody looked. */
  readonly failedHosts?: readonly string[];
  readonly images: readonly RunImage[];
  readonly stackFile: string;
  readonly files: readonly KeptFile[];
  /** By their paths, the names of what was in the folders that the stack file names. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** `--target` or `--exclude` left a part of the stack out. */
  readonly isPartial?: true;
  /** Only hosts that the runs before it have failed on or left out. */
  readonly isOfFailed?: true;
  /** The run whose files these are. */
  readonly backTo?: number;
}

/** The runs of one stack, beside those that Pulumi's file backend keeps there. */
export class RunRecords extends NumberedRecords<RunRecordJson> {
  static async of(location: StackLocation): Promise<RunRecords> {
    return new RunRecords((await openStack(location)).backend.historyFolder, "run");
  }
}
