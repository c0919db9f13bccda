import { type ResourceValidationArgs, type StackValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import { RESOURCE_POLICIES } from "../policies/resource-policies";
import { STACK_POLICIES } from "../policies/stack-policies";
import { registered } from "../tests/policies/mutation-kit";
import { cpuMs } from "./hostlist";

/** A container and its host's delivery each. */
const HOSTS = 2_000;
const LIMIT_MS = 5_000;

/** CPU milliseconds of every policy on every resource of one stack, and of the policies on the stack as a whole. */
export interface PolicyCase {
  readonly resources: number;
  readonly resourceMs: readonly number[];
  readonly stackMs: readonly number[];
  readonly isGood: boolean;
}

/** In this process, on what the SDK hands a policy; what the SDK itself takes to unpack it, once for each policy, is left out. */
export function measurePolicies(rounds: number): PolicyCase {
  const resources = resourcesOf(HOSTS);
  const runs = Array.from({ length: rounds }, () => ({ resourceMs: judgeEach(resources), stackMs: judgeTogether(resources) }));
  return {
    resources: resources.length,
    resourceMs: runs.map(({ resourceMs }) => resourceMs),
    stackMs: runs.map(({ stackMs }) => stackMs),
    isGood: Math.min(...runs.map(({ resourceMs, stackMs }) => resourceMs + stackMs)) < LIMIT_MS,
  };
}

type Resources = ReturnType<typeof registered>;

function resourcesOf(count: number): Resources {
  const all = `cygnus-[0001-${count}]`;
  const first = "cygnus-0001";
  const plugins = [{ name: "meminfo", interval: "1s" }];
  return registered({
    ...{ hosts: all, method: "docker", munge: { mode: "key" }, samplers: [{ hosts: all, plugins }] },
    aggregators: [{ name: "agg1", level: 1, container: "agg1", port: 412, hosts: first, interval: "1s" }],
    ...{ maestro: { host: first }, ui: { host: first }, grafana: { host: first } },
  });
}

class NotApplicable extends Error {}

/** What both kinds of arguments have beside their resources. */
const SURROUNDINGS = {
  stackTags: new Map<string, string>(),
  getConfig: () => ({}),
  notApplicable: (): never => {
    throw new NotApplicable();
  },
};

function judgeEach(resources: Resources): number {
  const began = cpuMs();
  for (const resource of resources) {
    for (const { validateResource } of RESOURCE_POLICIES) {
      const args = { ...SURROUNDINGS, ...resource, props: unknownCheckingProxy(resource.props) };
      judge(() => (validateResource as (args: ResourceValidationArgs, report: () => void) => void)(args as never, () => {}));
    }
  }
  return cpuMs() - began;
}

function judgeTogether(resources: Resources): number {
  const began = cpuMs();
  for (const { validateStack } of STACK_POLICIES) {
    const seen = resources.map((resource) => ({ ...resource, props: unknownCheckingProxy(resource.props) }));
    judge(() => validateStack({ ...SURROUNDINGS, resources: seen } as unknown as StackValidationArgs, () => {}));
  }
  return cpuMs() - began;
}

function judge(validate: () => void | Promise<void>): void {
  try {
    void validate();
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
  }
}
