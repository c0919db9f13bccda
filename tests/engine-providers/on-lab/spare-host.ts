import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../../engine/create-provider";
import { unwrapSecretsIn } from "../../../engine/provider/property-secrets";
import type { Provider, ResourceState } from "../../../engine/provider/provider";
import { DockerHost } from "../../../engine/providers/docker/docker-host";
import { parseHostAddress } from "../../../engine/providers/docker/host-address";
import { LAB_FILES, LAB_HOSTS, REGISTRY } from "../../../lab/names";
import type { PropertyMap } from "../../../stack/property-value";
import { SPARE_HOST } from "../../operations/on-lab/need-lab";

export const SPARE_ADDRESS = LAB_HOSTS.find(({ name }) => name === SPARE_HOST)!.address;
const HOST_URL = `ssh://root@${SPARE_ADDRESS}`;
const SSH_OPTS = ["-F", "none", "-i", LAB_FILES.privateKey, "-o", `UserKnownHostsFile=${LAB_FILES.knownHosts}`];

export const CONTAINER_TYPE = "docker:index/container:Container";
export const REMOTE_IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";
export const VOLUME_TYPE = "docker:index/volume:Volume";

/** A provider for the lab's spare host, as a program would configure it. */
export async function spareProvider(): Promise<Provider> {
  const provider = createProvider("docker", ".");
  await provider.configure({ host: HOST_URL, sshOpts: JSON.stringify(SSH_OPTS), disableDockerDaemonCheck: "true" });

  return provider;
}

/** The same host's engine, to do by hand what people do by hand. */
export function spareEngine(): DockerHost {
  return new DockerHost(parseHostAddress(HOST_URL), SSH_OPTS, ".");
}

export const identity = (type: string, name: string) => ({ urn: `urn:pulumi:s::p::${type}::${name}`, type });

/** Checks and creates as the engine does. */
export async function make(provider: Provider, type: string, written: PropertyMap, isResumed = false): Promise<ResourceState> {
  const resource = identity(type, "test");
  const { inputs: checked, failures } = await provider.check(resource, written);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  const inputs = unwrapSecretsIn(checked);

  return { ...resource, inputs, ...(await provider.create(resource, inputs, isResumed)) };
}

/** Builds a small image on this machine and pushes it to the lab's registry; nothing of it stays here. */
export async function pushTestImage(): Promise<PropertyMap> {
  const project = mkdtempSync(join(tmpdir(), "ldms-test-"));
  mkdirSync(join(project, "img"));
  writeFileSync(join(project, "img/Dockerfile"), "FROM debian:bookworm-slim\nARG WHAT\nENV FROM_IMAGE=$WHAT\nLABEL from.image=1\n");
  const provider = createProvider("docker", project);
  await provider.configure({});
  const engine = new DockerHost(parseHostAddress("unix:///var/run/docker.sock"), [], ".");
  try {
    const imageName = `${REGISTRY}/ldms-test/provider:1`;
    const args = { imageName, build: { context: "img", args: { WHAT: "a b" } }, buildOnPreview: false, skipPush: false };
    const { outputs } = await make(provider, "docker:index/image:Image", args);
    await engine.call("clean up", (api) => api.getImage(imageName).remove());
    return outputs;
  } finally {
    await provider.close();
    engine.close();
    rmSync(project, { recursive: true });
  }
}
