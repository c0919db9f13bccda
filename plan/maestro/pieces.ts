import { type GroupPart, listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import { slotOf } from "../daemons/slots";
import { foldInOrder } from "../hostlist/hostlist";
import { groupBy } from "../text/group-by";

/** A group's daemons as maestro is told of them, in parts that each of those who pull them pulls whole. */
export type Pieces = ReadonlyMap<DaemonGroup, readonly GroupPart[]>;

/**
 * maestro of ldms 4.5 cuts the names of a peer's daemons and endpoints at every comma, those in brackets among them, and pairs names, hosts and endpoints
 * after it has sorted each: what it is to read as one list is one in all of its sections.
 *
 * @param namesOf all the names that stand in such a list, of the daemon at an index
 * @see ldms: ldms/python/ldmsd/parser_util.py, `build_producers`
 */
export function cutInPieces(groups: readonly DaemonGroup[], namesOf: (group: DaemonGroup, index: number) => readonly string[]): Pieces {
  const slotMark = (group: DaemonGroup, index: number) => (group.perHost === 1 ? "" : `slot ${slotOf(group, index)}`);
  const pullers = new Map<DaemonGroup, string[]>(groups.map((group) => [group, group.hosts.map((_, index) => slotMark(group, index))]));
  for (const group of groups.filter(({ level }) => level > 0)) {
    for (const { group: below, indexes } of listBelow(group, groups)) {
      const marks = pullers.get(below)!;
      for (const index of indexes) marks[index] += ` ${group.path}`;
    }
  }
  return new Map(
    groups.map((group) => {
      const marks = pullers.get(group)!;
      const shares = groupBy([...marks.keys()], (index) => marks[index]!);
      const cut = [...shares].flatMap(([mark, indexes]) =>
        mark === "" ? [indexes] : cutAtCommas(indexes, (index) => namesOf(group, index)),
      );
      return [group, cut.map((indexes) => ({ group, indexes }))];
    }),
  );
}

/** By grammar A, in which the other sections name a group as a whole. */
export function wholeGroups(groups: readonly DaemonGroup[]): Pieces {
  return new Map(groups.map((group) => [group, [{ group, indexes: [...group.hosts.keys()] }]]));
}

/** Runs of which each list of names folds without a comma. */
function cutAtCommas(indexes: readonly number[], namesOf: (index: number) => readonly string[]): readonly (readonly number[])[] {
  if (isWithoutComma(indexes.map(namesOf))) return [indexes];
  const runs: number[][] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && isWithoutComma([namesOf(last), namesOf(index)])) run.push(index);
    else runs.push([index]);
  }
  return runs;
}

function isWithoutComma(rows: readonly (readonly string[])[]): boolean {
  return (rows[0] ?? []).every((_, column) => !foldInOrder(rows.map((row) => row[column]!)).includes(","));
}
