import assert from "node:assert/strict";
import type { EngineEvent } from "../../engine/events/events";
import { runOperation } from "../../engine/run-operation";
import { TestStack } from "./test-stack";

describe("failing steps", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  const chain = (failOn: string, size = 1) =>
    `const bad = new Thing("bad", { failOn: "${failOn}", size: ${size} });
     const next = new Thing("next", { base: bad.handle, size: ${size} });
     new Thing("last", { size: ${size} }, { dependsOn: [next] });
     new Thing("free", { size: ${size} });
     export const handle = next.handle;`;

  it("does the rest with continue-on-error, and leaves what depends on the failed one", async () => {
    const result = await stack.up(chain("create"), { continueOnError: true });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(
      result.failures.map(({ urn, host }) => [urn.split("::").at(-1), host]),
      [["bad", "default"]],
    );
    assert.deepEqual(result.skipped.map((urn) => urn.split("::").at(-1)).sort(), ["last", "next"]);
    assert.deepEqual(stack.host.labels, ["free"]);
    assert.deepEqual(stack.things, ["free"]);
    assert.equal(stack.events.filter(({ resOpFailedEvent }) => resOpFailedEvent !== undefined).length, 1);
    assert.deepEqual((await stack.up(chain("nothing"), { continueOnError: true })).changes, { same: 2, create: 3 });
  });

  it("keeps a failed update and what it needs, and deletes the rest that went", async () => {
    await stack.up(`const gone = new Thing("gone"); new Thing("free"); new Thing("bad", { tags: { of: gone.handle } });`);
    const result = await stack.up('new Thing("bad", { size: 2, failOn: "update" });', { continueOnError: true });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(stack.host.labels, ["bad", "gone"]);
    assert.equal(stack.resources["bad"]?.inputs?.["size"], 1);
    assert.deepEqual((await stack.up('new Thing("bad", { size: 2 });')).changes, { same: 1, update: 1, delete: 1 });
  });

  it("keeps what a failed delete needs", async () => {
    await stack.up('const a = new Thing("a"); new Thing("b", { base: a.handle, failOn: "delete" }); new Thing("c");');
    const result = await stack.run("destroy", { continueOnError: true });
    assert.deepEqual([result.outcome, stack.host.labels], ["failed", ["a", "b"]]);
    assert.deepEqual(stack.things, ["a", "b"]);
  });

  it("starts nothing more behind a failure without continue-on-error", async () => {
    const result = await stack.up(
      'const bad = new Thing("bad", { failOn: "create" });\nbad.urn.apply(() => new Thing("later"));\nnew Thing("slow", { delayMs: 300 });',
    );
    assert.equal(result.outcome, "failed");
    assert.ok(!stack.host.labels.includes("later"));
    assert.deepEqual(stack.things, stack.host.labels);
  });

  it("stops at inputs that a provider refuses, continue-on-error or not", async () => {
    const result = await stack.up('new Thing("gone"); const a = new Thing("a"); new Thing("b", { base: a.handle, invalid: true }); ', {
      continueOnError: true,
    });
    assert.equal(result.outcome, "failed");
    assert.match(stack.diagnostics, /invalid: must not be true/);
    assert.ok(!stack.host.labels.includes("b"));
  });

  /** A listener that cannot take the beginning of a step on `a`. */
  const goneAtA = ({ resourcePreEvent }: EngineEvent) => {
    if (resourcePreEvent?.metadata.urn.endsWith("::a") === true) throw new Error("the display is gone");
  };

  it("fails a step whose beginning the listener cannot take, and does not say that the run succeeded", async () => {
    stack.program('new Thing("a"); new Thing("b");');
    const result = await runOperation({
      ...stack.args("up", { continueOnError: true }),
      onEvent: goneAtA,
    });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(
      result.failures.map(({ urn, message }) => [urn.split("::").at(-1), message]),
      [["a", "the display is gone"]],
    );
    assert.deepEqual([stack.host.labels, stack.things], [["b"], ["b"]]);
  });

  it("fails what a refresh cannot show, and refreshes the rest", async () => {
    await stack.up('new Thing("a"); new Thing("b");');
    const result = await runOperation({
      ...stack.args("refresh", { continueOnError: true }),
      onEvent: goneAtA,
    });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(
      result.failures.map(({ urn, message }) => [urn.split("::").at(-1), message]),
      [["a", "the display is gone"]],
    );
    assert.deepEqual(result.changes, { same: 1 });
  });

  it("fails steps where the listener cannot be waited for", async () => {
    const pace = () => Promise.reject(new Error("the display is gone"));
    const result = await stack.up('new Thing("a");', { continueOnError: true, pace });
    assert.deepEqual([result.outcome, stack.host.labels], ["failed", []]);
  });

  it("ends cleanly when canceled: what was begun is finished and recorded", async () => {
    const abort = new AbortController();
    const body = 'const a = new Thing("a", { delayMs: 500 }); new Thing("b", { base: a.handle });';
    stack.program(body);
    stack.events = [];
    const args = stack.args("up", { signal: abort.signal });
    const running = runOperation({
      ...args,
      onEvent: (event) => {
        stack.events.push(event);
        if (event.resourcePreEvent?.metadata.urn.endsWith("::a") === true) abort.abort();
      },
    });
    assert.equal((await running).outcome, "canceled");
    assert.deepEqual([stack.host.labels, stack.things], [["a"], ["a"]]);
    assert.ok(stack.events.some(({ cancelEvent }) => cancelEvent !== undefined));
    assert.deepEqual((await stack.up()).changes, { same: 2, create: 1 });
  });

  it("keep the outputs of before beside the new ones", async () => {
    await stack.up("export const [kept, changed] = [1, 1];");
    const result = await stack.up('new Thing("bad", { failOn: "create" });\nexport const changed = 2;', { continueOnError: true });
    assert.deepEqual([result.outcome, result.outputs], ["failed", { kept: 1, changed: 2 }]);
  });

  it("blanks secrets of the configuration in messages", async () => {
    const config = { "shop:token": { value: "tok-12345", isSecret: true } };
    await stack.up('throw new Error("bad token " + new pulumi.Config().require("token"));', { config });
    assert.match(stack.diagnostics, /bad token \[secret\]/);
    assert.ok(!JSON.stringify(stack.events).includes("tok-12345"));
  });
});
