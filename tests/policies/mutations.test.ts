import assert from "node:assert/strict";
import type { RegisteredResource } from "../../bench/registered-resources";
import { checkFacts, checkPlan } from "../../plan/rules/check-plan";
import { factsOfConnection } from "../../policies/command-facts";
import { factsOfContainer } from "../../policies/container-inputs";
import { CONTAINER_TYPE, DELIVERY_TYPES, factsOfDelivery, factsOfUsedImage, IMAGE_TYPE } from "../../policies/resource-facts";
import { examplePlan, type Values } from "../unit/example-stack";
import { samplerBatch } from "./batches";
import { findMandatory } from "./inputs";
import { pickFrom, randomFrom, registered, roleOf } from "./mutation-kit";
import { CONTAINER_MUTATORS, HARMLESS_MUTATORS, type Mutator, STACK_MUTATORS } from "./mutators";
import { spellBreaking, spellHarmless } from "./run-spellings";
import { BREAKING, HARMLESS } from "./stack-mutators";

const COUNT = 200;
const SETTINGS = { waivers: [], profile: "privileged", today: "2026-11-25" } as const;

/** Rules that are broken and not waived. */
function alarms(all: readonly RegisteredResource[]): string[] {
  const of = (types: readonly string[]) => all.filter(({ type }) => types.includes(type));
  const facts = {
    stack: { containers: of([CONTAINER_TYPE]).map(factsOfContainer), files: of(DELIVERY_TYPES).flatMap(factsOfDelivery) },
    images: of([CONTAINER_TYPE, IMAGE_TYPE]).flatMap(factsOfUsedImage),
    connections: of(DELIVERY_TYPES).flatMap(factsOfConnection),
  };
  return [...new Set(checkFacts(facts, SETTINGS).flatMap(({ rule, waived }) => (waived ? [] : [rule])))];
}

/** What a stack file without faults is reported for already. */
const KNOWN = alarms(registered());

/** @returns the rules that the mutation adds to what is known */
function mutate({ roles, change }: Mutator, random: () => number): string[] {
  const pick = pickFrom(random);
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

describe("mutations of a batch of cygnus", () => {
  const batch = samplerBatch();
  const script = String(batch.props["create"]);
  const found = (create: string) => findMandatory({ ...batch, props: { ...batch.props, create } });

  it("are of one that breaks no mandatory rule", () => assert.deepEqual(found(script), []));

  it(`that spell a further \`docker run\` in some way are caught by its rule or as unreadable, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(10));
    for (let i = 0; i < COUNT; i++) {
      const { rule, script: added } = spellBreaking(pick);
      // Behind the script, or inside of what it sends to the hosts.
      const create = pick([`${script}${added}`, script.replace("\nmain </dev/null\n", (end) => `\n${added}${end}`)]);
      const rules = found(create);
      assert.ok(rules.includes(rule) || rules.includes("docker-runs-readable"), `mutation ${i}: ${rule}\n${added}`);
    }
  });

  it(`that add lines which start nothing raise no alarm, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(13));
    for (let i = 0; i < COUNT; i++) {
      const added = spellHarmless(pick);
      assert.deepEqual(found(`${script}${added}`), [], `mutation ${i}:\n${added}`);
    }
  });
});

describe("mutations of Pulumi.cygnus.yaml", () => {
  const found = (values: Values) => {
    const violations = checkPlan(examplePlan(values), SETTINGS.today);
    return [...new Set(violations.flatMap(({ rule, waived }) => (waived ? [] : [rule])))];
  };
  const known = found({});
  const added = (values: Values) => found(values).filter((rule) => !known.includes(rule));

  it(`that break one rule are caught by it and by no other, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(8));
    for (let i = 0; i < COUNT; i++) {
      const { breaks, change } = BREAKING[i % BREAKING.length]!;
      const values = change(pick);
      assert.deepEqual(added(values), [breaks], JSON.stringify(values));
    }
  });

  it(`that break none raise no alarm, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(9));
    for (let i = 0; i < COUNT; i++) {
      // Two at once, for what each of them leaves in its place.
      const values = { ...HARMLESS[i % HARMLESS.length]!(pick), ...pick(HARMLESS)(pick) };
      assert.deepEqual(added(values), [], JSON.stringify(values));
    }
  });
});
