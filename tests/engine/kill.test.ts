import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PASSPHRASE, TestStack } from "./test-stack";

const SEED = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
const DELAY_MS = 60;

/** Small generator with a seed, so that a failure can be repeated (KILL_SEED). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const thing = (name: string, more = "", options = "") => `new Thing("${name}", { delayMs: ${DELAY_MS}, ${more} }, { ${options} })`;

/** From one program to the next there is every kind of step: create, update, both replacements, delete. */
const OLD = `const a = ${thing("a")}; ${thing("b", "size: 1")}; ${thing("c", 'label: "c1"')}; const d = ${thing("d", 'zone: "x"', "deleteBeforeReplace: true")};
  ${thing("e", "base: d.handle")}; ${thing("f", "tags: { of: a.handle }")}; ${thing("gone")};`;
const NEW = `const a = ${thing("a")}; ${thing("b", "size: 2")}; ${thing("c", 'label: "c2"')}; const d = ${thing("d", 'zone: "y"', "deleteBeforeReplace: true")};
  ${thing("e", "base: d.handle")}; ${thing("f", "tags: { of: a.handle, more: '1' }")}; ${thing("new", "base: a.handle")};`;

describe("a killed run", function () {
  this.timeout(600_000);
  const random = makeRandom(SEED);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  /** SIGKILLs the engine's process some time after its first step. Returns what it had printed. */
  async function killDuring(kind: "up" | "destroy", afterMs: number): Promise<string> {
    const argv = [join(__dirname, "engine-process.ts"), kind, stack.projectFolder, stack.backendUrl, stack.host.folder, PASSPHRASE];
    const child = spawn(process.execPath, ["--import", "tsx", ...argv], {
      cwd: join(__dirname, "../.."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    const stepped = new Promise<void>((resolve) => {
      child.stdout.on("data", (data: Buffer) => {
        printed += data.toString();
        resolve();
      });
      child.once("exit", () => resolve());
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await stepped;
    await sleep(afterMs);
    child.kill("SIGKILL");
    await exited;
    return printed;
  }

  /** Everything on the host is in the state, once, and the other way round. */
  function assertTrue(expected: readonly string[], note: string): void {
    assert.deepEqual(stack.host.labels, expected, note);
    const labels = (stack.state.resources ?? [])
      .filter(({ type }) => type === "fake:index:Thing")
      .map(({ inputs }) => String(inputs?.["label"]));
    assert.deepEqual(labels.sort(), expected, note);
    assert.equal(stack.state.pending_operations, undefined, note);
  }

  it(`continues without an orphan or a double: creates, updates, replaces, deletes (seed ${SEED})`, async () => {
    for (let round = 0; round < 3; round += 1) {
      const [first, second, third] = [random() * 700, random() * 1_200, random() * 500].map(Math.round) as [number, number, number];
      const note = `seed ${SEED} round ${round}: killed ${first} ms into up, ${second} ms into the next, ${third} ms into destroy`;
      stack.program(OLD);
      await killDuring("up", first);
      assert.equal((await stack.up(OLD)).outcome, "succeeded", `${note}: ${stack.diagnostics}`);
      assertTrue(["a", "b", "c1", "d", "e", "f", "gone"], note);
      stack.program(NEW);
      await killDuring("up", second);
      assert.equal((await stack.up(NEW)).outcome, "succeeded", `${note}: ${stack.diagnostics}`);
      assertTrue(["a", "b", "c2", "d", "e", "f", "new"], note);
      assert.deepEqual((await stack.up()).changes, { same: 8 }, note);
      await killDuring("destroy", third);
      assert.equal((await stack.run("destroy")).outcome, "succeeded", `${note}: ${stack.diagnostics}`);
      assertTrue([], note);
    }
  });

  it("leaves nothing behind of a create that the program gave up in the meantime", async () => {
    stack.program('new Thing("a", { delayMs: 2500 });');
    // The object is made 2.5 s after the step begins, and acknowledged as long after that.
    await killDuring("up", 3_750);
    assert.deepEqual([stack.host.labels, stack.things], [["a"], []]);
    assert.equal((await stack.up("")).outcome, "succeeded");
    assertTrue([], "after the program without it");
    stack.program('new Thing("b", { delayMs: 2500 });');
    await killDuring("up", 3_750);
    assert.equal((await stack.run("destroy")).outcome, "succeeded");
    assertTrue([], "after destroy");
  });

  it("ends its children: the program of a killed engine does not go on", async () => {
    stack.program(
      `require("node:fs").writeFileSync(${JSON.stringify(join(stack.folder, "pid"))}, String(process.pid)); new Thing("a", { delayMs: 30000 });`,
    );
    await killDuring("up", 100);
    const pid = Number(readFileSync(join(stack.folder, "pid"), "utf8"));
    const isAlive = () => existsSync(`/proc/${pid}`);
    for (let waited = 0; isAlive() && waited < 15_000; waited += 100) await sleep(100);
    assert.equal(isAlive(), false);
  });
});
