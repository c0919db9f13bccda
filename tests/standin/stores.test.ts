import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { onBoth } from "./both";
import { type Daemon, lastLog, settle, waitFor } from "./daemons";

const sampler = ["meminfo", "loadavg"].flatMap((name) => [
  `load name=${name}`,
  `config name=${name} producer=n1 instance=n1/${name} component_id=7`,
  `start name=${name} interval=500ms offset=0`,
]);

onBoth("a store", (daemons) => {
  let source: Daemon;
  before(async () => {
    source = await daemons().ready(await daemons().start(["-c", daemons().write("s.conf", ...sampler)]));
  });

  /** An aggregator above the sampler with these lines and a policy for meminfo. */
  async function store(plugin: string, config: readonly string[], more = ""): Promise<Daemon> {
    const file = daemons().write(
      "a.conf",
      `load name=${plugin}`,
      ...config,
      `strgp_add name=s plugin=${plugin} container=c schema=meminfo${more}`,
      "strgp_start name=s",
      `prdcr_add name=n1 xprt=sock host=localhost port=${source.port} type=active reconnect=1s`,
      "prdcr_start name=n1",
      "updtr_add name=u interval=500ms offset=100ms",
      "updtr_prdcr_add name=u regex=.*",
      "updtr_start name=u",
    );
    return daemons().start(["-c", file]);
  }
  const folder = (name: string) => path.join(daemons().folder, name);
  const lines = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n") : []);
  const running = (daemon: Daemon) => /^s +c +meminfo +- +\S+ +\S+ +RUNNING +-$/m.test(daemons().control(daemon, "strgp_status"));

  it("store_csv: makes its folders, and has the header and a row for each sample", async () => {
    const daemon = await store("store_csv", [`config name=store_csv path=${folder("new/csv")} buffer=0`]);
    const file = folder("new/csv/c/meminfo");
    await waitFor("rows", 10, () => lines(file).length >= 4);
    daemon.signal("SIGKILL");
    const [header = "", row = ""] = lines(file);
    assert.match(header, /^#Time,Time_usec,ProducerName,component_id,job_id,app_id,MemTotal,MemFree,/);
    assert.match(row, /^\d{10}\.\d{6},\d{1,6},n1,7,0,0,\d+,\d+,/);
    assert.equal(row.split(",").length, header.split(",").length);
    const [second = "", microsecond] = row.split(",");
    assert.equal(Number(second.split(".")[1]), Number(microsecond));
    assert.equal(fs.statSync(path.dirname(file)).mode & 0o777, 0o750);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  it("store_csv: writes the header again after a restart, and shows no row before its buffer is full", async () => {
    const config = [`config name=store_csv path=${folder("again")}`];
    const file = folder("again/c/meminfo");
    for (const headers of [1, 2]) {
      const daemon = await store("store_csv", config);
      await waitFor("a header", 10, () => lines(file).filter((line) => line.startsWith("#")).length === headers);
      await settle(2);
      const before = lines(file).length;
      daemon.signal("SIGTERM");
      assert.equal(await daemon.ended(5), 0);
      assert.ok(lines(file).length > before, `${before}`);
    }
  });

  it("store_csv: takes the aggregator with it where it cannot make its folder", async () => {
    // SIGABRT.
    const log = await lastLog(() => store("store_csv", ["config name=store_csv path=/proc/nonexist/x"]), 134, "Assertion");
    assert.match(log, /store_csv\.c:1862: csv_store_handle_get: Assertion `0 == "DEBUG"' failed\./);
  });

  it("store_csv: not configured is RUNNING and said once", async () => {
    const daemon = await store("store_csv", []);
    const said = "ERROR: store.store_csv.store_csv: config not called. cannot open.\n";
    await waitFor(said, 10, () => daemon.log().includes(said));
    await settle(1.5);
    assert.equal(daemon.log().split(said).length, 2);
    assert.ok(running(daemon));
  });

  it("store_csv: is configured once, and then keeps what it has", async () => {
    const daemon = await daemons().ready(await store("store_csv", [`config name=store_csv path=${folder("once")}`]));
    const refused = "Error configuring the 'store_csv' plugin: Error 22 configuring plugin instance 'store_csv'.\n";
    assert.equal(daemons().control(daemon, "config name=store_csv path=/tmp"), refused);
    assert.equal(
      daemons().control(daemon, "strgp_add name=s plugin=store_csv container=d schema=vmstat"),
      "Error adding storage policy s: The strgp s already exists.\n",
    );
  });

  const COLUMNS = [{ src: "component_id", dst: "comp" }, { src: "timestamp", dst: "ts", type: "ts" }, { src: "MemFree" }];
  const row = (changes: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ type: "static", rows: [{ schema: "small", cols: COLUMNS, ...changes }] });

  it("store_csv: has the rows that a decomposition makes, and passes over their flush", async () => {
    const file = daemons().write("static.json", row({ indices: [{ name: "i", cols: ["ts", "comp"] }] }));
    const wait = async (folderName: string, config: string, count: number) => {
      await store("store_csv", [`config name=store_csv path=${folder(folderName)}${config}`], ` decomposition=${file} flush=1s`);
      const found = () => lines(folder(`${folderName}/c/small`));
      await waitFor("its lines", 20, () => Boolean(found()[count - 1]));
      await settle(1.5);
      return found();
    };
    const [kept = [], shown = []] = [await wait("dec-kept", "", 1), await wait("dec-shown", " buffer=0", 2)];
    assert.deepEqual(kept, ["#,comp,Time,Time_usec,MemFree"]);
    assert.match(shown[1]!, /^7,\d{10}\.\d{6},\d{1,6},\d+$/);
  });

  it("store_csv: has a digest behind the schema's name with as_is, and no producer", async () => {
    const file = daemons().write("as-is.json", '{ "type": "as_is" }');
    const daemon = await store("store_csv", [`config name=store_csv path=${folder("as-is")} buffer=0`], ` decomposition=${file}`);
    const made = () => (fs.existsSync(folder("as-is/c")) ? fs.readdirSync(folder("as-is/c")) : []);
    await waitFor("a header", 10, () => made().length > 0 && Boolean(lines(folder(`as-is/c/${made()[0]}`))[0]));
    assert.match(made().join(" "), /^meminfo_[0-9a-f]{7}$/);
    assert.match(lines(folder(`as-is/c/${made()[0]}`))[0]!, /^#Time,Time_usec,component_id,job_id,app_id,MemTotal,/);
    assert.match(
      daemons().control(daemon, "strgp_status"),
      new RegExp(`^s +c +meminfo +- +store_csv .* ${file} *\n {4}producers: \n {4}metrics: $`, "m"),
    );
  });

  for (const [title, more, code, said] of [
    ["a schema and a regex", " regex=.*", 22, "The attributes 'schema' and 'regex' are mutually exclusive."],
    [
      "a file that is not there",
      " decomposition=/nosuch.json",
      22,
      "cannot open file: unable to open /nosuch.json: No such file or directory",
    ],
    ["a type of nobody's", '{ "type": "nosuch" }', 2, "decomposer: Cannot load the decomposer nosuch library."],
    ["no type", '{ "a": 1 }', 22, "JSON configuration is missing the 'type' attribute."],
    ["no rows", '{ "type": "static" }', 12, "strgp 's': The 'rows' attribute is missing, or its value is not a list."],
    [
      "no source of a column",
      row({ cols: [{ dst: "x" }] }),
      22,
      "strgp 's': row '0'--col '0': column['src'] is required and must be a string.",
    ],
    ["an index of no column", row({ indices: [{ name: "i", cols: ["x"] }] }), 2, "strgp 's': row '0': index '0': column 'x' not found."],
    [
      "an index without a name",
      '{ "type": "as_is", "indices": [{ "cols": ["a"] }] }',
      22,
      "strgp 's': index '0': index['name'] is required.",
    ],
    ["a time of another type, at the first row", row({ cols: [{ src: "timestamp", type: "u64" }] }), 134, "decomp_static.c"],
  ] as const) {
    it(`ends by a policy with ${title}`, async () => {
      const option = more.startsWith(" ") ? more : ` decomposition=${daemons().write("bad.json", more)}`;
      const log = await lastLog(() => store("store_csv", [`config name=store_csv path=${folder("bad")}`], option), code, said);
      assert.ok(log.includes(said), log);
    });
  }

  it("store_flatfile: has a file a metric, and shows its rows with a flush", async () => {
    await store("store_flatfile", [`config name=store_flatfile path=${folder("flat")}`], " flush=1s");
    const file = folder("flat/c/meminfo/MemTotal");
    await waitFor("rows", 10, () => lines(file).length >= 2);
    assert.match(lines(file)[0]!, /^\d{10}\.\d{6} n1 7 \d+$/);
  });

  it("store_sos: without its path lives, and says so for each row", async () => {
    const daemon = await store("store_sos", [`config name=store_sos path=${folder("nosuch")}`]);
    const said = `ERROR: ldmsd: Error 2 creating the container at '${folder("nosuch")}/c'\n    ERROR: ldmsd: Failed to create store for c.\n`;
    await waitFor(said, 10, () => daemon.log().split(said).length >= 3);
    assert.ok(running(daemon));
    assert.equal(fs.existsSync(folder("nosuch")), false);
  });

  it("store_sos: its rows are read by sos_cmd while they are written, as numbers", async () => {
    fs.mkdirSync(folder("sos"));
    await store("store_sos", [`config name=store_sos path=${folder("sos")}`]);
    const query = ["-q", "-S", "meminfo", "-X", "time_comp_job", "-f", "json", "-V", "timestamp", "-V", "component_id"];
    const read = () => daemons().run("sos_cmd", ["-C", folder("sos/c"), ...query]);
    await waitFor("rows", 10, () => read().code === 0 && (JSON.parse(read().out) as { totalRecords: number }).totalRecords >= 2);
    assert.match(read().out, /^\{ "data" : \[\n\{"timestamp" : \d{10}\.\d{6},"component_id" : 7\},\n/);
  });

  it("that is not there is said by sos_cmd, with a status", () => {
    const { code, out } = daemons().run("sos_cmd", ["-C", "/nosuch/c", "-l"]);
    assert.deepEqual([code, out.trim()], [1, "Error 2 opening the container /nosuch/c."]);
  });

  it("of a schema that nothing has is RUNNING, without metrics and without a word", async () => {
    const daemon = await daemons().ready(await store("store_csv", [`config name=store_csv path=${folder("none")}`]));
    const commands = ["strgp_add name=m plugin=store_csv container=c schema=memoryinfo", "strgp_start name=m"];
    assert.equal(daemons().control(daemon, ...commands), "");
    await settle(2);
    assert.match(daemons().control(daemon, "strgp_status name=m"), /^m +c +memoryinfo .* RUNNING +-\n {4}producers: \n {4}metrics: $/m);
    assert.equal(fs.existsSync(folder("none/c/memoryinfo")), false);
  });
});
