import { parseClusterConfig } from "../checks/parse";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { readConfs } from "./from-confs";
import { readLdmsCfg } from "./from-ldms-cfg";
import { prune } from "./leave-out";
import { Unsaid } from "./source-site";
import { type StackConfig, stackConfigOf } from "./stack-of-site";

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
  const { config, leftOut } = prune(written, (values) => parseClusterConfig("site", "Pulumi.site.yaml", values));
  for (const { path, message, help } of leftOut) unsaid.say(`ldms:${path}`, `${message}: it is left out`, help);
  return { config, unsaid: unsaid.list() };
}

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
