import type { PropertyMap } from "../../../stack/property-value";
import { ProviderError } from "../../provider/provider";
import { textMapOf } from "../../provider/values";
import { BuildLog } from "./build-log";
import type { DockerHost } from "./docker-host";
import { findImage, readProgress } from "./image-pull";
import { type BuildSource, packContext } from "./pack-context";

/** Long enough for compilers; a host that freezes meanwhile is noticed by ssh. */
const BUILD_TIMEOUT_MS = 2 * 3_600_000;
const PUSH_TIMEOUT_MS = 20 * 60_000;

/**
 * Builds an image and gives it its name; what the build says goes to `.ldms/logs/` in the project as it comes.
 *
 * @returns the image's id: `sha256:…`
 * @throws ProviderError with the last 30 lines of the log
 */
export async function buildImage(host: DockerHost, imageName: string, source: BuildSource, build: PropertyMap): Promise<string> {
  const what = `build image \`${imageName}\``;
  const { archive, dockerfile } = packContext(source);
  const options = {
    t: imageName,
    dockerfile,
    buildargs: textMapOf(build["args"]),
    platform: String(build["platform"]),
    // The classic builder: what BuildKit logs is not text, and its images are no better for this use.
    version: "1",
    rm: true,
    forcerm: true,
  } as const;

  const log = new BuildLog(source.projectFolder, imageName);
  try {
    const lines = await host.call(
      what,
      async (api, abortSignal) =>
        readProgress(await api.buildImage(archive, { ...options, abortSignal }), abortSignal, (line) => log.add(line)),
      BUILD_TIMEOUT_MS,
    );
    const failure = lines.find((line) => line.error !== undefined);
    if (failure !== undefined) {
      const help = `help: all of the log is in \`${log.file}\``;
      throw new ProviderError(`${host.name}: ${what}: ${failure.error}\n${log.tail()}\n${help}`, host.name);
    }
  } finally {
    log.close();
  }
  const image = await findImage(host, imageName);
  if (image === undefined) throw new ProviderError(`${host.name}: ${what}: the build succeeded, but there is no such image`, host.name);

  return image.Id;
}

/**
 * Pushes an image to the registry in its name.
 *
 * @returns where it can be pulled from for ever: `198.18.0.5:5000/ovishpc/ldms-samp@sha256:…`
 */
export async function pushImage(host: DockerHost, imageName: string): Promise<string> {
  const what = `push image \`${imageName}\``;
  const [, repository = imageName, tag = "latest"] = /^(.*?)(?::([^/:]+))?$/.exec(imageName) ?? [];
  const lines = await host.call(
    what,
    async (api, abortSignal) => readProgress(await api.getImage(repository).push({ tag, authconfig: {}, abortSignal }), abortSignal),
    PUSH_TIMEOUT_MS,
  );
  const failure = lines.find((line) => line.error !== undefined);
  if (failure !== undefined) throw new ProviderError(`${host.name}: ${what}: ${failure.error}`, host.name);
  const digest = lines.map((line) => line.aux?.["Digest"]).find((value) => typeof value === "string");
  if (digest === undefined) throw new ProviderError(`${host.name}: ${what}: the engine reported no digest`, host.name);

  return `${repository}@${digest}`;
}
