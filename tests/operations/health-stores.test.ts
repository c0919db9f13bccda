import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aboutSeconds, describeHealth, judgeBy, lists, pass, type Verdict } from "./health-kit";

const HEALTHY = 0;
const UNHEALTHY = 1;
/** The year 2000. */
const LONG_AGO = 946_684_800;
const ROOMY = { usedKb: 50_000_000, freeKb: 50_000_000, type: "ext4" };

function diskOf({ usedKb, freeKb, type } = ROOMY): string {
  return `cat <<END
Filesystem     Type 1024-blocks     Used Available Capacity Mounted on
/dev/vd b      ${type}  ${usedKb + freeKb} ${usedKb}  ${freeKb}      21% /a place
END`;
}

describeHealth("the health script of an aggregator with a store", (shell, room) => {
  let store = "";
  let ages = 10;
  const file = () => join(store, "1795845863/objects.OBJ");
  /** Sets that have moved since the last look. */
  const moving = () => lists({ name: "n1/meminfo", flags: "CR ", age: --ages });

  beforeEach(() => {
    store = join(room().folder, "a store/meminfo");
    mkdirSync(join(store, "1795845863"), { recursive: true });
    writeFileSync(file(), "");
    utimesSync(file(), LONG_AGO, LONG_AGO);
  });

  const judge = (disk = ROOMY, plugin = "store_sos", patience = 60, ls = moving()): Promise<Verdict> =>
    judgeBy(shell, room(), { ldms_ls: ls, df: diskOf(disk) }, ["receives=60", `store=${plugin}:${patience}:meminfo:${store}`]);
  const well: Verdict = { code: HEALTHY, line: "1 set is fresh" };
  const bad = (text: string): Verdict => ({ code: UNHEALTHY, line: `store ${store}: ${text}` });

  it("is well with room on the disk and a store that grows", async () => assert.deepEqual(await judge(), well));

  for (const [title, freeKb, verdict] of [
    ["fails below 2 % of the disk", 1_300_000, (): Verdict => bad("1.3 % of its disk are free")],
    [
      "warns below 10 %, and is well",
      8_100_000,
      (): Verdict => ({ code: HEALTHY, line: `warning: store ${store}: 8.1 % of its disk are free` }),
    ],
    ["is content with 10 %", 10_000_000, (): Verdict => well],
  ] as const) {
    it(title, async () => assert.deepEqual(await judge({ ...ROOMY, usedKb: 100_000_000 - freeKb, freeKb }), verdict()));
  }

  it("counts more than 2 TB of disk as it counts less", async () => {
    await judge({ ...ROOMY, usedKb: 9e9, freeKb: 3e9 });
    pass(room(), 3600);
    const warning = `warning: store ${store}: at the growth of the last hour its disk is full in 5.0 h`;
    assert.equal((await judge({ ...ROOMY, usedKb: 9.5e9, freeKb: 2.5e9 }, "store_csv", 0)).line, warning);
  });

  it("warns of a disk that a day's growth fills", async () => {
    await judge({ ...ROOMY, usedKb: 70_000_000, freeKb: 30_000_000 });
    pass(room(), 3600);
    const warning = { code: HEALTHY, line: `warning: store ${store}: at the growth of the last hour its disk is full in 14.0 h` };
    assert.deepEqual(await judge({ ...ROOMY, usedKb: 72_000_000, freeKb: 28_000_000 }, "store_csv", 0), warning);
    // The rate is kept until the next hour has passed.
    pass(room(), 60);
    assert.deepEqual(await judge({ ...ROOMY, usedKb: 72_000_000, freeKb: 28_000_000 }, "store_csv", 0), warning);
  });

  it("names a folder that is not there", async () => {
    store = "/nowhere at all/meminfo";
    assert.deepEqual(await judge(), bad("no folder `/nowhere at all`"));
  });

  it("names a folder that cannot be written", async () => {
    store = "/proc/meminfo-store";
    const { code, line } = await judge();
    assert.equal(code, UNHEALTHY);
    assert.match(line, /^store \/proc\/meminfo-store: cannot be written: ./);
  });

  /** Two minutes in which sets arrive. */
  const arriveOn = async (...args: Parameters<typeof judge>) => {
    for (let look = 0; look < 3; look++) {
      await judge(...args);
      pass(room(), 40);
    }
  };

  it("fails where sets arrive and nothing is written", async () => {
    await arriveOn();
    assert.deepEqual(aboutSeconds(await judge(), 120), bad("nothing written for N s"));
  });

  it("is well with a file written in between, whatever its server's clock says", async () => {
    await arriveOn();
    utimesSync(file(), LONG_AGO + 1, LONG_AGO + 1);
    assert.deepEqual(await judge(), well);
  });

  it("fails where the store's files are gone", async () => {
    store = join(room().folder, "a store/other");
    await arriveOn();
    assert.deepEqual(await judge(), bad("sets of meminfo arrive, nothing is written"));
  });

  it("awaits no writing before sets have arrived again for so long", async () => {
    await judge();
    pass(room(), 100);
    await judge(ROOMY, "store_sos", 60, lists());
    pass(room(), 100);
    assert.deepEqual(await judge(), well);
  });

  it("awaits no writing of a store that buffers without end, and none of mapped files on a tmpfs", async () => {
    for (const [plugin, patience, type] of [
      ["store_csv", 0, "ext4"],
      ["store_sos", 60, "tmpfs"],
    ] as const) {
      await arriveOn({ ...ROOMY, type }, plugin, patience);
      assert.deepEqual(await judge({ ...ROOMY, type }, plugin, patience), well);
    }
  });

  it("judges the store while the daemon does not answer", async () => {
    const { line } = await judge({ ...ROOMY, usedKb: 99_500_000, freeKb: 500_000 }, "store_sos", 60, "exit 1");
    assert.equal(line, `listener sock:411: ldms_ls ended with 1; store ${store}: 0.5 % of its disk are free`);
  });

  it("does not wait for a disk that hangs", async () => {
    const words = ["receives=60", `store=store_sos:60:meminfo:${store}`];
    const verdict = await judgeBy(shell, room(), { ldms_ls: moving(), df: "exec sleep 30" }, words);
    assert.deepEqual(verdict, { code: UNHEALTHY, line: "stores: no answer within 5 s" });
  }).timeout(20_000);
});
