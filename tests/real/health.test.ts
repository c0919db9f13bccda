import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runProcess } from "../../processes/run-process";
import { aboutSeconds, type HealthRoom, makeRoom, pass, type Verdict } from "../operations/health-kit";
import { aggregatorLines, control, type Daemons, freePorts, haveDaemons, kill, samplerLines, waitFor } from "./daemons";

const HEALTHY = 0;
const UNHEALTHY = 1;
const MOST_CPU_MS = 20;
const MEASURED_RUNS = 40;

function judge(room: HealthRoom, port: number, words: readonly string[]): Promise<Verdict> {
  const run = runProcess(["sh", room.script, "sock", String(port), "none", ...words], { timeoutSeconds: 30 });
  return run.then(({ code, stdout }) => ({ code, line: stdout }));
}

describe("the health script, on the real ldmsd", function () {
  this.timeout(60_000);
  const rooms: HealthRoom[] = [];
  const roomOf = (port: number) => {
    const room = makeRoom(port);
    rooms.push(room);
    return room;
  };
  let daemons: Daemons;

  haveDaemons((made) => {
    daemons = made;
  });
  afterEach(() => {
    for (const { folder } of rooms.splice(0)) rmSync(folder, { recursive: true });
  });

  describe("of a sampler", () => {
    const words = ["set=1:meminfo", "set=1:vmstat"];
    let port = 0;
    let room: HealthRoom;
    let child: ChildProcess;

    beforeEach(async () => {
      [port] = (await freePorts(1)) as [number];
      room = roomOf(port);
      child = await daemons.start("n1", port, samplerLines("meminfo", "vmstat"));
      await sleep(2000);
    });

    it("is well while it samples, and awaits no more than it is told", async () => {
      assert.deepEqual(await judge(room, port, words), { code: HEALTHY, line: "2 sets are fresh" });
      assert.deepEqual(await judge(room, port, ["set=1:meminfo"]), { code: HEALTHY, line: "1 set is fresh" });
      assert.match((await judge(room, port, [...words, "set=1:loadavg"])).line, /^set .*\/loadavg: not there$/);
    });

    it(`costs at most ${MOST_CPU_MS} ms of CPU`, async () => {
      const loop = `i=0; while [ $i -lt ${MEASURED_RUNS} ]; do sh "$@" >/dev/null || exit; i=$((i + 1)); done; times`;
      const argv = ["bash", "-c", loop, "bash", room.script, "sock", String(port), "none", ...words] as const;
      const { stdout, code } = await runProcess([...argv], { timeoutSeconds: 30 });
      assert.equal(code, HEALTHY);
      const [, user, system] = /^0m([0-9.]+)s 0m([0-9.]+)s$/.exec(stdout.split("\n")[1]!)!;
      const milliseconds = ((Number(user) + Number(system)) * 1000) / MEASURED_RUNS;
      process.stdout.write(`      a check: ${milliseconds.toFixed(1)} ms of CPU\n`);
      assert.ok(milliseconds > 0 && milliseconds <= MOST_CPU_MS, `${milliseconds} ms`);
    });

    it("names a plugin that was stopped", async () => {
      await control(port, "stop name=meminfo");
      await sleep(7000);
      assert.match((await judge(room, port, words)).line, /^set n1\/meminfo: [678] intervals old$/);
    });

    it("says that the daemon does not answer, when it is stopped by a signal", async () => {
      child.kill("SIGSTOP");
      const began = Date.now();
      const line = `listener sock:${port}: no answer within 8 s`;
      assert.deepEqual(await judge(room, port, words), { code: UNHEALTHY, line });
      assert.ok(Date.now() - began < 10_000);
      child.kill("SIGCONT");
      await sleep(2000);
      assert.equal((await judge(room, port, words)).code, HEALTHY);
    });

    it("says that nobody listens, when it is dead", async () => {
      await kill(child);
      assert.deepEqual(await judge(room, port, words), { code: UNHEALTHY, line: `listener sock:${port}: Connection failed/rejected.` });
    });
  });

  it("names a plugin that was configured and never started", async () => {
    const [port] = (await freePorts(1)) as [number];
    const room = roomOf(port);
    await daemons.start("n1", port, samplerLines("meminfo").slice(0, 2));
    assert.equal((await judge(room, port, ["set=1:meminfo"])).code, HEALTHY);
    await sleep(7000);
    assert.deepEqual(await judge(room, port, ["set=1:meminfo"]), { code: UNHEALTHY, line: "set n1/meminfo: never sampled" });
  });

  describe("of an aggregator with two samplers", () => {
    const words = ["receives=60"];
    let port = 0;
    let room: HealthRoom;
    let samplers: readonly ChildProcess[];

    beforeEach(async () => {
      const [first, second, own] = (await freePorts(3)) as [number, number, number];
      port = own;
      room = roomOf(port);
      await daemons.start("agg", port, aggregatorLines([first, second]));
      assert.deepEqual(await judge(room, port, words), { code: HEALTHY, line: "no data yet" });
      samplers = [await daemons.start("n1", first, samplerLines("meminfo")), await daemons.start("n2", second, samplerLines("meminfo"))];
      await waitFor("both sets", 10, async () => (await judge(room, port, words)).line === "2 sets are fresh");
    });

    it("is well with one of them dead, not with both", async () => {
      await kill(samplers[0]!);
      await sleep(2000);
      pass(room, 90);
      assert.deepEqual(await judge(room, port, words), { code: HEALTHY, line: "1 set is fresh" });
      await kill(samplers[1]!);
      await sleep(7000);
      const line = "none of its producers is connected: the last set came N s ago";
      assert.deepEqual(aboutSeconds(await judge(room, port, words), 7), { code: UNHEALTHY, line });
    });

    it("is well with one of them stopped by a signal, not with both", async () => {
      samplers[0]!.kill("SIGSTOP");
      await sleep(2000);
      await judge(room, port, words);
      pass(room, 90);
      await waitFor("one fresh set", 5, async () => (await judge(room, port, words)).line === "1 set is fresh");
      samplers[1]!.kill("SIGSTOP");
      await sleep(2000);
      await judge(room, port, words);
      pass(room, 90);
      const line = "no set of its producers is fresh: 2 listed, the last one came N s ago";
      assert.deepEqual(aboutSeconds(await judge(room, port, words), 90), { code: UNHEALTHY, line });
      for (const sampler of samplers) sampler.kill("SIGCONT");
      await waitFor("both sets again", 10, async () => (await judge(room, port, words)).line === "2 sets are fresh");
    });
  });
});
