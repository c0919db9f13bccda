import { stringify } from "yaml";
import type { AggregatorConfig, ClusterConfig } from "../config/config";
import type { ScaledGroup } from "./aggregator-load";

/**
 * `ldms:aggregators` with as many hosts as are proposed, the rest as the stack has it; undefined where nothing of it would change.
 * Hosts that the stack does not have yet are made-up names: `agg1-[01-12]`.
 */
export function renderAggregatorGroups(
  { aggregators }: Pick<ClusterConfig, "aggregators">,
  scaled: readonly ScaledGroup[],
): string | undefined {
  if (scaled.every(hasEnough)) return undefined;
  const scaledOf = new Map(scaled.map((group) => [group.name, group]));
  const groups = aggregators.map((group) => scaleGroup(group, scaledOf.get(group.name)!));
  return stringify({ "ldms:aggregators": groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function hasEnough({ present, proposed }: ScaledGroup): boolean {
  return present >= proposed;
}

function scaleGroup({ daemons, hosts, ...rest }: AggregatorConfig, scaled: ScaledGroup): object {
  const place = hasEnough(scaled)
    ? { hosts, ...(daemons !== undefined && { daemons }) }
    : { hosts: madeUpHosts(rest.name, Math.ceil(scaled.proposed / (rest.perHost ?? 1))) };
  const { name, level, ...settings } = rest;
  return { name, level, ...place, ...withoutDefaults(settings) };
}

/** What the stack file need not say is left out. */
function withoutDefaults({ mode, type, sets, ...rest }: Omit<AggregatorConfig, "name" | "level" | "hosts" | "daemons">): object {
  const isEverySet = sets.length === 1 && sets[0]!.regex === ".*" && sets[0]!.field === "inst";
  const others = Object.entries(rest).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return {
    ...(mode !== "pull" && { mode }),
    ...(type !== "active" && { type }),
    ...(!isEverySet && { sets }),
    ...Object.fromEntries(others),
  };
}

function madeUpHosts(name: string, count: number): string {
  const last = String(count);
  return count === 1 ? `${name}-1` : `${name}-[${"1".padStart(last.length, "0")}-${last}]`;
}
