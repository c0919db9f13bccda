import { makeUrn, urnName, urnType } from "../../stack/urn";
import type { Goal, GoalAlias } from "./goal";

/**
 * The URNs that a resource may have had before, most likely first: its own aliases, and those that follow from its parent's having had another
 * URN. A child named after its parent (`app-files` of `app`) was named after the parent's old name.
 */
export function oldUrnsOf(goal: Goal, stack: string, project: string, parentsOldUrn: string | undefined): readonly string[] {
  const own = goal.aliases.map((alias) => urnOfAlias(goal, alias, stack, project));
  if (parentsOldUrn === undefined) return [...new Set(own)];
  const inherited = [{ type: goal.type, name: goal.name }, ...own.map((urn) => ({ type: urnType(urn), name: urnName(urn) }))].map(
    ({ type, name }) => makeUrn(stack, project, parentsOldUrn, type, renameAfterParent(name, urnName(goal.parent), urnName(parentsOldUrn))),
  );
  return [...new Set([...own, ...inherited])];
}

function urnOfAlias(goal: Goal, alias: GoalAlias, stack: string, project: string): string {
  if ("urn" in alias) return alias.urn;
  const parent = alias.parent ?? goal.parent;
  return makeUrn(alias.stack || stack, alias.project || project, parent, alias.type || goal.type, alias.name || goal.name);
}

function renameAfterParent(name: string, parentName: string, oldParentName: string): string {
  return name.startsWith(parentName) ? oldParentName + name.slice(parentName.length) : name;
}
