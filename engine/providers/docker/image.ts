import { existsSync } from "node:fs";
import { isAbsolute, join, posix, resolve } from "node:path";
import { splitRegistry } from "../../../plan/text/registry";
import type { PropertyMap } from "../../../stack/property-value";
import { Secret, Unknown } from "../../../stack/property-value";
import { type DiffRules, diffInputs } from "../../provider/property-diff";
import type { DiffKind, DiffResult } from "../../provider/provider";
import { ProviderError } from "../../provider/provider";
import { checkInputs } from "../../provider/shape";
import { isMap, textOf } from "../../provider/values";
import type { DockerHost } from "./docker-host";
import { buildImage, pushImage } from "./image-build";
import { IMAGE_FIELDS } from "./image-inputs";
import { type BuildSource, digestContext, dockerfileInContext } from "./pack-context";
import type { ResourceKind } from "./resource-kind";

const TYPE = "docker:index/image:Image";
const RULES: DiffRules = { keyOf: () => undefined, replaces: () => false, deleteBeforeReplace: false };

/** `docker:index/image:Image`: built by the engine of the provider's host from a folder below `projectFolder`, and pushed. */
export function imageKind(projectFolder: string): ResourceKind {
  const apply = async (host: DockerHost, inputs: PropertyMap): Promise<PropertyMap> => {
    const build = inputs["build"] as PropertyMap;
    const source = sourceOf(projectFolder, build);
    const imageName = String(inputs["imageName"]);
    const imageId = await buildImage(host, imageName, source, build);
    const repoDigest = inputs["skipPush"] === true ? imageId : await pushImage(host, imageName);
    return outputsOf(inputs, source, repoDigest);
  };

  return {
    async check(inputs) {
      const { inputs: checked, failures } = checkInputs(
        TYPE,
        inputs["build"] === undefined ? { ...inputs, build: {} } : inputs,
        IMAGE_FIELDS,
        false,
      );
      const name = checked["imageName"];
      const isNameless = inputs["skipPush"] !== true && typeof name === "string" && splitRegistry(name).registry === undefined;
      const reason = `\`imageName\` names no registry to push to: \`${String(name)}\`; by example \`docker.io/ovishpc/ldms-samp:4.5.3\``;
      const nameFailures = isNameless ? [{ property: "imageName", reason }] : [];
      if (failures.length > 0 || !isMap(checked["build"])) return { inputs: checked, failures: [...failures, ...nameFailures] };
      return { inputs: { ...checked, build: digestBuild(projectFolder, checked["build"]) }, failures: nameFailures };
    },

    diff: (old, newInputs) => collapse(diffInputs(old.inputs, newInputs, RULES)),
    create: async (host, inputs) => ({ id: String(inputs["imageName"]), outputs: await apply(host, inputs) }),
    // Nothing to compare with: the digest in the state stays true whatever becomes of the tag.
    read: async (_host, old) => old,
    update: async (host, _old, newInputs) => apply(host, newInputs),
    // An image may be in use by others; the real provider leaves it too.
    delete: async () => {},
  };
}

/** The real provider names changed inputs by their first step alone: `build`, not `build.contextDigest`. */
function collapse(diff: DiffResult): DiffResult {
  const detailed: Record<string, DiffKind> = {};
  for (const [path, kind] of Object.entries(diff.detailed)) {
    const [top = path] = path.split(/[.[]/);
    detailed[top] = top === path ? kind : "update";
  }

  return { ...diff, detailed };
}

/** Fills in the Dockerfile's path and the digest of all that the build reads. */
function digestBuild(projectFolder: string, build: PropertyMap): PropertyMap {
  if (build["context"] instanceof Unknown || build["dockerfile"] instanceof Unknown) return build;
  const dockerfile = textOf(build["dockerfile"]) ?? posix.join(String(build["context"]), "Dockerfile");
  const filled = { ...build, dockerfile };
  assertDockerfile(projectFolder, filled);

  return { ...filled, contextDigest: digestContext(sourceOf(projectFolder, filled)) };
}

function assertDockerfile(projectFolder: string, build: { readonly dockerfile: string } & PropertyMap): void {
  if (existsSync(resolve(projectFolder, build.dockerfile))) return;
  const other = join(String(build["context"]), build.dockerfile);
  const hint =
    !isAbsolute(build.dockerfile) && existsSync(resolve(projectFolder, other))
      ? `\nhelp: \`dockerfile\` is relative to the project: \`${other}\``
      : "";

  throw new ProviderError(`${TYPE}: no Dockerfile there: \`${build.dockerfile}\`${hint}`);
}

function sourceOf(projectFolder: string, build: PropertyMap): BuildSource {
  return { projectFolder, context: String(build["context"]), dockerfile: String(build["dockerfile"]) };
}

function outputsOf(inputs: PropertyMap, source: BuildSource, repoDigest: string): PropertyMap {
  return {
    // The real provider compares with these at the next run.
    __inputs: new Secret(inputs),
    baseImageName: inputs["imageName"]!,
    context: source.context,
    dockerfile: dockerfileInContext(source),
    imageName: inputs["imageName"]!,
    platform: (inputs["build"] as PropertyMap)["platform"]!,
    registryServer: "",
    repoDigest,
  };
}
