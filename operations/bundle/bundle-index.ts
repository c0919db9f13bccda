import { z } from "zod";
import { OWN_IMAGES } from "../../plan/config/images";
import { findNameProblem } from "../archive/entry-names";
import { PLUGIN_PROGRAMS } from "./pack-plugins";

/** Of the layout; a program reads just its own. */
export const FORMAT = 2;

const MAX_LISTED = 1000;

/** Is printed, and stands in lines that a person copies. */
const Line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, "has control characters");
const Lines = z.array(Line).max(MAX_LISTED);
/** Of a file below a folder. */
const PathBelow = Line.refine((path) => findNameProblem(path) === undefined, "is no plain path below the project");
/** Goes to `docker`, and into the archives. */
const TaggedReference = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*:[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "is no image reference with a tag");

const BundledImage = z.strictObject({
  name: z.enum([...OWN_IMAGES, "ldms-dev"]),
  reference: TaggedReference,
  id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

const isUnique = (values: readonly string[]) => new Set(values).size === values.length;

/** What programs read of a bundle. */
export const BundleIndex = z.strictObject({
  format: z.literal(FORMAT, `is not ${FORMAT}: made by another version of ldms`),
  version: Line,
  stack: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/),
  created: Line,
  /** Of the machine that runs `ldms`: node_modules and plugins have programs for it. */
  machine: z.string().regex(/^linux\/[a-z0-9]+$/),
  /** Major version that it ran on. */
  node: z.number().int().min(1).max(1000),
  /** Of the hosts. */
  platform: z.string().regex(/^linux\/[a-z0-9/]+$/),
  images: z
    .array(BundledImage)
    .min(1)
    .refine((images) => isUnique(images.map(({ name }) => name)), "has an image twice"),
  plugins: z.array(z.enum(PLUGIN_PROGRAMS)).refine(isUnique, "has a program twice"),
  /** Files of the project that the stack file names; all others have their place by `PROJECT_PARTS`. */
  ownFiles: z.array(PathBelow).max(MAX_LISTED),
  /** Secrets of the stack file that were left out, by path. */
  secrets: Lines,
  /** Files that the stack file names and that are not in the bundle: ssh keys, and what lies outside the project. */
  missing: Lines,
});
export type BundleIndex = z.output<typeof BundleIndex>;
