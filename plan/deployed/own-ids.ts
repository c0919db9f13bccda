import { findOwnId } from "../containers/spec-hash";
import { foldInOrder } from "../hostlist/fold";
import type { ContainerPlace } from "../model/container";

/**
 * Component ids that are not the numbers in the names, by hosts whose ids follow each other: `{ "cygnus-[01-04]": "2201-2204" }`. A container's
 * `docker run` has `{number}` for them, so that ten thousand hosts have one.
 */
export type ComponentIds = Readonly<Record<string, string>>;

/** @param containers of the one host, or of the group; a group's say no ids, and its hosts do */
export function describeIds(
  hosts: readonly { readonly name: string; readonly componentId?: string }[],
  containers: readonly ContainerPlace[],
): ComponentIds {
  const ofContainers = findOwnId(containers);
  const own = hosts.flatMap(({ name, componentId = ofContainers }) =>
    componentId === undefined ? [] : [{ name, id: Number(componentId) }],
  );
  const runs = splitRuns(own, (last, next) => next.id === last.id + 1);
  return Object.fromEntries(runs.map((run) => [foldInOrder(run.map(({ name }) => name)), range(run.map(({ id }) => id))]));
}

/** Cut where one does not follow the one in front of it. */
export function splitRuns<T>(items: readonly T[], follows: (last: T, next: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && follows(run.at(-1)!, item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** `2201-2204`, `7` */
export function range(ids: readonly (number | undefined)[]): string {
  const [first, last] = [ids[0] ?? "none", ids.at(-1) ?? "none"];
  return first === last ? String(first) : `${first}-${last}`;
}
