import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../operations/chain/verify-chain";
import { renderVerify } from "../../operations/observe/render-verify";
import { isVerified } from "../../operations/observe/verify";
import { checkDecomposition } from "../../plan/stores/decomposition";
import { runProcess } from "../../processes/run-process";
import { withPrograms } from "../operations/fake-programs";
import type { Values } from "../unit/example-stack";
import { control, type Daemons, freePorts, haveDaemons, waitFor } from "./daemons";
import { planHere, startPlanned } from "./planned-daemons";

const MEMINFO = { name: "meminfo", interval: "1s" };
const AS_IS = '{ "type": "as_is", "indices": [{ "name": "time_comp", "cols": ["timestamp", "component_id"] }] }';
const COLUMNS = [{ src: "component_id", dst: "comp" }, { src: "timestamp", dst: "ts", type: "ts" }, { src: "MemFree" }];
const STATIC = JSON.stringify({
  type: "static",
  rows: [{ schema: "mem_small", cols: COLUMNS, indices: [{ name: "time_comp", cols: ["ts", "comp"] }] }],
});
/** Runs what is to run in a container here. */
const ENGINE = (folder: string) => `case $1 in
logs) for last; do :; done; cat '${folder}'/"$last".log ;;
exec) shift; [ "$1" != --interactive ] || shift; shift; exec "$@" ;;
esac`;

describe("what the plan writes of plugins, stores and streams, on the real ldmsd", function () {
  this.timeout(90_000);
  let daemons: Daemons;
  let ports: readonly number[] = [];

  haveDaemons((made) => {
    daemons = made;
  });
  beforeEach(async () => {
    ports = await freePorts(3);
  });

  const samplers = (...plugins: readonly Values[]) => [{ hosts: "localhost", port: ports[0], plugins }];
  const aggregator = (level: 1 | 2, changes: Values) => ({
    name: `agg${level}`,
    level,
    hosts: "localhost",
    port: ports[level],
    interval: "1s",
    ...changes,
  });
  const folderOf = (name: string) => {
    const folder = join(daemons.folder, name);
    mkdirSync(folder);
    return { path: folder, hostPath: folder };
  };

  it("loads a plugin twice, with a word without a value and a list", async () => {
    const conf = join(daemons.folder, "files.conf");
    writeFileSync(conf, "pids /proc/sys/kernel/pid_max U64 0\n");
    const twice = [MEMINFO, { ...MEMINFO, instance: "meminfo-2s", interval: "2s", config: { schema: "mem2" } }];
    const others = [
      { name: "filesingle", interval: "1s", config: { conf, timing: null } },
      { name: "procnetdev2", interval: "1s", config: { ifaces: ["lo", "eth0"] } },
    ];
    await startPlanned(daemons, planHere({ samplers: samplers(...twice, ...others) }));
    const list = async (...options: readonly string[]) =>
      (
        await runProcess(["timeout", "5", "ldms_ls", "-h", "localhost", "-x", "sock", "-p", String(ports[0]), ...options], {
          timeoutSeconds: 10,
        })
      ).stdout;
    await waitFor("all sets", 10, async () => (await list()).split("\n").length === 4);
    assert.deepEqual((await list()).split("\n").sort(), ["samp/filesingle", "samp/meminfo", "samp/meminfo-2s", "samp/procnetdev2"]);
    assert.match(await list("-v"), /^mem2 +samp\/meminfo-2s /m);
    assert.match(await list("-l", "samp/filesingle"), / pids\.time /);
    assert.match(await list("-l", "samp/procnetdev2"), /"?lo"?/);
  });

  it("stores decomposed rows and flat files, which verify reads", async () => {
    const stores = [
      {
        name: "as-is",
        plugin: "store_csv",
        regex: "^(meminfo|vmstat)$",
        decomposition: "a.json",
        container: "a",
        config: { buffer: 0 },
        ...folderOf("csv"),
      },
      { name: "flat", plugin: "store_flatfile", schema: "meminfo", container: "f", flush: "1s", ...folderOf("flat") },
      { name: "sos", plugin: "store_sos", schema: "meminfo", decomposition: "s.json", container: "s", ...folderOf("sos") },
    ];
    const csv = { ...stores[0]!, name: "static", regex: undefined, schema: "meminfo", decomposition: "s.json", container: "t" };
    const values = {
      samplers: samplers(MEMINFO, { name: "vmstat", interval: "1s" }),
      aggregators: [aggregator(1, { stores: [...stores, csv] })],
    };
    const plan = planHere(values, { "a.json": AS_IS, "s.json": STATIC });
    await startPlanned(daemons, plan);
    const report = await withPrograms({ docker: ENGINE(daemons.folder) }, () => verify(plan, { waitSeconds: 30, freshSeconds: 20 }));
    const said = renderVerify(report);
    for (const name of ["as-is", "flat", "sos", "static"])
      assert.match(said, new RegExp(`^1 of 1 samplers in store \`${name}\` on localhost`, "m"));
    assert.deepEqual(
      report.stores.map(({ present }) => present),
      Array.from({ length: 4 }, () => ["localhost"]),
    );
    assert.match(readFileSync(join(daemons.folder, "csv/t/mem_small"), "utf8"), /^#,comp,Time,Time_usec,MemFree\n1,[0-9]+\.[0-9]+,/);
    const made = () => readdirSync(join(daemons.folder, "csv/a")).sort().join(" ");
    await waitFor("both schemas", 10, async () => /^meminfo_[0-9a-f]{7} vmstat_[0-9a-f]{7}$/.test(made()));
  });

  it("hands rows over to Kafka, and names the broker that is not there", async () => {
    const kafka = { name: "kafka", plugin: "store_kafka", schema: "meminfo", brokers: ["localhost:1"], decomposition: "a.json" };
    const values = { samplers: samplers(MEMINFO), aggregators: [aggregator(1, { stores: [kafka] })] };
    const plan = planHere(values, { "a.json": AS_IS });
    await startPlanned(daemons, plan);
    const log = join(daemons.folder, "agg1.log");
    await waitFor("a failed connection", 20, async () => readFileSync(log, "utf8").includes("|FAIL|rdkafka#"));
    const report = await withPrograms({ docker: ENGINE(daemons.folder) }, () => verify(plan, { waitSeconds: 0, freshSeconds: 20 }));
    assert.equal(isVerified(report), false);
    assert.match(renderVerify(report), /^store `kafka` hands its rows over to its brokers: that they arrive there is not shown$/m);
    assert.match(renderVerify(report), /^localhost: agg1: .*broker localhost:1: Connect to .* failed: Connection refused$/m);
  });

  it("has what is published on a sampler arrive two levels above: a stream in its store, a message at the aggregator", async () => {
    const store = { name: "foo", plugin: "stream_csv_store", stream: "foo", container: "c", config: { buffer: 0 }, ...folderOf("streams") };
    const aggregators = [aggregator(1, {}), aggregator(2, { stores: [store], subscribe: [{ message: "jobs" }] })];
    const plan = planHere({ samplers: samplers(MEMINFO), aggregators });
    await startPlanned(daemons, plan);
    const message = join(daemons.folder, "message.json");
    writeFileSync(message, '{"foo":1,"bar":"x"}');
    const publish = (program: string, option: string, name: string) =>
      runProcess(
        [
          "timeout",
          "5",
          program,
          "-x",
          "sock",
          "-h",
          "localhost",
          "-p",
          String(ports[0]),
          "-a",
          "none",
          option,
          name,
          "-t",
          "json",
          "-f",
          message,
        ],
        { timeoutSeconds: 10 },
      );
    const folder = join(daemons.folder, "streams/c");
    const stored = () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join("");
    // What is published before the subscriptions have gone down the path is lost.
    await waitFor("a row of the stream", 20, async () => {
      await publish("ldmsd_stream_publish", "-s", "foo");
      return stored().includes('1,"x"');
    });
    assert.match(stored(), /^#foo,bar\n/);
    await waitFor("a message", 20, async () => {
      await publish("ldms_message_publish", "-m", "jobs");
      return /^jobs +[1-9]/m.test((await control(ports[2]!, "msg_stats")).stdout);
    });
    const report = await withPrograms({ docker: ENGINE(daemons.folder) }, () => verify(plan, { waitSeconds: 0, freshSeconds: 20 }));
    for (const what of ["stream `foo`", "message `jobs`"]) {
      for (const agg of ["agg1", "agg2"])
        assert.match(renderVerify(report), new RegExp(`^localhost: ${agg}: ${what}: [1-9][0-9]* received`, "m"));
    }
  });

  for (const plugin of ["app_sampler", "linux_proc_sampler", "papi_sampler", "slurm_sampler"]) {
    it(`starts a daemon with ${plugin}, which waits for messages`, async () => {
      await startPlanned(daemons, planHere({ samplers: samplers({ name: plugin, interval: "1s" }) }));
      assert.match((await control(ports[0]!, "msg_stats")).stdout, /slurm/);
    });
  }

  const row = (changes: Values) => JSON.stringify({ type: "static", rows: [{ schema: "s", cols: COLUMNS, ...changes }] });
  for (const [title, text] of [
    ["no JSON", "{"],
    ["a type of nobody's", '{ "type": "asis" }'],
    ["a column without a source", row({ cols: [{ dst: "b" }] })],
    ["half a record's member", row({ cols: [{ src: "list[a" }] })],
    ["a fill without a type", row({ cols: [{ src: "a", fill: 0 }] })],
    ["an operation of nobody's", row({ cols: [{ src: "a", op: "sum" }] })],
    ["an index of no column", row({ indices: [{ name: "i", cols: ["b"] }] })],
    ["a flex of no decomposition", '{ "type": "flex", "decomposition": {}, "digest": { "*": "b" } }'],
    ["a time of another type, at the first row", row({ cols: [{ src: "timestamp", type: "u64" }] })],
  ] as const) {
    it(`ends by a decomposition with ${title}, which the plan refuses`, async () => {
      assert.notDeepEqual(checkDecomposition(text), []);
      await startPlanned(daemons, planHere({ samplers: samplers(MEMINFO) }));
      const file = join(daemons.folder, "bad.json");
      writeFileSync(file, text);
      const { path } = folderOf("csv");
      const lines = [
        "load name=store_csv",
        `config name=store_csv path=${path}`,
        `strgp_add name=s plugin=store_csv container=c schema=meminfo decomposition=${file}`,
        "strgp_start name=s",
        `prdcr_add name=n xprt=sock host=localhost port=${ports[0]} type=active reconnect=1s`,
        "prdcr_start name=n",
        "updtr_add name=all interval=1s",
        "updtr_prdcr_add name=all regex=.*",
        "updtr_start name=all",
      ];
      const conf = join(daemons.folder, "agg.conf");
      writeFileSync(conf, `${lines.join("\n")}\n`);
      const { code } = await runProcess(
        ["sh", "-c", 'timeout 10 "$@"; exit $?', "sh", "ldmsd", "-x", `sock:${ports[1]}`, "-m", "4M", "-c", conf],
        {
          timeoutSeconds: 20,
        },
      );
      // 124: it was still there when its time was up.
      assert.ok(code !== 0 && code !== 124, String(code));
    });
  }
});
