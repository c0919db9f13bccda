import { HOST_NUMBER } from "../containers/spec-hash";
import { foldHosts } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import { readHostNumber } from "../hosts/component-id";
import { readMap, readText } from "../text/read-value";
import type { Difference } from "./differences";
import { range, splitRuns } from "./own-ids";

/** The ids of `describeIds`, by host. */
export function readIds(described: unknown): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(readMap(described)).flatMap(([hosts, ids]) => {
      const first = Number.parseInt(readText(ids) ?? "", 10);
      return expandHostlist(hosts).map((host, i): [string, number] => [host, first + i]);
    }),
  );
}

export interface IdChange {
  readonly host: string;
  readonly old: number | undefined;
  readonly next: number | undefined;
}

/** What is to be said where a host has another id than it had, or undefined where it has the same. */
export function compareIds(host: string, old: ReadonlyMap<string, number>, next: ReadonlyMap<string, number>): IdChange | undefined {
  const [before, after] = [old, next].map((ids) => ids.get(host) ?? readHostNumber(host));
  return before === after ? undefined : { host, old: before, next: after };
}

/** Those of the containers that are told the id of their host. @param runs by name */
export function toldTheirId(runs: unknown): string[] {
  return Object.entries(readMap(runs)).flatMap(([name, run]) => ((readText(run) ?? "").includes(`COMPID=${HOST_NUMBER}`) ? [name] : []));
}

/** One of a container, whatever the number of its hosts: a line for those whose old ids and new ones follow each other. */
export function foldIdChanges(container: string, changes: readonly IdChange[]): Difference {
  const follows = (last: number | undefined, next: number | undefined) => last !== undefined && next === last + 1;
  const sorted = [...changes].sort((a, b) => (a.next ?? -1) - (b.next ?? -1));
  const runs = splitRuns(sorted, (last, { old, next }) => follows(last.old, old) && follows(last.next, next));
  const said = runs.map(
    (run) => `${range(run.map(({ old }) => old))} ${run.length === 1 ? "is" : "are"} ${range(run.map(({ next }) => next))}`,
  );
  const lines = runs.map((run, i) => `${foldHosts(run.map(({ host }) => host))}: ${said[i]}`);
  const hosts = foldHosts(changes.map(({ host }) => host));
  const word = changes.length === 1 ? "component id" : "component ids";
  const kept = { kind: "container" as const, name: container, hosts, change: "changed" as const };
  return runs.length === 1 ? { ...kept, diff: "", notes: [`${word} ${said[0]}`] } : { ...kept, diff: lines.join("\n"), notes: [word] };
}
