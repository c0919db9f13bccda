import { isKnownToProfile } from "../profile/known-plugins";
import { PROFILE_NEEDS } from "../profile/profile";
import { FolderSet } from "../text/host-path";
import { onceFor } from "../text/once-for";
import { parseYaml } from "../yaml/yaml";
import { SAMPLER } from "./examples";
import type { FileFacts } from "./facts";
import { isLdmsd, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";
import { textFile } from "./stack-examples";
import type { StackFacts } from "./topology-facts";
import { type Conf, loadedPlugins, readConfs } from "./topology-of-confs";

/** What every container has of its image, and of the kernel. */
const OF_EVERY_CONTAINER = new FolderSet(["/bin", "/dev", "/lib", "/lib64", "/opt/ovis", "/proc", "/sbin", "/sys", "/usr"]);
/** But for these, though they are below one of them. */
const OF_HOSTS_ALONE = new FolderSet(PROFILE_NEEDS.flatMap(({ binds = [] }) => binds));

/** A path in the settings of a plugin, by whom it is read. */
interface NamedPath {
  readonly path: string;
  /** `` `file=/x` of `jobid` `` */
  readonly shown: string;
}

/** Shape: "sampler `samp`: `file=/var/run/ldms.slurm.jobinfo` of `jobid`", each once, as the samplers of a group say the same. */
const unmounted = onceFor((stack: StackFacts): readonly string[] => {
  const found = readConfs(stack).flatMap(({ container, lines }) => {
    const paths = namedPaths(lines);
    if (paths.length === 0) return [];
    const mounted = new FolderSet(container.mounts.map(({ target }) => target));
    return paths.filter(({ path }) => !mounted.isReachedBy(path)).map(({ shown }) => `${nameOf(container)}: ${shown}`);
  });
  return [...new Set(found)];
});

const namedPaths = onceFor((lines: Conf["lines"]): readonly NamedPath[] => {
  const isOfContainer = (path: string) => OF_EVERY_CONTAINER.holds(path) && !OF_HOSTS_ALONE.holds(path);
  return lines
    .filter(({ verb }) => verb === "config")
    .flatMap(({ attributes: { name = "", ...attributes } }) =>
      Object.entries(attributes).flatMap(([key, value]) =>
        value
          .split(",")
          .filter((path) => /^\/./.test(path) && !isOfContainer(path))
          .map((path) => ({ path, shown: `${quoted([`${key}=${path}`])} of ${quoted([name])}` })),
      ),
    );
});

/** Plugins of daemons that are not privileged, by their own files and by maestro's, of which nobody knows what they take. */
const unknownPlugins = onceFor((stack: StackFacts): readonly string[] => {
  const confined = readConfs(stack).filter(({ container }) => !container.privileged);
  // The samplers of a group have one list of lines.
  const loaded = [...new Set(confined.map(({ lines }) => lines))].flatMap(loadedPlugins);
  const written = stack.files.filter(({ path }) => path.endsWith("/maestro/ldms_cfg.yaml")).flatMap(readPlugins);
  return [...new Set([...loaded, ...written])].filter((name) => !isKnownToProfile(name)).sort();
});

/** Grammar A has plugins where they are loaded, grammar C in a map of their own. */
function readPlugins({ text = "" }: FileFacts): string[] {
  try {
    return namesIn(parseYaml(text, "python"), false);
  } catch {
    return [];
  }
}

function namesIn(value: unknown, isPlugins: boolean): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = isPlugins ? Object.values(value).flatMap((plugin: unknown) => nameIn(plugin)) : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => namesIn(inner, key === "plugins"))];
}

function nameIn(plugin: unknown): string[] {
  const name = typeof plugin === "object" && plugin !== null ? (plugin as Readonly<Record<string, unknown>>)["name"] : undefined;
  return typeof name === "string" ? [name] : [];
}

function stackOf(conf: string, changes: Partial<typeof SAMPLER> = {}): StackFacts {
  return { containers: [{ ...SAMPLER, ...changes }], files: [textFile("samp", "ldmsd.conf", conf, SAMPLER.host)] };
}

const JOBID = "load name=jobid\nconfig name=jobid file=/var/run/ldms.slurm.jobinfo\n";
const JOBINFO = { source: "/var/run", target: "/var/run", readOnly: true };

export const PLUGIN_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "plugin-paths-mounted",
    description:
      "A path in the settings of a plugin or a store is one that its container has of its host: another one is empty, or gone with the container.",
    severity: "medium",
    enforcement: "advisory",
    readers: ["plan", "resources"],
    applies: ({ containers }) => containers.some(isLdmsd),
    holds: (stack) => unmounted(stack).length === 0,
    message: (stack) => `plugins have paths that nothing is mounted at: ${unmounted(stack).join("; ")}`,
    help: "name the host's path in the group's `mounts`, or deliver a file by its `files`",
    examples: { breaking: stackOf(JOBID), passing: stackOf(JOBID, { mounts: [...SAMPLER.mounts, JOBINFO] }) },
  },
  {
    name: "plugins-known-to-profile",
    description: "With the profile `minimal`, daemons load only plugins of which the profile knows what they need of a host.",
    severity: "low",
    enforcement: "advisory",
    readers: ["plan", "resources"],
    applies: ({ containers }) => containers.some((one) => isLdmsd(one) && !one.privileged),
    holds: (stack) => unknownPlugins(stack).length === 0,
    message: (stack) => `the profile \`minimal\` does not know these plugins, and gives them nothing: ${quoted(unknownPlugins(stack))}`,
    help: "try them; what they lack is for the group's `mounts`, `devices` and `gpus`, or for the profile `privileged`",
    examples: { breaking: stackOf("load name=site_power\n"), passing: stackOf("load name=meminfo\n") },
  },
];
