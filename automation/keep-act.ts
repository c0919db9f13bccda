import { type ActRecordJson, ActRecords } from "../stack/act-records";
import { messageOf } from "../stack/engine-error";
import { describeSelf } from "../stack/lock-holder";
import type { StackLocation } from "../stack/open-stack";

export type Act = Pick<ActRecordJson, "verb" | "text" | "actor" | "hosts" | "inside">;

export interface KeptAct<T> {
  readonly done: T;
  /** Why the history does not have it; absent where it has. */
  readonly unkept?: string;
}

/**
 * Does something, and keeps in the stack's history that it was begun, and what it came to. Where that cannot be written, it is done all the same.
 * @param endsOf of a command: see ActRecordJson
 */
export async function keepAct<T>(
  location: StackLocation,
  act: Act,
  work: () => Promise<T>,
  endsOf?: (done: T) => ActRecordJson["ends"],
): Promise<KeptAct<T>> {
  const begun = await begin(location, act).catch((error: unknown) => messageOf(error));
  const done = await work();
  if (typeof begun === "string") return { done, unkept: begun };
  const ends = endsOf?.(done);
  try {
    await begun.records.end({ ...begun.record, endTime: now(), ...(ends && { ends }) });
    return { done };
  } catch (error) {
    return { done, unkept: messageOf(error) };
  }
}

async function begin(location: StackLocation, act: Act): Promise<{ readonly records: ActRecords; readonly record: ActRecordJson }> {
  const records = await ActRecords.of(location);
  return { records, record: await records.begin({ version: 1, ...act, holder: describeSelf(), startTime: now() }) };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
