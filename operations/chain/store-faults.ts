import type { PlannedStore } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { findStoreKind } from "../../plan/stores/kinds";
import { countOf } from "../../plan/text/text";
import type { AggregatorCheck } from "../observe/aggregators";
import type { StoreCheck } from "../observe/verify";
import type { AggregatorAnswer } from "./aggregator-answer";
import { type ChainAnswers, isFault, placeKey } from "./answers";
import { type Fault, type FoundFault, HOST } from "./cause";
import type { PolicyRow } from "./controller-tables";

interface StoreEvidence {
  readonly answers: ChainAnswers;
  /** What the stores hold. */
  readonly checks: readonly StoreCheck[];
  /** What the aggregators' health checks say, theirs of their stores among it. */
  readonly aggregators: readonly AggregatorCheck[];
  /** Hosts of samplers whose data stops before the stores. */
  readonly broken: ReadonlySet<string>;
}

/** Policies that take nothing, and rows that are not there though all before them is well. */
export function findStoreFaults({ stack, stores }: Pick<DeploymentPlan, "stack" | "stores">, evidence: StoreEvidence): FoundFault[] {
  return stores.flatMap((store): FoundFault[] => {
    const { host, container, samplerHosts } = store;
    const answer = evidence.answers.aggregators.get(placeKey(store));
    // Nothing of a store is told where its daemon is in trouble itself.
    if (!answer || isFault(answer)) return [];
    const left = samplerHosts.filter((one) => !evidence.broken.has(one));
    const fault = findPolicyFault(store, answer, stack);
    if (fault) return [{ host, container, samplers: left, ...fault }];
    const rows = findRowFault(store, left, evidence, stack);
    return rows ? [{ host, container, ...rows }] : [];
  });
}

function findPolicyFault(store: PlannedStore, answer: AggregatorAnswer, stack: string): Fault | undefined {
  const { name, schema, plugin } = store;
  // It is fed past the storage policies.
  if (findStoreKind(plugin)?.isFedByStreams) return undefined;
  const policy = findPolicy(store, answer.policies);
  const controller = (line: string) => `\`echo ${line} | ldms controller -s ${stack} ${HOST}\``;
  if (!policy)
    return {
      link: "policy",
      message: `has no storage policy \`${name}\``,
      help: `\`ldms up -s ${stack} --refresh\`, or ${controller("strgp_status")}`,
    };
  if (policy.state !== "RUNNING") {
    return {
      link: "policy",
      message: `storage policy \`${policy.name}\` is ${policy.state}`,
      help: controller(`strgp_start name=${policy.name}`),
    };
  }
  const arriving = answer.sets.filter(({ sampledAt }) => sampledAt > 0);
  if (policy.takesSets || schema === undefined || arriving.length === 0) return undefined;
  const schemas = [...new Set(arriving.map((set) => set.schema))].sort();
  if (schemas.includes(schema) && policy.takesSets === undefined) return undefined;
  if (schemas.includes(schema))
    return {
      link: "policy",
      message: `storage policy \`${policy.name}\` takes none of the sets of \`${schema}\``,
      help: controller("strgp_status"),
    };
  const message = `storage policy \`${policy.name}\` waits for schema \`${schema}\`, and what arrives is \`${schemas.join("`, `")}\``;
  return { link: "policy", message, help: "`schema` of the store in the stack file" };
}

/** By its name; maestro gives it one of its own. */
function findPolicy({ name, schema, path }: PlannedStore, policies: readonly PolicyRow[]): PolicyRow | undefined {
  const folder = path?.slice(path.lastIndexOf("/") + 1);
  return (
    policies.find((policy) => policy.name === name) ?? policies.find((policy) => policy.schema === schema && policy.container === folder)
  );
}

function findRowFault(
  { name, host, container }: PlannedStore,
  left: readonly string[],
  { checks, aggregators }: StoreEvidence,
  stack: string,
): (Fault & { readonly samplers: readonly string[] }) | undefined {
  const check = checks.find(({ store }) => store === name);
  const missing = new Set(check?.missing.map((one) => one.host));
  const samplers = left.filter((one) => missing.has(one));
  const { health } = aggregators.find((one) => one.host === host && one.container === container) ?? {};
  if (health && !health.isWarning && /^store /.test(health.message)) {
    return { link: "rows", message: health.message, help: "mend the disk or the mount; what was not written is lost", samplers };
  }
  const said = check?.faults.find((one) => one.host === host)?.message;
  if (said !== undefined)
    return { link: "rows", message: `store \`${name}\`: ${said}`, help: `there: \`docker logs --tail 20 ${container}\``, samplers };
  if (samplers.length === 0) return undefined;
  const message = `store \`${name}\` has no fresh row of ${countOf(samplers.length, "sampler")} whose sets arrive`;
  return {
    link: "rows",
    message,
    help: `\`ldms verify -s ${stack} --wait 60\`; a \`flush\` longer than \`--fresh\` looks the same`,
    samplers,
  };
}
