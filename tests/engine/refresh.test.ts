import assert from "node:assert/strict";
import { TestStack } from "./test-stack";

describe("refresh", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  const body =
    'const a = new Thing("a", { size: 1, password: pulumi.secret("hunter22") }); new Thing("b", { tags: { of: a.handle } }); new Thing("c");';

  it("takes what the host says: changed, gone, unchanged", async () => {
    await stack.up(body);
    stack.host.put("a", { ...stack.host.object("a"), size: 7 });
    stack.host.remove("b");
    const result = await stack.run("refresh");
    assert.deepEqual(result.changes, { update: 1, delete: 1, same: 1 });
    assert.deepEqual(stack.things, ["a", "c"]);
    assert.equal(stack.resources["a"]?.inputs?.["size"], 7);
    assert.ok(!JSON.stringify(stack.state).includes("hunter22"));
    const before = JSON.stringify(stack.state);
    assert.deepEqual((await stack.run("refresh")).changes, { same: 2 });
    assert.equal(JSON.stringify(stack.state), before);
  });

  it("before up mends exactly what was changed by hand", async () => {
    await stack.up(body);
    stack.host.put("a", { ...stack.host.object("a"), size: 7 });
    stack.host.remove("b");
    stack.host.forgetCalls();
    const preview = await stack.preview(undefined, { refresh: true });
    assert.deepEqual(preview.changes, { same: 2, update: 1, create: 1 });
    assert.deepEqual(stack.host.effects, []);
    const up = await stack.up(undefined, { refresh: true });
    assert.deepEqual(up.changes, preview.changes);
    assert.deepEqual([...stack.host.effects].sort(), ["create b", "update a"]);
    assert.deepEqual((await stack.up(undefined, { refresh: true })).changes, { same: 4 });
  });

  it("with continue-on-error leaves alone what could not be read", async () => {
    await stack.up(`${body} new Thing("d", { failOn: "read" });`);
    stack.host.remove("c");
    const result = await stack.up(`${body} new Thing("d", { failOn: "read", size: 3 });`, { refresh: true, continueOnError: true });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(stack.host.labels, ["a", "b", "c", "d"]);
    assert.equal(stack.resources["d"]?.inputs?.["size"], 1);
  });
});
