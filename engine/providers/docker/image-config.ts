import type { ImageConfig } from "./container-state";
import type { DockerHost } from "./docker-host";
import { findImage } from "./image-pull";

// An image never changes under its id, so a run asks once.
const KNOWN = new WeakMap<DockerHost, Map<string, Promise<ImageConfig>>>();

/** What the image adds to the environment and labels of its containers; nothing when somebody has removed it from under a running container. */
export function imageConfigOf(host: DockerHost, imageId: string): Promise<ImageConfig> {
  const known = KNOWN.get(host) ?? new Map<string, Promise<ImageConfig>>();
  KNOWN.set(host, known);
  const config = known.get(imageId) ?? inspectConfig(host, imageId);
  known.set(imageId, config);
  config.catch(() => known.delete(imageId));

  return config;
}

async function inspectConfig(host: DockerHost, imageId: string): Promise<ImageConfig> {
  const image = await findImage(host, imageId);

  return { env: image?.Config?.Env ?? [], labels: image?.Config?.Labels ?? {} };
}
