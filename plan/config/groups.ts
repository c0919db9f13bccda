import { z } from "zod";
import { about } from "./about";
import { daemonSettings, plugins } from "./daemon-settings";
import { AbsolutePath, ContainerName, GroupOrHosts, Hostlist, Interval, LocalPath, Name, PerHost } from "./scalars";
import { Store, Subscription } from "./store";
import { Updater, updaterSettings } from "./updater";

/** What a sampler's container is called where its entry says nothing. */
export const SAMPLER_CONTAINER = "samp";

export const Sampler = z.strictObject({
  name: Name.optional().meta(
    about("What the names of its daemons begin with, and how aggregators name it; absent: its container's.", "rack1"),
  ),
  hosts: Hostlist.meta(about("Where they run.", "cygnus-[01-04]")),
  container: ContainerName.default(SAMPLER_CONTAINER).meta(about("Name of its container on each host.", "samp")),
  external: z
    .boolean()
    .default(false)
    .meta(
      about("Its daemons run already, as part of the node image: they are pulled and verified, and never started or stopped here.", true),
    ),
  plugins,
  ...daemonSettings,
});

/** More of them than any site has would be a mistake: rows are late by the intervals of all. */
const MOST_LEVELS = 9;
/** Names of groups, and hostlists, of what an entry pulls. */
const Pulled = z.array(GroupOrHosts).min(1, "must name at least one group or hostlist");

const Dsosd = z.strictObject({
  containers: z
    .record(Name, AbsolutePath)
    .default({})
    .meta(about("Folders of further containers, by name.", { meminfo: "/store/meminfo" })),
  configFile: LocalPath.optional().meta(about("An own dsosd.json beside the stack file, in place of the generated one.", "dsosd.json")),
});

export const Aggregator = z.strictObject({
  name: Name.meta(about("What the names of its daemons begin with.", "agg1")),
  level: z
    .number()
    .int()
    .min(1, "must be 1 or more")
    .max(MOST_LEVELS, `must be ${MOST_LEVELS} or less`)
    .meta(about("1 pulls samplers, each further one the level below it.", 1)),
  hosts: Hostlist.meta(about("Where they run.", "cygnus-[05-06]")),
  container: ContainerName.optional().meta(about("Name of its container on each host; absent: its name.", "agg1")),
  perHost: PerHost.optional().meta(about("Daemons on each host, in containers and on ports that are counted up; absent: 1.", 2)),
  samplers: Pulled.optional().meta(
    about("At level 1, the samplers that it pulls: names of groups, and hostlists; absent: all.", ["rack1", "login[1-2]"]),
  ),
  aggregators: Pulled.optional().meta(
    about("At a higher level, the aggregators of the level below that it pulls; absent: all.", ["agg-r1", "agg-r2"]),
  ),
  via: Name.optional().meta(about("Name of the listener at which it dials what it pulls; absent: each daemon's own port.", "ib")),
  interval: Interval.optional().meta(about("How often it pulls; absent: `updaters` say it.", "1s")),
  updaters: z
    .array(Updater)
    .min(1, "must have at least one updater")
    .optional()
    .meta(
      about("Several updaters, each with its own `interval`, `offset`, `mode` and `sets`.", [
        { interval: "1s", sets: [{ schema: "meminfo" }] },
        { interval: "60s", sets: [{ schema: "vmstat" }] },
      ]),
    ),
  ...updaterSettings,
  reconnect: Interval.default("1s").meta(about("How long it waits before it dials a daemon again.", "1s")),
  type: z
    .enum(["active", "passive"])
    .default("active")
    .meta(about("`active`: it dials what it pulls; `passive`: it waits for them.", "active")),
  plugins,
  stores: z
    .array(Store)
    .default([])
    .meta(
      about("Where rows go.", [
        { name: "sos", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" },
      ]),
    ),
  subscribe: z
    .array(Subscription)
    .optional()
    .meta(about("Streams and messages that it subscribes to at the daemons below.", [{ stream: "kokkos-perf-data" }])),
  dsosd: z
    .union([z.boolean(), Dsosd], "must be true, false or `{ containers: { NAME: PATH }, configFile: PATH }`")
    .default(false)
    .meta(
      about("`true`: dsosd serves each store_sos container by its name; further containers, or a dsosd.json of the site, by a map.", true),
    ),
  ...daemonSettings,
});
