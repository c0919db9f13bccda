import { z } from "zod";
import { about } from "./about";
import { Hostlist, LocalPath } from "./scalars";
import { Sources } from "./sources";

/** @see distribution, reference/regexp.go: `domain-name`, `path-component` and the rest of its grammar */
const LABEL = "[A-Za-z0-9]+(-+[A-Za-z0-9]+)*";
const DOMAIN = `${LABEL}(\\.${LABEL})*(:[0-9]{1,5})?`;
const PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const PATH = `${PART}(/${PART})*`;
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const LONGEST_NAME = 255;

export const Reference = z
  .string()
  .regex(
    new RegExp(`^(${DOMAIN}/)?${PATH}(:${TAG})?(@sha256:[0-9a-f]{64})?$`),
    "must be an image reference like `reg.site:5000/ovishpc/ldms-samp:4.5.3`",
  )
  .refine(
    (text) => text.replace(/(:[^/:@]*)?(@.*)?$/, "").length <= LONGEST_NAME,
    `must have a name of at most ${LONGEST_NAME} characters`,
  );
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be `sha256:` and 64 hexadecimal digits");

export const Registry = z.string().regex(new RegExp(`^${DOMAIN}$`), "must be `host[:port]` of a registry, without a scheme or a path");

/** The images that containers run. */
export const OWN_IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const;
const OwnImage = z.enum(OWN_IMAGES);
export type OwnImageName = (typeof OWN_IMAGES)[number];
const Mirror = z.strictObject({
  hosts: Hostlist.meta(about("The hosts that pull from it.", "r2n[001-256]")),
  registry: Registry.meta(about("The registry nearer to them.", "r2reg:5000")),
});

/** Where the images come from, and which. */
export const Images = z.strictObject({
  namespace: z
    .string()
    .regex(new RegExp(`^${PATH}$`), "must be lower-case letters and digits, divided by `.`, `_`, `-` or `/`")
    .default("ovishpc")
    .meta(about("What stands before the images' names.", "ovishpc")),
  tag: z
    .string()
    .regex(new RegExp(`^${TAG}$`), "must be an image's tag: up to 128 letters, digits, `_`, `.` and `-`")
    .default("4.5.3")
    .meta(about("Tag of the images.", "4.5.3")),
  registry: Registry.optional().meta(about("`host[:port]` of the registry; absent: the engine's own.", "reg.site:5000")),
  mirrors: z
    .array(Mirror)
    .default([])
    .meta(
      about("Registries with the same images, nearer to some hosts: one in each rack, for example.", [
        { hosts: "r2n[001-256]", registry: "r2reg:5000" },
      ]),
    ),
  source: z
    .enum(["registry", "build", "archive"])
    .default("registry")
    .meta(about("Pulled from a registry, built by this project, or loaded from files.", "registry")),
  archive: z
    .union([LocalPath, z.array(LocalPath).min(1, "must name at least one file or folder")])
    .default("archives")
    .meta(about("For `source: archive`: files of `docker save`, or folders of them.", "archives")),
  base: Reference.default("debian:bookworm-slim").meta(about("For `source: build`: base of the images.", "debian:bookworm-slim")),
  grafanaBase: Reference.default("grafana/grafana-oss:9.1.0-ubuntu").meta(
    about("For `source: build`: base of the image of Grafana.", "grafana/grafana-oss:9.1.0-ubuntu"),
  ),
  ovis: LocalPath.default("ovis").meta(
    about("For `source: build`: folder with the binaries of /opt/ovis; where it is there, nothing is built from `sources`.", "ovis"),
  ),
  dsosds: LocalPath.optional().meta(
    about("For `source: build`: folder with the Grafana plugin; absent: `dsosds` in the folder `ovis`.", "dsosds"),
  ),
  sources: Sources.optional().meta(
    about(
      "For `source: build`: what /opt/ovis is built from, part by part, `{}` for the defaults; absent: the folder `ovis` has to be there.",
      { ovis: { branch: "v4.5.3" } },
    ),
  ),
  platform: z
    .string()
    .regex(/^linux\/[a-z0-9/]+$/, "must be `linux/ARCHITECTURE`")
    .default("linux/amd64")
    .meta(about("For `source: build`: the platform of the images.", "linux/amd64")),
  pin: z
    .enum(["advisory", "required"])
    .default("advisory")
    .meta(about("`required`: an image that is not built here and has no digest is an error.", "required")),
  references: z
    .partialRecord(OwnImage, Reference)
    .default({})
    .meta(about("A whole reference per image, instead of registry, namespace and tag.", { "ldms-ui": "reg.site:5000/site/ldms-ui:7" })),
  digests: z
    .partialRecord(OwnImage, Digest)
    .default({})
    .meta(about("The digest of each image; `ldms images lock` writes them.", { "ldms-ui": `sha256:${"0".repeat(64)}` })),
});
