import assert from "node:assert/strict";
import { onBoth } from "./both";
import { type Daemon, lastLog, waitFor } from "./daemons";

const TOO_SMALL = (set: string, size: string): string =>
  `ERROR: updater: prdcr n1: Set memory allocation failure in lookup of set '${set}'. Consider changing the -m parameter on the command line to a larger value. The current value is ${size}\n`;

/** Sets of 4 KiB, so many of them as one plugin of several instances can have. */
const meminfos = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `m${index}`).flatMap((name) => [
    `load name=${name} plugin=meminfo`,
    `config name=${name} producer=n1 instance=n1/${name}`,
    `start name=${name} interval=1s offset=0`,
  ]);
const vmstat = ["load name=vmstat", "config name=vmstat producer=n1 instance=n1/vmstat", "start name=vmstat interval=1s offset=0"];

onBoth("the memory for sets", (daemons) => {
  const start = (args: readonly string[], lines: readonly string[]) =>
    daemons().start([...args, "-c", daemons().write("x.conf", ...lines)]);
  const aggregate = (args: readonly string[], { port }: Daemon) =>
    start(args, [
      `prdcr_add name=n1 xprt=sock host=localhost port=${port} type=active reconnect=1s`,
      "prdcr_start name=n1",
      "updtr_add name=u interval=1s offset=200ms",
      "updtr_prdcr_add name=u regex=.*",
      "updtr_start name=u",
    ]);
  /** In kB, by set_stats. */
  const kilobytes = (daemon: Daemon, what: string) =>
    Number(new RegExp(`^mem_${what}_kb +([\\d.]+)$`, "m").exec(daemons().control(daemon, "set_stats"))?.[1]);

  for (const [size, kB] of [
    ["", 512],
    ["2k", 4],
    ["16M", 16384],
    ["16MB", 16384],
    // It is written with six digits.
    ["1G", 1048580],
    ["8192", 8],
  ] as const) {
    it(`is ${kB} kB with \`${size ? `-m ${size}` : "no -m"}\``, async () => {
      const daemon = await daemons().ready(await start(size ? ["-m", size] : [], []));
      assert.equal(kilobytes(daemon, "total"), kB);
      assert.equal(kilobytes(daemon, "free"), kB);
    });
  }

  it("is taken in whole kB: 4 by a set of meminfo", async () => {
    const daemon = await daemons().ready(await start([], meminfos(3)));
    assert.equal(kilobytes(daemon, "used"), 12);
  });

  it("ends a sampler with 12 whose set does not fit", async () => {
    const log = await lastLog(() => start(["-m", "8k"], vmstat), 12, "error 12");
    assert.match(log, /ERROR: ldmsd: base_set_new: ldms_set_new failed 12\(Cannot allocate memory\) for n1\/vmstat\n/);
    assert.match(log, /ERROR: config: msg_no 2: error 12: Error 12 configuring plugin instance 'vmstat'\.\n/);
  });

  it("leaves a set of an aggregator where it was when it does not fit, and says so at each interval", async () => {
    const sampler = await daemons().ready(await start(["-m", "1M"], [...meminfos(1), ...vmstat]));
    const agg = await daemons().ready(await aggregate(["-m", "8k"], sampler));
    const times = () => agg.log().split(TOO_SMALL("n1/vmstat", "8k")).length - 1;
    await waitFor("the log says so twice", 10, () => times() >= 2);
    await waitFor("the other set is fresh", 5, () => /"CR "|meminfo +n1\/m0 +CR /.test(daemons().list(agg, "-v").out));
    assert.match(daemons().control(agg, "prdcr_status"), /^ {4}n1\/vmstat +vmstat +(START|LOOKUP)$/m);
    assert.match(
      daemons().control(agg, "prdcr_set_status"),
      /^n1\/vmstat +vmstat +(START|LOOKUP) +n1 +01-01-70 00:00:00 \[0\] +0\.000000 *$/m,
    );
    assert.doesNotMatch(daemons().list(agg).out, /vmstat/);
  });

  it("holds 128 sets of meminfo where nothing is said: the rest never arrives", async () => {
    const sampler = await daemons().ready(await start(["-m", "4M"], meminfos(140)));
    const agg = await daemons().ready(await aggregate([], sampler));
    const held = () => daemons().list(agg).out.trim().split("\n").length;
    await waitFor("128 sets", 15, () => held() >= 128);
    await waitFor("the log says so", 5, () => /Set memory allocation failure in lookup of set 'n1\/m\d+'.* is 512kB\n/.test(agg.log()));
    assert.equal(held(), 128);
    assert.equal(kilobytes(agg, "free"), 0);
  });
});
