import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentOf, type Listener, listenersOf, processTree } from "./listeners";
import { PASSPHRASE, TestStack } from "./test-stack";

/** `nobody` of Debian. */
const OTHER_UID = 65_534;

/** Tries to connect to one listener; prints `in` or the error's code. */
const KNOCK = `require("node:net").connect(JSON.parse(process.argv[1])).on("connect", () => { console.log("in"); process.exit(); })
  .on("error", (error) => console.log(error.code));`;

function knock(listener: Listener, uid: number): string {
  const options = { uid, gid: uid, cwd: "/", encoding: "utf8", timeout: 10_000 } as const;
  return execFileSync(process.execPath, ["-e", KNOCK, JSON.stringify(listener)], options).trim();
}

describe("a run, seen by another user of the machine", function () {
  this.timeout(120_000);
  let stack: TestStack;
  let run: ChildProcess;
  let said: Promise<string>;
  const goesOn = () => join(stack.folder, "go");

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    stack = new TestStack();
    const wait = `touch ${stack.folder}/held; while [ ! -e ${goesOn()} ]; do sleep 0.1; done`;
    stack.program(
      `import { local } from "@pulumi/command"; new local.Command("held", { create: ${JSON.stringify(wait)}, addPreviousOutputInEnv: false });`,
    );
    const argv = ["--require", "tsx/cjs", join(__dirname, "held-process.ts"), stack.projectFolder, stack.backendUrl, stack.addPolicyPack()];
    run = spawn(process.execPath, argv, { env: { ...process.env, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE, TMPDIR: stack.folder } });
    said = Promise.all([text(run.stdout!), text(run.stderr!)]).then((texts) => texts.join(""));
    for (const end = Date.now() + 60_000; !existsSync(join(stack.folder, "held")); await sleep(100)) {
      if (run.exitCode !== null || Date.now() > end) assert.fail(`not held: ${await said}`);
    }
  });
  after(() => {
    run?.kill("SIGKILL");
    stack?.close();
  });

  it("is on sockets alone, which its own user reaches and the other does not", () => {
    const listeners = listenersOf(processTree(run.pid!));
    // The engine's and the policy pack's.
    assert.ok(listeners.length >= 2, JSON.stringify(listeners));
    assert.deepEqual(
      listeners.map((listener) => [listener, knock(listener, 0), knock(listener, OTHER_UID)]),
      listeners.map((listener) => [listener, "in", "EACCES"]),
    );
  });

  it("has its passphrase in no environment of what it has started", () => {
    const [own, ...children] = processTree(run.pid!);
    assert.ok(environmentOf(own!).includes(PASSPHRASE));
    // The program, the policy pack, the command's shell and its sleep.
    assert.ok(children.length >= 3, String(children));
    assert.deepEqual(
      children.filter((pid) => environmentOf(pid).includes(PASSPHRASE)),
      [],
    );
  });

  it("ends well, and leaves no socket", async () => {
    writeFileSync(goesOn(), "");
    const [code] = run.exitCode === null ? await once(run, "exit") : [run.exitCode];
    assert.deepEqual([code, await said], [0, "succeeded \n"]);
    assert.deepEqual(
      readdirSync(stack.folder).filter((name) => name.startsWith("ldms-")),
      [],
    );
  });
});
