import type { ResourceRecord } from "../../stack/resource-record";
import { equalValues } from "../provider/property-secrets";
import type { Goal } from "./goal";

/** The record that a registration asks for; id, outputs and times are the old one's until a step makes new ones. */
export function recordOfGoal(
  urn: string,
  goal: Goal,
  inputs: ResourceRecord["inputs"],
  provider: string,
  old: ResourceRecord | undefined,
): ResourceRecord {
  return {
    urn,
    type: goal.type,
    custom: goal.custom,
    id: old?.id ?? "",
    // The very same value where nothing differs, so that its secrets keep their ciphertexts.
    inputs: old !== undefined && equalValues(old.inputs, inputs) ? old.inputs : inputs,
    outputs: old?.outputs ?? {},
    parent: goal.parent,
    provider,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: [],
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    hideDiffs: goal.hideDiffs,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    customTimeouts: goal.customTimeouts,
    isCondemned: false,
    isPendingReplacement: false,
    created: old?.created ?? "",
    modified: old?.modified ?? "",
  };
}

/** True when the state's record says the same already; orders of lists that mean nothing are not told apart. */
export function isSameRecord(old: ResourceRecord, next: ResourceRecord): boolean {
  const { inputs: oldInputs, outputs: oldOutputs, aliases: _oldAliases, ...oldRest } = old;
  const { inputs, outputs, aliases: _aliases, ...rest } = next;
  return equalValues(oldInputs, inputs) && equalValues(oldOutputs, outputs) && canonical(oldRest) === canonical(rest);
}

function canonical(rest: Omit<ResourceRecord, "inputs" | "outputs" | "aliases">): string {
  const propertyDependencies = Object.entries(rest.propertyDependencies)
    .map(([key, urns]) => [key, [...urns].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.entries({ ...rest, dependencies: [...rest.dependencies].sort(), propertyDependencies }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
