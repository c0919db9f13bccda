import { z } from "zod";
import { normalizePath } from "../text/host-path";

/** `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`. */
export const Xprt = z
  .string()
  .regex(
    /^(sock|rdma|ugni|fabric(\.[A-Za-z0-9_]+(@[A-Za-z0-9_.-]+)?)?)$/,
    "must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`",
  );
export const MOST_PORT = 65_535;
/** Of an ldmsd that is told no other. */
export const LDMSD_PORT = 411;
export const Port = z.number().int().min(1, "must be a port of 1 to 65535").max(MOST_PORT, "must be a port of 1 to 65535");
export const Name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "must be a name of letters, digits, `_`, `.` and `-`");
/** Docker asks for two characters or more. */
export const ContainerName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "must be a container's name: two or more of letters, digits, `_`, `.` and `-`");
/** Daemons of an entry on each of its hosts. */
export const PerHost = z.number().int().min(1, "must be 1 to 64").max(64, "must be 1 to 64");
/** As the file says it; plan/hostlist/ expands it. */
export const Hostlist = z.string().min(1, "must name at least one host");
/** A hostlist, or the name of a group of daemons. */
export const GroupOrHosts = z.string().min(1, "must name at least one host");
/** `cygnus-07`; a list of one is a hostlist too, so that the message can count. */
export const Host = z.string().min(1, "must name exactly one host");
const DURATION_FORM = "must be a number with one of the units us, ms, s, m, h, d";
/** maestro's form: a number with one of us, ms, s, m, h, d. */
export const Interval = z
  .string(DURATION_FORM)
  .refine((text) => !text.includes("$" + "{"), {
    // ldmsd takes one, and ends where it is empty.
    message: "must be the time itself, not a variable: the plan counts and watches by it",
    abort: true,
  })
  .regex(/^-?[0-9]+(\.[0-9]+)?([uUmM]?[sS]|[mMhHdD])$/, DURATION_FORM);
/** Of waiting and of time-outs. */
export const Period = z.string().regex(/^[1-9][0-9]*(s|m|h)$/, "must be a whole number with one of the units s, m, h");
/** Whole numbers: ldmsd takes `1.5G` for nothing. @see ldms: lib/src/ovis_util/util.c, `ovis_get_mem_size` */
export const Size = z.string().regex(/^[1-9][0-9]{0,8}[kMG]$/, "must be a whole number with one of the units k, M, G");
/** No colon, which ends a path in Docker's volume syntax, and no step upwards: files are written and removed as root. In its one spelling. */
export const AbsolutePath = z
  .string()
  .regex(/^(?!.*\/\.\.?(\/|$))\/[^\0\n:]*[^\0\n:/]\/*$/s, "must be an absolute path other than `/`, without `:`, `.` and `..`")
  .transform(normalizePath);
/** The same as it is written, for who compares several. */
export const HostPath = AbsolutePath.in;
/** Relative to the project's folder, or absolute. Never an option of a program that it is handed to. */
export const LocalPath = z
  .string()
  .min(1, "must be a path")
  .regex(/^(?!-)/, "must be a path that does not begin with `-`: write `./-…`");
/** What ssh takes for more than a part of the path in its options and its config: quotes end it, `%h` and `${HOME}` are replaced. */
const PLAIN_FOR_SSH = [/^[^"'\\%$]*$/, "must be a path without quotes, `\\`, `%` and `$`, which ssh would read otherwise"] as const;
/** A key or known_hosts file that ssh is told. */
export const SshFile = LocalPath.regex(...PLAIN_FOR_SSH);
/** The same on a head. */
export const SshFileOnHost = z
  .string()
  .regex(...PLAIN_FOR_SSH)
  .pipe(AbsolutePath);
export const Options = z.array(z.string()).default([]);
export const MungeMode = z.enum(["host", "key", "none"]);
/** LDMS's plugins by which daemons know each other. */
export const AuthPlugin = z.enum(["munge", "ovis", "none"]);
const Word = z.union([z.string(), z.number(), z.boolean()]);
/** A key with nothing behind it is a word of its own, without `=`; a list is one value, joined by commas. */
export const FreeKeys = z
  .record(
    z.string(),
    z.union(
      [Word, z.null(), z.array(Word).min(1)],
      "must be a string, a number, a boolean, a list of them, or nothing for a word of its own",
    ),
  )
  .default({});
export type Settings = z.output<typeof FreeKeys>;
/** An ssh argument, so never an option. */
export const User = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/, "must be a user name");
const JUMP_FORM = "must be `[user@]host[:port]`, several as a list";
/** `[user@]host[:port]` of a login node. */
const OneJump = z.string().regex(/^([A-Za-z_][A-Za-z0-9_.-]*@)?([A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$/, JUMP_FORM);
/** One, or several on the way, the first one first. */
export const Jump = z.union([OneJump, z.array(OneJump).min(1, "must name a login node")], JUMP_FORM);
/** A host's, or as many as a hostlist has: `1-10240`, `1-512,600`; `position` is for the key `from`. */
const ID_FORM = "must be a number, or ranges like `1-512`, as many as the key has hosts";
export const ComponentIds = z.union(
  [
    z.number().int().min(0, "must be 0 or more"),
    z.string().regex(/^(position|[0-9]{1,15}(-[0-9]{1,15})?(,[0-9]{1,15}(-[0-9]{1,15})?)*)$/, ID_FORM),
  ],
  ID_FORM,
);
/** `{short}-ib0.{domain}`: one host, and another name for each. */
export const Interconnect = z
  .string()
  .regex(
    /^([A-Za-z0-9_][A-Za-z0-9_.-]*)?(\{host\}|\{short\}([A-Za-z0-9_.-]*\{domain\})?)[A-Za-z0-9_.-]*$/,
    "must be a host name around one `{host}` or `{short}`",
  );
