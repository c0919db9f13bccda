import assert from "node:assert/strict";
import type { RegisteredResource } from "../../bench/registered-resources";
import { checkFacts, checkPlan } from "../../plan/rules/check-plan";
import { factsOfConnection } from "../../policies/command-facts";
import { factsOfContainer } from "../../policies/container-inputs";
import { CONTAINER_TYPE, DELIVERY_TYPES, factsOfDelivery, factsOfUsedImage, IMAGE_TYPE } from "../../policies/resource-facts";
import { examplePlan } from "../unit/example-stack";
import { randomFrom, registered, roleOf } from "./mutation-kit";
import { CONTAINER_MUTATORS, HARMLESS_MUTATORS, type Mutator, STACK_MUTATORS } from "./mutators";

const COUNT = 200;
const SETTINGS = { waivers: [], profile: "privileged", today: "2026-11-25" } as const;

/** Rules that are broken and not waived. */
function alarms(all: readonly RegisteredResource[]): string[] {
  const of = (types: readonly string[]) => all.filter(({ type }) => types.includes(type));
  const facts = {
    containers: of([CONTAINER_TYPE]).map(factsOfContainer),
    files: of(DELIVERY_TYPES).flatMap(factsOfDelivery),
    images: of([CONTAINER_TYPE, IMAGE_TYPE]).flatMap(factsOfUsedImage),
    connections: of(DELIVERY_TYPES).flatMap(factsOfConnection),
  };
  return [...new Set(checkFacts(facts, SETTINGS).flatMap(({ rule, waived }) => (waived ? [] : [rule])))];
}

/** What a stack file without faults is reported for already. */
const KNOWN = alarms(registered());

/** @returns the rules that the mutation adds to what is known */
function mutate({ roles, change }: Mutator, random: () => number): string[] {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const all = registered();
  const targets = all.filter((one) => one.type === CONTAINER_TYPE && (!roles || roles.includes(roleOf(one))));
  change(pick(targets).props, pick, all);
  return alarms(all).filter((rule) => !KNOWN.includes(rule));
}

describe("mutations of the registered resources of cygnus", () => {
  it("are of a stack that is reported for Grafana's own password only", () => assert.deepEqual(KNOWN, ["grafana-admin-password-set"]));

  it(`that break one rule are caught by it and by no other, ${COUNT} times`, () => {
    const mutators = [...CONTAINER_MUTATORS, ...STACK_MUTATORS];
    const random = randomFrom(6);
    for (let i = 0; i < COUNT; i++) {
      const mutator = mutators[i % mutators.length]!;
      assert.deepEqual(mutate(mutator, random), [mutator.breaks], `mutation ${i}`);
    }
  });

  it(`that break none raise no alarm, ${COUNT} times`, () => {
    const random = randomFrom(7);
    for (let i = 0; i < COUNT; i++) assert.deepEqual(mutate(HARMLESS_MUTATORS[i % HARMLESS_MUTATORS.length]!, random), [], `mutation ${i}`);
  });
});

describe("mutations of Pulumi.cygnus.yaml", () => {
  const found = (values: object) => {
    const violations = checkPlan(examplePlan(values as Parameters<typeof examplePlan>[0]), SETTINGS.today);
    return [...new Set(violations.flatMap(({ rule, waived }) => (waived ? [] : [rule])))].sort();
  };
  const known = found({});
  const store = { name: "s", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
  const agg2 = (changes: object) => [
    { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" },
    { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [store], dsosd: true, ...changes },
  ];

  const BREAKING: Readonly<Record<string, object>> = {
    "stores-not-in-memory": { aggregators: agg2({ stores: [{ ...store, hostPath: "/dev/shm/store" }] }) },
    "no-sensitive-host-folders": { aggregators: agg2({ stores: [{ ...store, hostPath: "/etc/store" }] }) },
    "ldmsd-authenticates": { munge: { mode: "none" } },
    "low-ports-listed": { ports: { ldmsd: 411, ui: 81, grafana: 3000 } },
    "aggregators-lead-to-a-store": { aggregators: agg2({ stores: [], dsosd: false }) },
    "one-munge-realm": { munge: { mode: "host", hostPath: "/etc/munge/munge.key" }, aggregators: agg2({ munge: "key" }) },
  };
  for (const [rule, values] of Object.entries(BREAKING)) {
    it(`breaks ${rule} and no other`, () =>
      assert.deepEqual(
        found(values).filter((name) => !known.includes(name)),
        [rule],
      ));
  }

  it("that break none raise no alarm", () => {
    const harmless: readonly object[] = [
      { xprt: "sock" },
      { tolerate: 3 },
      { ports: { ldmsd: 10_411, ui: 8080, grafana: 3001 } },
      { maestro: { host: "cygnus-08", grammar: "C" } },
      { aggregators: agg2({ stores: [{ ...store, hostPath: "/scratch/ldms", flush: "30s" }] }) },
      { method: "fan-out" },
      { profile: "minimal" },
    ];
    for (const values of harmless)
      assert.deepEqual(
        found(values).filter((name) => !known.includes(name)),
        [],
        JSON.stringify(values),
      );
  });
});
