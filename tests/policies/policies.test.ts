import assert from "node:assert/strict";
import { type PolicyResource, type ResourceValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { SAMPLER } from "../../plan/rules/examples";
import type { FileFacts } from "../../plan/rules/facts";
import { FILE_RULES } from "../../plan/rules/file-rules";
import { IMAGE_RULES } from "../../plan/rules/image-rules";
import type { Rule } from "../../plan/rules/rule";
import { STACK_RULES } from "../../plan/rules/stack-rules";
import { CONTAINER_TYPE, IMAGE_TYPE, type SeenResource } from "../../policies/resource-facts";
import { RESOURCE_POLICIES } from "../../policies/resource-policies";
import { STACK_POLICIES } from "../../policies/stack-policies";
import { containerWith, UNKNOWN_TEXT } from "./inputs";

function deliveryWith({ host, mode, owner, path, fingerprint, isUniform }: FileFacts): SeenResource {
  const content = Buffer.from(isUniform ? "aaaa" : "abcd").toString("base64");
  const create = `cat <<'MANIFEST'\n${mode} ${owner} ${path} ${fingerprint}\nMANIFEST\n`;
  return { type: "command:local:Command", name: `${host}-files`, props: { create, stdin: `${content}\n` } };
}

class NotApplicable extends Error {}

/** The messages of one policy for one resource, or why it has none. */
function judge(name: string, { type, name: resourceName, props }: SeenResource): readonly string[] | string {
  const policy = RESOURCE_POLICIES.find((candidate) => candidate.name === name);
  assert.ok(policy && typeof policy.validateResource === "function", `no policy ${name}`);
  const messages: string[] = [];
  const args: ResourceValidationArgs = {
    type,
    name: resourceName,
    props: unknownCheckingProxy(props),
    urn: `urn:pulumi:cygnus::ldms::${type}::${resourceName}`,
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
    getConfig: <T extends object>() => ({}) as T,
    notApplicable: (reason) => {
      throw new NotApplicable(reason);
    },
  };
  try {
    policy.validateResource(args, (message) => messages.push(message));
  } catch (error) {
    if (error instanceof NotApplicable) return error.message;
    throw error;
  }
  return messages;
}

/** A breaking, a passing and another input of each policy of a table. */
function describeTable<Facts>(rules: readonly Rule<Facts>[], resourceWith: (facts: Facts) => SeenResource, otherwise: string): void {
  for (const rule of rules) {
    describe(rule.name, () => {
      it("reports the breaking example in the rule's words", () =>
        assert.deepEqual(judge(rule.name, resourceWith(rule.examples.breaking)), [
          `${rule.message(rule.examples.breaking)}\nhelp: ${rule.help}`,
        ]));

      it("says nothing of the passing example", () => assert.deepEqual(judge(rule.name, resourceWith(rule.examples.passing)), []));

      it("is not applicable to another resource", () =>
        assert.equal(judge(rule.name, { type: "random:index/pet:Pet", name: "x", props: {} }), otherwise));
    });
  }
}

describeTable(CONTAINER_RULES, containerWith, `it judges ${CONTAINER_TYPE}`);
describeTable(FILE_RULES, deliveryWith, "it judges command:remote:Command and command:local:Command");
describeTable(
  IMAGE_RULES,
  ({ reference }) => ({ type: IMAGE_TYPE, name: "cygnus-01-ldms-samp", props: { name: reference } }),
  `it judges ${IMAGE_TYPE}`,
);

describe("RESOURCE_POLICIES", () => {
  it("are the rules about one resource, with their levels", () => {
    const rules = [...CONTAINER_RULES, ...IMAGE_RULES, ...FILE_RULES];
    assert.deepEqual(
      RESOURCE_POLICIES.map(({ name, enforcementLevel, severity }) => [name, enforcementLevel, severity]),
      rules.map(({ name, enforcement, severity }) => [name, enforcement, severity]),
    );
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

describe("STACK_POLICIES", () => {
  function judgeStack(name: string, containers: readonly SeenResource[]): string[] {
    const policy = STACK_POLICIES.find((candidate) => candidate.name === name);
    assert.ok(policy, `no policy ${name}`);
    const messages: string[] = [];
    const resources = containers.map(
      (container) => ({ ...container, props: unknownCheckingProxy(container.props) }) as unknown as PolicyResource,
    );
    policy.validateStack(
      { resources, stackTags: new Map(), getConfig: <T extends object>() => ({}) as T, notApplicable: () => assert.fail("not applicable") },
      (message) => messages.push(message),
    );
    return messages;
  }

  for (const rule of STACK_RULES) {
    const { breaking, passing } = rule.examples;
    it(`${rule.name} reports the breaking example in the rule's words`, () =>
      assert.deepEqual(judgeStack(rule.name, breaking.map(containerWith)), [`${rule.message(breaking)}\nhelp: ${rule.help}`]));

    it(`${rule.name} says nothing of the passing example`, () => assert.deepEqual(judgeStack(rule.name, passing.map(containerWith)), []));

    it(`${rule.name} says nothing of a stack of other things`, () =>
      assert.deepEqual(judgeStack(rule.name, [{ type: IMAGE_TYPE, name: "i", props: {} }]), []));
  }

  it("judge the containers that preview knows", () => {
    const { breaking } = STACK_RULES[1]!.examples;
    const unknown = { type: CONTAINER_TYPE, name: "n9-x", props: { name: UNKNOWN_TEXT } };
    assert.equal(judgeStack("ports-do-not-collide-on-a-host", [...breaking.map(containerWith), unknown]).length, 1);
  });
});
