import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderSweep } from "../../plan/fan-out/head-script";
import { renderEndRun } from "../../plan/fan-out/run-connections";
import { SshHosts } from "./ssh-hosts";

const ALL = 7;
/** The core suite has no time for what waits. */
const isSample = process.env["LDMS_TEST_SAMPLE"] === "1";
const TODO = ["cygnus-01", "cygnus-03", "cygnus-06"];

describe("connections that a sweep keeps for its run", function () {
  this.timeout(120_000);
  let hosts: SshHosts;

  before(function () {
    const missing = SshHosts.missing();
    if (missing.length === 0) return;
    console.warn(`!!!! Connections of a run are not tried: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
    this.skip();
  });
  beforeEach(async () => {
    hosts = new SshHosts();
    await hosts.start();
    hosts.setTodo(TODO);
  });
  afterEach(() => hosts.stop());

  /** ssh ends a moment after it is told to. */
  async function assertKeepers(count: number): Promise<void> {
    for (let tries = 0; tries < 50 && hosts.keepers().length !== count; tries++) await sleep(100);
    assert.equal(hosts.keepers().length, count);
  }
  async function assertNothingLeft(): Promise<void> {
    await assertKeepers(0);
    assert.deepEqual([hosts.runSockets(), hosts.sockets(), hosts.leftFolders()], [[], [], []]);
  }
  const endRun = (run: string) => hosts.run(renderEndRun(hosts.plan().stack, hosts.plan().fanOut!, run));
  const noKeep = (run = "a") => hosts.sweep(undefined, { isKeeping: false, run });

  it("are those to hosts on which something is to be done, serve the batches, and end with them", async () => {
    noKeep();
    assert.deepEqual([hosts.sockets(), [...hosts.runSockets()].sort()], [[], TODO]);
    await assertKeepers(TODO.length);
    assert.equal(hosts.accepted(), ALL);
    for (const { code, stdout } of hosts.batches(undefined, true)) assert.equal(code, 0, stdout);
    assert.equal(hosts.accepted(), ALL);
    await assertNothingLeft();
  });

  it("leave those that stay as they are", async () => {
    const plan = hosts.plan({ fanOut: { serial: ["100%"], keep: 4 } });
    const staying = ["cygnus-01", "cygnus-05", "cygnus-06", "cygnus-07"];
    hosts.sweep(plan, { isKeeping: true, run: "a" });
    assert.deepEqual([[...hosts.sockets()].sort(), hosts.runSockets()], [staying, ["cygnus-03"]]);
    hosts.batches(plan, true);
    assert.equal(hosts.accepted(), ALL);
    await assertKeepers(staying.length);
    assert.deepEqual([[...hosts.sockets()].sort(), hosts.runSockets()], [staying, []]);
  });

  it("are none to hosts whose engine does not answer, which may have no batch", async () => {
    hosts.setTodo([]);
    hosts.setBroken(TODO);
    assert.match(noKeep().stdout, /^host\tsamp\tcygnus-01\tfailed\tdocker: it is not there$/m);
    await assertNothingLeft();
  });

  it("are none where all is as planned, and none to hosts that were so when they were last asked", async () => {
    hosts.setTodo([]);
    noKeep();
    await assertNothingLeft();
    hosts.setTodo(TODO);
    noKeep();
    await assertNothingLeft();
    // Known by now.
    noKeep();
    await assertKeepers(TODO.length);
    hosts.batches(undefined, true);
    // The batches have seen to it.
    noKeep();
    await assertNothingLeft();
  });

  it("end with a run that nobody wanted or that failed, and not with another one", async () => {
    noKeep();
    endRun("b");
    await assertKeepers(TODO.length);
    const batch = spawn("flock", ["--no-fork", hosts.batchLock, "sleep", "60"]);
    await hosts.untilBatch();
    endRun("a");
    await assertKeepers(TODO.length);
    batch.kill();
    hosts.run(`flock ${hosts.batchLock} true`);
    endRun("a");
    await assertNothingLeft();
  });

  it("are left alone by a sweep beside it", async () => {
    const plan = hosts.plan({ fanOut: { serial: ["100%"], keep: 1 } });
    hosts.sweep(plan, { isKeeping: true, run: "a" });
    const before = hosts.keepers();
    hosts.sweep(plan, { isKeeping: true, run: "b" });
    hosts.sweep(plan, { isKeeping: true });
    endRun("b");
    assert.deepEqual(hosts.keepers(), before);
    const accepted = hosts.accepted();
    hosts.batches(plan, true);
    assert.equal(hosts.accepted(), accepted);
    await assertKeepers(1);
  });

  it("that have died cost a new one each, at once", async () => {
    noKeep();
    hosts.signalSshd("SIGKILL");
    await hosts.startSshd();
    for (const { code, stdout } of hosts.batches(undefined, true)) assert.equal(code, 0, stdout);
    assert.equal(hosts.accepted(), ALL + TODO.length);
    await assertNothingLeft();

    noKeep();
    for (const pid of hosts.keepers()) process.kill(pid, "SIGKILL");
    for (const { code, stdout } of hosts.batches(undefined, true)) assert.equal(code, 0, stdout);
    await assertNothingLeft();
  });

  it("that freeze cost a batch the time of a new one", function () {
    if (isSample) return this.skip();
    hosts.connectSeconds = SshHosts.CONNECT_SECONDS;
    noKeep();
    hosts.signalSshd("SIGSTOP");
    const [first] = hosts.batches(undefined, true);
    assert.match(first!.stdout + first!.stderr, /unreachable: Connection timed out/);
    assert.ok(first!.seconds < SshHosts.CONNECT_SECONDS + 4, `${first!.seconds} s`);
    hosts.signalSshd("SIGCONT");
  });

  it("end by themselves where nobody ends them", async function () {
    if (isSample) return this.skip();
    const persistSeconds = 4;
    hosts.sweep(undefined, { isKeeping: false, run: "a" }, persistSeconds);
    await assertKeepers(TODO.length);
    await sleep(persistSeconds * 1000);
    await assertKeepers(0);
    assert.deepEqual(hosts.runSockets(), []);
  });

  it("are no more than fit into a quarter of the memory and of the processes that the head has left", () => {
    const { stack, fanOut, images } = hosts.plan();
    const script = renderSweep({ stack, fanOut: fanOut!, images }, new Map(), { isKeeping: false, run: "a" });
    const [meminfo, limits] = ["meminfo", "limits"].map((name) => join(hosts.folder, name)) as [string, string];
    const kept = (availableKib: number | undefined, processes: number | "unlimited") => {
      writeFileSync(meminfo, `MemTotal: 99999999 kB\n${availableKib === undefined ? "" : `MemAvailable: ${availableKib} kB\n`}`);
      writeFileSync(
        limits,
        `Max cpu time              unlimited            unlimited            seconds\nMax processes             ${processes}                63432                processes\n`,
      );
      const { code } = hosts.run(script.replaceAll("/proc/meminfo", meminfo).replaceAll("/proc/self/limits", limits));
      assert.equal(code, 0);
      return [...hosts.runSockets()].sort();
    };
    // A place a host of the stack, in the order of its groups.
    assert.deepEqual(kept(6144, 63432), ["cygnus-01"]);
    assert.deepEqual(kept(99999999, 13), ["cygnus-01", "cygnus-03"]);
    assert.deepEqual(kept(99999999, "unlimited"), TODO);
    assert.deepEqual(kept(undefined, 63432), []);
  });
});
