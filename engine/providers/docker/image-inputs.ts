import type { Fields } from "../../provider/shape";

const BUILD_FIELDS: Fields = {
  context: { shape: "string", default: "." },
  dockerfile: { shape: "string" },
  args: { shape: { map: "string" } },
  platform: { shape: "string", default: `linux/${process.arch === "x64" ? "amd64" : process.arch}` },
};

/** What a program may say of an image that is built here. */
export const IMAGE_FIELDS: Fields = {
  imageName: { shape: "string", isRequired: true },
  build: { shape: { fields: BUILD_FIELDS }, default: {} },
  skipPush: { shape: "boolean" },
  buildOnPreview: {
    shape: "boolean",
    default: false,
    problem: (value) => (value === false ? undefined : "cannot be true: the embedded engine builds nothing in a preview"),
  },
};
