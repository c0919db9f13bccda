import type { ImageInspectInfo } from "dockerode";
import type { PropertyMap } from "../../../stack/property-value";
import { diffInputs } from "../../provider/property-diff";
import { ProviderError } from "../../provider/provider";
import { checkInputs, type Fields } from "../../provider/shape";
import { findImage, pullImage } from "./image-pull";
import { rawStateDelta, terraformMeta } from "./raw-state";
import type { ResourceKind } from "./resource-kind";

const TYPE = "docker:index/remoteImage:RemoteImage";

const FIELDS: Fields = {
  name: { shape: "string", isRequired: true },
  keepLocally: {
    shape: "boolean",
    isRequired: true,
    problem: (value) => (value === true ? undefined : "must be true: the embedded engine removes no image"),
  },
};

export const REMOTE_IMAGE: ResourceKind = {
  check: async (inputs) => checkInputs(TYPE, inputs, FIELDS, true),

  diff: (old, newInputs) =>
    diffInputs(old.inputs, newInputs, {
      keyOf: () => undefined,
      replaces: (property) => property === "name",
      deleteBeforeReplace: false,
    }),

  async create(host, inputs) {
    const name = String(inputs["name"]);
    let image = await findImage(host, name);
    if (image === undefined) {
      await pullImage(host, name);
      image = await findImage(host, name);
    }
    if (image === undefined)
      throw new ProviderError(`${host.name}: pull \`${name}\`: the engine pulled it, but has no such image`, host.name);

    return { id: image.Id + name, outputs: outputsOf(image, inputs) };
  },

  async read(host, old) {
    const name = String(old.inputs["name"]);
    const image = await findImage(host, name);

    return image === undefined ? undefined : { ...old, id: image.Id + name, outputs: outputsOf(image, old.inputs) };
  },

  async update(_host, old, newInputs) {
    // Only `keepLocally` comes here, of a state that another engine wrote.
    const { imageId, repoDigest } = old.outputs;
    return outputsOf({ Id: String(imageId), RepoDigests: repoDigest ? [String(repoDigest)] : [] }, newInputs);
  },

  async delete() {},
};

/** What of `docker image inspect` goes into the outputs. */
type KnownImage = Pick<ImageInspectInfo, "Id" | "RepoDigests">;

function outputsOf(image: KnownImage, inputs: PropertyMap): PropertyMap {
  const name = String(inputs["name"]);
  const outputs: PropertyMap = {
    build: null,
    forceRemove: null,
    id: image.Id + name,
    imageId: image.Id,
    keepLocally: inputs["keepLocally"] ?? null,
    name,
    platform: null,
    pullTriggers: null,
    repoDigest: repoDigestOf(name, image),
    triggers: null,
  };

  return {
    __meta: terraformMeta({ hasTimeouts: true }),
    __pulumi_raw_state_delta: rawStateDelta(outputs, { singles: { build: {} }, maps: ["triggers"], renamed: {} }),
    ...outputs,
  };
}

/** The digest under which the image's own repository knows it; an image can have one in each repository it was pulled from. */
function repoDigestOf(name: string, image: KnownImage): string {
  const repository = name.replace(/@.*$/, "").replace(/:[^/]*$/, "");

  return image.RepoDigests.find((digest) => digest.startsWith(`${repository}@`)) ?? image.RepoDigests[0] ?? "";
}
