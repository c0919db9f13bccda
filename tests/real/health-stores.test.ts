import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runProcess } from "../../processes/run-process";
import { type HealthRoom, makeRoom, pass, type Verdict } from "../operations/health-kit";
import { aggregatorLines, control, Daemons, freePorts, needOvis, samplerLines, storeLines, waitFor } from "./daemons";

const HEALTHY = 0;
const UNHEALTHY = 1;
type Plugin = "store_csv" | "store_sos";

describe("the health script, on the stores of a real ldmsd", function () {
  this.timeout(90_000);
  let daemons: Daemons;
  let room: HealthRoom;
  let base = "";
  let port = 0;
  let sampler = 0;
  const mounts: string[] = [];

  before(function () {
    needOvis(this);
  });
  beforeEach(async () => {
    daemons = new Daemons();
    const [first, own] = (await freePorts(2)) as [number, number];
    port = own;
    room = makeRoom(port);
    base = join(daemons.folder, "store");
    mkdirSync(base);
    await daemons.start("n1", first, samplerLines("meminfo"));
    sampler = first;
  });
  afterEach(async () => {
    await daemons.stop();
    for (const mount of mounts.splice(0)) await runProcess(["umount", mount], { timeoutSeconds: 5 });
    daemons.remove();
    rmSync(room.folder, { recursive: true });
  });

  const store = (plugin: Plugin) => daemons.start("agg", port, [...aggregatorLines([sampler]), ...storeLines(plugin, base)]);

  async function judge(plugin: Plugin): Promise<Verdict> {
    const words = ["receives=60", `store=${plugin}:60:meminfo:${base}/c`];
    const { code, stdout } = await runProcess(["sh", room.script, "sock", String(port), "none", ...words], { timeoutSeconds: 30 });
    return { code, line: stdout };
  }

  const arrives = (plugin: Plugin) => waitFor("the set", 10, async () => (await judge(plugin)).line.includes("1 set is fresh"));

  async function mountHere(context: Mocha.Context, ...options: readonly string[]): Promise<void> {
    const mounted = await runProcess(["mount", ...options, base], { timeoutSeconds: 5 }).catch(() => undefined);
    if (mounted?.code === 0) mounts.push(base);
    else {
      process.stdout.write("      !!!! nothing can be mounted here: SKIPPED !!!!\n");
      context.skip();
    }
  }

  for (const plugin of ["store_csv", "store_sos"] as const) {
    it(`sees ${plugin} write, and write no more once its rows go nowhere`, async () => {
      await store(plugin);
      await arrives(plugin);
      // A mapped file is stamped when it is written back, half a minute later at most.
      for (let look = 0; look < 4; look++) {
        pass(room, 35);
        await sleep(2500);
        await waitFor("a stamp", 40, async () => (await judge(plugin)).line === "1 set is fresh");
      }
      await control(port, `strgp_stop name=${plugin}`);
      // What was mapped is written back still.
      await runProcess(["sync"], { timeoutSeconds: 30 });
      await sleep(3000);
      for (let look = 0; look < 3; look++) {
        await judge(plugin);
        pass(room, 40);
        await sleep(2500);
      }
      const { code, line } = await judge(plugin);
      assert.match(line, new RegExp(`^store ${base}/c: nothing written for 1[2-4][0-9] s$`));
      assert.equal(code, UNHEALTHY);
    });
  }

  it("names the folder of a store_sos on a read-only file system", async function () {
    await mountHere(this, "-t", "tmpfs", "-o", "ro", "tmpfs");
    await store("store_sos");
    await sleep(3000);
    assert.deepEqual(await judge("store_sos"), { code: UNHEALTHY, line: `store ${base}/c: cannot be written: Read-only file system` });
  });

  it("names the folder of a store_csv that ended its daemon on a read-only file system", async function () {
    await mountHere(this, "-t", "tmpfs", "-o", "ro", "tmpfs");
    const agg = await store("store_csv");
    await waitFor("the daemon's end", 10, async () => agg.signalCode !== null);
    const lines = [`listener sock:${port}: Connection failed/rejected.`, `store ${base}/c: cannot be written: Read-only file system`];
    assert.deepEqual(await judge("store_csv"), { code: UNHEALTHY, line: lines.join("; ") });
  });

  it("tells how little of the disk is left, first as a warning", async function () {
    await mountHere(this, "-t", "tmpfs", "-o", "size=10m", "tmpfs");
    await store("store_csv");
    await arrives("store_csv");
    const fill = (kib: number) => runProcess(["dd", "if=/dev/zero", `of=${base}/fill`, "bs=1k", `count=${kib}`], { timeoutSeconds: 10 });
    await fill(9600);
    const { code, line } = await judge("store_csv");
    assert.match(line, new RegExp(`^warning: store ${base}/c: [56]\\.[0-9] % of its disk are free$`));
    assert.equal(code, HEALTHY);
    await fill(10_140);
    const full = await judge("store_csv");
    assert.match(full.line, new RegExp(`^store ${base}/c: [01]\\.[0-9] % of its disk are free$`));
    assert.equal(full.code, UNHEALTHY);
  });
});
