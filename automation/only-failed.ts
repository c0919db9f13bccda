import { excludesOfHosts } from "../operations/preflight/pass-preflight";
import type { EngineVerb } from "../operations/pulumi-cli";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { childName } from "../plan/model/resource-names";
import { BadInputError } from "../plan/problems/errors";
import type { StackLocation } from "../stack/open-stack";
import { type RunRecordJson, RunRecords } from "../stack/run-records";
import type { RunOptions } from "./run-options";

interface OnlyFailedOptions extends Pick<RunOptions, "targets" | "excludes"> {
  readonly verb?: EngineVerb;
}

/**
 * Hosts of the plan that the last `up` of the whole stack has failed on or left out, and no later one has mended; in the plan's order.
 * @throws BadInputError where no record says so
 */
export async function findOpenHosts(location: StackLocation, plan: DeploymentPlan, options: OnlyFailedOptions): Promise<readonly string[]> {
  assertAlone(options);
  const open = new Set<string>();
  let isDeployed = false;
  const records = await (await RunRecords.of(location)).list(({ stackFile: _, files: __, ...record }) => record);
  for (const record of [...records].reverse()) {
    if (record.verb === "refresh") continue;
    isDeployed = record.verb === "up" && (isDeployed || record.isPartial !== true);
    // What covers all of them says anew which are left.
    if (record.isPartial !== true || record.isOfFailed === true) open.clear();
    if (record.verb === "up") for (const host of hostsLeftBy(record, location.stack)) open.add(host);
  }
  if (!isDeployed) throw BadInputError.of("onlyFailed", "no run has deployed the stack yet", `ldms up -s ${location.stack}`);
  return plan.hosts.map(({ name }) => name).filter((host) => open.has(host));
}

function assertAlone({ verb, targets = [], excludes = [] }: OnlyFailedOptions): void {
  if (verb === "destroy" || verb === "refresh") throw BadInputError.of("onlyFailed", `is not for \`${verb}\``, "leave it out");
  if (targets.length + excludes.length === 0) return;
  throw BadInputError.of("onlyFailed", "says by itself which hosts the run is for", "leave `targets` and `excludes` out");
}

/** @throws BadInputError for a run that does not say it: cut off, or of an older version */
function hostsLeftBy(
  { run, failedHosts, skippedHosts, result }: Omit<RunRecordJson, "stackFile" | "files">,
  stack: string,
): readonly string[] {
  if (failedHosts !== undefined && result !== "cancelled") return [...failedHosts, ...skippedHosts];
  const why = result === "begun" ? "was cut off, or goes on" : result === "cancelled" ? "was cancelled" : "is of an older version of ldms";
  throw BadInputError.of("onlyFailed", `run ${run} does not say what it left undone: it ${why}`, `ldms up -s ${stack}`);
}

/** What leaves all other hosts out of a run. By the method `fan-out` the least is a batch: those that have none of these hosts are left out. */
export function excludesOfOthers(plan: DeploymentPlan, only: readonly string[]): string[] {
  const wanted = new Set(only);
  const others = plan.hosts.map(({ name }) => name).filter((host) => !wanted.has(host));
  if (plan.method === "docker") return excludesOfHosts(plan, others);
  return listFanOuts(plan).flatMap(({ name, groups }) =>
    groups.flatMap(({ batches }) =>
      batches.flatMap((batch) => (batch.hosts.some((host) => wanted.has(host.name)) ? [] : [`**::${childName(name, batch.name)}`])),
    ),
  );
}
