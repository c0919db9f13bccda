import { type DistributionCase, measureDistribution } from "./distribution";
import { type HostNamesCase, hostNamesFaults, measureHostNames } from "./host-names";
import { LightHosts } from "./light-hosts";
import { type DeadCase, FAN_OUT, type FanOutArgs, type FanOutCase, measureDead, measureFanOut, type Say } from "./measure-fan-out";
import { type HostlistCase, measureHostlists } from "./measure-hostlists";
import { measurePlans, type PlanCase } from "./plan-cases";
import { measurePolicies, type PolicyCase } from "./policies";
import { deadFaults, fanOutFaults, hostlistFaults, planFaults, policyFaults } from "./promises";
import { RealHosts } from "./real-hosts";
import { measureStart, type StartCase, startFaults } from "./start";
import { measureVerbs, type VerbsCase } from "./verbs";

/** Odd, so that a median is one of them. */
export const ROUNDS = 3;

/** What the page is made of, by the case that has measured it. */
export type Result =
  | { readonly kind: "hostlists"; readonly cases: readonly HostlistCase[] }
  | { readonly kind: "plans"; readonly cases: readonly PlanCase[] }
  | { readonly kind: "host-names"; readonly one: HostNamesCase }
  | { readonly kind: "start"; readonly cases: readonly StartCase[] }
  | { readonly kind: "policies"; readonly one: PolicyCase }
  | { readonly kind: "fan-out"; readonly one: FanOutCase }
  | { readonly kind: "distribution"; readonly one: DistributionCase }
  | { readonly kind: "verbs"; readonly one: VerbsCase }
  | { readonly kind: "dead"; readonly cases: readonly DeadCase[] };

export interface BenchCase {
  /** For `--only`. */
  readonly name: string;
  /** Runs without `--full`, too. */
  readonly isShort: boolean;
  /** What it cannot do without and is not here. */
  missing(): Promise<readonly string[]> | readonly string[];
  measure(say: Say): Promise<Result> | Result;
}

const NOTHING_MISSING = () => [];

/** In the order of the page. */
export const CASES: readonly BenchCase[] = [
  { name: "plan", isShort: true, missing: NOTHING_MISSING, measure: () => ({ kind: "plans", cases: measurePlans(ROUNDS) }) },
  { name: "hostlist", isShort: true, missing: NOTHING_MISSING, measure: () => ({ kind: "hostlists", cases: measureHostlists(ROUNDS) }) },
  {
    name: "host-names",
    isShort: true,
    missing: NOTHING_MISSING,
    measure: async () => ({ kind: "host-names", one: await measureHostNames(ROUNDS) }),
  },
  {
    name: "start",
    isShort: true,
    missing: NOTHING_MISSING,
    measure: async () => ({ kind: "start", cases: await measureStart(ROUNDS) }),
  },
  {
    name: "policies",
    isShort: true,
    missing: NOTHING_MISSING,
    measure: async () => ({ kind: "policies", one: await measurePolicies(ROUNDS) }),
  },
  fanOutCase("engines-8", { hosts: 8, rounds: ROUNDS }),
  fanOutCase("engines-48", { hosts: 48, rounds: ROUNDS }),
  { ...fanOutCase("fan-out-200", { hosts: 200, runSeconds: 0, rounds: ROUNDS }), isShort: true },
  fanOutCase("fan-out-200-slow", { hosts: 200, runSeconds: 0.6, rounds: ROUNDS }),
  fanOutCase("fan-out-1000", { hosts: 1000, runSeconds: 0, rounds: ROUNDS }),
  fanOutCase("fan-out-1000-slow", { hosts: 1000, runSeconds: 0.6, rounds: ROUNDS }),
  // One round beside pdsh alone: it takes half an hour.
  fanOutCase("fan-out-10000", { hosts: 10_000, runSeconds: 0, rounds: 1, by: [FAN_OUT, "pdsh"], deeds: ["first deploy", "nothing to do"] }),
  verbsCase("verbs-8", 8, ROUNDS),
  verbsCase("verbs-200", 200, ROUNDS),
  // One round: each way asks a thousand hosts twice.
  verbsCase("verbs-1000", 1000, 1),
  {
    name: "dead-1000",
    isShort: false,
    missing: LightHosts.missing,
    measure: async (say) => ({ kind: "dead", cases: await measureDead(1000, [0, 0.01, 0.1], ROUNDS, say) }),
  },
  distributionCase("images-8", 8),
  distributionCase("images-48", 48),
];

function fanOutCase(name: string, args: FanOutArgs): BenchCase {
  return {
    name,
    isShort: false,
    missing: args.runSeconds === undefined ? RealHosts.missing : LightHosts.missing,
    measure: async (say) => ({ kind: "fan-out", one: await measureFanOut(args, say) }),
  };
}

function verbsCase(name: string, hosts: number, rounds: number): BenchCase {
  return {
    name,
    isShort: false,
    missing: LightHosts.missing,
    measure: async (say) => ({ kind: "verbs", one: await measureVerbs(hosts, rounds, say) }),
  };
}

function distributionCase(name: string, hosts: number): BenchCase {
  return {
    name,
    isShort: false,
    missing: RealHosts.missing,
    measure: async (say) => ({ kind: "distribution", one: await measureDistribution(hosts, ROUNDS, say) }),
  };
}

/** What is above what is promised; empty where all is well. */
export function faultsOf(result: Result): string[] {
  switch (result.kind) {
    case "hostlists":
      return hostlistFaults(result.cases);
    case "plans":
      return planFaults(result.cases);
    case "host-names":
      return hostNamesFaults(result.one);
    case "start":
      return startFaults(result.cases);
    case "policies":
      return policyFaults(result.one);
    case "fan-out":
      return fanOutFaults(result.one);
    case "distribution":
      return [...result.one.faults];
    case "verbs":
      return [...result.one.faults];
    case "dead":
      return deadFaults(result.cases);
    default:
      return result satisfies never;
  }
}
