import { parseClusterConfig } from "../checks/parse";
import { LDMSD_PORT } from "../config/scalars";
import { ROLES } from "../containers/roles";
import { importLdms } from "../ldms-import/import-ldms";
import { prune } from "../ldms-import/leave-out";
import { Unsaid } from "../ldms-import/source-site";
import type { StackConfig } from "../ldms-import/stack-of-site";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { readMap, readMaps, readText } from "../text/read-value";
import { mayHoldSecret } from "../text/secret-words";
import { adoptGroupImages, adoptGroups, hostsOf } from "./adopt-groups";
import { adoptImages } from "./adopt-images";
import { adoptServices, type BesideFile } from "./adopt-services";
import { ownLdmsCfg, sourcesOf } from "./daemon-files";
import type { HandMade } from "./hand-made";
import { tellFound } from "./tell-found";

/** The stack file of what runs on hosts already. */
export interface AdoptedStack {
  /** Below `ldms:`, without the prefix. */
  readonly config: StackConfig;
  /** What it does not say as it was found, and what to do. */
  readonly unsaid: readonly ConfigProblem[];
  /** Files that are to lie beside it. */
  readonly files: readonly BesideFile[];
}

/** Beside the stack file. */
const OWN_LDMS_CFG = "ldms_cfg.yaml";

/**
 * What daemons do is in maestro's ldms_cfg.yaml, or in their own files; how they are started is in their containers. Of each group the majority counts.
 *
 * @param given further keys, as `ssh`
 * @throws BadInputError where nothing says what the daemons do; ConfigError for what no stack file can say
 */
export function stackOfFound(found: readonly HandMade[], given: StackConfig): AdoptedStack {
  const unsaid = new Unsaid();
  const imported = importLdms(sourcesOf(found));
  const { config: read } = imported;
  const port = Number(readMap(read["ports"])["ldmsd"] ?? LDMSD_PORT);
  const context = { found, port, unsaid };
  const images = adoptImages(found);
  const references = new Map(found.map(({ role }) => [ROLES[role].image as string, usualReference(images, ROLES[role].image)]));
  const [samplers, aggregators] = (["samplers", "aggregators"] as const).map((key) =>
    adoptGroupImages(adoptGroups(read, key, context), references, context),
  ) as [Record<string, unknown>[], Record<string, unknown>[]];
  const services = adoptServices(found, unsaid);
  const config = {
    ...read,
    munge: mungeOf(found, readMap(read["munge"])),
    hosts: allHosts([...samplers, ...aggregators], services.config),
    ...given,
    images,
    samplers,
    ...(aggregators.length > 0 && { aggregators: renamed(aggregators, readMaps(read["aggregators"])) }),
    ...services.config,
  };
  const own = ownLdmsCfg(found);
  const { config: kept, leftOut } = prune(settleGrammar(config, own !== undefined), parse);
  for (const { path, message, help } of leftOut) unsaid.say(`ldms:${path}`, message, help);
  tellFound(found, kept, unsaid);
  const files = [...services.files, ...ldmsCfgOf(kept, own, unsaid)];
  return { config: kept, unsaid: [...imported.unsaid, ...unsaid.list()], files };
}

function parse(values: StackConfig): void {
  parseClusterConfig("site", "Pulumi.site.yaml", values);
}

/** As the file that maestro has read is written; where its release reads another form, that one; where the plan writes neither, the file itself. */
function settleGrammar(config: StackConfig, hasOwn: boolean): StackConfig {
  const { maestro } = config;
  if (maestro === undefined) return config;
  const { grammar: _, ...rest } = readMap(maestro);
  const forms = [maestro, rest, ...(hasOwn ? [{ ...rest, configFile: OWN_LDMS_CFG }] : [])];
  return { ...config, maestro: forms.find((form) => isReadable({ ...config, maestro: form })) ?? maestro };
}

function isReadable(config: StackConfig): boolean {
  try {
    parse(config);
  } catch (error) {
    return !(error instanceof ConfigError && error.problems.some(({ path }) => path === "maestro.grammar"));
  }
  return true;
}

/** Without it nothing says what the daemons do; so it is kept with its passwords, as the importer keeps those of plugins. */
function ldmsCfgOf(config: StackConfig, text: string | undefined, unsaid: Unsaid): BesideFile[] {
  if (text === undefined || readMap(config["maestro"])["configFile"] === undefined) return [];
  if (mayHoldSecret(text))
    unsaid.say(
      "ldms:maestro.configFile",
      `\`${OWN_LDMS_CFG}\` may have a password in it, and lies beside the stack file as it was found`,
      `keep it out of a repository, and to yourself: chmod 600 ${OWN_LDMS_CFG}`,
    );
  return [{ name: OWN_LDMS_CFG, text }];
}

function usualReference(images: Readonly<Record<string, unknown>>, name: string): string {
  const own = readText(readMap(images["references"])[name]);
  const registry = readText(images["registry"]);
  return own ?? `${registry === undefined ? "" : `${registry}/`}${String(images["namespace"])}/${name}:${String(images["tag"])}`;
}

function mungeOf(found: readonly HandMade[], read: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const mounts = found.filter(({ role }) => ROLES[role].isLdmsd).flatMap(({ facts }) => facts.mounts);
  const socket = mounts.find(({ target }) => target === "/run/munge");
  const key = mounts.find(({ target }) => target === "/etc/munge/munge.key");
  if (socket) return { mode: "host", ...(socket.source !== "/run/munge" && { socketDir: socket.source }) };
  return key ? { mode: "key", hostPath: key.source } : read;
}

function allHosts(entries: readonly Readonly<Record<string, unknown>>[], services: Readonly<Record<string, unknown>>): string {
  const ofServices = Object.values(services).flatMap((service) => readText(readMap(service)["host"]) ?? []);
  return hostsOf([...entries, ...ofServices.map((hosts) => ({ hosts }))]);
}

/** Groups that were named after their containers are pulled by these names. */
function renamed(
  entries: readonly Record<string, unknown>[],
  before: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown>[] {
  const names = new Map(before.map((entry, i) => [entry["name"], entries[i]!["name"]]));
  return entries.map((entry) =>
    Array.isArray(entry["aggregators"]) ? { ...entry, aggregators: entry["aggregators"].map((name) => names.get(name) ?? name) } : entry,
  );
}
