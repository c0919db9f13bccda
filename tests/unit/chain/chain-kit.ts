import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AggregatorAnswer } from "../../../operations/chain/aggregator-answer";
import { type ContainerAnswer, isFault, placeKey } from "../../../operations/chain/answers";
import type { Cause, Fault } from "../../../operations/chain/cause";
import { askAggregatorOf } from "../../../operations/chain/chain-questions";
import { findContainerFault } from "../../../operations/chain/container-fault";
import { findCauses } from "../../../operations/chain/find-causes";
import { parseLook } from "../../../operations/chain/look-script";
import { renderCause } from "../../../operations/chain/render-causes";
import { ChainWalk } from "../../../operations/chain/walk";
import { type AggregatorCheck, describeAggregator } from "../../../operations/observe/aggregators";
import type { StoreCheck } from "../../../operations/observe/verify";
import { type DeploymentPlan, listContainers } from "../../../plan/model/deployment-plan";
import { examplePlan, type Values } from "../example-stack";

/** The stack `lab` without maestro: who pulls whom is in the files. */
export function filesPlan(changes: Values = {}): DeploymentPlan {
  return examplePlan({ configure: "files", maestro: undefined, ...changes }, undefined, "lab");
}

const HEADS = Object.fromEntries(
  ["prdcr_status.l1", "prdcr_set_status.l1", "updtr_status.l1", "strgp_status.l2"].map((name) => [
    name.split(".")[0],
    readFileSync(join(__dirname, "../../fixtures/ldmsd", name), "utf8")
      .split("\n")
      .slice(0, 2),
  ]),
) as Readonly<Record<string, readonly string[]>>;

/** 2026-11-28 04:25:00 */
export const NOW_SECONDS = Date.UTC(2026, 10, 28, 4, 25, 0) / 1000;

/** What an aggregator knows of one producer, in words of the real daemons. */
export interface ToldProducer {
  readonly name: string;
  readonly host: string;
  readonly port?: number;
  readonly state?: string;
  /** Instances; those of one that is not connected are gone. */
  readonly sets?: readonly string[];
  readonly setState?: string;
  readonly ageSeconds?: number;
  /** No sample has come yet. */
  readonly isUnsampled?: boolean;
}

export interface ToldAggregator {
  readonly producers: readonly ToldProducer[];
  /** Rows of `updtr_status` in place of one that runs and has all producers. */
  readonly updaters?: readonly string[];
  /** Rows of `strgp_status`. */
  readonly policies?: readonly string[];
  /** Lines of its log as the script hands them on: `rejected\tn1`. */
  readonly log?: readonly string[];
  readonly health?: string;
  readonly clockAheadSeconds?: number;
}

function timeOf(seconds: number): string {
  const [year, month, day, time] = new Date(seconds * 1000).toISOString().split(/[-T.]/) as [string, string, string, string];
  return `${month}-${day}-${year.slice(2)} ${time} [1656]`;
}

function tablesOf({ producers, updaters, policies = [] }: ToldAggregator): string[] {
  const connected = producers.filter(({ state = "CONNECTED" }) => state === "CONNECTED");
  return [
    ...HEADS["prdcr_status"]!,
    ...producers.map(
      ({ name, host, port = 411, state = "CONNECTED" }) =>
        `${name.padEnd(16)} ${host.padEnd(16)} ${String(port).padStart(12)} sock         munge               1       -1       -1 ${state.padEnd(12)} active    `,
    ),
    ...HEADS["prdcr_set_status"]!,
    ...connected.flatMap(({ name, sets = [], setState = "READY", ageSeconds = 1, isUnsampled }) =>
      sets.map((set) => {
        const time = isUnsampled ? "01-01-70 00:00:00 [0]    " : timeOf(NOW_SECONDS - ageSeconds);
        return `${set.padEnd(30)} ${"meminfo".padEnd(16)} ${setState.padEnd(10)} ${(setState === "START" ? "" : name).padEnd(16)} ${name.padEnd(16)} ${time} 0.000030    `;
      }),
    ),
    ...HEADS["updtr_status"]!,
    ...(updaters ?? [
      "u                1.0s:200.0ms     false  Pull            RUNNING   ",
      ...producers.map(
        ({ name, host, port = 411, state = "CONNECTED" }) =>
          `    ${name.padEnd(16)} ${host.padEnd(16)} ${String(port).padStart(12)} sock         ${state.padEnd(12)}`,
      ),
    ]),
    ...HEADS["strgp_status"]!,
    ...policies,
  ];
}

/** The output of an aggregator's question. */
export function aggregatorOutput(container: string, told: ToldAggregator): string {
  const { log = [], health = "4 sets are fresh" } = told;
  const stats = ["active_count                        4", "mem_total_kb                      512", "mem_used_kb                        34"];
  return [
    `now\t${NOW_SECONDS}`,
    `state\t${container}\trunning\t0\tfalse\t0\t`,
    ...[...stats, ...tablesOf(told)].map((line) => `stat\t${line}`),
    ...log,
    `code\t${/fresh$/.test(health) ? 0 : 1}`,
    `health\t${health}`,
    "end",
  ].join("\n");
}

export const RUNS = ["    producers: ", "    metrics: component_id job_id app_id MemTotal "];
export const POLICY = "sos-meminfo      meminfo          meminfo          -                store_sos        10.000000        RUNNING    -";

export interface Scene {
  readonly plan?: DeploymentPlan;
  /** By place: `cygnus-05/agg1`; those that are left out are well. */
  readonly aggregators?: Readonly<Record<string, Partial<ToldAggregator> | Fault>>;
  /** By place: lines of a look at it (`state\tsamp\trunning…`), or what is wrong with its host; those that are left out were asked and are well. */
  readonly containers?: Readonly<Record<string, readonly string[] | Fault>>;
  readonly clockAheadSeconds?: Readonly<Record<string, number>>;
  /** Hosts without a fresh row. */
  readonly missing?: readonly string[];
  readonly storeFault?: string;
}

const WELL: Readonly<Record<string, ToldAggregator>> = {
  "cygnus-05/agg1": {
    producers: [
      { name: "samp-1", host: "cygnus-01-iw", sets: ["cygnus-01/meminfo"] },
      { name: "samp-3", host: "cygnus-03-iw", sets: ["cygnus-03/meminfo"] },
    ],
  },
  "cygnus-06/agg1": {
    producers: [
      { name: "samp-2", host: "cygnus-02-iw", sets: ["cygnus-02/meminfo"] },
      { name: "samp-4", host: "cygnus-04-iw", sets: ["cygnus-04/meminfo"] },
    ],
  },
  "cygnus-07/agg2": {
    producers: [
      { name: "agg1-5", host: "cygnus-05-iw", sets: ["cygnus-01/meminfo", "cygnus-03/meminfo"] },
      { name: "agg1-6", host: "cygnus-06-iw", sets: ["cygnus-02/meminfo", "cygnus-04/meminfo"] },
    ],
    policies: [POLICY, ...RUNS],
  },
};

/** What those say that are not changed. */
export function well(place: string): ToldAggregator {
  return WELL[place]!;
}

/** The causes of a scene: what is changed of a stack that is well. */
export function causesIn({ plan = filesPlan(), ...scene }: Scene): Cause[] {
  const aggregators = new Map<string, AggregatorAnswer | Fault>();
  const checks: AggregatorCheck[] = [];
  for (const daemon of plan.daemons.filter(({ role }) => role === "aggregator")) {
    const key = placeKey(daemon);
    const change = scene.aggregators?.[key] ?? {};
    if ("link" in change) {
      aggregators.set(key, change);
      continue;
    }
    const asked = askAggregatorOf(plan, daemon).parse(aggregatorOutput(daemon.container, { ...well(key), ...change }));
    const answer = asked!.answer;
    const clockAheadSeconds = change.clockAheadSeconds ?? 0;
    aggregators.set(key, isFault(answer) ? answer : { ...answer, nowSeconds: answer.nowSeconds + clockAheadSeconds, clockAheadSeconds });
    checks.push({ host: daemon.host, container: daemon.container, ...describeAggregator(asked!.words) });
  }
  const containers = new Map<string, ContainerAnswer>();
  for (const container of listContainers(plan).filter(({ role }) => role !== "aggregator")) {
    const key = placeKey({ host: container.host, container: container.name });
    const change = scene.containers?.[key] ?? [
      `state\t${container.name}\trunning\t0\tfalse\t0\t`,
      `health\t${container.name}\t0\t1 set is fresh`,
    ];
    if ("link" in change) {
      containers.set(key, { fault: change });
      continue;
    }
    const look = parseLook([`now\t${NOW_SECONDS}`, ...change, "end"].join("\n"))!.containers.get(container.name);
    const fault = findContainerFault(container, look, { stack: plan.stack });
    const urlError = look?.url;
    containers.set(key, {
      clockAheadSeconds: scene.clockAheadSeconds?.[container.host] ?? 0,
      ...(fault && { fault }),
      ...(urlError !== undefined && { urlError }),
    });
  }
  const answers = { aggregators, containers };
  return findCauses(plan, { answers, walked: new ChainWalk(plan, answers).walk(), checks: [storeCheck(plan, scene)], aggregators: checks });
}

function storeCheck({ stores }: DeploymentPlan, { missing = [], storeFault }: Scene): StoreCheck {
  const { name, host, samplerHosts } = stores[0]!;
  return {
    store: name,
    hosts: [host],
    present: samplerHosts.filter((one) => !missing.includes(one)),
    missing: missing.map((one) => ({ host: one, componentId: Number(one.slice(-2)) })),
    strangers: [],
    faults: storeFault === undefined ? [] : [{ host, message: storeFault }],
  };
}

/** `host: cygnus-01: unreachable: …`, without the remedies. */
export function tell(causes: readonly Cause[]): string[] {
  return causes.map((cause) => `${cause.link}: ${renderCause(cause).split("\n")[0]}`);
}
