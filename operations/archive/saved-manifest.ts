import { z } from "zod";
import { ArchiveProblem } from "./archive-problem";

/** In an archive of `docker save`, what it holds. */
export const MANIFEST = "manifest.json";

/** manifest.json and an image's config are some kilobytes. */
export const MAX_JSON_BYTES = 1 << 20;

const Path = z.string().min(1).max(255);
const Word = z.string().regex(/^[a-z0-9]{1,32}$/, "is no name of a platform");
/** Is printed, and handed to `docker`. */
const Tag = z
  .string()
  .max(400)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/, "is no image reference");

/** manifest.json of `docker save`, in its older and newer layouts. @see https://github.com/moby/moby/blob/v27.0.0/image/spec/spec.md */
const SavedManifest = z.array(z.object({ Config: Path, RepoTags: z.array(Tag).nullable(), Layers: z.array(Path) })).min(1, "has no image");
export type SavedManifest = z.output<typeof SavedManifest>;

const SavedConfig = z.object({
  architecture: Word,
  os: Word,
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});
export type SavedConfig = z.output<typeof SavedConfig>;

/** @throws ArchiveProblem */
export function parseSavedManifest(text: string): SavedManifest {
  return parseJson(MANIFEST, SavedManifest, text);
}

/** @throws ArchiveProblem */
export function parseSavedConfig(path: string, text: string): SavedConfig {
  return parseJson(path, SavedConfig, text);
}

function parseJson<T>(name: string, form: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ArchiveProblem(`has \`${name}\` that is no JSON`);
  }
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ArchiveProblem(`has \`${name}\` of another form: ${[...issue!.path, issue!.message].map(String).join(": ")}`);
}

/** `sha256:3f1c…` of `3f1c….json`, as engines before 25.0 name it, or of `blobs/sha256/3f1c…`. @throws ArchiveProblem */
export function imageIdOf(config: string): string {
  const [, hex] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  if (hex === undefined) throw new ArchiveProblem(`has a manifest.json that names no image by its id: \`${config}\``);
  return `sha256:${hex}`;
}
