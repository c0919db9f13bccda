import { z } from "zod";
import { about } from "./about";
import { FanOut } from "./fan-out";
import { Aggregator, Sampler } from "./groups";
import { Images } from "./images";
import { Munge } from "./munge";
import { AuthPlugin, ComponentIds, Hostlist, Interconnect, LDMSD_PORT, Port, Xprt } from "./scalars";
import { Grafana, Maestro, Ui } from "./services";
import { Ssh } from "./ssh";
import { WaiverSchema } from "./waiver";

const Ports = z.strictObject({
  ldmsd: Port.default(LDMSD_PORT).meta(about("Of every ldmsd that has none of its own.", LDMSD_PORT)),
  ui: Port.default(80).meta(about("Of the UI.", 80)),
  grafana: Port.default(3000).meta(about("Of Grafana.", 3000)),
});

/** Everything below `ldms:` in `Pulumi.STACK.yaml`, secrets left out. */
export const ClusterConfigSchema = z.strictObject({
  xprt: Xprt.meta(about("Transport of the daemons: `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`.", "rdma")),
  ports: Ports.prefault({}).meta(about("Ports of the services, 1 to 65535.", { ldmsd: 411, ui: 80, grafana: 3000 })),
  auth: AuthPlugin.optional().meta(
    about(
      "How the daemons authenticate each other: `munge`, `ovis` (a word that they share, the secret `ovisSecret`) or `none`; " +
        "absent: `munge`, or `none` with the mode `none` of `munge`.",
      "munge",
    ),
  ),
  munge: Munge.meta(about("Where munge comes from.", { mode: "host" })),
  profile: z
    .enum(["privileged", "minimal"])
    .default("privileged")
    .meta(
      about(
        "`privileged`: every container may do all on its host, as upstream's commands have it; `minimal`: each has what it needs.",
        "minimal",
      ),
    ),
  hosts: Hostlist.meta(about("Hostlist of all hosts that the file speaks of.", "cygnus-[01-08]")),
  method: z
    .enum(["docker", "fan-out"])
    .optional()
    .meta(
      about(
        "`docker`: a Docker connection a host; `fan-out`: batches of hosts by ssh from a head; " +
          "absent: `docker` up to 32 hosts, `fan-out` above.",
        "fan-out",
      ),
    ),
  fanOut: FanOut.prefault({}).meta(about("How the method `fan-out` works.", { head: "cygnus-08", serial: [1, "10%", "100%"] })),
  ssh: Ssh.prefault({}).meta(about("How the hosts are reached.", { user: "root", key: "id_ed25519", knownHosts: "known_hosts" })),
  interconnect: Interconnect.default("{host}").meta(
    about(
      "The name that daemons reach each other by: `{host}` is the host's name, `{short}` what stands before its first dot, " +
        "`{domain}` what stands behind it.",
      "{host}-ib0",
    ),
  ),
  componentIds: z
    .record(z.string(), ComponentIds)
    .default({})
    .meta(
      about(
        "Ids of hosts whose name ends in no number, or in one that is taken: by hostlist, and with `from: position` by the place in `hosts`.",
        { "r[01-40]n[001-256]": "1-10240", login: 30001 },
      ),
    ),
  images: Images.prefault({}).meta(about("Where the images come from, and which.", { registry: "reg.site:5000", tag: "4.5.3" })),
  samplers: z
    .array(Sampler)
    .min(1, "must have at least one group of samplers, of `external: true` ones where they run already")
    .meta(about("Groups of daemons that sample.", [{ hosts: "cygnus-[01-04]", plugins: [{ name: "meminfo", interval: "1s" }] }])),
  aggregators: z
    .array(Aggregator)
    .default([])
    .meta(about("Groups of daemons that pull and store.", [{ name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" }])),
  configure: z
    .enum(["files", "maestro"])
    .optional()
    .meta(
      about(
        "Who tells the aggregators what to pull and to store: `files`, each by its own file, or `maestro`; " +
          "absent: `maestro` where the stack has one. Samplers have a file in any case.",
        "files",
      ),
    ),
  maestro: Maestro.optional().meta(about("LDMS's configuration service, with its etcd.", { host: "cygnus-07" })),
  ui: Ui.optional().meta(about("The web server that answers queries of stored rows.", { host: "cygnus-07" })),
  grafana: Grafana.optional().meta(about("Dashboards of what is stored.", { host: "cygnus-07" })),
  waivers: z
    .array(WaiverSchema)
    .default([])
    .meta(
      about("Rules that may be broken until a given day.", [
        { rule: "samplers-pulled-once", reason: "agg3 stands by for agg1", until: "2027-03-31" },
      ]),
    ),
  tolerate: z
    .number()
    .int()
    .min(0, "must be 0 or more")
    .default(0)
    .meta(about("How many dead sampler hosts an `up` leaves out instead of stopping.", 2)),
});

export type ClusterConfig = z.output<typeof ClusterConfigSchema> & { readonly stack: string };
export type SamplerConfig = ClusterConfig["samplers"][number];
export type AggregatorConfig = ClusterConfig["aggregators"][number];
export type StoreConfig = AggregatorConfig["stores"][number];
