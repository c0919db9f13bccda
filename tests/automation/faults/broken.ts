import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineChoice, LockHeldError, type RunResult, type Site, StepFailedError } from "../../../automation";
import { ownPidNamespace } from "../../../stack/lock-holder";
import { FaultSite, STACK, untilStep } from "./fault-site";
import { assertGoesOn } from "./goes-on";

const NAMES = ["a", "b", "c"];
const REPOSITORY = resolve(__dirname, "../../..");

/** What goes wrong once a run has begun: its error, what the state says then, and that the next run goes on. */
export function describeBroken(engine: EngineChoice): void {
  describe("in the middle of a run", () => {
    let at: FaultSite;
    let site: Site;
    beforeEach(async () => {
      at = new FaultSite(engine);
      at.program(NAMES);
      site = await at.open();
    });
    afterEach(() => at?.close());

    async function failure(run: Promise<RunResult>): Promise<StepFailedError> {
      const error: unknown = await run.then(
        () => assert.fail("did not fail"),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof StepFailedError, String(error));
      return error;
    }

    /** Behind a program that no longer names all of them. */
    async function assertAllKept(): Promise<void> {
      assert.deepEqual([at.things, at.recorded], [NAMES, NAMES]);
      at.program(NAMES);
      await assertGoesOn(at, site);
    }

    it("a step fails: it is named, what needs it is left, what does not is done", async () => {
      at.fault("b", "echo no way >&2; exit 3");
      const { failures, skipped, changes } = await failure(site.up().result);
      assert.deepEqual(
        failures.map(({ urn, message, host }) => [urn.split("::").at(-1), /no way/.test(message), host]),
        [["b", true, engine === "embedded" ? "localhost" : undefined]],
      );
      assert.deepEqual(
        skipped.map((urn) => urn.split("::").at(-1)),
        engine === "embedded" ? ["c"] : [],
      );
      assert.equal(changes["create"], 2);
      assert.deepEqual([at.things, at.recorded, at.pending], [["a"], ["a"], []]);
      await assertGoesOn(at, site);
    });

    it("the program throws: its words are there, and nothing is deleted", async () => {
      await site.up().result;
      at.program(["a"], 'throw new Error("no such rack");');
      const { failures } = await failure(site.up().result);
      assert.ok(
        failures.some(({ message }) => message.includes("no such rack")),
        JSON.stringify(failures),
      );
      await assertAllKept();
    });

    it("the program is killed: nothing is deleted", async () => {
      await site.up().result;
      at.program(["a"], 'a.stdout.apply(() => process.kill(process.pid, "SIGKILL"));');
      const { failures } = await failure(site.up().result);
      assert.ok(failures.length > 0);
      await assertAllKept();
    });

    it("the engine is killed: the state has what was done, and what was under way", async () => {
      at.fault("b", "sleep 10");
      const child = runAlone(at);
      await untilPrinted(child, "b");
      // The state says so a moment after the event.
      while (!at.pending.includes("creating b")) await sleep(20);
      const ended = once(child, "exit");
      // With `pulumi` it is that which is the engine, and not the process that embeds it.
      process.kill(at.lockedBy, "SIGKILL");
      await ended;
      assert.deepEqual([at.recorded, at.pending], [["a"], ["creating b"]]);
      assert.ok(at.locks.length > 0);
      if (engine === "pulumi") assert.equal((await site.cancel())[0]?.hostname, hostname());
      await assertGoesOn(at, site);
    });

    it("a lock of a process that is gone: is taken over, or `cancel` says whose it was", async () => {
      const gone = spawn("true");
      await once(gone, "exit");
      mkdirSync(at.lockFolder, { recursive: true });
      const place = { hostname: hostname(), pidNamespace: ownPidNamespace() };
      const holder = { pid: gone.pid, username: "somebody", timestamp: new Date().toISOString(), ...place };
      writeFileSync(join(at.lockFolder, "theirs.json"), JSON.stringify(holder));
      if (engine === "pulumi") {
        await assert.rejects(site.up().result, LockHeldError);
        assert.deepEqual(await site.cancel(), [holder]);
      }
      await assertGoesOn(at, site);
    });

    it("a second run of the stack: finds it held, and the first one goes on", async () => {
      const letGo = at.hold("b");
      const first = site.up();
      await untilStep(first, "b");
      await assert.rejects((await at.open()).up().result, (error) => {
        assert.ok(error instanceof LockHeldError, String(error));
        assert.equal(error.holder?.hostname, hostname());
        if (engine === "embedded") assert.equal(error.holder?.pid, process.pid);
        return true;
      });
      letGo();
      // Its reader is gone since the step was seen.
      assert.equal((await first.result).changes["create"], 4);
      await assertGoesOn(at, site);
    });

    it("a target that is nowhere: is said, and nothing is deleted", async () => {
      await site.up().result;
      at.program(["a"]);
      const urn = `urn:pulumi:${STACK}::ldms::command:local:Command::nowhere`;
      const { failures } = await failure(site.up({ targets: [urn] }).result);
      assert.ok(
        failures.some(({ message }) => message.includes(urn)),
        JSON.stringify(failures),
      );
      assert.deepEqual(at.things, ["a", "b", "c"]);
      at.program(["a", "b", "c"]);
      await assertGoesOn(at, site);
    });
  });
}

function runAlone({ location, engine }: FaultSite): ChildProcess {
  const { projectFolder: folder, ...where } = location;
  const argv = ["--require", "tsx/cjs", join(__dirname, "run-site.ts"), JSON.stringify({ ...where, folder, engine })];
  return spawn(process.execPath, argv, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "inherit"] });
}

async function untilPrinted({ stdout }: ChildProcess, name: string): Promise<void> {
  assert.ok(stdout);
  for await (const line of createInterface({ input: stdout })) if (line === name) return;
  assert.fail(`the run ended before the step \`${name}\``);
}
