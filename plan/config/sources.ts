import { z } from "zod";
import { SOURCE_NAMES, type SourceName } from "../model/source-names";
import { about } from "./about";

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
  repo: Repo.optional().meta(
    about("A git URL or a folder; empty: the part is left out; absent: as upstream has it.", "https://github.com/ovis-hpc/ldms"),
  ),
  branch: Ref.optional().meta(about("A branch, a tag or a full commit; absent: one that is known to fit.", "v4.5.3")),
  options: z
    .array(z.string().regex(/^[^\n\0]*$/, "must be one argument on one line"))
    .optional()
    .meta(about("Arguments of its configure script, as argv.", ["--enable-rdma", "CFLAGS=-O2"])),
});

const fields = Object.fromEntries(
  SOURCE_NAMES.map((name) => [name, Source.optional().meta(about(`What \`${name}\` is built from.`, { options: ["CFLAGS=-O2"] }))]),
) as Record<SourceName, z.ZodOptional<typeof Source>>;

/** What /opt/ovis is built from, part by part; what is not said is as in plan/builds/source-defaults.ts. */
export const Sources = z.strictObject(fields);
export type SourceConfig = z.output<typeof Source>;
