import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";
import { isOwnContainer, STACK_LABEL } from "../../../plan/containers/ownership";
import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import { diffInputs } from "../../provider/property-diff";
import type { ResourceState } from "../../provider/provider";
import { ProviderError } from "../../provider/provider";
import { checkInputs } from "../../provider/shape";
import { numberOf } from "../../provider/values";
import { CONTAINER_FIELDS, CONTAINER_PROPERTIES } from "./container-properties";
import { createContainer, startContainer } from "./container-start";
import { foundOf, inputsFrom, labelsOf, outputsFrom } from "./container-state";
import { CALL_TIMEOUT_MS, type DockerHost, hasStatus } from "./docker-host";
import { imageConfigOf } from "./image-config";
import type { ResourceKind } from "./resource-kind";

const TYPE = "docker:index/container:Container";

/** Seconds that a container gets to stop when the program names no time: Docker's own default. */
const DEFAULT_GRACE_SECONDS = 10;

const GONE_POLL_MS = 200;

/** The inputs that `docker update` can change on a running container. */
const DOCKER_UPDATES = ["memory", "memorySwap", "restart"];

export const CONTAINER: ResourceKind = {
  check: async (inputs) => checkInputs(TYPE, inputs, CONTAINER_FIELDS, true),

  diff(old, newInputs) {
    const mustRun = old.outputs["mustRun"] ?? old.inputs["mustRun"] ?? true;
    return diffInputs({ ...old.inputs, mustRun }, newInputs, {
      keyOf: (path) => keysOf(path),
      replaces: (property, _old, value) => !isUpdatable(property, value),
      deleteBeforeReplace: true,
    });
  },

  async create(host, inputs, isResumed, takenOverId) {
    const id = await createContainer(host, inputs, isResumed, takenOverId);
    return { id, outputs: await outputsOf(host, id, inputs) };
  },

  async read(host, old) {
    const container = await findContainer(host, old);
    if (container === undefined) return undefined;
    const found = foundOf(container, await imageConfigOf(host, container.Image));
    const inputs = inputsFrom(found, old.inputs);
    const outputs = outputsFrom(container, found, inputs);
    if (!isTakenOver(old, container.Id)) return { ...old, id: container.Id, inputs, outputs };
    // What it was made with it keeps, and it counts as made from what its record says: only whether it runs can have changed.
    const { mustRun } = inputs;
    return { ...old, inputs: { ...old.inputs, ...(mustRun !== undefined && { mustRun }) }, outputs };
  },

  async update(host, old, newInputs) {
    const what = `update container \`${newInputs["name"]}\``;
    if (DOCKER_UPDATES.some((property) => old.inputs[property] !== newInputs[property])) {
      await host.call(what, (api, abortSignal) => api.getContainer(old.id).update({ ...updateBodyOf(newInputs), abortSignal }));
    }
    await startContainer(host, old.id, newInputs);
    return outputsOf(host, old.id, newInputs);
  },

  async delete(host, old) {
    const graceSeconds = numberOf(old.inputs["destroyGraceSeconds"]) ?? numberOf(old.inputs["stopTimeout"]) ?? DEFAULT_GRACE_SECONDS;
    const what = `remove container \`${old.inputs["name"]}\``;
    const stopping = (api: Docker, abortSignal: AbortSignal) => api.getContainer(old.id).stop({ t: graceSeconds, abortSignal });
    await unlessDone(host.call(what, stopping, graceSeconds * 1000 + CALL_TIMEOUT_MS));
    await unlessDone(host.call(what, (api, abortSignal) => api.getContainer(old.id).remove({ force: true, v: true, abortSignal })));
    await untilGone(host, old.id, what);
  },
};

/** Lets a call pass that found nothing to do: stopped already, gone already, being removed already. */
async function unlessDone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!([304, 404, 409] as const).some((status) => hasStatus(error, status))) throw error;
  }
}

/** A removal that somebody else has begun ends later; until then the name is taken. */
async function untilGone(host: DockerHost, id: string, what: string): Promise<void> {
  const deadline = Date.now() + CALL_TIMEOUT_MS;
  while ((await inspect(host, id, what)) !== undefined) {
    if (Date.now() > deadline)
      throw new ProviderError(`${host.name}: ${what}: it is still there after ${CALL_TIMEOUT_MS / 1000} s`, host.name);
    await sleep(GONE_POLL_MS);
  }
}

async function inspect(host: DockerHost, reference: string, what: string): Promise<ContainerInspectInfo | undefined> {
  try {
    return await host.call(what, (api, abortSignal) => api.getContainer(reference).inspect({ abortSignal }));
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

function keysOf(path: string) {
  const [property = "", ...rest] = path.split(/(?=\.)/);

  return CONTAINER_PROPERTIES[property]?.keys?.[rest.join("")];
}

function isUpdatable(property: string, value: PropertyValue | undefined): boolean {
  if (CONTAINER_PROPERTIES[property]?.isUpdatable !== true) return false;

  // `docker update` cannot take a limit away: to Docker a zero there means "leave it".
  return !DOCKER_UPDATES.includes(property) || property === "restart" || Boolean(value);
}

function updateBodyOf(inputs: PropertyMap): Record<string, unknown> {
  const body: Record<string, Record<string, unknown>> = { Config: {}, HostConfig: {} };
  for (const property of DOCKER_UPDATES) {
    if (inputs[property] === undefined) continue;
    CONTAINER_PROPERTIES[property]!.write!(inputs[property], { Config: body["Config"]!, HostConfig: body["HostConfig"]! });
  }
  const { Memory, MemorySwap } = body["HostConfig"]!;
  // Without swap named, `create` makes it twice the memory; left at its old value it would refuse more memory than that.
  const swap = typeof Memory === "number" && MemorySwap === undefined ? { MemorySwap: Memory * 2 } : {};

  return { ...body["HostConfig"], ...swap };
}

async function outputsOf(host: DockerHost, id: string, inputs: PropertyMap): Promise<PropertyMap> {
  const what = `inspect container \`${inputs["name"]}\``;
  const container = await inspect(host, id, what);
  if (container === undefined) throw new ProviderError(`${host.name}: ${what}: it is gone\nhelp: run again with \`--refresh\``, host.name);
  const found = foundOf(container, await imageConfigOf(host, container.Image));

  return outputsFrom(container, found, inputsFrom(found, inputs));
}

/** The container by its id, or else the one that somebody has put in its place by hand: same name, and our stack's label on it. */
async function findContainer(host: DockerHost, old: ResourceState): Promise<ContainerInspectInfo | undefined> {
  const what = `inspect container \`${old.inputs["name"]}\``;
  const own = await inspect(host, old.id, what);
  const stack = labelsOf(old.inputs)[STACK_LABEL];
  if (own !== undefined || stack === undefined) return own;

  const successor = await inspect(host, String(old.inputs["name"]), what);
  return successor && isOwnContainer(stack, { id: successor.Id, labels: successor.Config.Labels }, []) ? successor : undefined;
}

/** The very container that was taken over as it ran: what was found of it then has no label of the stack's. */
function isTakenOver(old: ResourceState, id: string): boolean {
  const stack = labelsOf(old.inputs)[STACK_LABEL];
  return old.id === id && stack !== undefined && labelsOf(old.outputs)[STACK_LABEL] === undefined;
}
