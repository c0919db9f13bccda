import { Command } from "commander";
import { docker, dockerLines } from "./docker-cli";
import { dropConnection } from "./lab";
import { removeLabFiles } from "./lab-files";
import { HOST_IMAGE, hostNames, LAB_FOLDER, LAB_LABEL, LabError } from "./names";
import { say, ticking } from "./progress";

const BY_LABEL = ["--filter", `label=${LAB_LABEL}`] as const;

export interface LabDownArgs {
  /** Also remove what took minutes to make: the images of the hosts and the registry, and the base images made here. */
  readonly images: boolean;
}

/**
 * Removes all that carries the lab's label and the lab's keys, and nothing else.
 * @throws LabError when the engine keeps something, for instance a network that a container of somebody else uses
 */
export async function labDown({ images }: LabDownArgs): Promise<void> {
  await Promise.allSettled(hostNames.map(dropConnection));
  const containers = await dockerLines(["ps", "--all", "--quiet", ...BY_LABEL]);
  if (containers.length > 0) await inCgroups(THAW);
  const remove = (container: string) => docker(["rm", "--force", "--volumes", container]);
  await ticking("removing the containers", Promise.all(containers.map(remove)));
  const networks = await removeAll("network", ["network", "ls", "--quiet", ...BY_LABEL]);
  // Left over where a container was removed by hand; the others went with theirs.
  await removeAll("volume", ["volume", "ls", "--quiet", ...BY_LABEL]);
  await inCgroups(REMOVE_GROUPS);
  removeLabFiles();
  say(`removed: ${containers.length} containers with their volumes, ${networks} networks, the keys`);

  if (images) say(`removed: ${await removeImages()} images`);
  else say("kept: the images (`npm run lab:down -- --images` removes them), the Docker engine");
  say(`kept: the passphrase and what stacks keep in ${LAB_FOLDER}`);
}

async function removeAll(kind: "network" | "volume", list: readonly string[]): Promise<number> {
  const ids = await dockerLines(list);
  await Promise.all(ids.map((id) => docker([kind, "rm", id])));
  return ids.length;
}

/** The groups of the containers on the hosts, in the machine's tree: `--cgroup-parent` of lab/host/init.sh. */
const FIND_GROUPS = "find /sys/fs/cgroup -depth -path '*/ldms-lab*'";
/** A container that a test has paused on a host: what is frozen by v1 does not die, and neither does its host. By v2 it dies. */
const THAW = `${FIND_GROUPS} -name freezer.state -exec sh -c 'for state; do echo THAWED >"$state"; done' sh {} +`;
/** Containers of a host that was killed leave empty groups. */
const REMOVE_GROUPS = `${FIND_GROUPS} -type d -exec rmdir {} +`;

/** The machine's cgroup tree (v1) is one that only root can change, and a host shares. */
async function inCgroups(script: string): Promise<void> {
  const [version, image] = await Promise.all([
    docker(["info", "--format", "{{.CgroupVersion}}"]),
    dockerLines(["images", "--quiet", HOST_IMAGE]),
  ]);
  if (version.trim() === "2" || image.length === 0) return;
  const mount = ["--cgroupns=host", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw", "--security-opt", "apparmor=unconfined"];
  const run = ["run", "--rm", "--label", LAB_LABEL, "--network", "none", "--cap-add", "SYS_ADMIN", ...mount];
  await docker([...run, HOST_IMAGE, "sh", "-c", script]);
}

/** By name for the base images: what others built upon them carries their label, too. */
async function removeImages(): Promise<number> {
  const own = await dockerLines(["images", "--quiet", "--no-trunc", ...BY_LABEL]);
  const base = await dockerLines(["images", "--filter", "label=ldms.lab.base", "--format", "{{.Repository}}:{{.Tag}}", "debian"]);
  const all = [...new Set(own), ...base];
  if (all.length > 0) await docker(["image", "rm", "--force", ...all]);
  return all.length;
}

async function main(): Promise<void> {
  const command = new Command("lab:down")
    .description(
      "Removes the lab: its containers, networks, volumes and keys. Keeps the images, which take minutes to make, the passphrase and " +
        "state of the lab stack, the Debian packages and the Docker engine.",
    )
    .option("--images", "remove the images, too: hosts, registry, and the Debian base images where they were made here", false)
    .parse();
  try {
    await labDown(command.opts<LabDownArgs>());
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
