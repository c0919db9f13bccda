import type { MountFacts } from "../container-properties/mounts";
import { MUNGE_KEY_IN_CONTAINER } from "../model/places";
import { AGGREGATOR, MAESTRO, SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { cis, pss } from "./frameworks";
import { isKey, mountsOf, sensitiveMounts, storesInMemory, unlistedBinds, writableBinds } from "./host-mounts";
import type { RuleParameters } from "./parameters";
import { hasStores, isOurs, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";

function show(mounts: readonly MountFacts[]): string {
  return quoted(mounts.map(({ source, target, readOnly }) => `${source}:${target}:${readOnly ? "ro" : "rw"}`));
}

const EVERYWHERE = ["plan", "resources", "audit"] as const;
const HOST_PATHS = pss("HostPath Volumes");

/** A rule that no mount of a kind is there. */
function withoutMounts(
  find: (facts: ContainerFacts, parameters: RuleParameters) => readonly MountFacts[],
  what: string,
): Pick<Rule<ContainerFacts>, "readers" | "holds" | "message"> {
  return {
    readers: EVERYWHERE,
    holds: (facts, parameters) => find(facts, parameters).length === 0,
    message: (facts, parameters) => `${nameOf(facts)} ${what}: ${show(find(facts, parameters))}`,
  };
}

function withMount(facts: ContainerFacts, source: string, target: string, readOnly: boolean): ContainerFacts {
  return { ...facts, mounts: [...facts.mounts, { source, target, readOnly }] };
}

export const MOUNT_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "no-engine-socket",
    description:
      "No container has the socket of a container engine, of D-Bus, systemd or another service of root, or a folder that it is in: who has it is root on the host.",
    severity: "critical",
    enforcement: "mandatory",
    frameworks: [cis("5.32"), HOST_PATHS],
    applies: isOurs,
    ...withoutMounts((facts) => mountsOf(facts, "socket of root"), "has a socket by which it is root on the host"),
    help: "leave the bind out",
    examples: { breaking: withMount(SAMPLER, "/var/run/docker.sock", "/var/run/docker.sock", true), passing: SAMPLER },
  },
  {
    name: "no-sensitive-host-folders",
    description:
      "No container has the host's `/`, `/etc` or another of its system folders, one above them, or the files of others in `/var/lib/ldms`; the munge key that a host has already is the exception.",
    severity: "critical",
    enforcement: "mandatory",
    frameworks: [cis("5.6"), HOST_PATHS],
    applies: isOurs,
    ...withoutMounts(sensitiveMounts, "has folders of the host's system"),
    help: "leave the bind out, deliver a single file by `files`, or set a store's `hostPath` to a folder of its own",
    examples: {
      breaking: withMount(SAMPLER, "/etc", "/host/etc", true),
      passing: withMount(SAMPLER, MUNGE_KEY_IN_CONTAINER, MUNGE_KEY_IN_CONTAINER, true),
    },
  },
  {
    name: "binds-allowed-for-role",
    description: "A container reads from its host what the deployment wrote there, munge's socket, and nothing else.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [HOST_PATHS],
    parameters: ["binds"],
    applies: isOurs,
    ...withoutMounts(unlistedBinds, "has binds that its role has no use for"),
    help: "leave the bind out, name it in a group's `mounts`, or allow its folder by the policy's `binds`",
    examples: {
      breaking: withMount(MAESTRO, "/opt/site", "/opt/site", true),
      passing: withMount(MAESTRO, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml", "/etc/ldms_cfg.yaml", true),
    },
  },
  {
    name: "writable-binds-only-for-stores",
    description: "Only aggregators and their dsosd write on a host: their stores.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [HOST_PATHS],
    applies: (facts) => isOurs(facts) && !hasStores(facts),
    ...withoutMounts(writableBinds, "can write on its host"),
    help: "bind it read-only, or keep data in a named volume",
    examples: { breaking: withMount(SAMPLER, "/store", "/store", false), passing: SAMPLER },
  },
  {
    name: "stores-not-in-memory",
    description: "A store lies on a disk: what is on a tmpfs is gone with the next start.",
    severity: "high",
    enforcement: "mandatory",
    applies: hasStores,
    ...withoutMounts(storesInMemory, "keeps rows in memory"),
    help: "set the store's `hostPath` to a folder on a disk",
    examples: { breaking: withMount(AGGREGATOR, "/dev/shm/store", "/store2", false), passing: AGGREGATOR },
  },
  {
    name: "munge-socket-read-only",
    description: "The host's munge socket is bound read-only.",
    severity: "high",
    enforcement: "mandatory",
    applies: (facts) => mountsOf(facts, "munge socket").length > 0,
    ...withoutMounts(
      (facts) => mountsOf(facts, "munge socket").filter(({ readOnly }) => !readOnly),
      "can write the folder of the host's munge",
    ),
    help: "bind it read-only",
    examples: { breaking: { ...SAMPLER, mounts: [{ source: "/run/munge", target: "/run/munge", readOnly: false }] }, passing: SAMPLER },
  },
  {
    name: "munge-key-read-only",
    description: "A munge key is bound read-only.",
    severity: "high",
    enforcement: "mandatory",
    applies: ({ mounts }) => mounts.some(isKey),
    ...withoutMounts(({ mounts }) => mounts.filter((mount) => isKey(mount) && !mount.readOnly), "can write its munge key"),
    help: "bind it read-only",
    examples: {
      breaking: withMount(SAMPLER, "/var/lib/ldms/cygnus/samp/munge.key", MUNGE_KEY_IN_CONTAINER, false),
      passing: withMount(SAMPLER, "/var/lib/ldms/cygnus/samp/munge.key", MUNGE_KEY_IN_CONTAINER, true),
    },
  },
];
