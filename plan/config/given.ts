import { z } from "zod";
import { Reference } from "./images";
import { AbsolutePath, LocalPath, Name, Size } from "./scalars";

const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable of letters, digits and `_`");
/** Variables of a container's environment by name. */
export const Env = z.record(VariableName, z.union([z.string(), z.number(), z.boolean()], "must be a string, a number or a boolean"));

/** A path in the container, of which the file on the host gets its name. */
const PlainPath = z
  .string()
  .regex(/^[A-Za-z0-9_./-]+$/, "must be an absolute path of letters, digits, `_`, `.`, `-` and `/`")
  .pipe(AbsolutePath);

/** As a container has them. */
export function textsOf(env: z.output<typeof Env> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

const Mount = z.union(
  [AbsolutePath, z.strictObject({ path: AbsolutePath, readOnly: z.boolean().default(true) })],
  "must be an absolute path other than `/` in the container, without `:`, `.` and `..`, or `{ path: PATH, readOnly: false }`",
);

/** What a group's containers are given beside what the plan gives each of its role. Without defaults: an entry is part of its aggregator's file. */
export const given = {
  env: Env.optional(),
  /** Paths in the container by paths of the host; read-only unless said. */
  mounts: z.record(AbsolutePath, Mount).optional(),
  /** Files beside the stack file, and secrets of the stack, each at a path in the container. */
  files: z.array(z.strictObject({ path: PlainPath, file: LocalPath.optional(), secret: Name.optional() })).optional(),
  /** Devices of the host, or folders of them. */
  devices: z
    .array(
      z
        .string()
        .regex(/^\/dev\/[^\0\n:]*[^\0\n:/]$/, "must be a path below `/dev/`, without `:`")
        .pipe(AbsolutePath),
    )
    .optional(),
  /** Every GPU, by Docker's `--gpus all`. */
  gpus: z.literal("all").optional(),
  /** Reference of the group's image, taken as it is. */
  image: Reference.optional(),
  /** Limit of each container's memory. */
  memory: Size.optional(),
};

/** An entry of the stack file as far as it gives something. */
export const GivenEntry = z.looseObject(given);
export type GivenEntry = z.output<typeof GivenEntry>;
