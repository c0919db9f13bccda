import assert from "node:assert/strict";
import type { EngineEvent } from "../../engine/events/events";
import { TestStack } from "./test-stack";

/** Groups of hosts by their names, which follow from the groups' order, and what each has in a file. */
const program = (groups: Readonly<Record<string, readonly [hosts: string, text: string]>>) =>
  Object.entries(groups)
    .map(([name, [hosts, text]]) =>
      JSON.stringify([name, { hosts, files: { "/a": { mode: "0644", owner: "0:0", text } }, containers: {} }]),
    )
    .map((args) => `new pulumi.ComponentResource("ldms:index:Deployed", ...(${args} as [string, object]));`)
    .join("\n");

const FAST = "interval=1s\n";
const SLOW = "interval=5s\n";

describe("the differences of groups that change their names", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  function told(): string[] {
    const events: readonly EngineEvent[] = stack.events;
    return events.flatMap(({ differencesEvent }) =>
      (differencesEvent?.differences ?? []).map(({ hosts, change, diff }) => [hosts, change, ...diff.split("\n").slice(1)].join(" ")),
    );
  }

  for (const kind of ["preview", "up"] as const) {
    it(`are none where a group goes and the next one has its name: ${kind}`, async () => {
      await stack.up(program({ samp: ["n[1-2]", FAST], "samp-b": ["n[3-4]", SLOW] }));
      assert.deepEqual(told(), []);
      await stack[kind](program({ samp: ["n[3-4]", SLOW] }));
      assert.deepEqual(told(), []);
    });

    it(`are those of the host that comes to a new group: ${kind}`, async () => {
      await stack.up(program({ samp: ["n[1-4]", FAST] }));
      await stack[kind](program({ samp: ["n[1-3]", FAST], "samp-b": ["n4", SLOW] }));
      assert.deepEqual(told(), ["n4 changed -interval=1s +interval=5s"]);
    });

    it(`are those of the host that comes to a group that stays as it is: ${kind}`, async () => {
      await stack.up(program({ samp: ["n[1-3]", FAST], "samp-b": ["n4", SLOW] }));
      await stack[kind](program({ samp: ["n[1-4]", FAST] }));
      assert.deepEqual(told(), ["n4 changed -interval=5s +interval=1s"]);
    });
  }
});
