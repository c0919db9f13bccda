import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { CancelledError, type EngineChoice, type Site } from "../../../automation";
import { FaultSite, untilStep } from "./fault-site";
import { assertGoesOn } from "./goes-on";

/** A run at each of its moments, ended by its caller: the error, and that the state is true and the next run goes on. */
export function describeCancel(engine: EngineChoice): void {
  describe("a run that its caller ends", () => {
    let at: FaultSite;
    let site: Site;
    beforeEach(async () => {
      at = new FaultSite(engine);
      at.program(["a", "b", "c"]);
      site = await at.open();
    });
    afterEach(() => at?.close());

    /** What is there, is recorded, and nobody holds the stack. */
    function assertTrueState(): Promise<void> {
      assert.deepEqual(at.recorded, at.things);
      assert.deepEqual(at.locks, []);
      return assertGoesOn(at, site);
    }

    it("has a signal that was given before: begins nothing", async () => {
      await assert.rejects(site.up({ signal: AbortSignal.abort() }).result, isCancelled({}));
      assert.deepEqual(at.things, []);
      assert.equal(at.deployment, undefined);
      await assertTrueState();
    });

    it("is ended in the moment of its beginning", async () => {
      const run = site.up();
      await run.cancel();
      await assert.rejects(run.result, CancelledError);
      assert.deepEqual(at.things, []);
      await assertTrueState();
    });

    it("is ended while it previews: leaves no trace", async () => {
      const run = site.preview();
      await untilStep(run, engine === "pulumi" ? `ldms-dev` : "b");
      await run.cancel();
      await assert.rejects(run.result, CancelledError);
      assert.deepEqual(at.things, []);
      await assertTrueState();
    });

    it("is ended in the middle of a step", async () => {
      at.fault("b", "sleep 1");
      const run = site.up();
      await untilStep(run, "b");
      await run.cancel();
      await assert.rejects(run.result, CancelledError);
      assert.ok(!at.things.includes("c"));
      await assertTrueState();
    });

    it("is ended by a signal, and once more, and by the site", async () => {
      at.fault("b", "sleep 1");
      const abort = new AbortController();
      const run = site.up({ signal: abort.signal });
      await untilStep(run, "b");
      abort.abort();
      assert.deepEqual((await Promise.all([run.cancel(), run.cancel(), site.cancel()]))[2], []);
      await assert.rejects(run.result, CancelledError);
      await run.cancel();
      await assertTrueState();
    });

    it("is ended while it destroys: what is left is what the state has", async () => {
      await site.up().result;
      at.fault("b", "sleep 1");
      const run = site.destroy();
      await untilStep(run, "b");
      await run.cancel();
      await assert.rejects(run.result, CancelledError);
      assert.ok(at.things.includes("a") && !at.things.includes("c"));
      await assertTrueState();
    });

    it("is ended while it looks at hosts that say nothing", async () => {
      const silent = await listen();
      try {
        const { port } = silent.address() as AddressInfo;
        at.configure({ "ldms:method": "docker", "ldms:ssh": { address: "127.0.0.[1-8]", port, connectTimeout: 60 } });
        const run = site.up();
        await connected(silent);
        const began = Date.now();
        await run.cancel();
        await assert.rejects(run.result, isCancelled({}));
        assert.ok(Date.now() - began < 5_000, "the look was not ended");
      } finally {
        silent.close();
      }
      assert.deepEqual(at.things, []);
      await assertTrueState();
    });
  });
}

function isCancelled(changes: Readonly<Record<string, number>>): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CancelledError, String(error));
    assert.deepEqual(error.changes, changes);
    return true;
  };
}

/** Takes connections on every address of this machine's loopback, and never says a word. */
function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "0.0.0.0", () => resolve(server));
  });
}

function connected(server: Server): Promise<void> {
  return new Promise((resolve) => server.once("connection", () => resolve()));
}
