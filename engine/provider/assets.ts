import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type PropertyMap, type PropertyValue, Secret } from "../../stack/property";
import { ASSET_SIGNATURE, isList, isMap, SIGNATURE_KEY } from "../../stack/property-values";

/** The inputs with each asset's `hash` filled in, the SHA-256 of what it holds, so that a changed file shows as a change. */
export async function hashAssets(inputs: PropertyMap, folder: string): Promise<PropertyMap> {
  const entries = Object.entries(inputs).map(async ([key, value]) => [key, await hashInside(value, folder)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function hashInside(value: PropertyValue, folder: string): Promise<PropertyValue> {
  if (value instanceof Secret) return new Secret(await hashInside(value.value, folder));
  if (isList(value)) return Promise.all(value.map((item) => hashInside(item, folder)));
  if (!isMap(value)) return value;
  return value[SIGNATURE_KEY] === ASSET_SIGNATURE ? { ...value, hash: await hashAsset(value, folder) } : hashAssets(value, folder);
}

async function hashAsset({ text, path, uri }: PropertyMap, folder: string): Promise<string> {
  if (typeof text === "string") return sha256(text);
  if (typeof path === "string" && path !== "") return sha256(await readFile(resolve(folder, path)));
  throw new Error(`inputs: the embedded engine knows assets of a text or a file only: \`${String(uri)}\``);
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
