import assert from "node:assert/strict";
import { TestStack } from "./test-stack";

describe("runOperation", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  it("creates what the program asks for, changes nothing at the second time, and deletes dependents first", async () => {
    const first = await stack.up(
      'const g = new Group("g");\nconst a = new Thing("a", {}, { parent: g });\nexport const handle = new Thing("b", { base: a.handle }, { parent: g }).handle;',
    );
    assert.deepEqual([first.outcome, first.changes, first.outputs], ["succeeded", { create: 4 }, { handle: "b@default#" }]);
    assert.equal(stack.resources["b"]?.urn, "urn:pulumi:dev::shop::test:index:Group$fake:index:Thing::b");
    const before = JSON.stringify(stack.state);
    const second = await stack.up();
    assert.deepEqual([second.changes, stack.steps], [{ same: 4 }, []]);
    assert.equal(JSON.stringify(stack.state), before);
    stack.host.forgetCalls();
    const destroyed = await stack.run("destroy");
    assert.deepEqual(destroyed.changes, { delete: 4 });
    assert.deepEqual(stack.host.effects, ["delete b", "delete a"]);
    assert.deepEqual(stack.host.labels, []);
    assert.deepEqual(stack.state.resources, []);
  });

  it("previews what up then does, and touches nothing", async () => {
    await stack.up('const a = new Thing("a"); new Thing("b", { base: a.handle }); new Thing("gone"); new Thing("kept");');
    stack.host.forgetCalls();
    const before = JSON.stringify(stack.state);
    const body =
      'const a = new Thing("a", { size: 2 }); new Thing("b", { base: "other" }); new Thing("kept"); new Thing("new", { base: a.handle });';
    const preview = await stack.preview(body);
    const previewed = stack.steps;
    assert.deepEqual(stack.host.effects, []);
    assert.equal(JSON.stringify(stack.state), before);
    const up = await stack.up();
    assert.deepEqual(preview.changes, up.changes);
    assert.deepEqual([...previewed].sort(), [...stack.steps].sort());
    assert.deepEqual(up.changes, { same: 2, create: 1, update: 1, replace: 1, delete: 1 });
  });

  it("shows outputs that only up will know as unknown in a preview", async () => {
    const preview = await stack.preview(
      'const a = new Thing("a"); new Thing("b", { base: a.handle }); export const [handle, size] = [a.handle, a.size];',
    );
    assert.deepEqual(preview.changes, { create: 3 });
    const created = stack.events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.urn.endsWith("::b"));
    assert.equal(created?.resourcePreEvent?.metadata.new?.inputs["base"], "[unknown]");
    assert.equal(preview.outputs["handle"]?.constructor.name, "Unknown");
  });

  it("creates the replacement first and deletes the old one last", async () => {
    await stack.up('new Thing("a", { label: "one" }); new Thing("z");');
    stack.host.forgetCalls();
    const result = await stack.up('new Thing("a", { label: "two" }); new Thing("z", { size: 2 });');
    assert.deepEqual(result.changes, { same: 1, update: 1, replace: 1 });
    assert.equal(stack.host.effects.at(-1), "delete a");
    assert.deepEqual(
      stack.steps.filter((step) => step.endsWith(" a")),
      ["create-replacement a", "replace a", "delete-replaced a"],
    );
    assert.deepEqual(stack.host.labels, ["two", "z"]);
    assert.deepEqual(stack.things, ["a", "z"]);
  });

  it("deletes first where the option says so, and before it what a changed value would replace", async () => {
    const body = (zone: string) =>
      `const a = new Thing("a", { zone: "${zone}" }, { deleteBeforeReplace: true });
       const b = new Thing("b", { base: a.handle });
       new Thing("c", { tags: { of: a.handle } });
       new Thing("d", {}, { dependsOn: [b] });`;
    await stack.up(body("x"));
    stack.host.forgetCalls();
    const result = await stack.up(body("y"));
    assert.deepEqual(result.changes, { same: 2, update: 1, replace: 2 });
    assert.deepEqual(
      stack.host.effects.filter((effect) => !effect.endsWith(" c")),
      ["delete b", "delete a", "create a", "create b"],
    );
    assert.deepEqual(stack.host.labels, ["a", "b", "c", "d"]);
  });

  it("deletes nothing when the program throws", async () => {
    await stack.up('new Thing("a"); new Thing("b");');
    stack.host.forgetCalls();
    const result = await stack.up('new Thing("a", { size: 5 }); throw new Error("the shelf fell");');
    assert.equal(result.outcome, "failed");
    assert.match(stack.diagnostics, /the shelf fell/);
    assert.ok(!stack.host.effects.some((effect) => effect.startsWith("delete")));
    assert.deepEqual(stack.things, ["a", "b"]);
  });

  it("deletes nothing when the program reports an error or exits early", async () => {
    await stack.up('new Thing("a");');
    assert.equal((await stack.up('pulumi.log.error("no stock");')).outcome, "failed");
    assert.equal((await stack.up("process.exit(0);")).outcome, "failed");
    assert.equal((await stack.up("export const never = new Promise(() => undefined);")).outcome, "failed");
    assert.match(stack.diagnostics, /program: ended before its time: something that it waits for never came/);
    assert.deepEqual(stack.host.labels, ["a"]);
  });

  it("stops at a package, a type and inputs that it does not know, by name, with nothing done", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['class X extends pulumi.CustomResource {} new X("cloud:index:Bucket", "x", {});', /no provider for the package: `cloud`/],
      [
        'class X extends pulumi.CustomResource {} new X("fake:index:Other", "x", {}, { version: "1.2.3" });',
        /does not know the type: `fake:index:Other`/,
      ],
      ['new Thing("x", { colour: "red" } as object);', /`x`: has inputs that its provider refuses:\n {2}- colour: is not known/],
      ['new Thing("x"); new Thing("x");', /two resources have the same type, parent and name/],
    ];
    for (const [body, message] of cases) {
      const result = await stack.up(body);
      assert.equal(result.outcome, "failed");
      assert.match(stack.diagnostics, message);
    }
    assert.ok(!stack.host.effects.some((effect) => !effect.endsWith(" x")));
  });

  it("ends without a change when the preview finds none, and asks before it goes on", async () => {
    const asked: number[] = [];
    const confirm = (answer: boolean) => async () => {
      asked.push(asked.length);
      return answer;
    };
    assert.equal((await stack.up('new Thing("a");', { confirm: confirm(false) })).outcome, "declined");
    assert.deepEqual(stack.host.labels, []);
    assert.equal((await stack.up(undefined, { confirm: confirm(true) })).outcome, "succeeded");
    assert.equal((await stack.up(undefined, { confirm: confirm(true) })).outcome, "unchanged");
    assert.equal(asked.length, 2);
  });
});
