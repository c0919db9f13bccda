import type { PlannedMount } from "../model/container";
import { readMap, readMaps, readText, readTexts } from "../text/read-value";
import { allOf, type ContainerProperty, each } from "./property";

export interface MountFacts {
  /** A path of the host, or the name of a volume. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export const mounts: ContainerProperty<readonly MountFacts[]> = {
  ofPlan: (container) => container.mounts.map(readPlannedMount),
  options: ["--volume"],
  typed: (container) =>
    each(
      "--volume",
      container.mounts.map(readPlannedMount).map(({ source, target, readOnly }) => `${source}:${target}:${readOnly ? "ro" : "rw"}`),
    ),
  ofTyped: (line) => allOf(line, "--volume").map(readTypedMount),
  inputs: (container) => ({ volumes: container.mounts.map(writeVolume) }),
  ofInputs: (read) => {
    const own = readMaps(read("volumes")).filter(({ fromContainer }) => readText(fromContainer) === undefined);
    return [...own.map(readVolume), ...readMaps(read("mounts")).map(readMount)];
  },
  ofInspected: ({ Mounts }) =>
    Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
      source: Type === "volume" ? (Name ?? Source) : Source,
      target: Destination,
      readOnly: !RW,
    })),
};

function readPlannedMount(mount: PlannedMount): MountFacts {
  const { containerPath, readOnly } = mount;
  return { source: mount.kind === "bind" ? mount.hostPath : mount.volume, target: containerPath, readOnly };
}

/** `/store:/store:rw` */
function readTypedMount(text: string): MountFacts {
  const [source = "", target = "", options = ""] = text.split(":");
  return { source, target, readOnly: options.split(",").includes("ro") };
}

function writeVolume(mount: PlannedMount): Readonly<Record<string, unknown>> {
  const { containerPath, readOnly } = mount;
  return mount.kind === "bind"
    ? { hostPath: mount.hostPath, containerPath, readOnly }
    : { volumeName: mount.volume, containerPath, readOnly };
}

function readVolume({ hostPath, volumeName, containerPath, readOnly }: Readonly<Record<string, unknown>>): MountFacts {
  return { source: readText(hostPath) ?? readText(volumeName) ?? "", target: readText(containerPath) ?? "", readOnly: readOnly === true };
}

/** The provider's other way of saying the same; a volume with options of its driver may be a folder of the host. */
function readMount({ source, target, readOnly, volumeOptions }: Readonly<Record<string, unknown>>): MountFacts {
  const { device } = readMap(readMap(volumeOptions)["driverOptions"]);
  return { source: readText(device) ?? readText(source) ?? "", target: readText(target) ?? "", readOnly: readOnly === true };
}

/** Containers whose mounts it has, too. */
export const volumesFrom: ContainerProperty<readonly string[]> = {
  ofPlan: () => [],
  options: ["--volumes-from"],
  ofTyped: (line) => allOf(line, "--volumes-from"),
  ofInputs: (read) => readMaps(read("volumes")).flatMap(({ fromContainer }) => readText(fromContainer) ?? []),
  ofInspected: ({ HostConfig }) => readTexts(HostConfig["VolumesFrom"]),
};
