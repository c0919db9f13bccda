import assert from "node:assert/strict";
import type { PlannedContainer } from "../../plan/model/container";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { kindsOfContainers } from "../../plan/rules/alike-facts";
import { checkPlan } from "../../plan/rules/check-plan";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { type ContainerFacts, factsOfContainers, factsOfPlanned } from "../../plan/rules/facts";
import { DEFAULT_PARAMETERS } from "../../plan/rules/parameters";
import { isBroken } from "../../plan/rules/rule";
import { changeContainers } from "./change-containers";
import { examplePlan } from "./example-stack";

const plan = examplePlan();

/** Hosts of each kind of samplers. */
function samplerKinds(one: DeploymentPlan): string[][] {
  const samplers = factsOfContainers(listContainers(one)).filter(({ role }) => role === "sampler");
  return kindsOfContainers(samplers).map((kind) => kind.map(({ host }) => host));
}

function changeSampler(host: string, change: (container: PlannedContainer) => Partial<PlannedContainer>): DeploymentPlan {
  return changeContainers(plan, (one) => (one.host === host && one.role === "sampler" ? { ...one, ...change(one) } : one));
}

describe("factsOfContainers", () => {
  it("says of each container what is said of it alone", () => {
    for (const one of [plan, examplePlan({ profile: "minimal" })]) {
      const containers = listContainers(one);
      assert.deepEqual(factsOfContainers(containers), containers.map(factsOfPlanned));
    }
  });
});

describe("kindsOfContainers", () => {
  it("has the samplers of a group as one kind", () => {
    assert.deepEqual(samplerKinds(plan), [["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]]);
    assert.deepEqual(samplerKinds(examplePlan({ profile: "minimal" })).length, 1);
  });

  const CHANGES: readonly ((one: PlannedContainer) => Partial<PlannedContainer>)[] = [
    () => ({ privileged: false }),
    ({ mounts }) => ({ mounts: [...mounts, { kind: "bind", hostPath: "/etc", containerPath: "/etc", readOnly: true }] }),
    ({ env }) => ({ env: { ...env, MUNGE_KEY: "0123456789" } }),
    ({ labels }) => ({ labels: { ...labels, note: "mine" } }),
    () => ({ memoryMib: 7 }),
  ];
  for (const change of CHANGES) {
    it(`has one with another ${Object.keys(change(listContainers(plan)[0]!)).join()} as another kind`, () => {
      assert.ok(samplerKinds(changeSampler("cygnus-02", change)).some((hosts) => hosts.join() === "cygnus-02"));
    });
  }

  /** As the same container is on another host. */
  const elsewhere = (facts: ContainerFacts): ContainerFacts => ({
    ...facts,
    host: "cygnus-99",
    env: { ...facts.env, ...("COMPID" in facts.env && { COMPID: "99", COMPONENT_ID: "99", HOSTNAME: "cygnus-99" }) },
    labels: { ...facts.labels, ...("ldms.spec" in facts.labels && { "ldms.spec": "0a-99" }) },
  });
  for (const rule of CONTAINER_RULES) {
    it(`goes by nothing that ${rule.name} reads`, () => {
      const parameters = { ...DEFAULT_PARAMETERS, ...rule.examples.parameters };
      for (const facts of [rule.examples.breaking, rule.examples.passing]) {
        const [here, there] = [facts, elsewhere(facts)].map((one) => [isBroken(rule, one, parameters), rule.message(one, parameters)]);
        assert.deepEqual(there, here);
      }
    });
  }
});

describe("checkPlan", () => {
  it("finds the one sampler of a group that is not like the others", () => {
    const found = checkPlan(
      changeSampler("cygnus-03", () => ({ restart: "no" as "unless-stopped" })),
      "2026-11-25",
    ).filter(({ rule }) => rule === "restarts-by-itself");
    assert.deepEqual(
      found.map(({ hosts }) => hosts),
      [["cygnus-03"]],
    );
  });

  it("names every host of a kind", () => {
    const found = checkPlan(plan, "2026-11-25").find(({ rule, message }) => rule === "no-host-pid" && message.includes("`samp`"));
    assert.deepEqual(found?.hosts, ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]);
  });

  it("waives a rule for some hosts of a kind alone", () => {
    const waivers = [{ rule: "host-keys-pinned", hosts: ["cygnus-02"], reason: "tried out", until: "2026-12-31" }];
    const found = checkPlan({ ...plan, waivers }, "2026-11-25").filter(({ rule }) => rule === "host-keys-pinned");
    assert.deepEqual(found.map(({ hosts, waived }) => [hosts.includes("cygnus-02"), hosts.length > 1, waived !== undefined]).sort(), [
      [false, true, false],
      [true, false, true],
    ]);
  });
});
