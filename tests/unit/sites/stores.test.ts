import assert from "node:assert/strict";
import { renderStoreLines } from "../../../plan/ldmsd/store-conf";
import type { DeploymentPlan } from "../../../plan/model/deployment-plan";
import { planDeployment } from "../../../plan/plan";
import { ConfigError } from "../../../plan/problems/errors";
import { containerOf, exampleConfig, textOf, type Values } from "../example-stack";

const AS_IS = '{ "type": "as_is", "indices": [{ "name": "time_comp", "cols": ["timestamp", "component_id"] }] }';
const STATIC = JSON.stringify({
  type: "static",
  rows: [
    {
      schema: "mem_small",
      cols: [
        { src: "timestamp", dst: "ts", type: "ts" },
        { src: "producer", dst: "prod", type: "char_array", array_len: 64 },
        { src: "component_id", dst: "comp" },
        { src: "MemFree", dst: "free", type: "u64", fill: 0 },
      ],
      indices: [{ name: "time_comp", cols: ["ts", "comp"] }],
    },
  ],
});
const CSV = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/data/csv" };

const aggregators = (stores: readonly Values[]) => [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", stores }];
const configOf = (stores: readonly Values[], changes: Values = {}) =>
  exampleConfig({ aggregators: aggregators(stores), ui: undefined, ...changes });
const linesOf = (...stores: readonly Values[]) => renderStoreLines(configOf(stores).aggregators[0]!.stores);

function planOf(stores: readonly Values[], files: Readonly<Record<string, string>>): DeploymentPlan {
  return planDeployment(configOf(stores), { secrets: {}, ownFiles: files });
}

function problemsOf(text: string): readonly string[] {
  try {
    planOf([{ ...CSV, decomposition: "d.json" }], { "d.json": text });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("a decomposition of a metric that is named as what every object has", () => {
  it("is none of what a set has beside its metrics", () => {
    const cols = [{ src: "constructor", type: "u64" }, { src: "toString" }];
    assert.deepEqual(problemsOf(JSON.stringify({ type: "static", rows: [{ schema: "s", cols }] })), []);
  });
});

describe("ldms#1221, #2267: a store_csv with a decomposition", () => {
  const store = {
    ...CSV,
    schema: undefined,
    regex: "^(meminfo|vmstat)$",
    decomposition: "as-is.json",
    config: { buffer: 0, rename_template: "/csv/%C/%B" },
  };
  const plan = planOf([store], { "as-is.json": AS_IS });

  it("is told ldmsd in the storage policy, not in the plugin's line", () =>
    assert.deepEqual(linesOf(store), [
      "load name=store_csv",
      "config name=store_csv path=/csv buffer=0 rename_template=/csv/%C/%B",
      "strgp_add name=csv plugin=store_csv container=c regex=^(meminfo|vmstat)$ decomposition=/etc/ldms/decomposition-csv.json",
      "strgp_start name=csv",
    ]));

  it("is delivered to the aggregator's host and bound read-only", () => {
    assert.equal(textOf(plan, "/var/lib/ldms/cygnus/agg1/decomposition-csv.json"), AS_IS);
    const mount = containerOf(plan, "cygnus-05", "agg1").mounts.find(({ containerPath }) => containerPath.includes("decomposition"));
    assert.deepEqual(mount, {
      kind: "bind",
      hostPath: "/var/lib/ldms/cygnus/agg1/decomposition-csv.json",
      containerPath: "/etc/ldms/decomposition-csv.json",
      readOnly: true,
    });
  });

  it("is a part of what makes the container: another text replaces it", () => {
    const spec = (text: string) => containerOf(planOf([store], { "as-is.json": text }), "cygnus-05", "agg1").labels["ldms.spec"];
    assert.notEqual(spec(AS_IS), spec(`${AS_IS} `));
  });

  it("is read by the columns and names that it makes", () => {
    assert.deepEqual(plan.stores[0]?.tables, [
      { schema: "meminfo", hasDigest: true, id: "component_id", time: "timestamp", index: "time_comp" },
    ]);
    const [decomposed] = planOf([{ ...CSV, decomposition: "s.json" }], { "s.json": STATIC }).stores;
    assert.deepEqual(decomposed?.tables, [{ schema: "mem_small", id: "comp", time: "ts", index: "time_comp" }]);
    assert.deepEqual(decomposed?.samplerHosts, ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]);
  });
});

describe("ldms#1134, #1136, #1205: a decomposition, checked against upstream's grammar", () => {
  const PATH = "aggregators[0].stores[0].decomposition: `d.json`:";
  const row = (changes: Values) => JSON.stringify({ type: "static", rows: [{ schema: "s", cols: [{ src: "a" }], ...changes }] });

  for (const [title, text, said] of [
    ["no type", "{}", "type: must be `static`, `as_is` or `flex`"],
    ["a type of nobody's", '{ "type": "asis" }', "type: must be `static`, `as_is` or `flex`"],
    ["no rows", '{ "type": "static", "rows": [] }', "rows: must not be empty"],
    ["no source of a column", row({ cols: [{ dst: "b" }] }), "rows.0.cols.0.src: must be a text"],
    ["half a record's member", row({ cols: [{ src: "list[a" }] }), "rows.0.cols.0.src: must be METRIC or LIST[MEMBER]"],
    [
      "a type that ldmsd takes for none",
      row({ cols: [{ src: "a", type: "uint64" }] }),
      "rows.0.cols.0.type: must be a type such as `u64`, `ts` or `char_array`",
    ],
    [
      "a time that is none, which ends the daemon",
      row({ cols: [{ src: "timestamp", type: "u64" }] }),
      "rows.0.cols.0.type: must be `ts`, or left out, for `timestamp`",
    ],
    ["a fill without a type", row({ cols: [{ src: "a", fill: 0 }] }), "rows.0.cols.0.type: is missing beside `fill`"],
    ["an operation of nobody's", row({ cols: [{ src: "a", op: "sum" }] }), "rows.0.cols.0.op: must be `diff`, `min`, `max` or `mean`"],
    ["an operation without a group", row({ cols: [{ src: "a", op: "diff" }] }), "rows.0.group: is missing beside `op`"],
    ["an index of no column", row({ indices: [{ name: "i", cols: ["b"] }] }), "rows.0.indices.0.cols: is no column of the row: `b`"],
    ["a group of no column", row({ group: { index: ["b"], order: ["a"] } }), "rows.0.group.index: is no column of the row: `b`"],
    [
      "a flex of no decomposition",
      '{ "type": "flex", "decomposition": { "a": { "type": "as_is" } }, "digest": { "*": "b" } }',
      "digest.*: is no decomposition of the file: `b`",
    ],
    [
      "a match of nothing",
      '{ "type": "flex", "decomposition": { "a": { "type": "as_is" } }, "matches": [{ "apply": "a" }] }',
      "matches.0: must have `schema` or `instance`",
    ],
  ] as const) {
    it(`names ${title}`, () => assert.deepEqual(problemsOf(text), [`${PATH} ${said}`]));
  }

  it("names what is no JSON", () => assert.match(problemsOf("{")[0]!, /decomposition: `d\.json`: is not JSON: /));

  it("names a file that is not there", () =>
    assert.deepEqual(
      (() => {
        try {
          planOf([{ ...CSV, decomposition: "none.json" }], {});
          return [];
        } catch (error) {
          return (error as ConfigError).problems;
        }
      })(),
      [{ path: "aggregators[0].stores[0].decomposition", message: "cannot be read as UTF-8 text: `none.json`" }],
    ));

  for (const [title, text] of [
    ["as_is", AS_IS],
    ["static", STATIC],
    [
      "flex by digest, match and default",
      JSON.stringify({
        type: "flex",
        decomposition: { a: JSON.parse(AS_IS), s: JSON.parse(STATIC) },
        digest: { "*": "a", ["0a".repeat(32)]: ["a", "s"] },
        matches: [{ schema: "^mem", apply: "s" }],
        default: "a",
      }),
    ],
  ] as const) {
    it(`takes ${title}`, () => assert.deepEqual(problemsOf(text), []));
  }
});

describe("NERSC/nersc-ldms, ldms#1134: Kafka", () => {
  const KAFKA = {
    name: "k",
    plugin: "store_kafka",
    regex: ".*",
    brokers: ["kafka1.site:9092", "kafka2.site"],
    decomposition: "as-is.json",
  };

  it("has its brokers in the storage policy, and no folder", () => {
    assert.deepEqual(linesOf(KAFKA), [
      "load name=store_kafka",
      "config name=store_kafka",
      "strgp_add name=k plugin=store_kafka container=kafka1.site:9092,kafka2.site regex=.* decomposition=/etc/ldms/decomposition-k.json",
      "strgp_start name=k",
    ]);
    const { mounts } = containerOf(planOf([KAFKA], { "as-is.json": AS_IS }), "cygnus-05", "agg1");
    assert.ok(mounts.every((mount) => mount.readOnly || mount.kind === "volume"));
  });

  it("may have the brokers of store_avro_kafka in librdkafka's own file", () =>
    assert.deepEqual(
      linesOf({ ...KAFKA, plugin: "store_avro_kafka", brokers: undefined, config: { kafka_conf: "/etc/kafka.conf", mode: "JSON" } }).slice(
        0,
        3,
      ),
      [
        "load name=store_avro_kafka",
        "config name=store_avro_kafka kafka_conf=/etc/kafka.conf mode=JSON",
        "strgp_add name=k plugin=store_avro_kafka regex=.* decomposition=/etc/ldms/decomposition-k.json",
      ],
    ));
});

describe("ldms PR #1822: single-instance stores", () => {
  it("are loaded once for two policies", () =>
    assert.deepEqual(
      linesOf(...["a", "b"].map((name) => ({ name, plugin: "store_kafka", schema: name, brokers: ["k"], decomposition: "d.json" }))).filter(
        (line) => line.startsWith("load"),
      ),
      ["load name=store_kafka"],
    ));
});

describe("a store_csv's own keys", () => {
  const settings = (changes: Values) => linesOf({ ...CSV, ...changes })[1];
  it("are its rollover", () => {
    const [every, daily, rows, size] = [{ every: "6h" }, { daily: "00:30" }, { rows: 100_000 }, { size: "512M" }].map((rollover) =>
      settings({ rollover }),
    );
    assert.equal(every, "config name=store_csv path=/csv rolltype=1 rollover=21600");
    assert.equal(daily, "config name=store_csv path=/csv rolltype=2 rollover=1800");
    assert.equal(rows, "config name=store_csv path=/csv rolltype=3 rollover=100000");
    assert.equal(size, "config name=store_csv path=/csv rolltype=4 rollover=536870912");
  });

  it("are where its headers stand", () =>
    assert.deepEqual(
      [settings({ headers: "own-file" }), settings({ headers: "in-file" })],
      ["config name=store_csv path=/csv altheader=1", "config name=store_csv path=/csv altheader=0"],
    ));
});

describe("a store of a plugin of which nothing is known", () => {
  it("has what ldmsd takes: a container of any text, and no folder", () =>
    assert.deepEqual(
      linesOf({ name: "i", plugin: "store_influx", schema: "meminfo", container: "influx.site:8086", config: { db: "ldms" } }),
      [
        "load name=store_influx",
        "config name=store_influx db=ldms",
        "strgp_add name=i plugin=store_influx container=influx.site:8086 schema=meminfo",
        "strgp_start name=i",
      ],
    ));
});
