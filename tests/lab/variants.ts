import type { StackChanges } from "./project-folder";

function samplers(hosts: string, interval: string): StackChanges {
  const plugins = [{ name: "meminfo", interval, offset: "0s", config: { perm: "0777" } }];
  return { "ldms:samplers": [{ name: "samp", hosts, container: "samp", plugins }] };
}

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
