import { AGGREGATOR, daemonMounts, MAESTRO, SAMPLER } from "./examples";
import type { ContainerFacts, FileFacts } from "./facts";
import type { StackFacts } from "./topology-facts";

export const LDMS_CFG = `daemons:
  - { names: samp-1, hosts: cygnus-01-iw, endpoints: [{ names: samp-1-ep, ports: 411, xprt: sock, auth: munge }] }
  - { names: agg1-5, hosts: cygnus-05-iw, endpoints: [{ names: agg1-5-ep, ports: 411, xprt: sock, auth: munge }] }
  - { names: agg2-7, hosts: cygnus-07-iw, endpoints: [{ names: agg2-7-ep, ports: 411, xprt: sock, auth: munge }] }
aggregators:
  - { daemons: agg1-5, peers: [{ daemons: samp-1 }] }
  - { daemons: agg2-7, peers: [{ daemons: agg1-5 }] }
samplers:
  - { daemons: samp-1, plugins: [{ name: meminfo }] }
stores:
  - { name: sos-meminfo, daemons: agg2-7, container: meminfo, schema: meminfo, plugin: { name: store_sos, config: { path: /store } } }
`;

export const DSOSD: ContainerFacts = {
  ...AGGREGATOR,
  name: "dsosd",
  role: "dsosd",
  env: { DSOSD_SERVER_ID: "cygnus-07" },
  argv: [],
  labels: { "ldms.stack": "cygnus", "ldms.role": "dsosd" },
  mounts: [{ source: "/store", target: "/store", readOnly: false }],
};

/** A file that the deployment writes for a container. */
export function textFile(container: string, name: string, text: string, host = "cygnus-07"): FileFacts {
  const path = `/var/lib/ldms/cygnus/${container}/${name}`;
  return { host, path, mode: "0644", owner: "0:0", fingerprint: "0a", isUniform: undefined, lengthBytes: undefined, text };
}

interface Parts {
  readonly cfg?: string;
  readonly directory?: string;
  readonly dsosdConf?: string;
  readonly containers?: readonly ContainerFacts[];
}

const AGG1: ContainerFacts = {
  ...AGGREGATOR,
  host: "cygnus-05",
  name: "agg1",
  env: { COMPID: "5", COMPONENT_ID: "5", HOSTNAME: "cygnus-05" },
  mounts: daemonMounts("agg1"),
};

export const CONTAINERS: readonly ContainerFacts[] = [SAMPLER, AGG1, AGGREGATOR, DSOSD, MAESTRO];

/** A sampler of meminfo, each second, and of vmstat, each minute, that an aggregator pulls as these lines of its file say; without maestro. */
export function exampleUpdaters(...updaters: readonly string[]): StackFacts {
  const plugin = (name: string, interval: string) => [
    `load name=${name}`,
    `config name=${name}`,
    `start name=${name} interval=${interval}`,
  ];
  const producer = ["prdcr_add name=samp-1 type=active xprt=sock host=cygnus-01 port=411 reconnect=1s", "prdcr_start name=samp-1"];
  return {
    containers: [SAMPLER, AGG1],
    files: [
      textFile("samp", "ldmsd.conf", [...plugin("meminfo", "1s"), ...plugin("vmstat", "60s")].join("\n"), SAMPLER.host),
      textFile(
        "agg1",
        "ldmsd.conf",
        [...producer, ...updaters, "load name=store_csv", "strgp_add name=csv plugin=store_csv container=c schema=meminfo"].join("\n"),
        AGG1.host,
      ),
    ],
  };
}

/** A whole small stack that keeps every rule, with parts of it exchanged. */
export function exampleStack(parts: Parts = {}): StackFacts {
  return {
    containers: parts.containers ?? CONTAINERS,
    files: [
      textFile("maestro", "ldms_cfg.yaml", parts.cfg ?? LDMS_CFG),
      textFile("dsosd", "dsosd.json", parts.directory ?? '{"cygnus-07": {"meminfo": "/store/meminfo"}}'),
      textFile("ui", "dsosd.conf", parts.dsosdConf ?? "cygnus-07\n"),
    ],
  };
}
