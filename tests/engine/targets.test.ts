import assert from "node:assert/strict";
import { TestStack } from "./test-stack";

describe("targets and excludes", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  const body = (size: number) =>
    `const g = new Group("g"); const a = new Thing("a", { size: ${size} }, { parent: g }); new Thing("b", { size: ${size}, tags: { of: a.handle } }, { parent: g }); new Thing("c", { size: ${size} });`;

  it("does only what is targeted", async () => {
    await stack.up(body(1));
    stack.host.forgetCalls();
    const result = await stack.up(body(2), { targets: ["**::a"] });
    assert.deepEqual([result.outcome, stack.host.effects], ["succeeded", ["update a"]]);
    assert.equal(stack.resources["b"]?.inputs?.["size"], 1);
    assert.deepEqual((await stack.up(body(2))).changes, { same: 3, update: 2 });
  });

  it("leaves the excluded ones alone, present or not", async () => {
    const result = await stack.up(body(1), { excludes: ["**::b", "**::c"] });
    assert.deepEqual([result.outcome, stack.host.labels], ["succeeded", ["a"]]);
    await stack.up(body(1));
    stack.host.forgetCalls();
    await stack.up("", { excludes: ["**::c"] });
    assert.deepEqual(stack.host.labels, ["c"]);
    assert.deepEqual(stack.things, ["c"]);
  });

  it("refuses a target that needs something absent outside of the targets", async () => {
    const result = await stack.up(body(1), { targets: ["**::b"] });
    assert.equal(result.outcome, "failed");
    assert.match(stack.diagnostics, /needs a resource that does not exist and is outside of the targets: `.*::a`/);
    assert.deepEqual(stack.host.labels, []);
  });

  it("destroys only the targets, and refuses when others need them", async () => {
    await stack.up(body(1));
    assert.equal((await stack.run("destroy", { targets: ["**::a"] })).outcome, "failed");
    assert.match(stack.diagnostics, /::a`: cannot be deleted, `.*::b` needs it/);
    assert.deepEqual(stack.host.labels, ["a", "b", "c"]);
    assert.equal((await stack.run("destroy", { targets: ["**::a", "**::b"] })).outcome, "succeeded");
    assert.deepEqual(stack.host.labels, ["c"]);
  });

  describe("of what `ldms:index:Deployed` says", () => {
    /** Words about `a` and `b`, as a host has them about its files and containers. */
    const host = (a: string, b = 'new Thing("b")') =>
      `const a = ${a}; const b = ${b};
       class Words extends pulumi.ComponentResource { protected override registerOutputs() {} }
       new Words("ldms:index:Deployed", "words", { hosts: "one", files: {}, containers: { ab: ${JSON.stringify(a + b)} } }, { dependsOn: [a, b].filter(Boolean) });`;
    const words = () => JSON.stringify(stack.resources["words"]?.inputs);
    const about = () => (stack.resources["words"]?.dependencies ?? []).map((urn) => urn.split("::").at(-1));

    it("leaves the old words about what is excluded, new, changed or gone", async () => {
      const [old, changed] = [host('new Thing("a")'), host('new Thing("a", { size: 2 })')];
      assert.deepEqual((await stack.up(old, { excludes: ["**::a"] })).outcome, "succeeded");
      assert.equal(words(), undefined);
      await stack.up(old);
      const before = words();
      assert.ok(before !== undefined);
      for (const next of [changed, host("undefined!"), host('new Thing("a")', "undefined!")]) {
        await stack.up(next, { excludes: ["**::a", "**::b"] });
        assert.equal(words(), before);
      }
      assert.deepEqual(
        [about(), stack.host.labels],
        [
          ["a", "b"],
          ["a", "b"],
        ],
      );
      await stack.up(changed);
      assert.notEqual(words(), before);
    });

    it("writes the words that a target names, though not all that they are about is one", async () => {
      await stack.up(host('new Thing("a")'));
      const before = words();
      await stack.up(host('new Thing("a", { size: 2 })'), { targets: ["**::a"] });
      assert.equal(words(), before);
      await stack.up(undefined, { targets: ["**::words"] });
      assert.notEqual(words(), before);
    });

    it("deletes what words alone name, beside a failure and as a target, and drops it from them", async () => {
      await stack.up(host('new Thing("a")'));
      const failing = host("undefined!", 'new Thing("b", { size: 2, failOn: "update" })');
      assert.equal((await stack.up(failing, { continueOnError: true })).outcome, "failed");
      assert.deepEqual([stack.host.labels, about()], [["b"], ["b"]]);
      assert.doesNotMatch(stack.diagnostics, /is kept/);
      assert.equal((await stack.run("destroy", { targets: ["**::b"] })).outcome, "succeeded");
      assert.deepEqual([stack.host.labels, about()], [[], []]);
    });
  });

  it("keeps an untargeted resource in order behind what it needs", async () => {
    await stack.up('const z = new Thing("z"); new Thing("a", { tags: { of: z.handle } });');
    await stack.up('new Thing("a"); new Thing("n");', { targets: ["**::n"] });
    const order = (stack.state.resources ?? []).map(({ urn }) => urn.split("::").at(-1));
    assert.ok(order.indexOf("z") < order.indexOf("a"), order.join(" "));
  });
});
