import { markOf } from "../../operations/seen-files";
import { type Difference, diffTexts } from "../../plan/deployed/differences";
import { BadInputError } from "../../plan/problems/errors";
import { mayHoldSecret } from "../../plan/text/secret-words";
import { type ActRecordJson, ActRecords } from "../../stack/act-records";
import { isDead } from "../../stack/lock-holder";
import { isInFiles, type StackLocation } from "../../stack/open-stack";
import { type KeptFile, type RunImage, type RunRecordJson, RunRecords } from "../../stack/run-records";
import type { HistoryEntry } from "../../stack/stack-admin";
import { hideSecretsInBoth } from "./hidden-secrets";

/** One run of a stack, or an `exec` or `forget`. Of a run that bare `pulumi` made, or an older version, there is what Pulumi's own history has. */
export interface SiteHistoryEntry extends HistoryEntry {
  /** `up`, `refresh`, `destroy`; in Pulumi's own words for a run without a number. */
  readonly kind: string;
  /** `succeeded`, `failed`, `cancelled`, `running`, `cut off`; of an `exec` and a `forget` that ended: `done` */
  readonly result: string;
  /** By which it is asked for. */
  readonly run?: number;
  readonly engine?: "pulumi" | "embedded";
  /** `anna@admin1`; a portal's user is in front of it: `ben by portal@web1`. */
  readonly who?: string;
  readonly message?: string;
  readonly skippedHosts?: readonly string[];
  readonly images?: readonly RunImage[];
  readonly isPartial?: boolean;
  /** The run that it went back to. */
  readonly backTo?: number;
  /** Of `exec` and `forget`, which have no number: a hostlist. */
  readonly hosts?: string;
  /** Of `exec`: the containers in which it ran: `role sampler`. */
  readonly inside?: string;
  /** Of `exec`: how it ended, with the hostlist of where: `{ "exit code 0": "n[1-3]" }`. */
  readonly ends?: Readonly<Record<string, string>>;
}

/** A file of the stack that a run had otherwise than the run before it. */
export interface FileChange {
  readonly path: string;
  readonly change: "new" | "changed" | "removed";
  /** Unified; empty where it may have a password in it. */
  readonly diff: string;
}

export interface RunDetails extends Omit<SiteHistoryEntry, "hosts" | "inside" | "ends"> {
  /** `update cygnus-03-samp` */
  readonly steps: readonly string[];
  /** On the hosts, in words. */
  readonly differences: readonly Difference[];
  readonly failures: readonly string[];
  /** Against the run before it. */
  readonly files: readonly FileChange[];
}

/** The newest first. @param engineRuns those of Pulumi's own history */
export async function readSiteHistory(location: StackLocation, engineRuns: readonly HistoryEntry[]): Promise<readonly SiteHistoryEntry[]> {
  if (!isInFiles(location)) return engineRuns;
  const own = await (await RunRecords.of(location)).list(entryOf);
  // One run at a time: who was at work when another one began is the same.
  const isOwn = ({ startTime }: HistoryEntry) =>
    own.some((run) => run.startTime <= startTime && startTime <= Math.max(run.endTime, run.startTime));
  const acts = await (await ActRecords.of(location)).list(entryOfAct);
  const all: readonly SiteHistoryEntry[] = [...own, ...acts, ...engineRuns.filter((run) => !isOwn(run))];
  return [...all].sort((a, b) => b.startTime - a.startTime || (b.run ?? 0) - (a.run ?? 0));
}

/** @throws BadInputError for a run that is not there */
export async function readRunDetails(location: StackLocation, run: number): Promise<RunDetails> {
  const records = await RunRecords.of(location);
  const record = await findRun(location, records, run);
  const { steps, failures } = record;
  const files = compareRunFiles(location.stack, await records.findBefore(run), record);
  return { ...entryOf(record), steps, failures, differences: record.differences as readonly Difference[], files };
}

export async function findRun({ stack }: StackLocation, records: RunRecords, run: number): Promise<RunRecordJson> {
  const found = await records.find(run);
  if (found === undefined) throw BadInputError.of("run", `there is none of that number: \`${run}\``, `ldms history -s ${stack}`);
  return found;
}

export function entryOf(record: RunRecordJson): SiteHistoryEntry & { readonly endTime: number } {
  const { run, verb, engine, message, actor, holder, startTime, endTime, changes, skippedHosts, images, isPartial, backTo } = record;
  return {
    run,
    kind: verb,
    result: resultOf(record),
    startTime,
    endTime: endTime ?? startTime,
    resourceChanges: changes,
    engine,
    who: whoOf(holder, actor),
    message,
    skippedHosts,
    images,
    ...(isPartial && { isPartial }),
    ...(backTo !== undefined && { backTo }),
  };
}

function entryOfAct({ verb, text, actor, holder, startTime, endTime, hosts, inside, ends }: ActRecordJson): SiteHistoryEntry {
  return {
    kind: verb,
    result: endTime !== undefined ? "done" : isDead(holder) ? "cut off" : "running",
    startTime,
    endTime: endTime ?? startTime,
    who: whoOf(holder, actor),
    message: text,
    hosts,
    ...(inside !== undefined && { inside }),
    ...(ends !== undefined && { ends }),
  };
}

function whoOf({ username, hostname }: RunRecordJson["holder"], actor: string | undefined): string {
  const self = `${username}@${hostname}`;
  return actor === undefined ? self : `${actor} by ${self}`;
}

function resultOf({ result, holder }: RunRecordJson): string {
  if (result !== "begun") return result;
  return isDead(holder) ? "cut off" : "running";
}

function compareRunFiles(stack: string, before: RunRecordJson | undefined, now: RunRecordJson): readonly FileChange[] {
  if (before === undefined) return [];
  const [oldText, nextText] = hideSecretsInBoth(before.stackFile, now.stackFile);
  const [old, next] = [filesOf(stack, before, oldText), filesOf(stack, now, nextText)];
  const paths = [...new Set([...old.keys(), ...next.keys()])];
  return paths.flatMap((path) => compareKept(path, old.get(path), next.get(path)));
}

function filesOf(stack: string, { stackFile, files }: RunRecordJson, text: string): ReadonlyMap<string, KeptFile> {
  const own: KeptFile = { path: `Pulumi.${stack}.yaml`, sha256: markOf(stackFile), text };
  return new Map([own, ...files].map((file) => [file.path, file]));
}

function compareKept(path: string, old: KeptFile | undefined, next: KeptFile | undefined): FileChange[] {
  if (old === undefined || next === undefined) return [{ path, change: old === undefined ? "new" : "removed", diff: "" }];
  if (old.sha256 === next.sha256) return [];
  const diff = old.text !== undefined && next.text !== undefined ? diffTexts(old.text, next.text).text : "";
  // The stack file is kept as it stands, also where a password does.
  return [{ path, change: "changed", diff: mayHoldSecret(diff) ? "" : diff }];
}
