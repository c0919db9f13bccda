import type { ContainerFacts } from "./facts";

/** A sampler that keeps every rule; the rules' examples are made of it. */
export const SAMPLER: ContainerFacts = {
  host: "cygnus-01",
  name: "samp",
  role: "sampler",
  networkMode: "host",
  pidMode: "host",
  ipcMode: undefined,
  env: { COMPID: "1", COMPONENT_ID: "1" },
  entrypoint: [],
  argv: ["-x", "sock:411", "-a", "munge", "-m", "4M"],
  labels: { "ldms.stack": "cygnus", "ldms.role": "sampler" },
  mounts: [{ source: "/run/munge", target: "/run/munge", readOnly: true }],
  privileged: false,
  capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
  devices: [],
  readOnlyRootFilesystem: true,
  tmpfs: ["/run", "/tmp"],
  securityOpts: ["no-new-privileges"],
  ulimits: { core: 0 },
  memoryMib: 1024,
  restart: "unless-stopped",
  healthCheck: ["CMD-SHELL", "/usr/local/lib/ldms/ldmsd-health"],
  log: { driver: "json-file", maxSize: "10m" },
};

export const RDMA_SAMPLER: ContainerFacts = {
  ...SAMPLER,
  argv: ["-x", "rdma:411", "-a", "munge", "-m", "4M"],
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
  labels: { "ldms.stack": "cygnus", "ldms.role": "maestro" },
};

/** A second-level aggregator with a store. */
export const AGGREGATOR: ContainerFacts = {
  ...SAMPLER,
  host: "cygnus-07",
  name: "agg2",
  role: "aggregator",
  env: { COMPID: "7", COMPONENT_ID: "7" },
  labels: { "ldms.stack": "cygnus", "ldms.role": "aggregator" },
  mounts: [...SAMPLER.mounts, { source: "/store", target: "/store", readOnly: false }],
};

export const GRAFANA: ContainerFacts = {
  ...MAESTRO,
  name: "grafana",
  role: "grafana",
  labels: { "ldms.stack": "cygnus", "ldms.role": "grafana" },
  mounts: [{ source: "ldms-cygnus-grafana", target: "/var/lib/grafana", readOnly: false }],
};
