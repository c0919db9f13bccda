import type { BadStackFile } from "./bad-stack-files";

const STORES = "aggregators[0].stores";
const STORE = `${STORES}[0]`;
const CSV = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
const KAFKA = { name: "k", plugin: "store_kafka", schema: "meminfo", brokers: ["kafka1:9092"], decomposition: "as-is.json" };
const bad = (title: string, store: Readonly<Record<string, unknown>>, ...says: readonly string[]): BadStackFile => ({
  title,
  changes: { [STORES]: [store] },
  says: says.map((line) => (line.startsWith("help") ? `      ${line}` : `  - ${STORE}.${line}`)),
});

/** Mistakes in the forms of stores, each kind with its own. */
export const BAD_STORES: readonly BadStackFile[] = [
  bad("a csv without its folder", { ...CSV, path: undefined, hostPath: undefined }, "path: is missing", "hostPath: is missing"),
  bad("a csv without a container", { ...CSV, container: undefined }, "container: is missing"),
  bad(
    "a csv's container that is no folder's name",
    { ...CSV, container: "a/b" },
    "container: must be a name of letters, digits, `_`, `.` and `-`: `a/b`",
  ),
  bad("brokers of a csv", { ...CSV, brokers: ["kafka1"] }, "brokers: is for `store_kafka` and `store_avro_kafka`, not for `store_csv`"),
  bad("a store without a schema", { ...CSV, schema: undefined }, "schema: is missing"),
  bad(
    "a regex without a decomposition",
    { ...CSV, schema: undefined, regex: ".*" },
    "regex: needs a decomposition, or ldmsd ends: `.*`",
    "help: decomposition: FILE, for example of `type` `as_is`",
  ),
  bad(
    "a schema and a regex",
    { ...CSV, regex: ".*", decomposition: "d.json", config: { buffer: 0 } },
    "regex: excludes `schema`: `.*`",
    "help: leave one of the two out",
  ),
  bad("a regex that is none", { ...CSV, schema: undefined, regex: "(", decomposition: "d.json" }, "regex: is no regular expression: `(`"),
  bad(
    "a decomposition among a csv's attributes (ldms#1221)",
    { ...CSV, config: { decomposition: "/etc/d.json" } },
    "config.decomposition: is not read there by ldmsd: `/etc/d.json`",
    "help: `decomposition` of the store itself, a JSON file beside the stack file",
  ),
  bad(
    "a flush that does nothing for decomposed rows",
    { ...CSV, decomposition: "d.json", flush: "10s" },
    "flush: does nothing for rows of a decomposition: `10s`",
    "help: config: { buffer: 0 }",
  ),
  bad(
    "a decomposition of a flatfile",
    { ...CSV, plugin: "store_flatfile", decomposition: "d.json" },
    "decomposition: `store_flatfile` takes no rows: `d.json`",
    "help: leave it out",
  ),
  bad("a rollover of SOS", { ...CSV, plugin: "store_sos", rollover: { every: "1h" } }, "rollover: is for `store_csv`, not for `store_sos`"),
  bad(
    "a rollover of two kinds",
    { ...CSV, rollover: { every: "1h", rows: 10 } },
    'rollover: must have one of `every`, `daily`, `rows` and `size`: {"every":"1h","rows":10}',
  ),
  bad("a rollover at no time of day", { ...CSV, rollover: { daily: "24:00" } }, "rollover.daily: must be a time of day, as 00:30: `24:00`"),
  bad("headers nowhere", { ...CSV, headers: "none" }, "headers: must be `in-file` or `own-file`: `none`"),
  bad(
    "headers as an attribute beside the key",
    { ...CSV, headers: "own-file", config: { altheader: 0 } },
    "config.altheader: is written from the entry's own `altheader`: 0",
  ),
  bad(
    "kafka's brokers as a container",
    { ...KAFKA, brokers: undefined, container: "kafka1.site:9092,kafka2.site" },
    "container: `store_kafka` has brokers instead: `kafka1.site:9092,kafka2.site`",
    "help: brokers: [kafka1.site:9092, kafka2.site]",
  ),
  bad("kafka without a broker", { ...KAFKA, brokers: undefined }, "brokers: is missing"),
  bad("a broker with a scheme", { ...KAFKA, brokers: ["tcp://kafka1"] }, "brokers[0]: must be `HOST[:PORT]` of a broker: `tcp://kafka1`"),
  bad("a folder of kafka", { ...KAFKA, path: "/k" }, "path: `store_kafka` has no folder: `/k`", "help: leave it out"),
  bad(
    "kafka without a decomposition",
    { ...KAFKA, decomposition: undefined },
    "decomposition: is missing: `store_kafka` takes rows, which a decomposition makes of sets",
  ),
  bad(
    "half a folder of a plugin of which nothing is known",
    { ...CSV, plugin: "store_influx", hostPath: undefined },
    "hostPath: is missing",
  ),
  {
    title: "more flat files than a daemon can have",
    changes: {
      [STORES]: Array.from({ length: 21 }, (_, i) => ({ ...CSV, name: `flat${i}`, plugin: "store_flatfile", container: `c${i}` })),
    },
    says: [
      `  - ${STORES}: has more of \`store_flatfile\` than the 20 that a daemon can have: 21`,
      "      help: keep some of them on another aggregator, or take `store_csv`",
    ],
  },
];
