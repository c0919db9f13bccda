import type { ContainerUnit } from "../containers/container-unit";
import type { DaemonGroup } from "../daemons/daemon-group";
import type { PlannedContainer } from "../model/container";
import type { ConfigProblem } from "../problems/errors";
import { isSubject } from "./need-subject";
import { PROFILE_NEEDS, type Profile, type ProfileNeed } from "./profile";

type Confinement = Pick<PlannedContainer, "privileged" | "capabilities" | "devices" | "readOnlyRootFilesystem" | "tmpfs" | "securityOpts">;

/** The unit with what its container may do under the profile. */
export function confine(profile: Profile, unit: ContainerUnit): ContainerUnit {
  if (profile === "privileged") return unit;
  const needs = PROFILE_NEEDS.filter(({ of }) => isSubject(of, unit));
  const all = <T>(listOf: (need: ProfileNeed) => readonly T[] | undefined) => needs.flatMap((need) => listOf(need) ?? []);
  const devices = new Map([...all((need) => need.devices), ...unit.container.devices].map((device) => [device.path, device]));
  const confinement: Confinement = {
    privileged: false,
    capabilities: { add: [...new Set(all((need) => need.capabilities))].sort(), drop: ["ALL"] },
    devices: [...devices.values()],
    readOnlyRootFilesystem: true,
    tmpfs: Object.assign({}, ...needs.map(({ tmpfs }) => tmpfs)),
    // After the capabilities are set: what runs can gain no other by a set-user-id program.
    securityOpts: ["no-new-privileges", ...new Set(all((need) => need.securityOpts))],
  };
  const binds = [...new Set(all((need) => need.binds))].filter(
    (path) => !unit.container.mounts.some((mount) => mount.containerPath === path),
  );
  const mounts = binds.map((path) => ({ kind: "bind" as const, hostPath: path, containerPath: path, readOnly: true }));
  return { ...unit, container: { ...unit.container, ...confinement, mounts: [...unit.container.mounts, ...mounts] } };
}

/** What a transport needs is known of two. */
export function checkProfile(profile: Profile, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (profile === "privileged") return [];
  const used = groups
    .filter(({ isExternal }) => !isExternal)
    .flatMap(({ xprt, listeners }) => [xprt, ...listeners.map((listener) => listener.xprt)]);
  const other = [...new Set(used)].filter((xprt) => xprt !== "sock" && xprt !== "rdma");
  return other.map((xprt) => ({
    path: "profile",
    message: `\`minimal\` is known for the transports sock and rdma: \`${xprt}\``,
    help: "leave `profile` out: `privileged`",
  }));
}
