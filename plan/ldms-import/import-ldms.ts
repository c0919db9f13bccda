import { parseClusterConfig } from "../checks/parse";
import { renderValue } from "../config/wording";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { readConfs } from "./from-confs";
import { readLdmsCfg } from "./from-ldms-cfg";
import { prune } from "./leave-out";
import { type NamedDecomposition, nameDecompositions } from "./name-decompositions";
import { Unsaid } from "./source-site";
import { type StackConfig, stackConfigOf } from "./stack-of-site";
import { listStores } from "./stack-stores";
import { tellPasswords } from "./tell-passwords";

export interface SiteFile {
  /** As it is named on the command line. */
  readonly name: string;
  readonly text: string;
}

/** What a site's own files of LDMS come to. */
export interface LdmsImport {
  /** Below `ldms:`, without the prefix. */
  readonly config: StackConfig;
  /** What could not be said, or is not in the files: the place, what and why, and what to do instead. */
  readonly unsaid: readonly ConfigProblem[];
  /** Files that are to lie beside the stack file. */
  readonly decompositions: readonly NamedDecomposition[];
}

/**
 * One ldms_cfg.yaml of maestro's, or the configuration files of ldmsds.
 *
 * @throws ConfigError where a file cannot be read, or names nothing that a stack could begin with
 */
export function importLdms(files: readonly SiteFile[]): LdmsImport {
  const unsaid = new Unsaid();
  const site = readSite(files, unsaid);
  const written = stackConfigOf(site, unsaid);
  const names = files.map(({ name }) => name).join(", ");
  if (site.daemons.length === 0 || (written["samplers"] as readonly unknown[]).length === 0)
    throw new ConfigError(names, [
      {
        path: "the whole",
        message: "names no daemon that samples or pulls",
        help: "give an ldms_cfg.yaml of maestro's, or .conf files of ldmsds",
      },
    ]);
  const named = nameDecompositions(written);
  const { config, leftOut } = prune(named.config, (values) => parseClusterConfig("site", "Pulumi.site.yaml", values));
  for (const { path, message, help } of leftOut) unsaid.say(`ldms:${path}`, message, help);
  const used = new Set(listStores(config).map(({ store }) => store["decomposition"]));
  const decompositions = named.decompositions.filter(({ name }) => used.has(name));
  for (const { path, source, name, isRenamed } of decompositions)
    unsaid.say(
      `ldms:${path}`,
      `the decomposition ${renderValue(source)} is a file of its own${isRenamed ? ", and another one has its name" : ""}`,
      `put it beside the stack file, as ${renderValue(name)}`,
    );
  tellPasswords(config, unsaid);
  const isStoreless = listStores(written).length > 0 && listStores(config).length === 0;
  return { config, unsaid: [...(isStoreless ? [NO_STORE] : []), ...unsaid.list()], decompositions };
}

const NO_STORE: ConfigProblem = {
  path: "ldms:aggregators",
  message: "NO STORE IS LEFT: what is pulled is kept nowhere",
  help: "what is wrong with each store is said below; put it right before `ldms up`",
};

function readSite(files: readonly SiteFile[], unsaid: Unsaid) {
  const yaml = files.filter(isYaml);
  const [first] = yaml;
  if (first === undefined) return readConfs(files, unsaid);
  if (files.length > 1)
    throw new ConfigError(first.name, [
      {
        path: "the file",
        message: "is an ldms_cfg.yaml, which is the only file of its site",
        help: "give it alone, or .conf files of ldmsds",
      },
    ]);
  return readLdmsCfg(first.name, first.text, unsaid);
}

function isYaml({ name, text }: SiteFile): boolean {
  return /\.ya?ml$/i.test(name) || /^(---|daemons\s*:)/m.test(text);
}
