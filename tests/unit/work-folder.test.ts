import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WORK_FOLDER } from "../../plan/fan-out/work-folder";

describe("the folder of a script on a head", () => {
  let folder: string;
  let running: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-head-"));
    for (const name of ["memory", "state"]) mkdirSync(join(folder, name));
    running = [];
  });
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const script = (stack: string, then: string) =>
    `set -u; umask 077; base=${folder}/state/${stack}; mkdir -p "$base"
${WORK_FOLDER.replaceAll("/dev/shm", `${folder}/memory`)}
echo secret >"$work/content"; ${then}`;
  const run = (stack: string, then = ":") => spawnSync("sh", ["-c", script(stack, then)], { encoding: "utf8" });
  const folders = () => readdirSync(join(folder, "memory")).sort();

  /** One that goes on, in its own right: nothing it has started outlives it. */
  const start = async (stack: string) => {
    const before = folders().length;
    const child = spawn("sh", ["-c", script(stack, `touch ${folder}/began.${stack}; exec sleep 60`)], { stdio: "ignore" });
    running.push(child);
    while (!existsSync(join(folder, `began.${stack}`)) || folders().length === before) await sleep(20);
    return child;
  };
  const kill = async (child: ChildProcess) => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };

  it("is its own user's alone, and gone with it", () => {
    const { stdout, stderr } = run("cygnus", 'stat -c %a "$work"; ls "$work"');
    assert.deepEqual([stdout, stderr], ["700\ncontent\n", ""]);
    assert.deepEqual(folders(), []);
  });

  it("goes with the next run of the stack where its own was killed", async () => {
    await kill(await start("cygnus"));
    assert.equal(folders().length, 1);
    assert.equal(run("cygnus").status, 0);
    assert.deepEqual(folders(), []);
  });

  it("stays while its script lives, and while anything does that a killed one has started", async () => {
    const child = await start("cygnus");
    run("cygnus");
    assert.equal(folders().length, 1);
    await kill(child);
    const orphan = spawn("sh", ["-c", script("cygnus", `sleep 3 & touch ${folder}/began.two; kill -9 $$`)], { stdio: "ignore" });
    await once(orphan, "exit");
    run("cygnus");
    assert.equal(folders().length, 1);
  });

  it("stays where it is of another stack, of a longer name, or of nobody of ours", async () => {
    await kill(await start("cygnus.b"));
    await kill(await start("cygnus@cygnus-06"));
    mkdirSync(join(folder, "theirs"));
    writeFileSync(join(folder, "theirs/file"), "");
    symlinkSync(join(folder, "theirs"), join(folder, "memory/ldms.cygnus.LINKLINK"));
    mkdirSync(join(folder, "memory/ldms.cygnus.not-of-mktemp"));
    const before = folders();
    run("cygnus");
    assert.deepEqual(folders(), before);
    assert.deepEqual(readdirSync(join(folder, "theirs")), ["file"]);
  });

  it("is not taken by a run of an equal name in another state home, before it is locked either", async () => {
    // Gives the other one its time between the folder and the lock on it.
    mkdirSync(join(folder, "bin"));
    writeFileSync(
      join(folder, "bin/flock"),
      `#!/bin/sh\n[ "$*" != 8 ] || { touch ${folder}/unlocked; sleep 1; }\nexec /usr/bin/flock "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const env = { ...process.env, PATH: `${folder}/bin:${process.env["PATH"]}` };
    const slow = spawn("sh", ["-c", script("one/cygnus", 'grep -q secret "$work/content"')], { env, stdio: "ignore" });
    running.push(slow);
    while (!existsSync(join(folder, "unlocked"))) await sleep(20);
    const { status, stderr } = run("two/cygnus");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(await once(slow, "exit"), [0, null]);
    assert.deepEqual(folders(), []);
  });

  it("is one for each of several runs at once", async () => {
    await Promise.all(
      ["a", "b", "c"].map(async () => once(spawn("sh", ["-c", script("cygnus", "sleep 0.3; ls $work | grep -q content")]), "exit")),
    ).then((ends) =>
      assert.deepEqual(
        ends.map(([code]) => code),
        [0, 0, 0],
      ),
    );
    assert.deepEqual(folders(), []);
  });
});
