import { z } from "zod";
import { expandHostlist } from "../hostlist/hostlist";
import { pairDaemons } from "./pair-daemons";

/** Anything that maestro expands as a hostlist; ports too. */
const Names = z.union([z.string(), z.number()]).transform((names, context) => {
  try {
    return expandHostlist(String(names));
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});
/** `True`, and what was put in quotes. */
const Flag = z.union([z.boolean(), z.string()]).transform((flag) => /^true$/i.test(String(flag)));
const Auth = z.union([z.string(), z.looseObject({ name: z.string(), plugin: z.string().optional(), conf: z.string().optional() })]);
const Endpoint = z.looseObject({
  names: Names,
  ports: Names,
  xprt: z.string().default("sock"),
  auth: Auth,
  hosts: Names.optional(),
  maestro_comm: Flag.default(false),
});
const Daemons = z.looseObject({ names: Names, hosts: Names, endpoints: z.array(Endpoint).min(1) });
/** The parts of every grammar that say which daemons there are. */
export const OwnDaemons = z.looseObject({
  daemons: z.array(Daemons).min(1),
  aggregators: z.array(z.looseObject({ daemons: Names })).default([]),
});

/** A number alone is microseconds. */
const Time = z.union([z.string(), z.number()]);
const Settings = z.union([z.record(z.string(), z.unknown()), z.array(z.union([z.string(), z.record(z.string(), z.unknown())]))]);
const Plugin = z.looseObject({ name: z.string(), interval: Time.optional(), offset: Time.optional(), config: Settings.nullish() });
const PluginList = z.array(z.union([z.string(), Plugin])).default([]);
const Plugins = z.record(z.string(), Plugin);
/** Grammar A has a sampler's plugins inline, grammar C in a map of their own under the names that it gives. */
export const Samplers = z.looseObject({
  samplers: z.array(z.looseObject({ plugins: PluginList })).optional(),
  plugins: Plugins.optional(),
});

const StorePlugin = Plugin.partial({ name: true });
/** Grammar A has stores as a list with their plugins inline, grammar C both as maps. */
const Store = z.looseObject({ name: z.string().optional(), plugin: z.union([z.string(), StorePlugin]).optional() });
export const Stores = z.looseObject({
  stores: z.union([z.array(Store), z.record(z.string(), Store)]).optional(),
  plugins: z.record(z.string(), StorePlugin).optional(),
});

const Text = z.union([z.string(), z.number()]).transform(String);
const Updater = z.looseObject({
  mode: z.string().default("pull"),
  interval: Time.optional(),
  offset: Time.optional(),
  sets: z.array(z.looseObject({ regex: Text, field: z.string().default("inst") })).optional(),
});
const Updaters = z.array(Updater).default([]);
const Peer = z.looseObject({
  daemons: Names.optional(),
  endpoints: Names,
  reconnect: Time.optional(),
  type: z.string().default("active"),
  updaters: Updaters,
});
const ProducerListen = z.looseObject({ regex: z.string().optional(), reconnect: Time.optional(), updaters: Updaters });
const Aggregator = z.looseObject({
  daemons: Names,
  peers: z.array(Peer).default([]),
  prdcr_listen: z.array(ProducerListen).default([]),
  subscribe: z.array(z.record(z.string(), z.unknown())).default([]),
  plugins: PluginList,
});
const Advertise = z.looseObject({ hosts: Names, port: Text });
const Sampler = z.looseObject({ daemons: Names, plugins: PluginList, advertise: Advertise.optional() });
const FullStore = Store.extend({
  daemons: Names,
  container: Text.optional(),
  schema: Text.optional(),
  regex: Text.optional(),
  decomposition: Text.optional(),
  flush: Time.optional(),
});
const FullDaemons = Daemons.extend({
  environment: z.record(z.string(), Text).optional(),
  set_memory: Text.optional(),
  log_level: Text.optional(),
  stream_enable: Flag.optional(),
  msg_enable: Flag.optional(),
});

/** A whole ldms_cfg.yaml, of any grammar. */
export const LdmsCfg = z.looseObject({
  daemons: z.array(FullDaemons).min(1),
  aggregators: z.array(Aggregator).default([]),
  samplers: z.array(Sampler).default([]),
  plugins: Plugins.default({}),
  stores: z.union([z.array(FullStore), z.record(z.string(), FullStore)]).default([]),
});
export type LdmsCfg = z.output<typeof LdmsCfg>;

/** How a daemon is dialled, as one side says it. */
export interface Dialled {
  readonly host: string;
  readonly port: number;
  readonly xprt: string;
  readonly auth: string;
}

export interface WrittenEndpoint extends Dialled {
  readonly daemon: string;
  /** Where its authentication has its file. */
  readonly conf: string | undefined;
  /** `maestro_comm`: maestro speaks to the daemon there; of the others it has the daemon listen. */
  readonly isTalkedTo: boolean;
}

export function listEndpoints({ names, hosts, endpoints }: z.output<typeof Daemons>): WrittenEndpoint[] {
  return endpoints.flatMap((endpoint) => {
    const { ports, xprt, auth, maestro_comm: isTalkedTo } = endpoint;
    const plugin = typeof auth === "string" ? auth : (auth.plugin ?? auth.name);
    return pairDaemons(names, endpoint.hosts ?? hosts, ports).map(({ name: daemon, host, port }) => {
      return { daemon, host, port, xprt, auth: plugin, conf: typeof auth === "string" ? undefined : auth.conf, isTalkedTo };
    });
  });
}

/** From `{ path: /store }`, `[{ path: /store }]` or `["path=/store perm=0777"]`: each attribute with its value; a word of its own has none. */
export function listSettings(settings: z.output<typeof Settings> | null | undefined): [name: string, value: unknown][] {
  const items = settings === undefined || settings === null ? [] : Array.isArray(settings) ? settings : [settings];
  return items.flatMap((item): [string, unknown][] => {
    if (typeof item !== "string") return Object.entries(item);
    const words = item.split(/\s+/).filter(Boolean);
    return words.map((word) => [word.split("=", 1)[0]!, word.includes("=") ? word.slice(word.indexOf("=") + 1) : null]);
  });
}
