import { nearMiss } from "../config/near-miss";
import { findPlugin } from "../plugins/plugins";
import { onceFor } from "../text/once-for";
import { AGGREGATOR } from "./examples";
import { isLdmsd } from "./role-of-container";
import type { Rule } from "./rule";
import { setsOfConf } from "./sets-and-updaters";
import { textFile } from "./stack-examples";
import { nameDaemons, readTopology } from "./topology";
import type { StackFacts } from "./topology-facts";
import { readConfs } from "./topology-of-confs";

/**
 * Stores of a schema that a known plugin would have or that is misspelt: ``store `vm` of `vmstat` ``. Of other schemas nothing is said: a plugin may
 * have another schema than its name, and a daemon that runs without the stack samples what it likes.
 */
const unfedStores = onceFor((stack: StackFacts): readonly string[] => {
  const confs = [...new Set(readConfs(stack).map(({ lines }) => lines))];
  const sampled = [...new Set(confs.flatMap(setsOfConf).map(({ schema }) => schema))];
  const stores = confs.flatMap((lines) =>
    lines.filter(({ verb, attributes }) => verb === "strgp_add" && attributes["schema"] !== undefined),
  );
  const found = stores.flatMap(({ attributes: { name = "", schema = "" } }) => {
    if (sampled.includes(schema)) return [];
    const near = nearMiss(schema, sampled);
    if (near === undefined && findPlugin(schema)?.kind !== "sampler") return [];
    return [`store \`${name}\` of \`${schema}\`${near === undefined ? "" : ` (\`${near}\` is sampled)`}`];
  });
  return found.length > 0 && pullsOthers(stack) ? [] : [...new Set(found)];
});

/** A daemon is pulled that none of the stack's containers is. */
function pullsOthers(stack: StackFacts): boolean {
  const topology = readTopology(stack);
  if (!topology) return false;
  const own = new Set(stack.containers.filter(isLdmsd).map(nameDaemons(stack, topology)));
  return topology.aggregators.some(({ pulls }) => pulls.some((name) => !own.has(name)));
}

function storing(schema: string): StackFacts {
  const text = [
    "load name=meminfo",
    "config name=meminfo producer=a instance=a/meminfo",
    "start name=meminfo interval=1s",
    "load name=store_csv",
    "config name=store_csv path=/store",
    `strgp_add name=csv plugin=store_csv container=c schema=${schema}`,
  ].join("\n");
  return { containers: [AGGREGATOR], files: [textFile("agg2", "ldmsd.conf", text)] };
}

export const STORE_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "stores-are-fed",
    description: "Some daemon of the stack samples what a store is to keep.",
    severity: "medium",
    // Samplers may be there that the stack does not know.
    enforcement: "advisory",
    readers: ["plan", "resources"],
    applies: (stack) => readConfs(stack).some(({ lines }) => lines.some(({ verb }) => verb === "strgp_add")),
    holds: (stack) => unfedStores(stack).length === 0,
    message: (stack) => `no daemon samples what is to be stored: ${unfedStores(stack).join("; ")}`,
    help: "correct the store's `schema`, or give some group the plugin",
    examples: { breaking: storing("memifno"), passing: storing("meminfo") },
  },
];
