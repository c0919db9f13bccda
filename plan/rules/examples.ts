import { NOTHING_SAID } from "../container-properties/forms";
import type { MountFacts } from "../container-properties/mounts";
import type { ContainerFacts } from "./facts";

const MUNGE = { source: "/run/munge", target: "/run/munge", readOnly: true };

/** Of an ldmsd: the host's munge, and its own files. */
export function daemonMounts(container: string): MountFacts[] {
  const files = ["health", "ldmsd.conf"].map((name) => ({
    source: `/var/lib/ldms/cygnus/${container}/${name}`,
    target: `/etc/ldms/${name}`,
    readOnly: true,
  }));
  return [MUNGE, ...files];
}

/** A sampler that keeps every rule; the rules' examples are made of it. */
export const SAMPLER: ContainerFacts = {
  ...NOTHING_SAID,
  host: "cygnus-01",
  name: "samp",
  role: "sampler",
  networkMode: "host",
  pidMode: "host",
  env: { COMPID: "1", COMPONENT_ID: "1", HOSTNAME: "cygnus-01" },
  argv: ["-x", "sock:411", "-a", "munge", "-m", "4M", "-c", "/etc/ldms/ldmsd.conf"],
  labels: { "ldms.stack": "cygnus", "ldms.role": "sampler" },
  mounts: daemonMounts("samp"),
  privileged: false,
  capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  tmpfs: ["/run", "/tmp"],
  securityOpts: ["no-new-privileges"],
  ulimits: { core: 0 },
  memoryMib: 1024,
  restart: "unless-stopped",
  healthCheck: ["CMD-SHELL", "exec sh /etc/ldms/health sock 411 munge set=1:meminfo"],
  log: { driver: "json-file", maxSize: "10m" },
};

export const RDMA_SAMPLER: ContainerFacts = {
  ...SAMPLER,
  argv: ["-x", "rdma:411", "-a", "munge", "-m", "4M", "-c", "/etc/ldms/ldmsd.conf"],
  devices: ["/dev/infiniband"],
};

export const MAESTRO: ContainerFacts = {
  ...SAMPLER,
  host: "cygnus-07",
  name: "maestro",
  role: "maestro",
  pidMode: undefined,
  env: {},
  argv: [],
  mounts: [MUNGE],
  labels: { "ldms.stack": "cygnus", "ldms.role": "maestro" },
};

/** A second-level aggregator with a store. */
export const AGGREGATOR: ContainerFacts = {
  ...SAMPLER,
  host: "cygnus-07",
  name: "agg2",
  role: "aggregator",
  env: { COMPID: "7", COMPONENT_ID: "7", HOSTNAME: "cygnus-07" },
  labels: { "ldms.stack": "cygnus", "ldms.role": "aggregator" },
  mounts: [...daemonMounts("agg2"), { source: "/store", target: "/store", readOnly: false }],
};

export const GRAFANA: ContainerFacts = {
  ...MAESTRO,
  name: "grafana",
  role: "grafana",
  labels: { "ldms.stack": "cygnus", "ldms.role": "grafana" },
  mounts: [{ source: "ldms-cygnus-grafana", target: "/var/lib/grafana", readOnly: false }],
};
