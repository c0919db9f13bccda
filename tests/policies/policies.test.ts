import assert from "node:assert/strict";
import { type PolicyResource, type ResourceValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import { runtime } from "@pulumi/pulumi";
import { COMMAND_RULES, CONNECTION_RULES } from "../../plan/rules/command-rules";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { SAMPLER } from "../../plan/rules/examples";
import { FILE_RULES } from "../../plan/rules/file-rules";
import { IMAGE_RULES } from "../../plan/rules/image-rules";
import { DEFAULT_PARAMETERS } from "../../plan/rules/parameters";
import type { Rule, RuleText } from "../../plan/rules/rule";
import { STACK_RULES } from "../../plan/rules/stack-rules";
import { CONTAINER_TYPE, IMAGE_TYPE } from "../../policies/resource-facts";
import { RESOURCE_POLICIES } from "../../policies/resource-policies";
import type { SeenResource } from "../../policies/seen-resource";
import { STACK_POLICIES } from "../../policies/stack-policies";
import { samplerBatch } from "./batches";
import { commandWith, containerWith, deliveryWith, providerWith, pulledImageWith, stackWith, UNKNOWN_TEXT } from "./inputs";

/** A day that a waiver may have, in some weeks. */
const SOON = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

class NotApplicable extends Error {}

/** The messages of one policy for one resource, or why it has none. */
function judge(name: string, { type, name: resourceName, props, urn = "" }: SeenResource, config: object = {}): readonly string[] | string {
  const policy = RESOURCE_POLICIES.find((candidate) => candidate.name === name);
  assert.ok(policy && typeof policy.validateResource === "function", `no policy ${name}`);
  const messages: string[] = [];
  const args: ResourceValidationArgs = {
    type,
    name: resourceName,
    props: unknownCheckingProxy(props),
    urn,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: <T extends object>() => config as T,
    notApplicable,
  };
  const { validateResource } = policy;
  return orReason(() => validateResource(args, (message) => messages.push(message))) ?? messages;
}

function notApplicable(reason?: string): never {
  throw new NotApplicable(reason);
}

/** Why a policy is not applicable; undefined where it is. */
function orReason(validate: () => void | Promise<void>): string | undefined {
  try {
    void validate();
    return undefined;
  } catch (error) {
    if (error instanceof NotApplicable) return error.message;
    throw error;
  }
}

/** A breaking, a passing and another input of each policy of a table, and nothing where the rule says that resources do not show it. */
function describeTable<Facts>(rules: readonly Rule<Facts>[], resourceWith: (facts: Facts) => SeenResource, otherwise: string): void {
  for (const rule of rules.filter(({ readers }) => readers.includes("resources"))) {
    const { breaking, passing } = rule.examples;
    const parameters = { ...DEFAULT_PARAMETERS, ...rule.examples.parameters };
    describe(rule.name, () => {
      it("reports the breaking example in the rule's words, or has it waived by design", () =>
        assert.deepEqual(
          judge(rule.name, resourceWith(breaking), rule.examples.parameters),
          rule.byDesign ? [] : [`${rule.message(breaking, parameters)}\nhelp: ${rule.help}`],
        ));

      it("says nothing of the passing example", () =>
        assert.deepEqual(judge(rule.name, resourceWith(passing), rule.examples.parameters), []));

      it("is not applicable to another resource", () =>
        assert.equal(judge(rule.name, { type: "random:index/pet:Pet", name: "x", props: {} }), otherwise));
    });
  }
}

const COMMANDS = "command:remote:Command and command:local:Command";

describeTable(CONTAINER_RULES, containerWith, `it judges ${CONTAINER_TYPE} and ${COMMANDS}`);
describeTable(FILE_RULES, deliveryWith, `it judges ${COMMANDS}`);
describeTable(IMAGE_RULES, pulledImageWith, `it judges ${IMAGE_TYPE} and ${CONTAINER_TYPE} and ${COMMANDS}`);
describeTable(COMMAND_RULES, commandWith, `it judges ${COMMANDS}`);
describeTable(CONNECTION_RULES, providerWith, `it judges ${COMMANDS} and pulumi:providers:docker`);

function judgeStack(name: string, containers: readonly SeenResource[]): readonly string[] | string {
  const policy = STACK_POLICIES.find((candidate) => candidate.name === name);
  assert.ok(policy, `no policy ${name}`);
  const messages: string[] = [];
  const resources = containers.map(
    (container) => ({ ...container, props: unknownCheckingProxy(container.props) }) as unknown as PolicyResource,
  );
  const args = { resources, stackTags: new Map<string, string>(), getConfig: <T extends object>() => ({}) as T, notApplicable };
  return orReason(() => policy.validateStack(args, (message) => messages.push(message))) ?? messages;
}

describe("RESOURCE_POLICIES", () => {
  it("are the rules about one resource, with their levels and the frameworks' numbers", () => {
    const all: readonly RuleText[] = [...CONTAINER_RULES, ...FILE_RULES, ...IMAGE_RULES, ...COMMAND_RULES, ...CONNECTION_RULES];
    const tables = all.filter(({ readers }) => readers.includes("resources"));
    assert.deepEqual(
      RESOURCE_POLICIES.map(({ name, enforcementLevel, severity, framework }) => [name, enforcementLevel, severity, framework?.reference]),
      tables.map(({ name, enforcement, severity, frameworks }) => [name, enforcement, severity, frameworks?.[0]?.reference]),
    );
  });

  it("take lists from the configuration of the policy run", () => {
    const odd = containerWith({ ...SAMPLER, argv: ["-x", "sock:23", "-a", "munge"] });
    assert.equal(judge("low-ports-listed", odd).length, 1);
    assert.deepEqual(judge("low-ports-listed", odd, { lowPorts: [23] }), []);
    const schema = RESOURCE_POLICIES.find(({ name }) => name === "low-ports-listed")?.configSchema;
    assert.deepEqual(schema, { properties: { lowPorts: { type: "array", items: { type: "number" } } } });
  });

  it("judge the image of a container of ours as well", () => {
    const { props, ...rest } = containerWith(SAMPLER);
    assert.equal(judge("image-pinned-by-digest", { ...rest, props: { ...props, image: "ovishpc/ldms-samp:latest" } }).length, 1);
    assert.deepEqual(judge("image-pinned-by-digest", { ...rest, props: { ...props, image: `sha256:${"0".repeat(64)}` } }), []);
  });

  describe("with what the stack file gives its daemons", () => {
    const withBind = (source: string) =>
      containerWith({ ...SAMPLER, mounts: [...SAMPLER.mounts, { source, target: "/x", readOnly: true }], devices: ["/dev/nvidia0"] });
    const config = (given: object, hosts = "cygnus-[01-02]") =>
      runtime.setAllConfig({ "ldms:samplers": JSON.stringify([{ hosts, ...given }]) });
    afterEach(() => runtime.setAllConfig({}));

    it("pass that, and nothing else", () => {
      config({ mounts: { "/opt/site": "/x" }, devices: ["/dev/nvidia0"] });
      assert.deepEqual(judge("binds-allowed-for-role", withBind("/opt/site")), []);
      assert.deepEqual(judge("devices-allowed-for-role", withBind("/opt/site")), []);
      assert.equal(judge("binds-allowed-for-role", withBind("/opt/other")).length, 1);
      config({ mounts: { "/etc": "/x" } });
      assert.equal(judge("no-sensitive-host-folders", withBind("/etc")).length, 1);
      assert.equal(judge("devices-allowed-for-role", withBind("/opt/site")).length, 1);
    });

    it("pass nothing of another group: of other hosts, or in other containers", () => {
      const given = { mounts: { "/opt/site": "/x" } };
      const finds = () => judge("binds-allowed-for-role", withBind("/opt/site")).length;
      config(given, "cygnus-02");
      assert.equal(finds(), 1);
      config({ ...given, container: "gpu" });
      assert.equal(finds(), 1);
      runtime.setAllConfig({ "ldms:aggregators": JSON.stringify([{ name: "agg1", hosts: "cygnus-01", ...given }]) });
      assert.equal(finds(), 1);
      runtime.setAllConfig({ "ldms:aggregators": JSON.stringify([{ name: "agg1", container: "samp", hosts: "cygnus-01", ...given }]) });
      assert.deepEqual(judge("binds-allowed-for-role", withBind("/opt/site")), []);
    });

    it("pass nothing for an entry of a wrong form", () => {
      config({ mounts: { "/opt/site": "/x" } }, "cygnus-[01-");
      assert.equal(judge("binds-allowed-for-role", withBind("/opt/site")).length, 1);
      config({ mounts: { "/opt/site": 3 }, devices: ["/dev/nvidia0"] });
      assert.equal(judge("devices-allowed-for-role", withBind("/opt/site")).length, 1);
    });
  });

  describe("with a waiver in the stack file", () => {
    const broken = containerWith({ ...SAMPLER, restart: "no" });
    const config = (waivers: readonly object[]) => runtime.setAllConfig({ "ldms:waivers": JSON.stringify(waivers) });
    afterEach(() => runtime.setAllConfig({}));

    it("pass what it names, until its last day", () => {
      config([{ rule: "restarts-by-itself", hosts: "cygnus-01", containers: ["samp"], reason: "being debugged", until: SOON }]);
      assert.deepEqual(judge("restarts-by-itself", broken), []);
      assert.equal(judge("restarts-by-itself", containerWith({ ...SAMPLER, host: "cygnus-02", restart: "no" })).length, 1);
      config([{ rule: "restarts-by-itself", reason: "being debugged", until: "2020-01-31" }]);
      assert.equal(judge("restarts-by-itself", broken).length, 1);
    });

    it("say so in every run, in one message", () => {
      config([{ rule: "restarts-by-itself", reason: "being debugged", until: SOON }]);
      const shown = judgeStack("waivers-shown", [broken]);
      assert.deepEqual(shown, [
        `2 findings waived by design, 1 by the stack file until ${SOON}: no-host-network (1), no-host-pid (1), restarts-by-itself (1)\nhelp: ldms policy -s STACK --waived`,
      ]);
    });

    it("are an error after it, that names the waiver and its day", () => {
      config([{ rule: "restarts-by-itself", hosts: "cygnus-[01-02]", reason: "being debugged", until: "2020-01-31" }]);
      assert.deepEqual(judgeStack("waiver-not-expired", []), [
        "cygnus-[01-02]: the waiver of `restarts-by-itself` ended on 2020-01-31: being debugged (waiver-not-expired)\n      help: mend what it lets pass, or set a later `until` in the stack file",
      ]);
    });

    it("let nothing pass that would pass for more than a year, and say the last day that may be set", () => {
      config([{ rule: "restarts-by-itself", containers: ["samp"], reason: "being debugged", until: "9999-12-31" }]);
      assert.equal(judge("restarts-by-itself", broken).length, 1);
      const today = new Date().toISOString().slice(0, 10);
      const lastDay = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`;
      assert.deepEqual(judgeStack("waiver-within-a-year", []), [
        "the waiver of `restarts-by-itself` for `samp` would end on 9999-12-31, more than a year from today: being debugged (waiver-within-a-year)\n" +
          `      help: set its \`until\` in the stack file to ${lastDay} or earlier`,
      ]);
      config([{ rule: "restarts-by-itself", reason: "being debugged", until: lastDay }]);
      assert.deepEqual([judge("restarts-by-itself", broken), judgeStack("waiver-within-a-year", [])], [[], []]);
    });

    it("judge a privileged container under the profile minimal", () => {
      const privileged = containerWith({ ...SAMPLER, privileged: true });
      assert.deepEqual(judge("not-privileged", privileged), []);
      runtime.setAllConfig({ "ldms:profile": "minimal" });
      assert.equal(judge("not-privileged", privileged).length, 1);
    });
  });

  it("take no words in a path for the check of the hosts' keys", () => {
    const { props, ...rest } = providerWith({ host: "cygnus-01", isPinned: false });
    const sshOpts = JSON.stringify([...(JSON.parse(String(props["sshOpts"])) as string[]), "-i", "keys/StrictHostKeyChecking=yes"]);
    assert.equal(judge("host-keys-pinned", { ...rest, props: { ...props, sshOpts } }).length, 1);
  });

  it("leave an image that preview does not know to up", () =>
    assert.equal(
      judge("image-pinned-by-digest", { type: IMAGE_TYPE, name: "i", props: { name: UNKNOWN_TEXT } }),
      "not checkable in preview, checked in up",
    ));

  it("leave a key whose content preview does not know to up, and judge its mode", () => {
    const [rule] = FILE_RULES;
    const delivery = deliveryWith(rule!.examples.breaking);
    const unknown = { ...delivery, props: { ...delivery.props, stdin: UNKNOWN_TEXT } };
    assert.equal(judge("munge-key-not-all-zero", unknown), "not checkable in preview, checked in up");
    assert.deepEqual(judge("munge-key-mode-0600", unknown), [
      "munge key `/var/lib/ldms/cygnus/samp/munge.key` must have mode 0600: 0644\nhelp: write the key with mode 0600",
    ]);
  });

  it("say nothing of a container without a role", () => {
    const stranger = containerWith({ ...SAMPLER, name: "web", role: undefined, labels: {}, networkMode: "bridge" });
    for (const { name } of CONTAINER_RULES) assert.deepEqual(judge(name, stranger), []);
  });
});

describe("RESOURCE_POLICIES on a batch of the method fan-out", () => {
  const batch = samplerBatch();
  /** With other words in the place of some of its `docker run`. */
  const edited = (from: string, to: string): SeenResource => {
    const [old, rows] = [from, to].map((words) =>
      words
        .split(" ")
        .map((word) => (word === "" ? "" : `word ${word}\n`))
        .join(""),
    );
    const create = String(batch.props["create"]);
    assert.ok(create.includes(old!), `no ${from} in the script`);
    return { ...batch, props: { ...batch.props, create: create.replace(old!, rows!) } };
  };

  it("find nothing mandatory in it as it is, and the images that no digest pins", () => {
    const found = RESOURCE_POLICIES.flatMap(({ name }) =>
      judge(name, batch).length > 0 && typeof judge(name, batch) !== "string" ? [name] : [],
    );
    assert.deepEqual(found, ["image-pinned-by-digest", "host-keys-pinned"]);
  });

  const BREAKING: readonly (readonly [rule: string, from: string, to: string, message: string])[] = [
    ["sampler-shares-host-pid", "--pid host", "", "sampler `samp` does not share the host's PID namespace: PID mode `private`"],
    ["restarts-by-itself", "--restart unless-stopped", "--restart no", "sampler `samp` does not come back: restart policy `no`"],
    [
      "no-engine-socket",
      "--volume",
      "--volume /var/run/docker.sock:/s --volume",
      "sampler `samp` has a socket by which it is root on the host: `/var/run/docker.sock:/s:rw`",
    ],
    [
      "docker-runs-readable",
      "--detach",
      "--sysctl all --detach",
      "command `fan-out-samp-1` may start a container that the rules cannot judge: the option `--sysctl` of a `docker run`",
    ],
  ];
  for (const [rule, from, to, message] of BREAKING) {
    it(`report once, for all its hosts, what breaks ${rule}`, () => {
      const [first, ...others] = judge(rule, edited(from, to));
      assert.deepEqual([first?.split("\n")[0], others], [message, []]);
    });
  }

  it("waive it where every host of the batch is named, and report it where one is not", () => {
    const broken = edited("--restart unless-stopped", "--restart no");
    const waive = (hosts: string) =>
      runtime.setAllConfig({
        "ldms:waivers": JSON.stringify([{ rule: "restarts-by-itself", hosts, reason: "being debugged", until: SOON }]),
      });
    try {
      waive("cygnus-[01-04]");
      assert.deepEqual(judge("restarts-by-itself", broken), []);
      waive("cygnus-02");
      assert.equal(judge("restarts-by-itself", broken).length, 1);
    } finally {
      runtime.setAllConfig({});
    }
  });

  it("leave one whose image preview does not know to up", () => {
    const unknown = { ...batch, props: { ...batch.props, create: UNKNOWN_TEXT } };
    assert.equal(judge("sampler-shares-host-pid", unknown), "not checkable in preview, checked in up");
    assert.equal(judgeStack("maestro-names-every-daemon", [unknown]), "not checkable in preview, checked in up");
  });
});

describe("STACK_POLICIES", () => {
  for (const rule of STACK_RULES) {
    const { breaking, passing } = rule.examples;
    it(`${rule.name} reports the breaking example in the rule's words`, () =>
      assert.deepEqual(judgeStack(rule.name, stackWith(breaking)), [`${rule.message(breaking, DEFAULT_PARAMETERS)}\nhelp: ${rule.help}`]));

    it(`${rule.name} says nothing of the passing example`, () => assert.deepEqual(judgeStack(rule.name, stackWith(passing)), []));

    it(`${rule.name} says nothing of a stack of other things`, () =>
      assert.deepEqual(judgeStack(rule.name, [{ type: IMAGE_TYPE, name: "i", props: {} }]), []));
  }

  it("count a container of which a preview does not know what the program left out", () => {
    const { passing } = STACK_RULES.find(({ name }) => name === "ui-asks-hosts-with-dsosd")!.examples;
    const computed = { entrypoints: UNKNOWN_TEXT, ipcMode: UNKNOWN_TEXT, securityOpts: UNKNOWN_TEXT };
    const planned = stackWith(passing).map((one) => (one.type === CONTAINER_TYPE ? { ...one, props: { ...one.props, ...computed } } : one));
    assert.deepEqual(judgeStack("ui-asks-hosts-with-dsosd", planned), []);
  });

  it("judge the containers that preview knows", () => {
    const { breaking } = STACK_RULES[1]!.examples;
    const unknown = { type: CONTAINER_TYPE, name: "n9-x", props: { name: UNKNOWN_TEXT } };
    assert.equal(judgeStack("ports-do-not-collide-on-a-host", [...stackWith(breaking), unknown]).length, 1);
  });
});
