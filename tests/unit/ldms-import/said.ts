import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseClusterConfig } from "../../../plan/checks/parse";
import type { ClusterConfig } from "../../../plan/config/config";
import { planDaemonGroups } from "../../../plan/daemons/daemon-group";
import { nameSlot, slotOf } from "../../../plan/daemons/slots";
import { expandHostlist } from "../../../plan/hostlist/hostlist";
import { importLdms, type LdmsImport, type SiteFile } from "../../../plan/ldms-import/import-ldms";
import { readLines } from "../../../plan/ldmsd/conf-line";
import { type DeploymentPlan, listContainers } from "../../../plan/model/deployment-plan";
import { planDeployment } from "../../../plan/plan";
import { factsOfFiles, factsOfPlanned } from "../../../plan/rules/facts";
import { readMicroseconds } from "../../../plan/rules/sets-and-updaters";
import { readTopology } from "../../../plan/rules/topology";
import type { Topology } from "../../../plan/rules/topology-facts";
import { parseTopology } from "../../../plan/rules/topology-of-maestro";
import { parseYaml } from "../../../plan/yaml/yaml";

type Values = Readonly<Record<string, unknown>>;

const FIXTURES = join(__dirname, "../../fixtures");
const DECOMPOSITION = '{ "type": "as_is", "indices": [{ "name": "time_comp", "cols": ["timestamp", "component_id"] }] }';

export function fixture(...path: readonly string[]): SiteFile {
  return { name: path.at(-1)!, text: readFileSync(join(FIXTURES, ...path), "utf8") };
}

const SECRETS = {
  ovisSecret: { lengthBytes: 20, isUniform: false, isWord: true, fingerprint: "0".repeat(16) },
  ovisSalt: { lengthBytes: 44, isUniform: false, fingerprint: "77" },
};

/** What a daemon is told, or a group of them, in a form that does not depend on who tells it: sorted, times in microseconds. */
export interface Said {
  readonly producers: readonly string[];
  readonly updaters: readonly string[];
  readonly stores: readonly string[];
  readonly plugins: readonly string[];
}

type Lines = ReturnType<typeof readLines>;

export interface Planned {
  readonly imported: LdmsImport;
  readonly config: ClusterConfig;
  readonly plan: DeploymentPlan;
  /** By the daemon's name: the lines of its own file. */
  readonly confs: ReadonlyMap<string, Lines>;
}

/** The stack file that the files come to, planned. */
export function planImported(files: readonly SiteFile[], changes: Values = {}): Planned {
  const imported = importLdms(files);
  const config = parseClusterConfig("site", "Pulumi.site.yaml", { ...imported.config, ...changes });
  return { imported, config, ...planOf(config) };
}

export function planOf(config: ClusterConfig): Pick<Planned, "plan" | "confs"> {
  const names = config.aggregators.flatMap(({ stores }) => stores.flatMap(({ decomposition }) => decomposition ?? []));
  const ownFiles = Object.fromEntries(names.map((name) => [name, DECOMPOSITION]));
  const plan = planDeployment(config, { secrets: SECRETS, ownFiles });
  const textAt = new Map(plan.hosts.flatMap(({ name, files }) => files.map(({ path, content }) => [`${name}:${path}`, content] as const)));
  const confs = planDaemonGroups(config).groups.flatMap((group) =>
    group.daemonNames.map((daemon, i) => {
      const content = textAt.get(
        `${group.hosts[i]}:/var/lib/ldms/${config.stack}/${nameSlot(group.container, slotOf(group, i))}/ldmsd.conf`,
      );
      return [daemon, readLines(content?.kind === "text" ? content.text : "")] as const;
    }),
  );
  return { plan, confs: new Map(confs) };
}

export function topologyOf(plan: DeploymentPlan): Topology {
  return readTopology({ containers: listContainers(plan).map(factsOfPlanned), files: factsOfFiles(plan) })!;
}

const time = (text: string | undefined) => (text === undefined ? "-" : /^-[0-9]+$/.test(text) ? text : String(readMicroseconds(text)));

/** What the lines of an ldmsd's own file say. */
export function saidByLines(lines: Lines): Said {
  const of = (verb: string) =>
    lines.filter((line) => line.verb === verb).map(({ attributes }): Readonly<Record<string, string>> => attributes);
  const pluginOf = new Map(of("load").map(({ name = "", plugin = name }) => [name, plugin]));
  return {
    producers: of("prdcr_add")
      .map(({ name, xprt, host, port }) => `${name} ${xprt}:${host}:${port}`)
      .toSorted(),
    updaters: of("updtr_add")
      .map(({ name, interval, offset, push, auto_interval: auto }) => {
        const sets = of("updtr_match_add").filter((match) => match["name"] === name);
        const texts = sets.map(({ regex, match = "inst" }) => `${match}=${regex}`).toSorted();
        return [time(interval), time(offset), push === "true" ? "push" : (push ?? (auto === "true" ? "auto" : "pull")), ...texts].join(" ");
      })
      .toSorted(),
    stores: of("strgp_add")
      .map(({ plugin = "", container, schema, regex }) => [pluginOf.get(plugin) ?? plugin, container, schema ?? `regex=${regex}`].join(" "))
      .toSorted(),
    plugins: of("start")
      .map(({ name = "", interval, offset }) => `${pluginOf.get(name)} as ${name} ${time(interval)} ${time(offset)}`)
      .toSorted(),
  };
}

export function together(said: readonly Said[]): Said {
  const all = (key: keyof Said) => [...new Set(said.flatMap((one) => one[key]))].toSorted();
  return { producers: all("producers"), updaters: all("updaters"), stores: all("stores"), plugins: all("plugins") };
}

type Entry = Readonly<Record<string, unknown>>;
const entriesOf = (value: unknown): Entry[] => (Array.isArray(value) ? value : Object.values(value ?? {})) as Entry[];
/** What an ldms_cfg.yaml says of each entry of its aggregators and samplers, by the names of its daemons; who pulls whom by the topology's reader. */
export function saidByYaml({ text }: SiteFile): ReadonlyMap<string, Said> {
  const document = parseYaml(text, "python") as Entry;
  const plugins = (document["plugins"] ?? {}) as Readonly<Record<string, Entry>>;
  const topology = parseTopology(text, []);
  if (!topology) throw new Error("no topology");
  const said = new Map<string, Said>();
  const add = (daemons: unknown, one: Partial<Said>) => {
    const key = expandHostlist(String(daemons)).join();
    said.set(key, together([said.get(key) ?? NOTHING, { ...NOTHING, ...one }]));
  };
  for (const [i, entry] of entriesOf(document["aggregators"]).entries()) {
    const pulling = [...entriesOf(entry["peers"]), ...entriesOf(entry["prdcr_listen"])];
    const updaters = pulling.flatMap((peer) => entriesOf(peer["updaters"])).map(updaterText);
    add(entry["daemons"], { producers: topology.aggregators[i]!.pulls.toSorted(), updaters });
  }
  for (const entry of entriesOf(document["samplers"])) {
    const loads = (entry["plugins"] as readonly unknown[]).map(
      (load) => (typeof load === "string" ? { instance: load, ...plugins[load] } : load) as Entry,
    );
    add(entry["daemons"], {
      plugins: loads.map(
        ({ name, instance = name, interval, offset }) => `${name} as ${instance} ${time(text_(interval))} ${time(text_(offset))}`,
      ),
    });
  }
  for (const store of entriesOf(document["stores"])) {
    const plugin = (typeof store["plugin"] === "string" ? plugins[store["plugin"]] : store["plugin"]) as Entry;
    add(store["daemons"], { stores: [[plugin["name"], store["container"], store["schema"] ?? `regex=${store["regex"]}`].join(" ")] });
  }
  return said;
}

const NOTHING: Said = { producers: [], updaters: [], stores: [], plugins: [] };
const text_ = (value: unknown) => (value === undefined ? undefined : String(value));

function updaterText({ mode = "pull", interval, offset, sets }: Entry): string {
  const texts = entriesOf(sets).filter(({ regex }) => regex !== ".*");
  return [
    time(text_(interval)),
    time(text_(offset)),
    mode,
    ...texts.map(({ regex, field = "inst" }) => `${field}=${regex}`).toSorted(),
  ].join(" ");
}
