import { setTimeout as sleep } from "node:timers/promises";
import { RemoteCommandError } from "../operations/reach/remote-error";
import { docker } from "./docker-cli";
import { type CgroupVersion, hostRunArgs, interconnectArgs, registryRunArgs } from "./host-run-args";
import { dropConnection, runOnHost } from "./lab";
import { type ContainerChange, ensureContainer, type FoundContainers } from "./lab-containers";
import { LAB_FILES, LabError, type LabHost, labHost, REGISTRY, REGISTRY_CONTAINER } from "./names";

/** A host boots in 2 s alone; eight on two busy cores take some ten. */
const BOOT_TIMEOUT_SECONDS = 90;
const RETRY_MILLISECONDS = 300;

/** Has the host's container running, with the lab's keys in it. Its services may not answer yet. */
export async function ensureHost(
  host: LabHost,
  args: { readonly cgroup: CgroupVersion; readonly image: string; readonly labId: string; readonly found: FoundContainers },
): Promise<ContainerChange> {
  const change = await ensureContainer(
    {
      name: host.container,
      identity: args.labId,
      createArgs: (labels) => hostRunArgs(host, args.cgroup, { image: args.image, labels }),
      prepare: () => prepareHost(host),
    },
    args.found.get(host.container),
  );
  if (change !== "none") await dropConnection(host.name);
  return change;
}

async function prepareHost(host: LabHost): Promise<void> {
  await docker(interconnectArgs(host));
  // `docker cp` keeps this user's id as the owner; the host's init sets it right.
  await docker(["cp", LAB_FILES.publicKey, `${host.container}:/root/.ssh/authorized_keys`]);
  await docker(["cp", LAB_FILES.mungeKey, `${host.container}:/etc/munge/munge.key`]);
}

/** Has the registry running. */
export async function ensureRegistry(image: string, found: FoundContainers): Promise<ContainerChange> {
  return ensureContainer(
    {
      name: REGISTRY_CONTAINER,
      identity: "",
      createArgs: (labels) => registryRunArgs({ image, labels }),
      prepare: async () => {},
    },
    found.get(REGISTRY_CONTAINER),
  );
}

/**
 * The ssh key that a host made at its first start, read past the network: `ssh-ed25519 AAAA…`.
 * @throws LabError when there is none in time
 */
export async function readHostKey(host: LabHost): Promise<string> {
  const read = () => docker(["exec", host.container, "cat", "/etc/ssh/ssh_host_ed25519_key.pub"], 10);
  const line = await retry(host.name, "made no ssh host key", read);
  return line.split(" ").slice(0, 2).join(" ");
}

/**
 * Waits until a host's sshd, Docker engine and munged answer.
 * @throws LabError that names the host and what it said last
 */
export async function waitForHost(name: string): Promise<void> {
  const script = "docker version --format '{{.Server.Version}}' >/dev/null && munge --no-input | unmunge >/dev/null";
  await retry(labHost(name).name, "does not answer", () => runOnHost(name, script, { timeoutSeconds: 10 }));
}

/**
 * Waits until the registry answers this machine.
 * @throws LabError
 */
export async function waitForRegistry(): Promise<void> {
  await retry("registry", `does not answer on ${REGISTRY}`, async () => {
    const { ok, status } = await fetch(`http://${REGISTRY}/v2/`, { signal: AbortSignal.timeout(5000) });
    if (!ok) throw new LabError("registry", `HTTP status ${status}`);
  });
}

async function retry<T>(subject: string, problem: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + BOOT_TIMEOUT_SECONDS * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() < deadline) await sleep(RETRY_MILLISECONDS);
      else
        throw new LabError(subject, `${problem} within ${BOOT_TIMEOUT_SECONDS} s: ${lastWords(error)}`, `docker logs ldms-lab-${subject}`);
    }
  }
}

function lastWords(error: unknown): string {
  if (error instanceof RemoteCommandError && error.stderr) return error.stderr.trim().split("\n").at(-1) ?? "";
  return (error as Error).message;
}
