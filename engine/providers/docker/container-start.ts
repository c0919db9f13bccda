import type { ContainerInspectInfo } from "dockerode";
import { isOwnContainer, STACK_LABEL } from "../../../plan/containers/ownership";
import type { PropertyMap } from "../../../stack/property-value";
import { ProviderError } from "../../provider/provider";
import { textsOf } from "../../provider/values";
import { createBodyOf, labelsOf } from "./container-state";
import { type DockerHost, hasStatus } from "./docker-host";
import { pullImage } from "./image-pull";

/**
 * Creates a container and starts it. One that cannot be started is removed again, so that the next run finds the name free.
 *
 * @throws ProviderError when the name is taken by a container that is not this resource's own unfinished one, nor the one to be taken over
 */
export async function createContainer(host: DockerHost, inputs: PropertyMap, isResumed: boolean, takenOverId?: string): Promise<string> {
  const id = await makeOrTakeOver(host, inputs, isResumed, takenOverId);
  // It is left as it was found, running or not.
  if (id === takenOverId) return id;
  try {
    await startContainer(host, id, inputs);
  } catch (error) {
    await removeContainer(host, id, inputs).catch(() => {});
    throw error;
  }

  return id;
}

/** Starts a container; one that runs already is left alone. */
export async function startContainer(host: DockerHost, id: string, inputs: PropertyMap): Promise<void> {
  try {
    await host.call(`start container \`${inputs["name"]}\``, (api, abortSignal) => api.getContainer(id).start({ abortSignal }));
  } catch (error) {
    if (!hasStatus(error, 304)) throw error;
  }
}

async function makeOrTakeOver(host: DockerHost, inputs: PropertyMap, isResumed: boolean, takenOverId?: string): Promise<string> {
  try {
    return await makeContainer(host, inputs);
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    const existing = await inspectByName(host, inputs);
    if (existing === undefined) throw error;
    if (existing.Id === takenOverId) return takenOverId;
    if (isResumed && isSame(existing, inputs)) return existing.Id;
    if (!isResumed || !isOfSameStack(existing, inputs)) throw nameInUse(host, existing, inputs);
    await removeContainer(host, existing.Id, inputs);
    return await makeContainer(host, inputs);
  }
}

async function makeContainer(host: DockerHost, inputs: PropertyMap): Promise<string> {
  const create = () =>
    host.call(`create container \`${inputs["name"]}\``, (api, abortSignal) =>
      api.createContainer({ ...createBodyOf(inputs), name: String(inputs["name"]), abortSignal }),
    );
  const image = String(inputs["image"]);
  try {
    return (await create()).id;
  } catch (error) {
    // An image given by name is pulled as `docker run` would; an id names nothing that a registry knows.
    if (!hasStatus(error, 404) || image.startsWith("sha256:")) throw error;
    await pullImage(host, image);
    return (await create()).id;
  }
}

async function inspectByName(host: DockerHost, inputs: PropertyMap): Promise<ContainerInspectInfo | undefined> {
  const name = String(inputs["name"]);
  try {
    return await host.call(`inspect container \`${name}\``, (api, abortSignal) => api.getContainer(name).inspect({ abortSignal }));
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Whether an existing container is the one that an interrupted run has made for these inputs. */
function isSame(existing: ContainerInspectInfo, inputs: PropertyMap): boolean {
  const image = String(inputs["image"]);
  const labels = Object.entries(labelsOf(inputs));
  const command = textsOf(inputs["command"]);

  return (
    [existing.Image, existing.Config.Image].includes(image) &&
    labels.length > 0 &&
    labels.every(([label, value]) => existing.Config.Labels[label] === value) &&
    (command.length === 0 || command.join("\0") === (existing.Config.Cmd ?? []).join("\0"))
  );
}

function isOfSameStack(existing: ContainerInspectInfo, inputs: PropertyMap): boolean {
  const stack = labelsOf(inputs)[STACK_LABEL];

  return stack !== undefined && isOwnContainer(stack, { id: existing.Id, labels: existing.Config.Labels }, []);
}

function nameInUse(host: DockerHost, existing: ContainerInspectInfo, inputs: PropertyMap): ProviderError {
  const name = `\`${inputs["name"]}\``;
  const owner = `container \`${existing.Id.slice(0, 12)}\`, image \`${existing.Config.Image}\``;

  return new ProviderError(
    `${host.name}: create container ${name}: the name is already in use: ${owner}\nhelp: \`docker rm -f ${inputs["name"]}\` on ${host.name} if nobody needs it`,
    host.name,
  );
}

async function removeContainer(host: DockerHost, id: string, inputs: PropertyMap): Promise<void> {
  await host.call(`remove container \`${inputs["name"]}\``, (api, abortSignal) =>
    api.getContainer(id).remove({ force: true, v: true, abortSignal }),
  );
}
