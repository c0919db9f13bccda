import { renderPath, renderValue } from "../config/wording";
import { type LdmsCfg, LdmsCfg as LdmsCfgForm, listEndpoints, listSettings, type WrittenEndpoint } from "../maestro/ldms-cfg-form";
import { pairDaemons } from "../maestro/pair-daemons";
import { ConfigError } from "../problems/errors";
import { groupBy } from "../text/group-by";
import { ownValue } from "../text/own-value";
import { parseYaml, YamlError } from "../yaml/yaml";
import { readPlugin, readStore } from "./read-plugins";
import { readUpdaters } from "./read-source-updaters";
import type {
  SourceAggregator,
  SourceDaemon,
  SourcePlugin,
  SourcePull,
  SourceSettings,
  SourceSite,
  SourceStore,
  Unsaid,
} from "./source-site";
import { durationOf, isLogLevel, sizeOf, Variables } from "./source-values";
import { tellUnknownKeys } from "./unknown-cfg-keys";

/** What maestro's ldms_cfg.yaml says, in any of its grammars. @throws ConfigError */
export function readLdmsCfg(file: string, text: string, unsaid: Unsaid): SourceSite {
  const cfg = parseForm(file, text);
  tellUnknownKeys(file, cfg, unsaid);
  return new LdmsCfgReader(file, cfg, unsaid).read();
}

function parseForm(file: string, text: string): LdmsCfg {
  let document: unknown;
  try {
    document = parseYaml(text, "python");
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigError(file, error.problems);
  }
  const parsed = LdmsCfgForm.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.length === 0 ? "the document" : renderPath(path),
    message,
  }));
  throw new ConfigError(file, problems.slice(0, 20));
}

type Loads = LdmsCfg["samplers"][number]["plugins"];

class LdmsCfgReader {
  private readonly endpointsOf: ReadonlyMap<string, readonly WrittenEndpoint[]>;
  /** Which daemon is dialled by the name of an endpoint, and at which of its endpoints. */
  private readonly endpointNames = new Map<string, { readonly daemon: string; readonly index: number }>();

  constructor(
    private readonly file: string,
    private readonly cfg: LdmsCfg,
    private readonly unsaid: Unsaid,
  ) {
    this.endpointsOf = groupBy(cfg.daemons.flatMap(listEndpoints), ({ daemon }) => daemon);
    for (const { names, endpoints } of cfg.daemons) {
      for (const [index, endpoint] of endpoints.entries())
        for (const [i, name] of endpoint.names.entries())
          if (names[i] !== undefined) this.endpointNames.set(name, { daemon: names[i], index });
    }
  }

  read(): SourceSite {
    const pulling = new Set(this.cfg.aggregators.flatMap(({ daemons }) => daemons));
    const daemons = this.cfg.daemons.flatMap((entry, i) => this.readDaemons(entry, this.place("daemons", i), pulling));
    return { daemons, aggregators: this.cfg.aggregators.map((entry, i) => this.readAggregator(entry, this.place("aggregators", i))) };
  }

  private place(key: string, index: number | string): string {
    return `${this.file}: ${renderPath([key, index])}`;
  }

  private readDaemons(entry: LdmsCfg["daemons"][number], place: string, pulling: ReadonlySet<string>): SourceDaemon[] {
    const { names, hosts } = entry;
    const settings = this.readSettings(entry, place);
    const lost = names.filter((name) => !this.endpointsOf.has(name));
    if (lost.length > 0)
      this.unsaid.say(place, `has more names than maestro pairs with its hosts: ${renderValue(lost.join(","))}`, "give each a host");
    const paired = pairDaemons(names, hosts, ["0"]);
    const sampled = this.pluginsOf();
    return paired.flatMap(({ name, host }): SourceDaemon[] => {
      const endpoints = this.endpointsOf.get(name);
      if (!endpoints) return [];
      const { label, plugins = [], componentId, advertises } = sampled.get(name) ?? { label: undefined };
      const own = ownFirst(endpoints, host);
      const isSilent = plugins.length === 0 && !pulling.has(name);
      if (isSilent)
        this.unsaid.say(
          place,
          "the file says nothing of what these daemons sample: they are taken for ones that run already, `external: true`",
          "or leave `external` out, and name their `plugins`",
        );
      return [
        {
          name,
          host: own.length === 1 ? own[0]!.host : host,
          label: label ?? place,
          listeners: own.map(({ host: at, port, xprt, auth }) => ({ host: at, port, xprt, auth: this.readAuth(auth, place) })),
          plugins,
          settings: isSilent ? { external: true } : { ...settings, ...(advertises && { discovery: "advertise" as const }) },
          ...(componentId !== undefined && { componentId }),
        },
      ];
    });
  }

  private readAuth(auth: string, place: string): string {
    if (["munge", "ovis", "none"].includes(auth)) return auth;
    this.unsaid.say(place, `authentication ${renderValue(auth)}: here it is \`none\``, "`munge`, `ovis` or `none`");
    return "none";
  }

  private readSettings(entry: LdmsCfg["daemons"][number], place: string): SourceSettings {
    const { environment = {}, set_memory, log_level, stream_enable, msg_enable } = entry;
    const { LDMSD_MEM_SZ, COMPID: _id, COMPONENT_ID: _componentId, HOSTNAME: _host, ...rest } = environment;
    const memory = set_memory ?? LDMSD_MEM_SZ;
    const setMemory = memory === undefined ? undefined : sizeOf(memory);
    if (memory !== undefined && setMemory === undefined)
      this.unsaid.say(place, `set memory ${renderValue(memory)} is no size`, "as in `setMemory: 64M`");
    const env = Object.fromEntries(Object.entries(rest).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)));
    return {
      ...(setMemory !== undefined && { setMemory }),
      ...(log_level !== undefined && isLogLevel(log_level) && { options: ["-v", log_level] }),
      ...(stream_enable && { streams: true as const }),
      ...(msg_enable && { messages: true as const }),
      ...(Object.keys(env).length > 0 && { env }),
    };
  }

  private sampled: ReadonlyMap<string, Sampled> | undefined;

  /** By the name of the daemon; what aggregators sample stands in `samplers`, too. */
  private pluginsOf(): ReadonlyMap<string, Sampled> {
    if (this.sampled) return this.sampled;
    const found = new Map<string, Sampled>();
    const add = (daemons: readonly string[], loads: Loads, place: string, advertises: boolean) => {
      const read = loads.flatMap((load, i) => this.readLoad(load, `${place}.plugins[${i}]`, daemons));
      const plugins = read.map(({ entry }) => entry);
      const id = read.find(({ componentId }) => componentId !== undefined)?.componentId;
      for (const daemon of daemons) {
        if (!this.endpointsOf.has(daemon)) {
          this.unsaid.say(place, `\`daemons\` has none of the name ${renderValue(daemon)}`, "look at its names");
          continue;
        }
        const before = found.get(daemon);
        if (before) {
          const all = [...before.plugins, ...plugins.filter(({ name }) => !before.plugins.some((one) => one.name === name))];
          found.set(daemon, { ...before, label: `${before.label} ${place}`, plugins: all, advertises: before.advertises || advertises });
        } else {
          const isOne = daemons.length === 1 && id !== undefined;
          found.set(daemon, { label: place, plugins, advertises, ...(isOne && { componentId: id }) });
        }
      }
    };
    for (const [i, { daemons, plugins, advertise }] of this.cfg.samplers.entries())
      add(daemons, plugins, this.place("samplers", i), advertise !== undefined);
    for (const [i, { daemons, plugins }] of this.cfg.aggregators.entries())
      if (plugins.length > 0) add(daemons, plugins, this.place("aggregators", i), false);
    this.sampled = found;
    return found;
  }

  private readLoad(load: Loads[number], place: string, daemons: readonly string[]) {
    const named = typeof load === "string" ? ownValue(this.cfg.plugins, load) : load;
    if (named === undefined) {
      this.unsaid.say(place, `\`plugins\` has none of the name ${renderValue(load)}`, "look at its name");
      return [];
    }
    const { name: plugin, interval, offset, config } = named;
    const instance = typeof load === "string" ? load : plugin;
    const settings = listSettings(config);
    const variables = this.variablesOf(daemons[0]!);
    const replaced = settings.map(([key, value]) => [key, typeof value === "string" ? variables.replace(value) : value] as const);
    const isNamed = settings.some(([key]) => key === "producer" || key === "instance");
    if (!isNamed && daemons.some((daemon) => this.endpointsOf.get(daemon)?.[0]?.host !== daemon))
      this.unsaid.say(
        place,
        "maestro names sets after their daemon, `DAEMON/INSTANCE`; the plan after its host, `HOST/INSTANCE`",
        "nothing, if rows may have the host's name",
      );
    const time = (value: string | number | undefined) => (typeof value === "string" ? variables.replace(value) : value);
    const args = { place, plugin, instance, interval: time(interval), offset: time(offset), settings: replaced };
    const read = readPlugin(args, daemons.length, this.unsaid);
    if (read.componentId !== undefined && daemons.length > 1)
      this.unsaid.say(place, `component_id ${read.componentId} would be the same on every host`, "`componentIds` says each host's");
    return [read];
  }

  private variablesOf(daemon: string): Variables {
    const variables = new Variables();
    const entry = this.cfg.daemons.find(({ names }) => names.includes(daemon));
    for (const [name, value] of Object.entries(entry?.environment ?? {})) variables.set(name, value);
    return variables;
  }

  private readAggregator(entry: LdmsCfg["aggregators"][number], place: string): SourceAggregator {
    const { daemons, peers, prdcr_listen, subscribe } = entry;
    const known = daemons.filter((name) => this.endpointsOf.has(name));
    if (known.length < daemons.length) this.unsaid.say(place, "`daemons` has not all of these names", "look at its names");
    const pulls = [...peers.flatMap((peer) => this.readPeer(peer, place)), ...this.listAdvertised(known, prdcr_listen, place)];
    const [first, ...others] = [...peers, ...prdcr_listen].map(({ reconnect }) =>
      reconnect === undefined ? undefined : durationOf(reconnect),
    );
    if (others.some((one) => one !== first))
      this.unsaid.say(place, `peers have several times of \`reconnect\`: here it is \`${first}\``, "one for all");
    const isPassive = peers.length > 0 && peers.every(({ type }) => type === "passive");
    return {
      place,
      daemons: known,
      pulls: uniqueBy(pulls, ({ daemon }) => daemon),
      ...(first !== undefined && { reconnect: first }),
      ...(isPassive && { type: "passive" as const }),
      updaters: readUpdaters(
        [...peers, ...prdcr_listen].flatMap(({ updaters }) => updaters),
        place,
        this.unsaid,
      ),
      subscribe: subscribe.flatMap((one, i) => this.readSubscription(one, `${place}.subscribe[${i}]`)),
      stores: this.readStores(new Set(known)),
    };
  }

  private readPeer(peer: LdmsCfg["aggregators"][number]["peers"][number], place: string): SourcePull[] {
    const { daemons, endpoints } = peer;
    const dialled = endpoints.flatMap((name): SourcePull[] => {
      const found = this.endpointNames.get(name);
      if (!found || (daemons && !daemons.includes(found.daemon))) return [];
      return [{ daemon: found.daemon, listener: this.listenerAt(found.daemon, found.index) }];
    });
    const wanted = daemons ?? dialled.map(({ daemon }) => daemon);
    const lost = wanted.filter((name) => !this.endpointsOf.has(name));
    if (lost.length > 0)
      this.unsaid.say(place, `pulls daemons that are not in \`daemons\`: ${renderValue(lost.join(","))}`, "look at its names");
    const byName = new Map(dialled.map((one) => [one.daemon, one]));
    return wanted.filter((name) => this.endpointsOf.has(name)).map((daemon) => byName.get(daemon) ?? { daemon, listener: 0 });
  }

  /** Listeners stand with their own one first. */
  private listenerAt(daemon: string, index: number): number {
    const endpoints = this.endpointsOf.get(daemon) ?? [];
    const endpoint = endpoints[index];
    const host = this.hostOf(daemon);
    return endpoint === undefined ? 0 : Math.max(0, ownFirst(endpoints, host).indexOf(endpoint));
  }

  private readonly hosts = new Map<string, string>();

  private hostOf(daemon: string): string {
    if (this.hosts.size === 0)
      for (const { names, hosts } of this.cfg.daemons)
        for (const one of pairDaemons(names, hosts, ["0"])) this.hosts.set(one.name, one.host);
    return this.hosts.get(daemon) ?? "";
  }

  private listAdvertised(
    daemons: readonly string[],
    listeners: LdmsCfg["aggregators"][number]["prdcr_listen"],
    place: string,
  ): SourcePull[] {
    if (listeners.length === 0) return [];
    const regexes = listeners.flatMap(({ regex }) => (regex === undefined || regex === ".*" ? [] : regex));
    if (regexes.length > 0)
      this.unsaid.say(
        place,
        `\`prdcr_listen\` lets in by ${renderValue(regexes[0])}: the plan lets in whoever proves itself`,
        "nothing, or `auth`",
      );
    const places = new Set(daemons.flatMap((name) => (this.endpointsOf.get(name) ?? []).map(({ host, port }) => `${host}:${port}`)));
    return this.cfg.samplers.flatMap(({ daemons: names, advertise }) => {
      if (!advertise?.hosts.some((host) => places.has(`${host}:${advertise.port}`))) return [];
      return names.filter((name) => this.endpointsOf.has(name)).map((daemon) => ({ daemon, listener: 0 }));
    });
  }

  private readSubscription(one: Readonly<Record<string, unknown>>, place: string): Readonly<Record<string, string>>[] {
    const { stream, message_tag, msg_tag, regex, ...others } = one;
    const message = message_tag ?? msg_tag;
    if (Object.keys(others).length > 0)
      this.unsaid.say(place, `${renderValue(Object.keys(others).join(","))} of a subscription`, "nothing: ldmsd's own");
    if (typeof stream !== "string" && typeof message !== "string") return [];
    const what = typeof stream === "string" ? { stream } : { message: String(message) };
    return [{ ...what, ...(typeof regex === "string" && regex !== ".*" && { regex }) }];
  }

  private readStores(daemons: ReadonlySet<string>): SourceStore[] {
    return Object.entries(this.cfg.stores).flatMap(([key, store], i) => {
      const place = this.place("stores", Array.isArray(this.cfg.stores) ? i : key);
      const own = store.daemons.filter((name) => daemons.has(name));
      if (own.length === 0) return [];
      if (own.length < daemons.size)
        this.unsaid.say(place, "is kept by some daemons of a group: here all of it keeps it", "a group of its own");
      const plugin = typeof store.plugin === "string" ? ownValue(this.cfg.plugins, store.plugin) : store.plugin;
      if (plugin?.name === undefined) {
        this.unsaid.say(place, `has no plugin that \`plugins\` knows: ${renderValue(store.plugin)}`, "add the store by hand");
        return [];
      }
      const { container, schema, regex, decomposition, flush } = store;
      const name = store.name ?? key;
      return [
        readStore(
          { place, name, plugin: plugin.name, container, schema, regex, decomposition, flush, settings: listSettings(plugin.config) },
          this.unsaid,
        ),
      ];
    });
  }
}

interface Sampled {
  readonly label: string;
  readonly plugins: readonly SourcePlugin[];
  readonly advertises: boolean;
  readonly componentId?: number;
}

/** A daemon's own port is where it is dialled by its host's own name. */
function ownFirst(endpoints: readonly WrittenEndpoint[], host: string): readonly WrittenEndpoint[] {
  const own = endpoints.find((endpoint) => endpoint.host === host) ?? endpoints[0]!;
  return [own, ...endpoints.filter((endpoint) => endpoint !== own)];
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...groupBy(items, keyOf).values()].map(([first]) => first!);
}
