import { z } from "zod";
import { Hostlist, LocalPath } from "./scalars";
import { Sources } from "./sources";

export const Reference = z
  .string()
  .regex(
    /^([A-Za-z0-9.-]+(:[0-9]+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    "must be an image reference like `reg.site:5000/ovishpc/ldms-samp:4.5.3`",
  );
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be `sha256:` and 64 hexadecimal digits");

export const Registry = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$/, "must be `host[:port]` of a registry, without a scheme or a path");

/** The images that containers run. */
export const OWN_IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const;
const OwnImage = z.enum(OWN_IMAGES);
export type OwnImageName = (typeof OWN_IMAGES)[number];
/** Where the images come from, and which. */
export const Images = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/, "must be lower-case letters and digits, divided by `.`, `_`, `-` or `/`")
    .default("ovishpc"),
  tag: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "must be an image's tag: up to 128 letters, digits, `_`, `.` and `-`")
    .default("4.5.3"),
  /** `reg.site:5000`; absent: the engine's default registry. */
  registry: Registry.optional(),
  /** Registries that have the same images nearer to some hosts: one a rack. */
  mirrors: z.array(z.strictObject({ hosts: Hostlist, registry: Registry })).default([]),
  source: z.enum(["registry", "build", "archive"]).default("registry"),
  /** For `source: archive`: files of `docker save`, or folders of them. */
  archive: z.union([LocalPath, z.array(LocalPath).min(1, "must name at least one file or folder")]).default("archives"),
  /** Base of the built images. */
  base: Reference.default("debian:bookworm-slim"),
  grafanaBase: Reference.default("grafana/grafana-oss:9.1.0-ubuntu"),
  /** Folder with the binaries of /opt/ovis, for `source: build`; where it is there, nothing is built from `sources`. */
  ovis: LocalPath.default("ovis"),
  /** Folder with the Grafana plugin; absent: `dsosds` in the folder `ovis`. */
  dsosds: LocalPath.optional(),
  /** Absent: the folder has to be there. */
  sources: Sources.optional(),
  platform: z
    .string()
    .regex(/^linux\/[a-z0-9/]+$/, "must be `linux/ARCHITECTURE`")
    .default("linux/amd64"),
  pin: z.enum(["advisory", "required"]).default("advisory"),
  /** A whole reference per image, instead of registry, namespace and tag. */
  references: z.partialRecord(OwnImage, Reference).default({}),
  digests: z.partialRecord(OwnImage, Digest).default({}),
});
