import assert from "node:assert/strict";
import { RemoteCommandError } from "../../operations/reach/remote-error";
import { runOnHost } from "../../operations/reach/run-on-host";
import { runUntil } from "../../operations/reach/run-until";

const HERE = { name: "node-1", connection: { kind: "local" } } as const;
const LIMITS = { timeoutSeconds: 30, step: "look" };

describe("runUntil", () => {
  const isTimeout = (error: unknown) => error instanceof RemoteCommandError && error.failure.kind === "timeout" && error.step === "look";

  it("ends what is under way, and begins nothing more", async () => {
    const run = runUntil(runOnHost, 2000);
    const began = Date.now();
    assert.equal((await run(HERE, { argv: ["echo", "there"] }, LIMITS)).stdout, "there");
    await assert.rejects(run(HERE, { argv: ["sleep", "20"] }, LIMITS), isTimeout);
    await assert.rejects(run(HERE, { argv: ["true"] }, LIMITS), isTimeout);
    assert.ok(Date.now() - began < 12_000);
  });

  it("leaves a failure, and its caller's own signal, what they are", async () => {
    const run = runUntil(runOnHost, 20_000);
    await assert.rejects(run(HERE, { argv: ["false"] }, LIMITS), { failure: { kind: "exit", code: 1 } });
    await assert.rejects(run(HERE, { argv: ["sleep", "20"] }, { ...LIMITS, signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
  });
});
