import type { BadStackFile } from "./bad-stack-files";

const PLUGINS = "samplers[0].plugins";
const PLUGIN = `${PLUGINS}[0]`;
const MEMINFO = { name: "meminfo", interval: "1s" };
const SLOW = { ...MEMINFO, instance: "meminfo-60s" };
const GRAMMAR_A = "      help: maestro: { grammar: C }, or leave `maestro` out";
const CSV = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };

/** Mistakes in which plugins the daemons load, how they are called and what they are told. */
export const BAD_PLUGINS: readonly BadStackFile[] = [
  {
    title: "a plugin of nobody's, a near miss",
    changes: { [`${PLUGIN}.name`]: "memifno" },
    says: [
      `  - ${PLUGIN}.name: is no sampler of upstream's: \`memifno\``,
      "      help: did you mean `meminfo`? for one of your own, write `own: true`",
    ],
  },
  {
    title: "a plugin of nobody's",
    changes: { [`${PLUGIN}.name`]: "site_power" },
    says: [`  - ${PLUGIN}.name: is no sampler of upstream's: \`site_power\``, "      help: for one of your own, write `own: true`"],
  },
  {
    title: "one of upstream's as the site's own",
    changes: { [`${PLUGIN}.own`]: true },
    says: [`  - ${PLUGIN}.name: is one of upstream's: \`meminfo\``, "      help: leave `own` out, or give your own plugin another name"],
  },
  {
    title: "a store among the plugins",
    changes: { [`${PLUGIN}.name`]: "store_csv" },
    says: [`  - ${PLUGIN}.name: is a store: \`store_csv\``, "      help: it belongs into `stores` of an aggregator"],
  },
  {
    title: "a sampler as a store's plugin",
    changes: { "aggregators[1].stores[0].plugin": "meminfo", "aggregators[1].dsosd": false, ui: undefined },
    says: ["  - aggregators[1].stores[0].plugin: is a sampler: `meminfo`", "      help: it belongs into `plugins`"],
  },
  {
    title: "a store's plugin of nobody's",
    changes: { "aggregators[1].stores[0].plugin": "store_cvs", "aggregators[1].dsosd": false, ui: undefined },
    says: [
      "  - aggregators[1].stores[0].plugin: is no store of upstream's: `store_cvs`",
      "      help: did you mean `store_csv`? for one of your own, write `own: true`",
    ],
  },
  {
    title: "two plugins of one instance",
    changes: { [PLUGINS]: [SLOW, SLOW] },
    says: [
      `  - ${PLUGINS}[1].instance: is already taken by plugins[0]: \`meminfo-60s\``,
      "      help: give one of the two an `instance` of its own: `instance: meminfo-2`",
    ],
  },
  {
    title: "two instances of a plugin of which a daemon has one configuration",
    changes: {
      [PLUGINS]: [
        { name: "vmstat", interval: "1s" },
        { name: "vmstat", instance: "vm2", interval: "1s" },
      ],
    },
    says: [
      `  - ${PLUGINS}[1].name: is already taken by plugins[0]: \`vmstat\``,
      "      help: a second configuration of it is for another group, with another `container` and `port`; ldmsd itself can configure it only once",
    ],
  },
  {
    title: "an instance of a plugin that has its own name alone",
    changes: { [PLUGINS]: [{ name: "jobid", instance: "job", interval: "1s" }] },
    says: [`  - ${PLUGIN}.instance: ldmsd loads \`jobid\` only by its own name: \`job\``, "      help: leave `instance` out"],
  },
  {
    title: "an instance with a slash",
    changes: { [`${PLUGIN}.instance`]: "mem/1s" },
    says: [`  - ${PLUGIN}.instance: must be a name of letters, digits, \`_\`, \`.\` and \`-\`: \`mem/1s\``],
  },
  {
    title: "two instances with one set",
    changes: {
      [PLUGINS]: [
        { ...MEMINFO, config: { instance: ["$", "{HOSTNAME}/mem"].join("") } },
        { ...SLOW, config: { instance: ["$", "{HOSTNAME}/mem"].join("") } },
      ],
    },
    says: [`  - ${PLUGINS}[1].config.instance: is already the name of the set of plugins[0]: \`$\{HOSTNAME}/mem\``],
  },
  {
    title: "a schema without a value",
    changes: { [`${PLUGIN}.config`]: { schema: null } },
    says: [`  - ${PLUGIN}.config.schema: is empty`],
  },
  {
    title: "a list with a comma in an item",
    changes: { [`${PLUGIN}.config`]: { fields: ["a,b", "c"] } },
    says: [`  - ${PLUGIN}.config.fields: has an item with a comma, which divides the items: \`a,b\``],
  },
  {
    title: "a blank in an item of a list",
    changes: { [`${PLUGIN}.config`]: { fields: ["a b"] } },
    says: [`  - ${PLUGIN}.config.fields: holds a blank, a tab or the end of a line, which a value in ldmsd's file cannot have: \`a b\``],
  },
  {
    title: "an instance for an ldmsd that knows none",
    changes: { "images.tag": "4.4.5", "maestro.grammar": "C", [PLUGINS]: [MEMINFO, SLOW] },
    says: [
      `  - ${PLUGINS}[1].instance: the ldmsd of \`images.tag\` 4.4.5 loads a plugin only by its own name: \`meminfo-60s\``,
      "      help: take images of 4.5.1 or later",
    ],
  },
  {
    title: "a store's plugin in two configurations for an ldmsd that has one",
    changes: {
      "images.tag": "4.4.5",
      "maestro.grammar": "C",
      "aggregators[0].stores": [CSV, { ...CSV, name: "raw", container: "d", config: { buffer: 0 } }],
    },
    says: [
      "  - aggregators[0].stores[1].plugin: the ldmsd of `images.tag` 4.4.5 can configure a plugin only once: `store_csv`",
      "      help: take images of 4.5.1 or later, or give the stores one `path` and `config`",
    ],
  },
  {
    title: "an instance and a word without a value in grammar A",
    changes: {
      "maestro.grammar": "A",
      "images.references": { "ldms-maestro": "site/maestro:own" },
      [PLUGINS]: [{ name: "filesingle", instance: "files", interval: "1s", config: { timing: null } }],
    },
    says: [
      `  - ${PLUGIN}.instance: grammar \`A\` of maestro cannot express an instance`,
      GRAMMAR_A,
      `  - ${PLUGIN}.config.timing: grammar \`A\` of maestro cannot express a word without a value`,
      GRAMMAR_A,
    ],
  },
  {
    title: "a subscription to nothing",
    changes: { "aggregators[0].subscribe": [{ regex: ".*" }] },
    says: ['  - aggregators[0].subscribe[0]: must have one of `stream` and `message`: {"regex":".*"}'],
  },
  {
    title: "a stream with a blank",
    changes: { "aggregators[0].subscribe": [{ stream: "kokkos data" }] },
    says: ["  - aggregators[0].subscribe[0].stream: must be a name of letters, digits, `_`, `.`, `:`, `/` and `-`: `kokkos data`"],
  },
  {
    title: "a regex of producers with a blank",
    changes: { "aggregators[0].subscribe": [{ stream: "s", regex: "samp 1" }] },
    says: [
      "  - aggregators[0].subscribe[0].regex: holds a blank, a tab or the end of a line, which a value in ldmsd's file cannot have: `samp 1`",
    ],
  },
  {
    title: "streams switched off, which they are",
    changes: { "samplers[0].streams": false },
    says: ["  - samplers[0].streams: must be `true`: false"],
  },
  {
    title: "messages of an ldmsd that has none",
    changes: { "images.tag": "4.4.5", "maestro.grammar": "C", "aggregators[0].subscribe": [{ message: "slurm" }] },
    says: [
      "  - aggregators[0].subscribe[0].message: the ldmsd of `images.tag` 4.4.5 has streams only: `slurm`",
      "      help: take images of 4.5.1 or later",
    ],
  },
  {
    title: "subscriptions by grammar A",
    changes: {
      "maestro.grammar": "A",
      "images.references": { "ldms-maestro": "site/maestro:own" },
      "aggregators[0].subscribe": [{ stream: "s" }],
    },
    says: ["  - aggregators[0].subscribe: grammar `A` of maestro cannot express what producers are asked for", GRAMMAR_A],
  },
  {
    title: "a schema of a store of a stream",
    changes: { "aggregators[0].stores": [{ ...CSV, plugin: "stream_csv_store" }] },
    says: [
      "  - aggregators[0].stores[0].stream: is missing",
      "  - aggregators[0].stores[0].schema: `stream_csv_store` stores a whole stream, and has no such key: `meminfo`",
      "      help: leave it out",
    ],
  },
  {
    title: "a plugin that is not in the ovis that is built",
    changes: { images: { source: "build", sources: {} }, [`${PLUGIN}.name`]: "jobid" },
    says: [
      `  - ${PLUGIN}.name: is not in the ovis that is built: \`jobid\``,
      "      help: configure builds it with `--enable-jobid`; `images: { sources: { ovis: { options } } }`",
    ],
  },
  {
    title: "a store that is not in the ovis that is built",
    changes: {
      images: { source: "build", sources: { ovis: { options: ["--enable-sos"] } } },
      "aggregators[0].stores": [{ ...CSV, plugin: "store_influx" }],
    },
    says: [
      "  - aggregators[0].stores[0].plugin: is not in the ovis that is built: `store_influx`",
      "      help: configure builds it with `--enable-influx`; `images: { sources: { ovis: { options } } }`",
    ],
  },
  {
    title: "an interval by a variable (ldms#2157, PR #2159, #2180)",
    changes: { [`${PLUGIN}.interval`]: ["$", "{INTERVAL}"].join("") },
    says: [`  - ${PLUGIN}.interval: must be the time itself, not a variable: the plan counts and watches by it: \`$\{INTERVAL}\``],
  },
  {
    title: "an offset without a unit (the Sandia template)",
    changes: { [`${PLUGIN}.offset`]: "-100000" },
    says: [`  - ${PLUGIN}.offset: must be a number with one of the units us, ms, s, m, h, d: \`-100000\``],
  },
];
