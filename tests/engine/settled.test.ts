import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import type { EngineEvent } from "../../engine/events/events";
import type { DeploymentJson } from "../../stack/deployment-json";
import { TestStack } from "./test-stack";

const PROGRAM =
  'const a = new Thing("a", { label: pulumi.secret("hidden") }); new Thing("b", { base: a.handle }); export const handle = a.handle;';

// A state of which it is known that the program asks for no other.
describe("an operation on a settled state", function () {
  this.timeout(120_000);
  let stack: TestStack;
  let state: string;
  beforeEach(async () => {
    stack = new TestStack();
    state = (await stack.up(PROGRAM)).state ?? "";
    assert.match(state, /^[0-9a-f]{64}$/);
    stack.host.forgetCalls();
  });
  afterEach(() => stack.close());

  const settledAt = (digest: string) => ({ settled: async (now: string) => (now === digest ? ["as planned"] : undefined) });
  /** What is told, without what differs from run to run. */
  const told = () => stack.events.map(({ sequence: _, timestamp: __, ...event }: EngineEvent) => withoutDuration(event));

  function withoutDuration(event: object): object {
    const { summaryEvent, ...rest } = event as Partial<EngineEvent>;
    return summaryEvent ? { ...rest, summaryEvent: { ...summaryEvent, durationSeconds: 0 } } : rest;
  }

  it("starts no program, and tells and leaves the same as one that has nothing to do", async () => {
    const { durationSeconds: _, ...asked } = await stack.run("up", { confirm: async () => true });
    const eventsOfProgram = told();
    stack.program('throw new Error("was started");');
    const { durationSeconds: __, ...known } = await stack.run("up", { confirm: async () => true, ...settledAt(state) });
    assert.deepEqual(known, asked);
    assert.deepEqual([known.outcome, known.changes, known.state], ["unchanged", { same: 3 }, state]);
    const [note, ...others] = told().filter((event) => "diagnosticEvent" in event);
    assert.deepEqual(
      [note, others],
      [{ diagnosticEvent: { message: "as planned\n", color: "never", severity: "info", ephemeral: false } }, []],
    );
    const bodies = (events: readonly object[]) =>
      new Set(events.filter((event) => !("diagnosticEvent" in event)).map((event) => JSON.stringify(event)));
    // That of a program says twice what it exports.
    assert.deepEqual(bodies(told()), bodies(eventsOfProgram));
    assert.deepEqual(stack.host.effects, []);
  });

  it("needs no passphrase for secrets that nobody reads, and shows none", async () => {
    const result = await stack.run("up", { passphrase: undefined, ...settledAt(state) });
    assert.deepEqual([result.outcome, result.changes], ["succeeded", { same: 3 }]);
    assert.equal(JSON.stringify(stack.events).match(/"label":"\[secret\]"/g)?.length, 8);
    assert.equal((await stack.run("up", { confirm: async () => true })).state, state);
  });

  it("asks the program on any other state, and where nobody knows", async () => {
    stack.program('new Thing("c");');
    for (const settled of [settledAt("0".repeat(64)).settled, async () => undefined]) {
      const { changes } = await stack.run("up", { confirm: async () => false, settled });
      assert.deepEqual(changes, { create: 1, delete: 2, same: 1 });
    }
    assert.notEqual((await stack.run("up")).state, state);
    assert.deepEqual((await stack.run("up", { confirm: async () => false, ...settledAt(state) })).changes, { same: 2 });
  });

  it("asks the program where an operation was left open, and loses no secret", async () => {
    const text = readFileSync(stack.statePath, "utf8");
    const json = JSON.parse(text) as { checkpoint: { latest: DeploymentJson } };
    const [resource] = json.checkpoint.latest.resources!.slice(-1);
    const latest = { ...json.checkpoint.latest, pending_operations: [{ type: "updating", resource }] };
    writeFileSync(stack.statePath, JSON.stringify({ ...json, checkpoint: { ...json.checkpoint, latest } }));
    const { changes } = await stack.run("up", { settled: async () => assert.fail("was asked") });
    assert.deepEqual([changes, stack.state.secrets_providers?.type], [{ same: 3 }, "passphrase"]);
  });

  it("asks once, behind the lock and in front of the first step", async () => {
    let times = 0;
    const settled = async () => {
      times += 1;
      assert.deepEqual([stack.locks.length, stack.steps], [1, []]);
      return undefined;
    };
    await stack.run("up", { confirm: async () => true, settled });
    assert.equal(times, 1);
  });
});
