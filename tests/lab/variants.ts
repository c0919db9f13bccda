import { standinSources } from "../../lab/standin/repos";
import type { StackChanges } from "./project-folder";

function samplers(hosts: string, interval: string): StackChanges {
  const plugins = [{ name: "meminfo", interval, offset: "0s", config: { perm: "0777" } }];
  return { "ldms:samplers": [{ name: "samp", hosts, container: "samp", plugins }] };
}

const AGG2 = {
  name: "agg2",
  level: 2,
  hosts: "cygnus-07",
  interval: "1s",
  offset: "400ms",
  reconnect: "1s",
  stores: [
    { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", flush: "10s", path: "/store", hostPath: "/store" },
  ],
  dsosd: true,
};

/** Pulumi.lab.yaml with the sampling interval doubled. */
export const SLOW_SAMPLING: StackChanges = samplers("cygnus-[01-04]", "2s");

/** Pulumi.lab.yaml without cygnus-02. */
export const WITHOUT_CYGNUS_02: StackChanges = {
  ...samplers("cygnus-[01,03-04]", "1s"),
  "ldms:hosts": "cygnus-[01,03-08]",
  "ldms:ssh": {
    user: "root",
    key: ".ldms/lab/id_ed25519",
    knownHosts: ".ldms/lab/known_hosts",
    address: "198.18.0.[11,13-18]",
    connectTimeout: 5,
  },
};

/** In a project's folder: the stand-ins' repositories. */
export const SOURCE_REPOS = ".ldms/lab/repos";

/** Pulumi.lab.yaml with binaries built from SOURCE_REPOS; options of ovis beside those that the stand-ins know. */
export function fromSource(...ovisOptions: readonly string[]): StackChanges {
  const sources = standinSources(SOURCE_REPOS);
  const options = [...(sources.ovis?.options ?? []), ...ovisOptions];
  const images = {
    registry: "198.18.0.5:5000",
    tag: "built",
    source: "build",
    ovis: "no-ovis",
    grafanaBase: "ldms-lab/grafana-standin:9.1.0",
  };
  return { "ldms:images": { ...images, sources: { ...sources, ovis: { ...sources.ovis, options } } } };
}

/** Pulumi.lab.yaml with another offset of the first level's updater: maestro's file changes, and nothing else. */
export const LATER_UPDATES: StackChanges = {
  "ldms:aggregators": [{ name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", offset: "250ms", reconnect: "1s" }, AGG2],
};
