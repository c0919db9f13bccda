import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../operations/chain/verify-chain";
import { progressOf, renderVerify } from "../../operations/observe/render-verify";
import { parseStoreRows, renderStoreScript } from "../../operations/observe/store-script";
import { isVerified, type VerifyReport } from "../../operations/observe/verify";
import type { PlannedStore } from "../../plan/model/daemon";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const SAMPLERS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"];
const STORE: PlannedStore = {
  name: "sos-meminfo",
  host: "cygnus-07",
  container: "agg2",
  plugin: "store_sos",
  schema: "meminfo",
  path: "/store/meminfo",
  samplerHosts: SAMPLERS,
};
const plan = sketchPlan([{ name: "cygnus-07", isLocal: true, containers: [["agg2", "aggregator"]] }], {
  stores: [STORE],
  daemons: SAMPLERS.map((host, i) => ({
    host,
    container: "samp",
    role: "sampler",
    level: 0,
    xprt: "sock",
    port: 411,
    auth: "munge",
    componentId: i + 1,
  })),
});

/** A reader whose store has one row of each of these components, so many seconds old. */
function readerOf(ageById: Readonly<Record<number, number>>): string {
  const rows = Object.entries(ageById).map(([id, age]) => `{"timestamp" : "'$((now - ${age}))'.250000","component_id" : "${id}"}`);
  return `now=$(date +%s)\nprintf '%s\\n' '{ "data" : [\n${rows.join(",\n")}], "totalRecords" : ${rows.length}, "recordCount" : ${rows.length}}'`;
}

const once = { waitSeconds: 0, freshSeconds: 30 };

describe("verify", () => {
  it("counts the samplers in the store and tells the newest row's age", async () => {
    const report = await withPrograms({ docker: readerOf({ 1: 13, 2: 2, 3: 19, 4: 14 }) }, () => verify(plan, once));
    assert.equal(isVerified(report), true);
    assert.deepEqual(report.stores[0]?.present, SAMPLERS);
    assert.match(renderVerify(report), /^4 of 4 samplers in the store on cygnus-07, newest row [1-4] s old$/);
  });

  it("fails at three of four, and names the missing one", async () => {
    const report = await withPrograms({ docker: readerOf({ 1: 3, 2: 3, 4: 3 }) }, () => verify(plan, once));
    assert.equal(isVerified(report), false);
    assert.deepEqual(report.stores[0]?.missing, [{ host: "cygnus-03", componentId: 3 }]);
    assert.match(renderVerify(report), /^3 of 4 samplers .* s old; missing: cygnus-03 \(component 3\)$/);
  });

  it("does not count rows of components that are not planned", async () => {
    const report = await withPrograms({ docker: readerOf({ 1: 1, 2: 1, 3: 1, 14: 1 }) }, () => verify(plan, once));
    assert.deepEqual([isVerified(report), report.stores[0]?.strangers], [false, [14]]);
  });

  it("tells why a store cannot be read", async () => {
    const report = await withPrograms({ docker: "echo \"The schema 'meminfo' was not found.\"; exit 2" }, () => verify(plan, once));
    assert.equal(isVerified(report), false);
    assert.equal(
      renderVerify(report),
      "0 of 4 samplers in the store on cygnus-07, no fresh row; missing: cygnus-[01-04] (component [1-4])\n  cygnus-07: The schema 'meminfo' was not found.",
    );
  });

  describe("of a store in which nobody is awaited", () => {
    const passing = { ...plan, stores: [{ ...STORE, samplerHosts: [] }] };
    const faultsOf = async (words: string) => {
      const report = await withPrograms({ docker: `echo "${words}"; exit 2` }, () => verify(passing, once));
      return [isVerified(report), report.stores[0]?.faults.map(({ message }) => message)];
    };

    it("takes one that is not made yet for well", async () => {
      for (const words of ["Error 2 opening the container /store/meminfo.", "The schema 'meminfo' was not found, error 0."]) {
        assert.deepEqual(await faultsOf(words), [true, []]);
      }
    });

    it("tells every other reason why it cannot be read", async () => {
      const words = "Error response from daemon: No such container: agg2";
      assert.deepEqual(await faultsOf(words), [false, [words]]);
    });

    it("takes rows of the plan's daemons for no strangers'", async () => {
      const report = await withPrograms({ docker: readerOf({ 1: 1, 14: 1 }) }, () => verify(passing, once));
      assert.deepEqual([isVerified(report), report.stores[0]?.strangers], [true, [14]]);
    });
  });

  it("looks again until the rows are there", async () => {
    const filling = `[ -e "$0.seen" ] && { ${readerOf({ 1: 1, 2: 1, 3: 1, 4: 1 })}\nexit; }\n: >"$0.seen"\n${readerOf({ 1: 1 })}`;
    const seen: number[] = [];
    const onLook = (look: VerifyReport) => void seen.push(look.stores[0]?.present.length ?? 0);
    const report = await withPrograms({ docker: filling }, () => verify(plan, { ...once, waitSeconds: 10, onLook }));
    assert.deepEqual([isVerified(report), seen], [true, [1, 4]]);
  });

  it("looks again until no link is broken either: rows of before a restart are fresh for a while", async () => {
    const own = sketchPlan([{ name: "cygnus-07", isLocal: true, containers: [["ui", "ui"]] }], { stores: [STORE], daemons: plan.daemons });
    const docker = `case $1 in
inspect) if [ -e "$0.seen" ]; then state=running; else state=exited; : >"$0.seen"; fi; printf '%s\\t0\\tfalse\\t0\\t\\n' $state ;;
exec) case "$*" in *sos_cmd*) ${readerOf({ 1: 1, 2: 1, 3: 1, 4: 1 })} ;; esac ;;
esac`;
    const ask = (waitSeconds: number) => withPrograms({ docker }, () => verify(own, { ...once, waitSeconds }));
    assert.deepEqual(
      (await ask(0)).causes.map(({ link, message }) => [link, message]),
      [["ui", "exited (0)"]],
    );
    assert.deepEqual((await ask(10)).causes, []);
  });

  it("is the same progress while only rows grow older", async () => {
    const look = (age: number, ...present: readonly number[]) =>
      withPrograms({ docker: readerOf(Object.fromEntries(present.map((id) => [id, age]))) }, () => verify(plan, once));
    const [first, later, another] = [await look(1, 1), await look(9, 1), await look(9, 1, 2)].map(progressOf);
    assert.equal(first, later);
    assert.notEqual(later, another);
  });

  it("shows nothing, and says so, where no store can be read", async () => {
    const own = { ...plan, stores: [{ ...STORE, plugin: "store_influx" }] };
    const report = await verify(own, once);
    assert.equal(isVerified(report), false);
    assert.equal(
      renderVerify(report),
      "no store to read: nothing shows that data arrives\nstore `sos-meminfo` is not checked: its rows cannot be read from here, or do not say whose they are",
    );
  });

  describe("of a stack whose rows all go to brokers", () => {
    const kafka = { ...plan, stores: [{ ...STORE, plugin: "store_kafka" }] };
    const SAID = [
      "no store to read here: all rows are handed over",
      "store `sos-meminfo` hands its rows over to its brokers: that they arrive there is not shown",
    ];
    const aggregator = { host: "cygnus-07", container: "agg2" };

    it("says that they are handed over, and is well", async () => {
      const report = await verify(kafka, once);
      assert.equal(renderVerify(report), SAID.join("\n"));
      assert.equal(isVerified(report), true);
    });

    it("fails at a broker that is not reached, and at an aggregator that does not tell", async () => {
      const report = await verify(kafka, once);
      assert.equal(isVerified({ ...report, aggregators: [aggregator] }), true);
      assert.equal(isVerified({ ...report, aggregators: [{ ...aggregator, unreached: ["kafka1:9092: Connection refused"] }] }), false);
      assert.equal(isVerified({ ...report, aggregators: [{ ...aggregator, fault: "No such container: agg2" }] }), false);
    });

    it("shows nothing where another store cannot be read", async () => {
      const report = await verify({ ...kafka, stores: [...kafka.stores, { ...STORE, name: "own", plugin: "store_influx" }] }, once);
      assert.equal(isVerified(report), false);
    });
  });
});

describe("renderStoreScript", () => {
  it("asks the reader in the aggregator's container for the fresh rows only", () => {
    const script = renderStoreScript({ ...STORE, path: "/store/it's" }, 30);
    const line = String.raw`docker exec agg2 sos_cmd -C '/store/it'\''s' -q -S meminfo -X time_comp_job -f json -V timestamp -V component_id -F "timestamp:ge:$since"`;
    assert(script.includes(line), script);
  });
});

describe("a store of store_csv", () => {
  const CSV: PlannedStore = { ...STORE, plugin: "store_csv" };
  /** Runs what is to run in the container here, on files of the given texts; `@N` is the time N seconds ago. */
  const verifyFiles = (files: Readonly<Record<string, string>>) =>
    withPrograms({ docker: 'shift 2; exec "$@"' }, (folder) => {
      const now = Math.floor(Date.now() / 1000);
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(
          join(folder, name),
          text.replace(/@(\d+)/g, (_, age) => `${now - Number(age)}.001987,1987`),
        );
      }
      return verify({ ...plan, stores: [{ ...CSV, path: folder }] }, once);
    });
  const HEADER = "#Time,Time_usec,ProducerName,component_id,job_id,MemFree\n";

  it("is read by its newest row of each component", async () => {
    const report = await verifyFiles({
      meminfo: `${HEADER}@900,n1,14,0,5\n@19,n1,1,0,5\n${HEADER}@14,n1,1,0,5\n@13,n2,2,0,5\n@2,n3,3,0,5\n@14,n4,4,0,5\n`,
    });
    assert.match(renderVerify(report), /^4 of 4 samplers in the store on cygnus-07, newest row [2-5] s old$/);
  });

  it("is read in its newest file, by a header that has a file of its own", async () => {
    const report = await verifyFiles({ "meminfo.HEADER.1700000000": HEADER, "meminfo.1700000000": "@3,n1,1,0,5\n@3,n3,3,0" });
    assert.deepEqual(report.stores[0]?.present, ["cygnus-01", "cygnus-03"]);
  });

  it("is told where there is no file", async () => {
    const report = await verifyFiles({});
    assert.match(report.stores[0]?.faults[0]?.message ?? "", /^no file `\/.*\/meminfo` yet$/);
  });
});

describe("a store of store_csv with a decomposition (ldms#1221)", () => {
  const rows = (path: string, tables: PlannedStore["tables"]) => ({
    ...STORE,
    plugin: "store_csv",
    schema: "meminfo",
    path,
    tables: tables!,
  });
  const verifyFiles = (files: Readonly<Record<string, string>>, tables: PlannedStore["tables"]) =>
    withPrograms({ docker: 'shift 2; exec "$@"' }, (folder) => {
      const now = Math.floor(Date.now() / 1000);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text.replace(/@/g, `${now - 3}.001987,1987`));
      return verify({ ...plan, stores: [rows(folder, tables)] }, once);
    });

  it("is read by the columns that the decomposition makes, wherever the time stands", async () => {
    const text = "#,comp,Time,Time_usec,free\n1,@,5\n2,@,5\n";
    const { stores } = await verifyFiles({ mem_small: text }, [{ schema: "mem_small", id: "comp", time: "ts" }]);
    assert.deepEqual(stores[0]?.present, ["cygnus-01", "cygnus-02"]);
  });

  it("is read in the files of every digest, of which there is one a kind of host", async () => {
    const header = "#Time,Time_usec,component_id,job_id,MemFree\n";
    const files = { meminfo_4b63562: `${header}@,1,0,5\n`, meminfo_0a0a0a0: `${header}@,3,0,5\n`, meminfo_: `${header}@,4,0,5\n` };
    const { stores } = await verifyFiles(files, [{ schema: "meminfo", hasDigest: true, id: "component_id", time: "timestamp" }]);
    assert.deepEqual(stores[0]?.present, ["cygnus-01", "cygnus-03"]);
  });

  it("is not checked where no column says whose the rows are", async () => {
    const report = await verifyFiles({}, []);
    assert.match(
      renderVerify(report),
      /\nstore `sos-meminfo` is not checked: its rows cannot be read from here, or do not say whose they are$/,
    );
  });
});

describe("a store of store_flatfile", () => {
  const verifyFiles = (files: Readonly<Record<string, string>>) =>
    withPrograms({ docker: 'shift 2; exec "$@"' }, (folder) => {
      const now = Math.floor(Date.now() / 1000);
      mkdirSync(join(folder, "meminfo"));
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(folder, "meminfo", name), text.replace(/@/g, `${now - 3}.001987`));
      return verify({ ...plan, stores: [{ ...STORE, plugin: "store_flatfile", path: folder }] }, once);
    });

  it("is read in a file of one of its metrics", async () => {
    const { stores } = await verifyFiles({ "Active(anon)": "@ n1 1 5\n@ n2 2 5\n" });
    assert.deepEqual(stores[0]?.present, ["cygnus-01", "cygnus-02"]);
  });

  it("is told where there is no file", async () => {
    const report = await verifyFiles({});
    assert.match(report.stores[0]?.faults[0]?.message ?? "", /^no file `\/.*\/meminfo` yet$/);
  });
});

describe("a store of store_sos with a decomposition", () => {
  it("is asked for by its own index and columns, and its answer read by them", async () => {
    const tables = [{ schema: "mem_small", id: "comp", time: "ts", index: "time_comp" }];
    const store = { ...STORE, tables };
    const line = `docker exec agg2 sos_cmd -C /store/meminfo -q -S mem_small -X time_comp -f json -V ts -V comp -F "ts:ge:$since"`;
    assert(renderStoreScript(store, 30).includes(line));
    const docker = `now=$(date +%s)\nprintf '%s\\n' '{ "data" : [{"ts" : '$now.5',"comp" : 2}] }'`;
    const { stores } = await withPrograms({ docker }, () => verify({ ...plan, stores: [store] }, once));
    assert.deepEqual(stores[0]?.present, ["cygnus-02"]);
  });

  it("is not checked where the schema's name has a digest", async () => {
    const tables = [{ schema: "meminfo", hasDigest: true as const, id: "component_id", time: "timestamp", index: "time_comp" }];
    assert.deepEqual((await verify({ ...plan, stores: [{ ...STORE, tables }] }, once)).unread, ["sos-meminfo"]);
  });
});

describe("parseStoreRows", () => {
  it("takes the newest row of each component", () => {
    const row = (time: number) => `{"timestamp" : "${time}.5","component_id" : "1"}`;
    const parsed = parseStoreRows(
      `1700000100\n{ "data" : [\n${row(1700000090)},\n${row(1700000095)},\n${row(1700000080)}], "recordCount" : 3}`,
    );
    assert.deepEqual(parsed, { nowSeconds: 1700000100, newestById: new Map([[1, 1700000095.5]]), count: 3 });
  });

  it("takes the count of a reader that prints the newest rows alone", () => {
    const parsed = parseStoreRows('1700000100\n{ "data" : [{"timestamp" : "1700000090.5","component_id" : "1"}], "rows" : 30 }');
    assert.equal(parsed?.count, 30);
  });

  for (const output of [
    "",
    "1700000100\n",
    "1700000100\nsegmentation fault",
    "1700000100\n{}",
    '1700000100\n{"data":[{"timestamp":"x"}]}',
  ]) {
    it(`takes nothing from ${JSON.stringify(output)}`, () => assert.equal(parseStoreRows(output), undefined));
  }
});
