import { DockerHost } from "../../engine/providers/docker/docker-host";
import { parseHostAddress } from "../../engine/providers/docker/host-address";
import { buildImage } from "../../engine/providers/docker/image-build";
import { stageStep } from "../../operations/builds/stage-step";
import { planSteps } from "../../plan/builds/build-steps";
import type { ClusterConfig } from "../../plan/config/config";

interface LocalBuild {
  readonly context: string;
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
}

/** On this machine's engine, whose cache makes the second time short. @returns the image's id */
export async function buildHere(projectFolder: string, name: string, { context, platform, args }: LocalBuild): Promise<string> {
  const host = new DockerHost(parseHostAddress(process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"), [], projectFolder);
  try {
    const source = { projectFolder, context, dockerfile: `${context}/Dockerfile` };
    return await buildImage(host, name, source, { platform, args: { ...args } });
  } finally {
    host.close();
  }
}

/** The steps of the stack, or of one like it that builds from source: ldms-dev is the first. */
export function stepsFromSource(config: ClusterConfig) {
  const { images } = config;
  return planSteps({ ...config, images: { ...images, source: "build", sources: images.sources ?? {} } });
}

/** Builds ldms-dev, under this name where one is given. @returns the image's name */
export async function buildDev(projectFolder: string, config: ClusterConfig, name?: string): Promise<string> {
  const [dev] = stepsFromSource(config);
  const staged = stageStep(dev!, { stack: config.stack, projectFolder, sources: new Map(), earlier: [] });
  await buildHere(projectFolder, name ?? staged.imageName, staged);
  return name ?? staged.imageName;
}
