import { z } from "zod";
import { SOURCE_NAMES, type SourceName } from "../model/source-names";

/** A git URL or a folder; empty: the part is left out. Never an option of git, and never with a password in it. */
const Repo = z
  .string()
  .regex(
    /^(?!-)(?!ext::)(?![^/]*:\/\/[^/@]*:[^/@]*@)[^\s\0]*$/,
    "must be a git URL or a folder, without white space and without a password; empty leaves the part out",
  );
/** A branch, a tag or a full commit. */
const Ref = z
  .string()
  .regex(/^(?![-/.])(?!.*\.\.)(?!.*@\{)[A-Za-z0-9._/+@-]+(?<![/.])$/, "must be a branch, a tag or a full commit of 40 hexadecimal digits");

const Source = z.strictObject({
  repo: Repo.optional(),
  branch: Ref.optional(),
  /** Arguments of its configure script, as argv. */
  options: z.array(z.string().regex(/^[^\n\0]*$/, "must be one argument on one line")).optional(),
});

const fields = Object.fromEntries(SOURCE_NAMES.map((name) => [name, Source.optional()])) as Record<
  SourceName,
  z.ZodOptional<typeof Source>
>;

/** What /opt/ovis is built from, part by part; what is not said is as in plan/builds/source-defaults.ts. */
export const Sources = z.strictObject(fields);
export type SourceConfig = z.output<typeof Source>;
