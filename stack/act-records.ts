import type { LockHolder } from "./lock-holder";
import { NumberedRecords } from "./numbered-records";
import { openStack, type StackLocation } from "./open-stack";

/** What somebody did with a stack's hosts beside its runs; written before it begins, and again when it ends. */
export interface ActRecordJson {
  readonly version: 1;
  /** Its number among these. */
  readonly run: number;
  readonly verb: "exec" | "forget";
  /** The command as it was typed, but for one that may have a password in it; the hosts that were forgotten. */
  readonly text: string;
  /** Whom the process that did it did it for, where somebody said so: a portal's user. */
  readonly actor?: string;
  readonly holder: LockHolder;
  /** Seconds since 1970. */
  readonly startTime: number;
  /** Absent: it goes on, or was cut off. */
  readonly endTime?: number;
  /** A hostlist. */
  readonly hosts: string;
  /** The containers in which a command ran: `role sampler`, `container agg1`. */
  readonly inside?: string;
  /** How a command ended, with the hostlist of where: `{ "exit code 0": "n[1-3]", "unreachable: no route to host": "n4" }`. */
  readonly ends?: Readonly<Record<string, string>>;
}

/** In the folder of the runs. */
export class ActRecords extends NumberedRecords<ActRecordJson> {
  static async of(location: StackLocation): Promise<ActRecords> {
    return new ActRecords((await openStack(location)).backend.historyFolder, "act");
  }
}
