import type { BadStackFile } from "./bad-stack-files";

const CONFIG = "samplers[0].plugins[0].config";
const STORE = "aggregators[1].stores[0]";
const OWN_FILE = "      help: set `plugins`, `stores` and `configure`: each daemon reads a file of the plan's";
const OBSOLETE = "      help: leave it out: ldmsd takes it no more";
const FLAT = { name: "mem", plugin: "store_flatfile", schema: "meminfo", container: "c", path: "/k", hostPath: "/k" };
const SIZE = "must be a whole number with one of the units k, M, G";
const of = (variable: string) => ["$", `{${variable}}`].join("");
const VARIABLES = `      help: it has ${["HOSTNAME", "COMPONENT_ID", "COMPID"].map((name) => `\`${of(name)}\``).join(", ")}`;

/** An option that the plan writes, or that ends ldmsd. */
function option(word: string, help: string): BadStackFile {
  return {
    title: `ldmsd option ${word}`,
    changes: { "aggregators[1].options": ["-v", "INFO", word] },
    says: [`  - aggregators[1].options[2]: is written by the plan: \`${word}\``, help],
  };
}

/** Mistakes in who configures the daemons, in what their files can hold, and in their set memory. */
export const BAD_CONFIGURE: readonly BadStackFile[] = [
  {
    title: "maestro to configure, and no maestro",
    changes: { configure: "maestro", maestro: undefined },
    says: ["  - configure: there is no maestro: `maestro`", "      help: maestro: { host: HOST }, or leave `configure` out"],
  },
  {
    title: "a maestro, and files to configure",
    changes: { configure: "files" },
    says: ["  - configure: leaves maestro nothing to do: `files`", "      help: leave `maestro` out, or `configure`"],
  },
  {
    title: "somebody else to configure",
    changes: { configure: "file" },
    says: ["  - configure: must be `files` or `maestro`: `file`", "      help: did you mean `files`?"],
  },
  {
    title: "a selection of sets, which maestro passes over",
    changes: { "maestro.grammar": "C", "aggregators[0].sets": [{ regex: "^mem", field: "schema" }] },
    says: [
      "  - aggregators[0].sets: maestro does not select sets: every set would be pulled",
      "      help: leave `maestro` out: then each aggregator has it in its own file",
    ],
  },
  {
    title: "a variable that nothing sets",
    changes: { [`${CONFIG}.producer`]: `${of("HOSTNAME")}-${of("NODE")}` },
    says: [`  - ${CONFIG}.producer: nothing sets \`${of("NODE")}\` in the daemon's environment`, VARIABLES],
  },
  {
    title: "a variable of a store that nothing sets",
    changes: { [`${STORE}.config`]: { topic: of("SITE") } },
    says: [`  - ${STORE}.config.topic: nothing sets \`${of("SITE")}\` in the daemon's environment`, VARIABLES],
  },
  {
    title: "a blank in a plugin's setting",
    changes: { [`${CONFIG}.ifaces`]: "eth0 eth1" },
    says: [`  - ${CONFIG}.ifaces: holds a blank, a tab or the end of a line, which a value in ldmsd's file cannot have: \`eth0 eth1\``],
  },
  {
    title: "a command behind the end of a setting's line",
    changes: { [`${CONFIG}.ifaces`]: "eth0\nload name=vmstat" },
    says: [
      `  - ${CONFIG}.ifaces: must not have control characters: \`eth0\\nload name=vmstat\``,
      "      help: write it on one line; in YAML, `>-` and `|-` leave the end of the last line out",
    ],
  },
  {
    title: "a blank in a setting's name",
    changes: { [`${CONFIG}`]: { "if aces": "eth0" } },
    says: [`  - ${CONFIG}: has a key that holds a blank, a tab or the end of a line: \`if aces\``],
  },
  {
    title: "a plugin's name as a setting",
    changes: { [`${CONFIG}.name`]: "vmstat" },
    says: [`  - ${CONFIG}: has a key that starts with \`name\`, which ldmsd keeps for itself: \`name\``],
  },
  {
    title: "a store's folder as a setting",
    changes: { [`${STORE}.config`]: { path: "/other" } },
    says: [`  - ${STORE}.config.path: is written from the entry's own \`path\`: \`/other\``],
  },
  {
    title: "a blank in a store's folder",
    changes: { [`${STORE}.path`]: "/my store" },
    says: [`  - ${STORE}.path: holds a blank, a tab or the end of a line, which a value in ldmsd's file cannot have: \`/my store\``],
  },
  {
    title: "a variable in a store's folder, which the mount has as it is written",
    changes: { [`${STORE}.path`]: `/store/${of("HOSTNAME")}` },
    says: [
      `  - ${STORE}.path: has a variable, which ldmsd would replace, but the mount would not: \`/store/${of("HOSTNAME")}\``,
      "      help: write the folder itself",
    ],
  },
  {
    title: "a variable in a selection of sets that nothing sets",
    changes: { maestro: undefined, "aggregators[0].sets": [{ regex: `^${of("HOSTNAME")}/${of("NODE")}` }] },
    says: [`  - aggregators[0].sets[0].regex: nothing sets \`${of("NODE")}\` in the daemon's environment`, VARIABLES],
  },
  {
    title: "a blank in a selection of sets",
    changes: { maestro: undefined, "aggregators[0].sets": [{ regex: "mem info" }] },
    says: [
      "  - aggregators[0].sets[0].regex: holds a blank, a tab or the end of a line, which a value in ldmsd's file cannot have: `mem info`",
    ],
  },
  {
    title: "a second configuration of a store's plugin that a daemon can have once",
    changes: {
      "aggregators[0].stores": [
        FLAT,
        { ...FLAT, name: "vm", schema: "vmstat" },
        { ...FLAT, name: "net", container: "d", config: { a: 1 } },
      ],
    },
    says: [
      "  - aggregators[0].stores[2].plugin: has another configuration in stores[0], and a daemon can have only one: `store_flatfile`",
      "      help: give both the same `path` and `config`, or keep one of them on another aggregator",
    ],
  },
  {
    title: "an aggregator without munge above daemons that want it",
    changes: { "aggregators[0].munge": "none" },
    says: [
      "  - aggregators[0].munge: pulls from `samp`, which accepts only munge: `none`",
      "      help: leave `munge` of the aggregator out",
    ],
  },
  { title: "set memory without a unit", changes: { "samplers[0].setMemory": "64" }, says: [`  - samplers[0].setMemory: ${SIZE}: \`64\``] },
  {
    title: "set memory with a fraction",
    changes: { "samplers[0].setMemory": "1.5G" },
    says: [`  - samplers[0].setMemory: ${SIZE}: \`1.5G\``],
  },
  option("-m", "      help: set `setMemory`"),
  option("-Fm64M", "      help: set `setMemory`"),
  option("--set_memory=64M", "      help: set `setMemory`"),
  option("--se", "      help: set `setMemory`"),
  option("-c", OWN_FILE),
  option("-c/etc/own.conf", OWN_FILE),
  option("-y", OWN_FILE),
  option("-P", OBSOLETE),
  option("-P4", OBSOLETE),
  option("--worker_threads=4", OBSOLETE),
  option("-B", OBSOLETE),
  option("-C", OBSOLETE),
  option("-k", OBSOLETE),
  option("-s", OBSOLETE),
];
