import { planSteps } from "../builds/build-steps";
import type { ClusterConfig } from "../config/config";
import { writtenGrammar } from "../config/written-grammar";
import { pullsParts } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import { findRelease, grammarOfSource, type MaestroGrammar } from "../images/upstream-versions";
import type { ConfigProblem } from "../problems/errors";

/** The maestro that the stack starts, as far as the file tells. */
interface DeployedMaestro {
  /** ``of `images.tag` 4.5.3`` */
  readonly named: string;
  /** undefined: a tag or a source of the site's own. */
  readonly grammar: MaestroGrammar | undefined;
}

/** ldms_cfg.yaml is written in the grammar that the maestro reads; another one ends its container. */
export function checkGrammar(config: ClusterConfig): ConfigProblem[] {
  const { maestro } = config;
  // A file of the site's own is in its own grammar.
  if (!maestro || maestro.configFile !== undefined) return [];
  const { named, grammar } = findMaestro(config);
  if (grammar === undefined || grammar === maestro.grammar) return [];
  const [reads, help] = REMEDIES[grammar];
  return [{ path: "maestro.grammar", message: `is not what the maestro ${named} reads, which is ${reads}: \`${maestro.grammar}\``, help }];
}

/** By grammar A a group is pulled as a whole. */
export function checkWholeGroups(config: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (writtenGrammar(config) !== "A") return [];
  return groups
    .filter((group) => pullsParts(group, groups))
    .map(({ path, level }) => ({
      path: `${path}.${level === 1 ? "samplers" : "aggregators"}`,
      message: "names a part of a group, but a maestro of grammar `A` knows only whole groups",
      help: "make the part a group of its own, or leave `maestro` out",
    }));
}

const REMEDIES: Readonly<Record<MaestroGrammar, readonly [reads: string, help: string]>> = {
  A: ["`A`", "set `maestro: { grammar: A }`, or take a maestro of 4.4.5 or later"],
  B: [
    "one between `A` and `C` that is not written here",
    "take a maestro of 4.4.5 or later by `images.references`, or give the file itself by `maestro.configFile`",
  ],
  C: ["`C`", "leave `grammar` out, or name an `ldms-maestro` of 4.3 by `images.references`"],
};

function findMaestro(config: ClusterConfig): DeployedMaestro {
  const { images } = config;
  const own = images.references["ldms-maestro"];
  if (own !== undefined) {
    const tag = /:([^:/@]+)(@.*)?$/.exec(own)?.[1] ?? "";
    return { named: `of \`images.references\` ${own}`, grammar: findRelease(tag).grammar };
  }
  const source = planSteps(config).find(({ name }) => name === "maestro")?.source;
  if (source) return { named: `of \`images.sources\` ${source.branch}`, grammar: grammarOfSource(source.branch) };
  return { named: `of \`images.tag\` ${images.tag}`, grammar: findRelease(images.tag).grammar };
}
