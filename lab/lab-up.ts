import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { docker, dockerLines } from "./docker-cli";
import { type CgroupVersion, networkArgs } from "./host-run-args";
import { findContainers, refuseForeignLab } from "./lab-containers";
import { ensureLabFiles, renderKnownHosts } from "./lab-files";
import { ensureHost, ensureRegistry, readHostKey, waitForHost, waitForRegistry } from "./lab-hosts";
import { ensureLabImages } from "./lab-images";
import { HOST_IMAGE, LAB_FILES, LAB_HOSTS, LAB_INTERCONNECT, LAB_LABEL, LAB_NETWORK, LabError, REGISTRY, REGISTRY_IMAGE } from "./names";
import { say, ticking } from "./progress";

/**
 * Has the lab up: what is missing is made, what is stopped or paused is started, what was made from other arguments is made again.
 * @throws LabError that names the part which does not come up
 */
export async function labUp(): Promise<void> {
  const started = Date.now();
  const found = await findContainers();
  refuseForeignLab(found);
  const [labId, images, cgroup] = await Promise.all([ensureLabFiles(), ensureLabImages(), readCgroupVersion(), ensureNetworks()]);

  const image = (name: string) => images.get(name) ?? "";
  const changes = await ticking(
    "starting the hosts",
    Promise.all([
      ensureRegistry(image(REGISTRY_IMAGE), found),
      ...LAB_HOSTS.map((host) => ensureHost(host, { cgroup, image: image(HOST_IMAGE), labId, found })),
    ]),
  );
  const [, ...hostChanges] = changes;
  const made = hostChanges.filter((change) => change === "made").length;
  if (made > 0) say(`${made} hosts made`);
  await learnHostKeys();
  await waitForAll();
  say(`8 hosts and the registry ${REGISTRY} are up, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function ensureNetworks(): Promise<void> {
  const found = await dockerLines(["network", "ls", "--filter", `label=${LAB_LABEL}`, "--format", "{{.Name}}"]);
  for (const network of [LAB_NETWORK, LAB_INTERCONNECT]) {
    if (!found.includes(network.name)) await docker(networkArgs(network));
  }
}

async function readCgroupVersion(): Promise<CgroupVersion> {
  return (await docker(["info", "--format", "{{.CgroupVersion}}"])).trim() === "2" ? "2" : "1";
}

/** Each time: a host that was made again by a run that did not get here has another key, and strict checking would lock everybody out. */
async function learnHostKeys(): Promise<void> {
  const keys = await Promise.all(LAB_HOSTS.map(async (host) => [host.name, await readHostKey(host)] as const));
  writeFileSync(LAB_FILES.knownHosts, renderKnownHosts(new Map(keys)));
}

async function waitForAll(): Promise<void> {
  const waiting = new Set<string>(["registry", ...LAB_HOSTS.map(({ name }) => name)]);
  const tell = async (name: string, ready: Promise<void>) => {
    await ready;
    waiting.delete(name);
  };
  const all = Promise.all([tell("registry", waitForRegistry()), ...LAB_HOSTS.map(({ name }) => tell(name, waitForHost(name)))]);
  await ticking("waiting for ssh, docker and munge", all, () => `, not yet: ${[...waiting].join(" ")}`);
}

async function main(): Promise<void> {
  new Command("lab:up")
    .description("Eight simulated hosts, cygnus-01 to cygnus-08, and a registry, in containers of this machine's Docker engine.")
    .parse();
  try {
    await labUp();
    say("log in: ssh -F .ldms/lab/ssh_config cygnus-01");
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
