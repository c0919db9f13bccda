import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { renderValue } from "../config/wording";
import { expandHostlist } from "../hostlist/hostlist";
import { CONF_VARIABLES } from "../ldmsd/sampler-conf";
import { findPlugin } from "../plugins/plugins";
import type { ConfigProblem } from "../problems/errors";

export function checkPlugins(config: ClusterConfig): ConfigProblem[] {
  return listEntries(config).flatMap(({ path, entry: { plugins } }) =>
    plugins.flatMap(({ name, config: settings }, i) => {
      const place = `${path}.plugins[${i}]`;
      const first = plugins.findIndex((plugin) => plugin.name === name);
      return [
        ...(first < i ? [{ path: `${place}.name`, message: `is plugins[${first}] already: \`${name}\``, help: helpToRepeat(name) }] : []),
        ...checkPluginConfig(`${place}.config`, settings),
      ];
    }),
  );
}

/** The plan gives every plugin its own name; that ldmsd would not have some of them twice either is told, so that nobody waits for it. */
function helpToRepeat(name: string): string {
  const { isMultiInstance = true, isRenamable = true } = findPlugin(name) ?? {};
  const refusal = isRenamable ? "has one configuration of it" : "loads it by its own name alone";
  const reason = isMultiInstance && isRenamable ? "" : `; ldmsd itself ${refusal}`;
  return `a second configuration of it is for another group, with another \`container\` and \`port\`${reason}`;
}

/** The group's file has it for all of its hosts, and each daemon's environment fills it in. */
const COMPONENT_ID = /^\$\{(COMPID|COMPONENT_ID)\}$/;

function checkPluginConfig(path: string, { component_id: id, perm }: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const isFixedId = id !== undefined && !COMPONENT_ID.test(String(id));
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
          const text = settings[key];
          if (text === undefined || CONF_VARIABLES.some((name) => String(text).includes(`$\{${name}}`))) return [];
          return [sameOnEveryHost(`${path}.plugins[${i}].config.${key}`, text, "leave it out, or have `$" + "{HOSTNAME}` in it")];
        }),
      ),
    );
}

function sameOnEveryHost(path: string, value: unknown, help: string): ConfigProblem {
  return { path, message: `would be the same on every host: ${renderValue(value)}`, help };
}
