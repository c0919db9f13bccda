import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseClusterConfig } from "../../plan/checks/parse";
import type { PlannedContainer } from "../../plan/model/container";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { planDeployment } from "../../plan/plan";
import { PROFILE_NEEDS } from "../../plan/profile/profile";
import { ALL_RULES, RULE_NAMES } from "../../plan/rules/all-rules";
import { assertNoViolations, checkPlan } from "../../plan/rules/check-plan";
import { COMMAND_RULES, CONNECTION_RULES } from "../../plan/rules/command-rules";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { SAMPLER } from "../../plan/rules/examples";
import { type ContainerFacts, factsOfPlanned } from "../../plan/rules/facts";
import { FILE_RULES } from "../../plan/rules/file-rules";
import { IMAGE_RULES } from "../../plan/rules/image-rules";
import { collide, readListeners, readTransports } from "../../plan/rules/listeners";
import { DEFAULT_PARAMETERS } from "../../plan/rules/parameters";
import { isBroken, type Rule } from "../../plan/rules/rule";
import { STACK_RULES } from "../../plan/rules/stack-rules";
import { PlanViolationError, type Violation } from "../../plan/rules/violation";
import { changeContainers } from "./change-containers";
import { RULE_MESSAGES } from "./rule-messages";

function planOf(stack: string, changes: Readonly<Record<string, unknown>> = {}): DeploymentPlan {
  const file = `Pulumi.${stack}.yaml`;
  const { config }: { config: Record<string, unknown> } = parse(readFileSync(join(__dirname, "../..", file), "utf8"));
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  const key = { lengthBytes: 1024, isUniform: false, fingerprint: "0a" };
  return planDeployment(parseClusterConfig(stack, file, { ...values, ...changes }), { secrets: { mungeKey: key }, ownFiles: {} });
}

const TODAY = "2026-11-25";
const CYGNUS = planOf("cygnus");

/** The plan with its containers changed. */
function withContainers(change: (container: PlannedContainer) => Partial<PlannedContainer>): DeploymentPlan {
  return changeContainers(CYGNUS, (container) => ({ ...container, ...change(container) }));
}

/** Names and levels of the rules that are broken and not waived. */
function openFindings(plan: DeploymentPlan): string[] {
  const open = checkPlan(plan, TODAY).filter(({ waived }) => !waived);
  return [...new Set(open.map(({ rule, enforcement }) => `${rule} ${enforcement}`))];
}

function mandatory(plan: DeploymentPlan): Violation[] {
  return checkPlan(plan, TODAY).filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
}

/** A rule as its own example wants it judged. */
function judged<Facts>(rule: Rule<Facts>) {
  const parameters = { ...DEFAULT_PARAMETERS, ...rule.examples.parameters };
  return {
    parameters,
    /** What LDMS breaks by design breaks everywhere. */
    brokenOf: (rules: readonly Rule<Facts>[], facts: Facts) =>
      rules.filter((other) => (other === rule || !other.byDesign) && isBroken(other, facts, parameters)).map(({ name }) => name),
  };
}

function describeTable<Facts>(table: string, rules: readonly Rule<Facts>[], notApplicable: Facts): void {
  describe(table, () => {
    for (const rule of rules) {
      const { breaking, passing } = rule.examples;
      const { parameters, brokenOf } = judged(rule);
      it(`${rule.name}: the breaking example breaks it and no other`, () =>
        assert.deepEqual(brokenOf(rules, breaking), [...(ALONG_WITH[rule.name] ?? []), rule.name]));

      it(`${rule.name}: the passing example is judged and passes all`, () => {
        assert.ok(rule.applies(passing));
        assert.equal(rule.holds(passing, parameters), true);
        // What LDMS breaks by design, another rule asks for.
        if (!rule.byDesign) assert.deepEqual(brokenOf(rules, passing), []);
      });

      it(`${rule.name}: says the exact value that is wrong`, () =>
        assert.equal(rule.message(breaking, parameters), RULE_MESSAGES[rule.name]));

      it(`${rule.name}: has a name, a message and a help of the house style`, () => {
        assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
        assert.match(rule.message(breaking, parameters), /^[a-z`].*[^.]$/);
        assert.match(rule.help, /^[a-z].*[^.]$/);
        assert.match(rule.description, /^\S.*[.]$/);
        assert.ok(rule.readers.length > 0);
      });

      if (EVERYWHERE.includes(rule.name)) continue;
      it(`${rule.name}: says nothing of what it is not about`, () => assert.ok(!rule.applies(notApplicable)));
    }
  });
}

/** Broken by whatever breaks the rule: an image with a digest has been found. */
const ALONG_WITH: Readonly<Record<string, readonly string[]>> = { "image-made-by-upstream": ["image-pinned-by-digest"] };
/** About everything that their table is about. */
const EVERYWHERE = [
  "image-pinned-by-digest",
  "image-from-allowed-registry",
  "commands-belong-to-their-components",
  "no-secret-on-a-command-line",
  "docker-runs-readable",
  "host-keys-pinned",
  "ports-do-not-collide-on-a-host",
];
const STRANGER: ContainerFacts = { ...SAMPLER, name: "web", role: undefined, labels: {}, argv: [], mounts: [] };
const PLAIN_FILE = { ...FILE_RULES[0]!.examples.passing, path: "/var/lib/ldms/cygnus/ui/dsosd.conf", text: "" };

describeTable("CONTAINER_RULES", CONTAINER_RULES, STRANGER);
describeTable("FILE_RULES", FILE_RULES, PLAIN_FILE);
describeTable("IMAGE_RULES", IMAGE_RULES, { reference: undefined, hosts: [] });
describeTable("COMMAND_RULES", COMMAND_RULES, COMMAND_RULES[0]!.examples.passing);
describeTable("CONNECTION_RULES", CONNECTION_RULES, { host: "n1", isPinned: true });
describeTable("STACK_RULES", STACK_RULES, { containers: [STRANGER], files: [] });

describe("image-from-allowed-registry", () => {
  const rule = IMAGE_RULES.find(({ name }) => name === "image-from-allowed-registry")!;
  const allowed = (reference: string) => rule.holds({ reference, hosts: [] }, { ...DEFAULT_PARAMETERS, registries: ["docker.io"] });

  it("takes what an engine takes for a registry: a dot, a colon or a capital before the first slash, or localhost", () => {
    for (const reference of ["ovishpc/ldms-samp:4.5.3", "docker.io/ovishpc/ldms-samp", "debian:bookworm-slim"])
      assert.equal(allowed(reference), true, reference);
    for (const reference of ["mirror.site/a/b", "mirror:5000/a", "localhost/a", "Mirror/ovishpc/ldms-samp:4.5.3", "MIRROR/a"])
      assert.equal(allowed(reference), false, reference);
  });
});

describe("no-secret-in-settings", () => {
  const rule = CONTAINER_RULES.find(({ name }) => name === "no-secret-in-settings")!;
  const shown = (changes: Partial<ContainerFacts>) => !rule.holds({ ...SAMPLER, ...changes }, DEFAULT_PARAMETERS);

  for (const [name, value] of [
    ["DB_PASS", "x1"],
    ["DBPASS", "x1"],
    ["DB_PASSWORD_2", "x1"],
    ["DBPASSWORD", "x1"],
    ["pgpassword", "x1"],
    ["MYSQL_PWD", "x1"],
    ["KAFKA_PASSPHRASE", "x1"],
    ["GITHUBTOKEN", "x1"],
    ["SLURM_JWT", "x1"],
    ["APIKEY", "x1"],
    ["BROKER", "amqp://ldms:x1@broker:5672"],
    ["CACHE", "redis://:x1@cache:6379/0"],
    ["URLS", "http://a:80,http://ldms:x1@b:80"],
  ] as const) {
    it(`finds ${name}=${value}`, () => assert.ok(shown({ env: { [name]: value } })));
  }

  for (const [name, value] of [
    ["DB_PASS_FILE", "/run/secrets/db"],
    ["GF_DATABASE_PASSWORD__FILE", "/run/secrets/db"],
    ["DB_PASS", ""],
    ["PWD", "/opt/ovis"],
    ["OLDPWD", "/"],
    ["BYPASS", "1"],
    ["KEYBOARD", "us"],
    ["MONKEY", "1"],
    ["AUTH", "munge"],
    ["BROKER", "amqp://broker:5672/ldms@site"],
    ["BROKER", "amqp://ldms@broker:5672"],
    ["LDMS_AUTH_FILE", "/etc/ldms/ovis.secret"],
    ["GF_SERVER_ROOT_URL", "%(protocol)s://%(domain)s:%(http_port)s/grafana/"],
  ] as const) {
    it(`lets ${name}=${value} pass`, () => assert.ok(!shown({ env: { [name]: value } })));
  }

  it("finds the password of a URL in an argument and in a label", () => {
    assert.ok(shown({ argv: ["--store=postgres://ldms:x1@db/rows"] }));
    assert.ok(shown({ labels: { ...SAMPLER.labels, note: "postgres://ldms:x1@db/rows" } }));
  });
});

describe("ALL_RULES", () => {
  it("has at least 24 rules, of names of their own", () => {
    assert.ok(RULE_NAMES.length >= 24);
    assert.equal(new Set(RULE_NAMES).size, RULE_NAMES.length);
  });

  it("has a message on record for each rule and no other", () => assert.deepEqual(Object.keys(RULE_MESSAGES), RULE_NAMES));

  it("shows what LDMS breaks by design as waived, with the reason", () => {
    const found = checkPlan(CYGNUS, TODAY).filter(({ waived }) => waived);
    assert.deepEqual([...new Set(found.map(({ rule }) => rule))], ["not-privileged", "no-host-pid", "no-host-network"]);
    const numbers = ALL_RULES.filter(({ byDesign }) => byDesign).flatMap(({ frameworks = [] }) =>
      frameworks.map(({ reference }) => reference),
    );
    assert.deepEqual(
      numbers.filter((reference) => /^5/.test(reference)),
      ["5.16", "5.10", "5.5"],
    );
  });
});

describe("checkPlan", () => {
  it("finds in cygnus only images that a tag names, the UI's that upstream makes no more, hosts of unknown keys and Grafana's own password", () => {
    assert.deepEqual(openFindings(CYGNUS), [
      "grafana-admin-password-set advisory",
      "host-keys-pinned advisory",
      "image-pinned-by-digest advisory",
      "image-made-by-upstream advisory",
    ]);
  });

  it("advises against what upstream makes no more, a line an image, and says nothing of a site's own images, tags and locks", () => {
    const advised = (images: Readonly<Record<string, unknown>>) =>
      checkPlan(planOf("cygnus", { images }), TODAY).flatMap(({ rule, message }) => (rule === "image-made-by-upstream" ? [message] : []));
    const lines = (...references: readonly string[]) =>
      references.map((reference) => `upstream's pipeline makes no such image for its tag: \`${reference}\``);
    assert.deepEqual(advised({}), lines("ovishpc/ldms-ui:4.5.3"));
    assert.deepEqual(advised({ tag: "OVIS-4" }), lines("ovishpc/ldms-maestro:OVIS-4", "ovishpc/ldms-ui:OVIS-4"));
    assert.deepEqual(advised({ references: { "ldms-ui": "reg.site/mon/ldms-ui:1" } }), []);
    assert.deepEqual(advised({ digests: { "ldms-ui": `sha256:${"0a".repeat(32)}` } }), []);
    for (const images of [{ registry: "reg.site:5000" }, { namespace: "mon" }, { tag: "site-2026" }, { source: "build" }])
      assert.deepEqual(advised(images), []);
  });

  it("finds in a lab whose images are built only Grafana's password: their digests are known later", () =>
    assert.deepEqual(openFindings(planOf("lab")), ["grafana-admin-password-set advisory"]));

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
    const first = listContainers(CYGNUS)[0]!;
    const twice = changeContainers(CYGNUS, (one) => (one === first ? [first, { ...first, name: "samp2", mounts: [] }] : one));
    assert.deepEqual(
      mandatory(twice).map(({ message }) => message),
      ["two containers on one port: port 411 of `cygnus-01`: `samp`, `samp2`"],
    );
  });
});

describe("the profile minimal", () => {
  it("gives an ldmsd nothing that the rules would refuse it", () => {
    const ofLdmsd = PROFILE_NEEDS.filter(({ of }) => of.kind !== "role");
    const add = ofLdmsd.flatMap(({ capabilities = [] }) => capabilities);
    const devices = PROFILE_NEEDS.flatMap((need) => (need.devices ?? []).map(({ path }) => path));
    const securityOpts = ["no-new-privileges", ...PROFILE_NEEDS.flatMap((need) => need.securityOpts ?? [])];
    const facts = { ...SAMPLER, capabilities: { add, drop: ["ALL"] }, devices, securityOpts };
    assert.deepEqual(
      CONTAINER_RULES.filter((rule) => !rule.byDesign && isBroken(rule, facts)).map(({ name }) => name),
      [],
    );
  });
});

describe("assertNoViolations", () => {
  it("lets advisory ones pass", () => assert.doesNotThrow(() => assertNoViolations(checkPlan(CYGNUS, TODAY))));

  it("throws the mandatory ones, hosts folded", () => {
    const plan = withContainers(({ role }) => (role === "ui" ? { pidMode: "host" } : {}));
    const without = changeContainers(plan, (container) => {
      const { pidMode: _, ...rest } = container;
      return container.role === "sampler" ? rest : container;
    });
    assert.throws(
      () => assertNoViolations(checkPlan(without, TODAY)),
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
      const ofFacts = listContainers(plan).flatMap((container) =>
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
