import type { ClusterConfig } from "../config/config";
import { listEntries, listStores } from "../config/entries";
import { nearMiss } from "../config/near-miss";
import { renderValue } from "../config/wording";
import type { PluginConfig } from "../daemons/daemon-group";
import { instanceOf } from "../daemons/plugin-schema";
import { expandHostlist } from "../hostlist/hostlist";
import { CONF_VARIABLES } from "../ldmsd/sampler-conf";
import type { PluginFacts } from "../plugins/plugin-facts";
import { findPlugin, pluginNames } from "../plugins/plugins";
import type { ConfigProblem } from "../problems/errors";

export function checkPlugins(config: ClusterConfig): ConfigProblem[] {
  return [
    ...listEntries(config).flatMap(({ path, entry: { plugins } }) =>
      plugins.flatMap((plugin, i) => {
        const place = `${path}.plugins[${i}]`;
        const unknown = checkPluginName(`${place}.name`, plugin.name, "sampler", plugin.own);
        return [
          ...unknown,
          ...(unknown.length ? [] : checkInstance(plugins, i, place)),
          ...checkPluginConfig(`${place}.config`, plugin.config),
        ];
      }),
    ),
    ...listStores(config).flatMap(({ path, entry: { plugin, own } }) => checkPluginName(`${path}.plugin`, plugin, "store", own)),
  ];
}

/** A name that ldmsd has no file for ends it at its start. */
function checkPluginName(path: string, name: string, kind: PluginFacts["kind"], own = false): ConfigProblem[] {
  const facts = findPlugin(name);
  if (own) {
    return facts === undefined
      ? []
      : [{ path, message: `is one of upstream's: \`${name}\``, help: "leave `own` out, or give your own plugin another name" }];
  }
  if (facts === undefined) {
    const near = nearMiss(name, pluginNames(kind));
    const meant = near === undefined ? "" : `did you mean \`${near}\`? `;
    return [{ path, message: `is no ${kind} of upstream's: \`${name}\``, help: `${meant}for one of your own, write \`own: true\`` }];
  }
  if (facts.kind === kind) return [];
  const place = facts.kind === "store" ? "`stores` of an aggregator" : "`plugins`";
  return [{ path, message: `is a ${facts.kind}: \`${name}\``, help: `it belongs into ${place}` }];
}

/** A daemon has every instance once, and every set. */
function checkInstance(plugins: readonly PluginConfig[], index: number, place: string): ConfigProblem[] {
  const plugin = plugins[index]!;
  const { name, instance } = plugin;
  const { isMultiInstance = true, isRenamable = true } = findPlugin(name) ?? {};
  if (!isRenamable && instance !== undefined && instance !== name) {
    const message = `ldmsd loads \`${name}\` only by its own name: ${renderValue(instance)}`;
    return [{ path: `${place}.instance`, message, help: "leave `instance` out" }];
  }
  const earlier = plugins.slice(0, index);
  const same = earlier.findIndex((other) => other.name === name);
  if (same >= 0 && !isMultiInstance) {
    return [{ path: `${place}.name`, message: `is already taken by plugins[${same}]: \`${name}\``, help: helpToRepeat(isRenamable) }];
  }
  const first = earlier.findIndex((other) => instanceOf(other) === instanceOf(plugin));
  if (first >= 0) {
    const path = `${place}.${instance === undefined ? "name" : "instance"}`;
    const help = `give one of the two an \`instance\` of its own: \`instance: ${name}-2\``;
    return [{ path, message: `is already taken by plugins[${first}]: \`${instanceOf(plugin)}\``, help }];
  }
  return checkSetName(earlier, plugin, `${place}.config.instance`);
}

function checkSetName(earlier: readonly PluginConfig[], { config }: PluginConfig, path: string): ConfigProblem[] {
  const set = config["instance"];
  const first = set === undefined ? -1 : earlier.findIndex((other) => other.config["instance"] === set);
  return first < 0 ? [] : [{ path, message: `is already the name of the set of plugins[${first}]: ${renderValue(set)}` }];
}

function helpToRepeat(isRenamable: boolean): string {
  const reason = isRenamable ? "can configure it only once" : "loads it only by its own name";
  return `a second configuration of it is for another group, with another \`container\` and \`port\`; ldmsd itself ${reason}`;
}

/** The group's file has it for all of its hosts, and each daemon's environment fills it in. */
const COMPONENT_ID = /^\$\{(COMPID|COMPONENT_ID)\}$/;

function checkPluginConfig(path: string, { component_id: id, perm }: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const isFixedId = id !== undefined && id !== null && !COMPONENT_ID.test(String(id));
  return [
    ...(isFixedId ? [sameOnEveryHost(`${path}.component_id`, id, "leave it out; `componentIds` sets a host's")] : []),
    // YAML reads a bare 0777 as the number 511, or as 777, and ldmsd would read that as octal digits again.
    ...(typeof perm === "number" ? [{ path: `${path}.perm`, message: `must be octal digits in quotes, as in "0777": ${perm}` }] : []),
  ];
}

/** An aggregator takes one of several sets of a name; sets of one producer's name are not told apart. */
export function checkSetNames(config: ClusterConfig): ConfigProblem[] {
  return listEntries(config)
    .filter(({ entry }) => expandHostlist(entry.hosts).length > 1)
    .flatMap(({ path, entry: { plugins } }) =>
      plugins.flatMap(({ config: settings }, i) =>
        ["instance", "producer"].flatMap((key) => {
          const text = settings[key] ?? undefined;
          if (text === undefined || CONF_VARIABLES.some((name) => String(text).includes(`$\{${name}}`))) return [];
          return [sameOnEveryHost(`${path}.plugins[${i}].config.${key}`, text, "leave it out, or have `$" + "{HOSTNAME}` in it")];
        }),
      ),
    );
}

function sameOnEveryHost(path: string, value: unknown, help: string): ConfigProblem {
  return { path, message: `would be the same on every host: ${renderValue(value)}`, help };
}
