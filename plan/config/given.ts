import { z } from "zod";
import { normalizePath } from "../text/host-path";
import { about } from "./about";
import { Reference } from "./images";
import { AbsolutePath, ContainerName, Hostlist, HostPath, LocalPath, Name, PerHost, Size } from "./scalars";

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

const MountPlace = z.strictObject({
  path: AbsolutePath.meta(about("The path in the container.", "/run/slurm-job")),
  readOnly: z.boolean().default(true).meta(about("`false` for a writable one, which the rules allow aggregators alone.", false)),
});
const Mount = z.union(
  [AbsolutePath, MountPlace],
  "must be an absolute path other than `/` in the container, without `:`, `.` and `..`, or `{ path: PATH, readOnly: false }`",
);

/** By paths of the host, each in its one spelling: two spellings of a path would be one key, and one of the two lost. */
const Mounts = z.record(HostPath, Mount).superRefine((mounts, { addIssue }) => {
  const first = new Map<string, string>();
  for (const path of Object.keys(mounts)) {
    const known = first.get(normalizePath(path));
    first.set(normalizePath(path), known ?? path);
    if (known === undefined) continue;
    addIssue({ code: "custom", path: [path], input: path, message: `is the same path of the host as \`${known}\`` });
  }
});

const GivenFile = z.strictObject({
  path: PlainPath.meta(about("The path in the container.", "/etc/ldms/perf.conf")),
  file: LocalPath.optional().meta(about("A path beside the stack file; or `secret`.", "perf.conf")),
  secret: Name.optional().meta(about("Name of a secret of the stack, delivered as 0600 of root; or `file`.", "kafkaPassword")),
});
const Device = z
  .string()
  .regex(/^\/dev\/[^\0\n:]*[^\0\n:/]$/, "must be a path below `/dev/`, without `:`")
  .pipe(AbsolutePath);

/** What a group's containers are given beside what the plan gives each of its role. Without defaults: an entry is part of its aggregator's file. */
export const given = {
  env: Env.optional().meta(
    about("Variables by name. Those of the plan are refused, and a secret there is a finding.", { LDMSD_LOG_TIME_SEC: 1 }),
  ),
  mounts: Mounts.optional().meta(
    about("Paths in the container by paths of the host; read-only unless said.", { "/run/slurm-job": "/run/slurm-job" }),
  ),
  files: z
    .array(GivenFile)
    .optional()
    .meta(
      about("Files beside the stack file, and secrets of the stack, each at a path in the container, read-only.", [
        { path: "/etc/ldms/perf.conf", file: "perf.conf" },
      ]),
    ),
  devices: z
    .array(Device)
    .optional()
    .meta(about("Devices of the host, or folders of them, at the same path: GPUs, adapters, sensors.", ["/dev/cxi1"])),
  gpus: z.literal("all").optional().meta(about("Every GPU, by Docker's `--gpus all`; the host needs NVIDIA's container toolkit.", "all")),
  image: Reference.optional().meta(
    about("Reference of the group's image, and of the dsosd beside it, taken as it is.", "reg.site:5000/ldms/ldms-samp:4.5.3-gpu"),
  ),
  memory: Size.optional().meta(about("Limit of each container's memory, more than its set memory takes.", "2G")),
};

/** An entry of the stack file as far as it gives something. */
export const GivenEntry = z.looseObject(given);
export type GivenEntry = z.output<typeof GivenEntry>;

/** The same with what says which containers it is for. */
export const GrantedEntry = z.looseObject({
  ...given,
  hosts: Hostlist,
  name: Name.optional(),
  container: ContainerName.optional(),
  perHost: PerHost.optional(),
});
export type GrantedEntry = z.output<typeof GrantedEntry>;
