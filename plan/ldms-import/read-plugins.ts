import { renderValue } from "../config/wording";
import { findPlugin } from "../plugins/plugins";
import type { SourcePlugin, SourceStore, Unsaid } from "./source-site";
import { DEFAULT_INTERVAL, durationOf, freeKeysOf, type PlacedSettings, unknownVariables } from "./source-values";

interface SourceLoad extends PlacedSettings {
  /** As `load plugin=` calls it. */
  readonly plugin: string;
  /** As the daemon calls it. */
  readonly instance: string;
  readonly interval?: string | number | undefined;
  readonly offset?: string | number | undefined;
}

interface ReadPlugin {
  readonly entry: SourcePlugin;
  readonly componentId?: number;
}

/** A sampler's plugin in the stack file's words. @param hosts how many have it alike */
export function readPlugin(load: SourceLoad, hosts: number, unsaid: Unsaid): ReadPlugin {
  const { plugin, place } = load;
  const facts = findPlugin(plugin);
  if (facts === undefined)
    unsaid.say(place, `\`${plugin}\` is no plugin of upstream's: it is taken for the site's own, \`own: true\``, "check its name");
  const isRenamed = load.instance !== plugin;
  if (isRenamed && facts?.isRenamable === false)
    unsaid.say(
      place,
      `instance ${renderValue(load.instance)}: ldmsd loads \`${plugin}\` only by its own name`,
      "nothing: here it has the plugin's name",
    );
  const instance = isRenamed && facts?.isRenamable !== false ? load.instance : undefined;
  const own = ownNames(load, instance ?? plugin, hosts, unsaid);
  const config = { ...freeKeysOf(load, ["component_id", "producer", "instance"], unsaid), ...own };
  if (typeof config["perm"] === "number") {
    unsaid.say(place, `\`perm\` is the number ${config["perm"]}, which ldmsd reads as octal digits`, 'write them in quotes, as in "0777"');
    config["perm"] = String(config["perm"]);
  }
  const offset = readDuration(load, "offset", unsaid);
  const id = componentId(load, unsaid);
  return {
    entry: {
      name: plugin,
      ...(instance !== undefined && { instance }),
      ...(facts === undefined && { own: true as const }),
      interval: readDuration(load, "interval", unsaid) ?? DEFAULT_INTERVAL,
      ...(offset !== undefined && { offset }),
      ...(Object.keys(config).length > 0 && { config }),
    },
    ...(id !== undefined && { componentId: id }),
  };
}

function readDuration(load: SourceLoad, key: "interval" | "offset", unsaid: Unsaid): string | undefined {
  const value = load[key];
  if (value === undefined) return undefined;
  const duration = durationOf(value);
  if (duration === undefined) {
    const instead = key === "interval" ? ` Here it is ${DEFAULT_INTERVAL}.` : "";
    unsaid.say(load.place, `${key} ${renderValue(value)} is no time that the plan can count with.${instead}`, `write the ${key} itself`);
  }
  return duration;
}

const textAt = ({ settings }: PlacedSettings, key: string) => {
  const value = settings.findLast(([name]) => name === key)?.[1];
  return value === undefined || value === null ? undefined : String(value);
};

/** The plan names producers and sets after the host. What says the same is left out, what would be the same on every host is told. */
function ownNames(load: SourceLoad, instance: string, hosts: number, unsaid: Unsaid): Record<string, string> {
  const planned = { producer: "$" + "{HOSTNAME}", instance: `$\{HOSTNAME}/${instance}` };
  const named: Record<string, string> = {};
  for (const key of ["producer", "instance"] as const) {
    const text = textAt(load, key);
    if (text === undefined || text === "" || text === planned[key]) continue;
    const [variable] = unknownVariables(text);
    const isAlike = hosts > 1 && !/\$\{(HOSTNAME|COMPONENT_ID|COMPID)\}/.test(text);
    if (variable === undefined && !isAlike) named[key] = text;
    else {
      const why = variable === undefined ? "would be the same on every host" : `has the variable \`$\{${variable}}\`, which no file sets`;
      unsaid.say(
        load.place,
        `${key} ${renderValue(text)} ${why}: the plan's own is ${planned[key]}`,
        "nothing, if rows may have the host's name",
      );
    }
  }
  return named;
}

function componentId(load: SourceLoad, unsaid: Unsaid): number | undefined {
  const text = textAt(load, "component_id");
  if (text === undefined || /^\$\{(COMPONENT_ID|COMPID)\}$/.test(text)) return undefined;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  unsaid.say(load.place, `component_id ${renderValue(text)} is not known here`, "`componentIds` of the stack file says each host's");
  return undefined;
}

interface SourcePolicy extends PlacedSettings {
  readonly name: string;
  readonly plugin: string;
  readonly container?: string | undefined;
  readonly schema?: string | undefined;
  readonly regex?: string | undefined;
  readonly decomposition?: string | undefined;
  readonly flush?: string | number | undefined;
}

const OF_BROKERS = ["store_kafka", "store_avro_kafka"];

/** A store in the stack file's words. */
export function readStore(policy: SourcePolicy, unsaid: Unsaid): SourceStore {
  const { name, plugin, container, schema, regex, decomposition, place } = policy;
  const path = textAt(policy, "path");
  const stream = textAt(policy, "stream");
  const isOfStream = schema === undefined && regex === undefined && stream !== undefined;
  const kept = container ?? (isOfStream ? textAt(policy, "container") : undefined);
  const flush = policy.flush === undefined ? undefined : durationOf(policy.flush);
  if (policy.flush !== undefined && flush === undefined)
    unsaid.say(place, `flush ${renderValue(policy.flush)} is no time`, "write the time itself");
  const config = freeKeysOf(policy, ["path", ...(isOfStream ? ["stream", "container"] : [])], unsaid);
  const isKnown = findPlugin(plugin) !== undefined;
  if (!isKnown)
    unsaid.say(place, `\`${plugin}\` is no store of upstream's: it is taken for the site's own, \`own: true\``, "check its name");
  const target = OF_BROKERS.includes(plugin)
    ? { ...(container !== undefined && { brokers: container.split(",") }) }
    : { ...(kept && { container: kept }) };
  return {
    name,
    plugin,
    ...(!isKnown && { own: true }),
    ...(isOfStream ? { stream } : { schema, regex }),
    ...target,
    ...(decomposition !== undefined && { decomposition }),
    ...(flush !== undefined && !isCsvOfRows(plugin, decomposition) && { flush }),
    ...(path !== undefined && { path, hostPath: path }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/** There a flush does nothing. */
function isCsvOfRows(plugin: string, decomposition: string | undefined): boolean {
  return plugin === "store_csv" && decomposition !== undefined;
}
