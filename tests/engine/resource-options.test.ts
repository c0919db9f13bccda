import assert from "node:assert/strict";
import { makeManifest } from "../../stack/file-backend";
import type { StackLocation } from "../../stack/open-stack";
import { importStack } from "../../stack/stack-admin";
import { TestStack } from "./test-stack";

describe("resource options", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  it("names an option that the engine does not know", async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['new Thing("x", {}, { import: "some-id" });', "`x`: the embedded engine does not know the resource option: `import`"],
      ['new Thing("x", {}, { transforms: [async () => undefined] });', "the resource option: `transforms`"],
      ['new Thing("x", {}, { hooks: { beforeCreate: [() => undefined] } });', "does not know resource hooks"],
      ['const a = new Thing("a"); new Thing("x", {}, { replaceWith: [a] });', "the resource option: `replaceWith`"],
      ['const a = new Thing("a"); new Thing("x", {}, { deletedWith: a });', "the resource option: `deletedWith`"],
      ['new Thing("x", {}, { replaceOnChanges: ["size"] });', "the resource option: `replaceOnChanges`"],
      ['new Thing("x", {}, { ignoreChanges: ["tags.keep"] });', "the resource option: `ignoreChanges: tags.keep`"],
      ['new Thing("x", { label: new pulumi.asset.StringAsset("text") as never });', "does not know assets and archives"],
      ['pulumi.runtime.invoke("fake:index:look", {});', "does not know functions of a provider (`invoke`)"],
    ];
    for (const [body, message] of cases) {
      assert.equal((await stack.up(body)).outcome, "failed", body);
      assert.ok(stack.diagnostics.includes(message), `${body}: ${stack.diagnostics}`);
    }
    assert.ok(!stack.host.labels.includes("x"));
  });

  it("keeps for `pulumi` which differences it is not to show", async () => {
    await stack.up('new Thing("a", {}, { hideDiffs: ["size"] });');
    const [thing] = (stack.state.resources ?? []).filter(({ type }) => type === "fake:index:Thing");
    assert.deepEqual(thing?.hideDiff, ["size"]);
    assert.deepEqual((await stack.up('new Thing("a", {}, { hideDiffs: ["size"] });')).changes, { same: 2 });
  });

  it("does not delete or replace what is protected", async () => {
    await stack.up('new Thing("a", {}, { protect: true }); new Thing("b");');
    assert.equal((await stack.up("")).outcome, "failed");
    assert.match(stack.diagnostics, /::a`: is protected and would be deleted/);
    assert.equal((await stack.up('new Thing("a", { zone: "y" }, { protect: true }); new Thing("b");')).outcome, "failed");
    assert.match(stack.diagnostics, /::a`: is protected and would be replaced/);
    assert.equal((await stack.run("destroy")).outcome, "failed");
    assert.deepEqual(stack.host.labels, ["a", "b"]);
    await stack.up('new Thing("a"); new Thing("b");');
    assert.deepEqual((await stack.up("")).changes, { same: 1, delete: 2 });
  });

  it("leaves ignored properties as they are", async () => {
    await stack.up('new Thing("a", { size: 1, tags: { move: "1" } });');
    const result = await stack.up(
      'new Thing("a", { size: 9, tags: { move: "2" }, password: "new" }, { ignoreChanges: ["size", "password"] });',
    );
    assert.deepEqual(result.changes, { same: 1, update: 1 });
    const { size, tags, password } = stack.host.object("a") ?? {};
    assert.deepEqual([size, tags, password], [1, { move: "2" }, undefined]);
  });

  it("forgets what is to be retained, without deleting it", async () => {
    await stack.up('new Thing("a", {}, { retainOnDelete: true }); new Thing("b");');
    stack.host.forgetCalls();
    assert.deepEqual((await stack.up("")).changes, { same: 1, delete: 2 });
    assert.deepEqual(stack.host.effects, ["delete b"]);
    assert.deepEqual(stack.things, []);
  });

  it("finds a renamed, retyped or moved resource by its aliases", async () => {
    await stack.up(
      'const g = new Group("g"); new Thing("a", { label: "a" }, { parent: g }); new Thing("g-b", { label: "b" }, { parent: g });',
    );
    stack.host.forgetCalls();
    const renamed = await stack.up(
      'const g = new Group("h", { aliases: [{ name: "g" }] }); new Thing("x", { label: "a" }, { parent: g, aliases: [{ name: "a" }] }); new Thing("h-b", { label: "b" }, { parent: g });',
    );
    assert.deepEqual([renamed.changes, stack.host.effects], [{ same: 4 }, []]);
    assert.deepEqual(stack.things, ["h-b", "x"]);
    assert.deepEqual(
      stack.state.resources?.filter(({ urn, parent }) => `${urn}${parent}`.includes("::g")),
      [],
    );
    const moved = await stack.up(
      'new Thing("x", { label: "a" }, { aliases: ["urn:pulumi:dev::shop::test:index:Group$fake:index:Thing::x"] }); new Thing("h-b", { label: "b" }, { aliases: [{ parent: "urn:pulumi:dev::shop::test:index:Group::h" }] });',
    );
    assert.deepEqual([moved.changes, stack.host.effects], [{ same: 3, delete: 1 }, []]);
    assert.deepEqual((await stack.up()).changes, { same: 3 });
  });

  it("uses the provider that the program chose, and replaces its resources when that is replaced", async () => {
    const body = (host: string, verbose: string) => `const p = new Provider("p", { host: "${host}", verbose: "${verbose}" });
      const g = new Group("g", { providers: [p] }); new Thing("a", {}, { parent: g, deleteBeforeReplace: true }); new Thing("b");`;
    await stack.up(body("one", "no"));
    const creates = stack.host.calls.filter(({ call }) => call === "create");
    assert.deepEqual(Object.fromEntries(creates.map(({ name, host }) => [name, host])), { a: "one", b: "default" });
    assert.deepEqual((await stack.up(body("one", "yes"))).changes, { same: 4, update: 1 });
    stack.host.forgetCalls();
    const result = await stack.up(body("two", "yes"));
    assert.deepEqual(result.changes, { same: 3, replace: 2 });
    const effects = stack.host.calls.filter(({ call }) => call === "create" || call === "delete");
    assert.deepEqual(
      effects.map(({ call, host }) => `${call} on ${host}`),
      ["delete on one", "create on two"],
    );
  });

  it("configures the default provider from the stack's settings of its package", async () => {
    await stack.up('new Thing("a");', { config: { "fake:host": { value: "seven", isSecret: true } } });
    assert.equal(stack.host.calls.find(({ call }) => call === "create")?.host, "seven");
    assert.deepEqual(stack.resources["default_1_2_3"]?.urn, "urn:pulumi:dev::shop::pulumi:providers:fake::default_1_2_3");
    assert.ok(!JSON.stringify(stack.state).includes('seven"'));
  });

  it("hands a create the id of the object that is on record to be taken over", async () => {
    stack.program('new Thing("a");');
    const resource = { urn: "urn:pulumi:dev::shop::fake:index:Thing::a", type: "fake:index:Thing", id: "1d", custom: true };
    const deployment = { manifest: makeManifest(new Date()), resources: [], pending_operations: [{ resource, type: "creating" }] };
    await importStack(stack.args("up") as StackLocation, JSON.stringify({ version: 3, deployment }));
    assert.equal((await stack.up()).outcome, "succeeded");
    const [create] = stack.host.calls.filter(({ call }) => call === "create");
    assert.deepEqual([create?.isResumed, create?.takenOverId], [true, "1d"]);
    assert.equal(stack.state.pending_operations, undefined);
  });

  it("bounds a step by customTimeouts, and looks for what it may have left", async () => {
    const body = (delayMs: number) => `new Thing("a", { delayMs: ${delayMs} }, { customTimeouts: { create: "1s" } });`;
    const late = await stack.up(body(700));
    assert.equal(late.outcome, "failed");
    assert.match(late.failures[0]?.message ?? "", /a: create took longer than its `customTimeouts` allow: `1s`/);
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.deepEqual([stack.host.labels, stack.things], [["a"], []]);
    assert.equal((await stack.up(body(0))).outcome, "succeeded");
    assert.equal(stack.host.calls.filter(({ call }) => call === "create").at(-1)?.isResumed, true);
  });
});
