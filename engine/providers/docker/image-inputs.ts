import type { PropertyMap, PropertyValue } from "../../../stack/property";
import type { Fields } from "../../provider/shape";
import { isMap, textOf } from "../../provider/values";

const BUILD_FIELDS: Fields = {
  context: { shape: "string", default: "." },
  dockerfile: { shape: "string" },
  args: { shape: { map: "string" } },
  target: { shape: "string" },
  network: { shape: "string" },
  addHosts: { shape: { list: "string" } },
  platform: { shape: "string", default: `linux/${process.arch === "x64" ? "amd64" : process.arch}` },
  builderVersion: {
    shape: "string",
    problem: (value) =>
      value === "BuilderV1" ? undefined : `is not a builder of the embedded engine, which has BuilderV1 alone: \`${value}\``,
  },
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
  registry: { shape: { fields: { server: { shape: "string" }, username: { shape: "string" }, password: { shape: "string" } } } },
};

/** Whether an image's name begins with a registry: `198.18.0.5:5000/…`, `docker.io/…`, `localhost/…`. */
export function hasRegistry(imageName: string): boolean {
  const [first = "", ...rest] = imageName.split("/");

  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
}

/** What the registry is told of who pushes; empty where the program names nobody. */
export function credentialsOf(inputs: PropertyMap): Readonly<Record<string, PropertyValue>> {
  const registry = inputs["registry"];
  if (!isMap(registry) || !textOf(registry["username"]) || !textOf(registry["password"])) return {};

  return {
    username: registry["username"]!,
    password: registry["password"]!,
    serveraddress: textOf(registry["server"]) ?? String(inputs["imageName"]).split("/")[0]!,
  };
}
