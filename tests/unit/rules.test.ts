import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { DeploymentPlan, PlannedContainer } from "../../plan/deployment-plan";
import { PlanViolationError, type Violation } from "../../plan/errors";
import { parseClusterConfig } from "../../plan/parse-config";
import { planDeployment } from "../../plan/plan";
import { assertNoViolations, checkPlan } from "../../plan/rules/check-plan";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { SAMPLER } from "../../plan/rules/examples";
import { type ContainerFacts, factsOfPlanned } from "../../plan/rules/facts";
import { FILE_RULES } from "../../plan/rules/file-rules";
import { IMAGE_RULES } from "../../plan/rules/image-rules";
import { collide, readListeners, readTransports } from "../../plan/rules/listeners";
import { isBroken, type Rule } from "../../plan/rules/rule";
import { STACK_RULES } from "../../plan/rules/stack-rules";

function planOf(stack: string, changes: Readonly<Record<string, unknown>> = {}): DeploymentPlan {
  const file = `Pulumi.${stack}.yaml`;
  const { config }: { config: Record<string, unknown> } = parse(readFileSync(join(__dirname, "../..", file), "utf8"));
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  const key = { lengthBytes: 1024, isUniform: false, fingerprint: "0a" };
  return planDeployment(parseClusterConfig(stack, file, { ...values, ...changes }), { secrets: { mungeKey: key }, ownFiles: {} });
}

const CYGNUS = planOf("cygnus");

/** The plan with its containers changed. */
function withContainers(change: (container: PlannedContainer) => Partial<PlannedContainer>): DeploymentPlan {
  return { ...CYGNUS, containers: CYGNUS.containers.map((container) => ({ ...container, ...change(container) })) };
}

function mandatory(plan: DeploymentPlan): Violation[] {
  return checkPlan(plan).filter(({ enforcement }) => enforcement === "mandatory");
}

function describeTable<Facts>(table: string, rules: readonly Rule<Facts>[]): void {
  describe(table, () => {
    for (const rule of rules) {
      const { breaking, passing } = rule.examples;
      it(`${rule.name}: the breaking example breaks it and no other`, () =>
        assert.deepEqual(
          rules.filter((other) => isBroken(other, breaking)).map(({ name }) => name),
          [rule.name],
        ));

      it(`${rule.name}: the passing example is judged and passes all`, () => {
        assert.ok(rule.applies(passing));
        assert.equal(rule.holds(passing), true);
        assert.deepEqual(
          rules.filter((other) => isBroken(other, passing)),
          [],
        );
      });

      it(`${rule.name}: has a name, a message and a help of the house style`, () => {
        assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
        assert.match(rule.message(breaking), /^[a-z].*[^.]$/);
        assert.match(rule.help, /^[a-z].*[^.]$/);
        assert.match(rule.description, /^\S.*[.]$/);
      });
    }
  });
}

describeTable("CONTAINER_RULES", CONTAINER_RULES);
describeTable("FILE_RULES", FILE_RULES);
describeTable("IMAGE_RULES", IMAGE_RULES);
describeTable("STACK_RULES", STACK_RULES);

describe("rules", () => {
  it("have names of their own", () => {
    const names = [CONTAINER_RULES, FILE_RULES, IMAGE_RULES, STACK_RULES].flatMap((rules) => rules.map(({ name }) => name));
    assert.equal(new Set(names).size, names.length);
  });

  it("say the exact value that is wrong", () => {
    const messages = [CONTAINER_RULES, FILE_RULES, IMAGE_RULES, STACK_RULES].flatMap((rules) =>
      (rules as readonly Rule<unknown>[]).map((rule) => rule.message(rule.examples.breaking)),
    );
    assert.deepEqual(messages, [
      "sampler `samp` does not share the host's PID namespace: PID mode `private`",
      "maestro `maestro` shares the host's PID namespace: PID mode `host`",
      "sampler `samp` is not on the host's network: network mode `bridge`",
      "sampler `samp` is not on the host's network: network mode `bridge`",
      "munge key `/var/lib/ldms/cygnus/samp/munge.key` must have mode 0600: 0644",
      "munge key `/var/lib/ldms/cygnus/samp/munge.key` must belong to 101:101: 0:0",
      "munge key `/var/lib/ldms/cygnus/samp/munge.key` is the same byte throughout",
      "image is not pinned by digest: `ovishpc/ldms-samp:4.5.3`",
      "component ids do not tell hosts apart: component id 1 on `cygnus-[01-02]`",
      "two containers on one port: port 411 of `cygnus-01`: `samp`, `samp2`",
    ]);
  });
});

describe("checkPlan", () => {
  it("finds in cygnus only the images that a tag names", () => {
    const found = checkPlan(CYGNUS).map(({ rule, enforcement }) => `${rule} ${enforcement}`);
    assert.deepEqual([...new Set(found)], ["image-pinned-by-digest advisory"]);
    assert.equal(found.length, CYGNUS.images.length);
  });

  it("finds nothing in a lab whose images are built: their digests are known later", () => assert.deepEqual(checkPlan(planOf("lab")), []));

  it("judges the keys that a plan writes", () => {
    const plan = planOf("cygnus", { munge: { mode: "key" } });
    assert.deepEqual(mandatory(plan), []);
    const hosts = plan.hosts.map((host) => ({ ...host, files: host.files.map((file) => ({ ...file, mode: 0o644, uid: 0 })) }));
    assert.deepEqual(
      [...new Set(mandatory({ ...plan, hosts }).map(({ rule }) => rule))],
      ["munge-key-mode-0600", "munge-key-owned-by-munge"],
    );
  });

  it("folds equal violations of many hosts into one", () => {
    const [violation, ...others] = mandatory(withContainers(({ role }) => (role === "sampler" ? { env: {}, pidMode: "host" } : {})));
    assert.deepEqual(others, []);
    assert.match(violation?.message ?? "", /no component id, or two of them, on `cygnus-\[01-04\]`$/);
  });

  it("sees two daemons on a port of a host", () => {
    const second = { ...CYGNUS.containers[0]!, name: "samp2" };
    assert.deepEqual(
      mandatory({ ...CYGNUS, containers: [...CYGNUS.containers, second] }).map(({ message }) => message),
      ["two containers on one port: port 411 of `cygnus-01`: `samp`, `samp2`"],
    );
  });
});

describe("assertNoViolations", () => {
  it("lets advisory ones pass", () => assert.doesNotThrow(() => assertNoViolations(checkPlan(CYGNUS))));

  it("throws the mandatory ones, hosts folded", () => {
    const plan = withContainers(({ role }) => (role === "ui" ? { pidMode: "host" } : {}));
    const samplers = plan.containers.map((container) => {
      const { pidMode: _, ...rest } = container;
      return container.role === "sampler" ? rest : container;
    });
    assert.throws(
      () => assertNoViolations(checkPlan({ ...plan, containers: samplers })),
      (error) => {
        assert.ok(error instanceof PlanViolationError);
        assert.equal(
          error.message,
          [
            "the plan breaks mandatory rules:",
            "  - cygnus-[01-04]: sampler `samp` does not share the host's PID namespace: PID mode `private` (sampler-shares-host-pid)",
            "      help: give the container the PID mode `host`",
            "  - cygnus-07: ui `ui` shares the host's PID namespace: PID mode `host` (service-does-not-share-host-pid)",
            "      help: leave the container's PID mode out",
          ].join("\n"),
        );
        return true;
      },
    );
  });
});

describe("readListeners", () => {
  const base: ContainerFacts = { ...SAMPLER, host: "n1", name: "c", role: undefined, pidMode: undefined, env: {}, argv: [] };

  it("reads every form of ldmsd's -x", () =>
    assert.deepEqual(
      readTransports(["-x", "rdma:411:n1-ib", "-xsock:412", "--xprt=ugni:413", "--xprt", "fabric.verbs@d:414", "-a", "munge"]),
      [
        { xprt: "rdma", port: 411 },
        { xprt: "sock", port: 412 },
        { xprt: "ugni", port: 413 },
        { xprt: "fabric.verbs@d", port: 414 },
      ],
    ));

  it("agrees with the plan's own ports, container by container", () => {
    for (const stack of ["cygnus", "lab"]) {
      const plan = planOf(stack, {
        ui: { host: "cygnus-07", port: 8080, address: "127.0.0.1" },
        grafana: { host: "cygnus-07", port: 3001 },
      });
      const ofPlan = plan.hosts.flatMap((host) => host.ports.map(({ port, container }) => `${host.name} ${container} ${port}`));
      const ofFacts = plan.containers.flatMap((container) =>
        readListeners(factsOfPlanned(container)).map(({ port }) => `${container.host} ${container.name} ${port}`),
      );
      assert.deepEqual(ofFacts.sort(), ofPlan.sort());
    }
  });

  it("knows the images' own ports", () =>
    assert.deepEqual(
      (["ui", "grafana", "maestro", "dsosd"] as const).map((role) => readListeners({ ...base, role }).map(({ port }) => port)),
      [[80], [3000], [2379, 2380], []],
    ));

  it("lets two addresses share a port", () => {
    assert.equal(collide({ port: 80, address: "127.0.0.1" }, { port: 80, address: "198.18.0.1" }), false);
    assert.equal(collide({ port: 80, address: "127.0.0.1" }, { port: 80 }), true);
    assert.equal(collide({ port: 80, address: "0.0.0.0" }, { port: 80, address: "198.18.0.1" }), true);
    assert.equal(collide({ port: 80 }, { port: 81 }), false);
  });
});
