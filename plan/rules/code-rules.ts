import { FolderSet } from "../text/host-path";
import { SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { isLdmsd, isOurs, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";

/** Libraries that the dynamic linker loads into every program before its own, and the file that every bash reads first. @see ld.so(8), bash(1) */
const PRELOADING = ["LD_PRELOAD", "LD_AUDIT", "BASH_ENV"];
const PRELOAD_FILE = new FolderSet(["/etc/ld.so.preload"]);
/** Where programs, libraries and plugins are looked for. */
const LOOKED_IN = ["PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "LDMSD_PLUGIN_LIBPATH", "ZAP_LIBPATH"];
/** What an image has its programs in, and what the linker finds its libraries by. */
const PROGRAMS = new FolderSet([
  ...["/bin", "/lib", "/lib32", "/lib64", "/libx32", "/opt/ovis", "/sbin", "/usr"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"],
]);

/** Shape: `env LD_PRELOAD`, `mount at /etc/ld.so.preload`. */
function found({ env, mounts }: ContainerFacts, variables: readonly string[], places: FolderSet): string[] {
  return [
    ...variables.filter((name) => env[name]).map((name) => `env ${name}`),
    ...mounts.filter(({ target }) => places.isReachedBy(target)).map(({ target }) => `mount at ${target}`),
  ];
}

const preloaded = (facts: ContainerFacts) => found(facts, PRELOADING, PRELOAD_FILE);
const replaced = (facts: ContainerFacts) => found(facts, LOOKED_IN, PROGRAMS);

/** What else than its image's own programs a container runs, with all that it may do on its host. */
export const CODE_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "nothing-preloaded",
    description:
      "No container has others' code loaded into every program that it runs, by `LD_PRELOAD`, `LD_AUDIT`, `BASH_ENV` or `/etc/ld.so.preload`.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: isOurs,
    holds: (facts) => preloaded(facts).length === 0,
    message: (facts) => `${nameOf(facts)} loads foreign code into all of its programs: ${quoted(preloaded(facts))}`,
    help: "leave it out, and put the library into an image of the site's own",
    examples: { breaking: { ...SAMPLER, env: { ...SAMPLER.env, LD_PRELOAD: "/site/libtrace.so" } }, passing: SAMPLER },
  },
  {
    name: "programs-of-the-image",
    description:
      "An ldmsd runs the programs, libraries and plugins of its image: what is found by another path is in no image, and nobody scans or pins it.",
    severity: "medium",
    enforcement: "advisory",
    readers: ["plan", "resources", "audit"],
    applies: isLdmsd,
    holds: (facts) => replaced(facts).length === 0,
    message: (facts) => `${nameOf(facts)} runs programs that are not from its image: ${quoted(replaced(facts))}`,
    help: "put them into an image of the site's own, which the group's `image` names",
    examples: { breaking: { ...SAMPLER, env: { ...SAMPLER.env, LD_LIBRARY_PATH: "/site/lib" } }, passing: SAMPLER },
  },
];
