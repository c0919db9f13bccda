import { z } from "zod";
import { MUNGE_FOLDER } from "../model/places";
import { Env, given } from "./given";
import { Images } from "./images";
import { Listener } from "./listener";
import {
  AbsolutePath,
  AuthPlugin,
  ComponentIds,
  ContainerName,
  FreeKeys,
  GroupOrHosts,
  Host,
  Hostlist,
  Interconnect,
  Interval,
  Jump,
  LocalPath,
  MungeMode,
  Name,
  Options,
  Period,
  Port,
  Size,
  SshFile,
  SshFileOnHost,
  User,
  Xprt,
} from "./scalars";
import { Store, Subscription } from "./store";
import { Updater, updaterSettings } from "./updater";
import { WaiverSchema } from "./waiver";

const SshSettings = z.strictObject({
  user: User.optional(),
  /** For a user that is not root: everything on a host is done by `sudo`, which asks for no password. */
  become: z.literal("sudo", "must be `sudo`").optional(),
  port: Port.optional(),
  /** Private key file, relative to the project's folder or absolute; absent: the agent's keys. */
  key: SshFile.optional(),
  /** known_hosts file, relative or absolute; hosts are checked strictly against it. */
  knownHosts: SshFile.optional(),
  /** Hostlist of as many names or addresses as there are hosts: where each is dialled. */
  address: Hostlist.optional(),
  jump: Jump.optional(),
  /** The machine that the program runs on: local engine and files, no ssh. */
  local: z.boolean().optional(),
  /** OpenSSH's `KexAlgorithms`; the key exchange is most of what a short command costs. */
  kexAlgorithms: z
    .string()
    .regex(/^[A-Za-z0-9@.,-]+$/, "must be OpenSSH's names of key exchanges, divided by commas")
    .optional(),
  connectTimeout: z.number().int().min(1, "must be 1 to 120 seconds").max(120, "must be 1 to 120 seconds").optional(),
});
const Ssh = SshSettings.extend({ overrides: z.array(SshSettings.extend({ hosts: Hostlist })).default([]) });

const Plugin = z.strictObject({
  /** As `load plugin=` calls it. */
  name: Name,
  /** Its name in the daemon, and what its set is called: `meminfo-60s`; absent: the plugin's. */
  instance: Name.optional(),
  /** The site's own, none of upstream's. */
  own: z.boolean().optional(),
  interval: Interval,
  offset: Interval.optional(),
  /** Free keys, with values as ldmsd takes them; `producer`, `instance` and `component_id` are the plan's where they are left out. */
  config: FreeKeys,
});

/** What every group of ldmsd may override. */
const daemonSettings = {
  /** Names of the group's daemons, as producers and in ldms_cfg.yaml, one for each host; absent: the group's name and the component id, `samp-1`. */
  daemons: Hostlist.optional(),
  xprt: Xprt.optional(),
  port: Port.optional(),
  /** Who opens the connections to the aggregators above: they, or with `advertise` the group's own daemons. */
  discovery: z.enum(["dial", "advertise"]).optional(),
  /** Where its daemons listen besides. */
  listeners: z.array(Listener).optional(),
  /** By what its daemons know who connects; absent: the stack's. */
  auth: AuthPlugin.optional(),
  munge: MungeMode.optional(),
  /** `-m` of ldmsd, for its metric sets; absent: twice what the plan counts. */
  setMemory: Size.optional(),
  /** Switched on where a plugin of upstream's or a subscription needs them; true for those of the site. */
  streams: z.literal(true).optional(),
  messages: z.literal(true).optional(),
  options: Options,
  ...given,
};

const Sampler = z.strictObject({
  /** What the names of the group's daemons begin with; absent: its container's. */
  name: Name.optional(),
  hosts: Hostlist,
  container: ContainerName.default("samp"),
  /** Runs already, as a part of the node image: aggregated and verified, and never started or stopped here. */
  external: z.boolean().default(false),
  plugins: z.array(Plugin).default([]),
  ...daemonSettings,
});

/** More of them than any site has would be a mistake: rows are late by the intervals of all. */
const MOST_LEVELS = 9;
/** Names of groups, and hostlists, of what an entry pulls. */
const Pulled = z.array(GroupOrHosts).min(1, "must name at least one group or hostlist");

const Aggregator = z.strictObject({
  name: Name,
  /** 1 pulls samplers, each further one the level below it. */
  level: z.number().int().min(1, "must be 1 or more").max(MOST_LEVELS, `must be ${MOST_LEVELS} or less`),
  hosts: Hostlist,
  container: ContainerName.optional(),
  /** Daemons on each host, in containers and on ports that are counted up; absent: 1. */
  perHost: z.number().int().min(1, "must be 1 to 64").max(64, "must be 1 to 64").optional(),
  /** Of level 1, the samplers that it pulls: names of groups, and hostlists; absent: all. */
  samplers: Pulled.optional(),
  /** Of a further level, the same of the aggregators of the level below. */
  aggregators: Pulled.optional(),
  /** The name of the listener at which it dials what it pulls; absent: each daemon's own port. */
  via: Name.optional(),
  /** How often its updater pulls; absent: `updaters` say it. */
  interval: Interval.optional(),
  /** Several, each with its own `interval`, `offset`, `mode` and `sets`. */
  updaters: z.array(Updater).min(1, "must have at least one updater").optional(),
  ...updaterSettings,
  reconnect: Interval.default("1s"),
  type: z.enum(["active", "passive"]).default("active"),
  plugins: z.array(Plugin).default([]),
  stores: z.array(Store).default([]),
  /** Streams and messages that it asks of the daemons below. */
  subscribe: z.array(Subscription).optional(),
  /** true: each store_sos container by its name; or further containers of the form `{ containers: { name: path } }`, or a dsosd.json of the site. */
  dsosd: z
    .union(
      [z.boolean(), z.strictObject({ containers: z.record(Name, AbsolutePath).default({}), configFile: LocalPath.optional() })],
      "must be true, false or `{ containers: { NAME: PATH }, configFile: PATH }`",
    )
    .default(false),
  ...daemonSettings,
});

const Munge = z.strictObject({
  mode: MungeMode,
  /** Folder in which the hosts' munged has its socket. */
  socketDir: AbsolutePath.default(MUNGE_FOLDER),
  /** A key that is on every host already; checked, never written. */
  hostPath: AbsolutePath.optional(),
});

const webSettings = {
  host: Host,
  /** Where it listens: `127.0.0.1`; absent: on every interface. */
  address: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/, "must be an address or a host name")
    .optional(),
  port: Port.optional(),
  options: Options,
};

const AMOUNT_FORM = "must be a number of hosts, or a share of them like `5%`";
/** @param least 0 or 1 host */
const amount = (least: number) =>
  z.union([z.number().int().min(least, `must be ${least} or more`), z.string().regex(/^(100|[0-9]{1,2})%$/, AMOUNT_FORM)], AMOUNT_FORM);

/** How the method `fan-out` works on many hosts. */
const FanOut = z.strictObject({
  /** One of `hosts`, on which clush or pdsh runs; absent: this machine. */
  head: Host.optional(),
  /** Further hosts that work on a part of the stack each, side by side: one a rack. */
  heads: z.array(z.strictObject({ host: Host, hosts: Hostlist })).default([]),
  /** Private key and known_hosts on the head node, for its way to the hosts; absent: what its ssh finds by itself. */
  key: SshFileOnHost.optional(),
  knownHosts: SshFileOnHost.optional(),
  window: z.number().int().min(1, "must be 1 to 1024 hosts at once").max(1024, "must be 1 to 1024 hosts at once").default(64),
  /** Sizes of the batches of a group of like hosts, in their order; the last one is repeated. */
  serial: z.array(amount(1)).min(1, "must have at least one batch").default([1, "5%", "25%", "100%"]),
  /** Samplers of a batch that may fail before the following batches are left undone. */
  maxFail: amount(0).default("5%"),
  hostTimeout: Period.default("10m"),
  /** How long the first batch of a group must be healthy. */
  canary: Period.default("5s"),
  pulls: z
    .strictObject({
      /** Hosts of a batch that pull images at once; absent: as many as are worked on at once. */
      limit: z.number().int().min(1, "must be 1 to 1024 hosts at once").max(1024, "must be 1 to 1024 hosts at once").optional(),
      /** A host waits up to so long before it pulls, by its name: the same host always the same time. */
      jitter: Period.optional(),
    })
    .prefault({}),
});

/** Everything below `ldms:` in `Pulumi.STACK.yaml`, secrets left out. */
export const ClusterConfigSchema = z.strictObject({
  xprt: Xprt,
  ports: z.strictObject({ ldmsd: Port.default(411), ui: Port.default(80), grafana: Port.default(3000) }).prefault({}),
  /** By what the daemons know each other; absent: munge, or none with the mode `none`. */
  auth: AuthPlugin.optional(),
  munge: Munge,
  /** What the containers may do on their hosts: all, as upstream has it, or what each needs. */
  profile: z.enum(["privileged", "minimal"]).default("privileged"),
  hosts: Hostlist,
  /** Absent: `docker` up to 32 hosts, `fan-out` above. */
  method: z.enum(["docker", "fan-out"]).optional(),
  fanOut: FanOut.prefault({}),
  ssh: Ssh.prefault({}),
  /** `{host}` is the host's name, `{short}` what stands before its first dot, and `{domain}` what stands behind it. */
  interconnect: Interconnect.default("{host}"),
  /** COMPID of hosts whose name ends in no number, or in one that is taken: by hostlist, and with `from: position` by the place in `hosts`. */
  componentIds: z.record(z.string(), ComponentIds).default({}),
  images: Images.prefault({}),
  samplers: z.array(Sampler).min(1, "must have at least one group of samplers, of `external: true` ones where they run already"),
  aggregators: z.array(Aggregator).default([]),
  /** Who configures aggregators: a file of each, or maestro; absent: maestro where the stack has one. Samplers have a file in any case. */
  configure: z.enum(["files", "maestro"]).optional(),
  maestro: z.strictObject({ host: Host, grammar: z.enum(["A", "C"]).default("C"), configFile: LocalPath.optional() }).optional(),
  ui: z.strictObject({ ...webSettings, settingsFile: LocalPath.optional(), dsosdConfFile: LocalPath.optional() }).optional(),
  grafana: z
    .strictObject({
      ...webSettings,
      env: Env.optional(),
      configFile: LocalPath.optional(),
      dataSourcesFile: LocalPath.optional(),
      /** Folder of dashboards as JSON; absent: one is made from the stores. */
      dashboards: LocalPath.optional(),
    })
    .optional(),
  /** Rules that may be broken until a day. */
  waivers: z.array(WaiverSchema).default([]),
  /** Dead sampler hosts that an `up` skips. */
  tolerate: z.number().int().min(0, "must be 0 or more").default(0),
});

export type ClusterConfig = z.output<typeof ClusterConfigSchema> & { readonly stack: string };
export type SamplerConfig = ClusterConfig["samplers"][number];
export type AggregatorConfig = ClusterConfig["aggregators"][number];
export type StoreConfig = AggregatorConfig["stores"][number];
