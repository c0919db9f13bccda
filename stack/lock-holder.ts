import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { z } from "zod";

/** Another's text is shown on a terminal. */
const Shown = z.string().regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u);

const Holder = z.object({
  /** Zero and less name groups of processes. */
  pid: z.int32().positive(),
  username: Shown.default("?"),
  hostname: Shown,
  /** RFC 3339. */
  timestamp: Shown.default("?"),
  /** In which the pid counts, by the machine's start: `3f0c… pid:[4026531836]`. Absent in `pulumi`'s locks, which passes over it in ours. */
  pidNamespace: Shown.optional(),
});

/** Who holds a stack; the form of Pulumi's own lock files. */
export type LockHolder = Readonly<z.infer<typeof Holder>>;

/** Undefined for a text that is no lock's. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    return Holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function describeSelf(): LockHolder {
  const pidNamespace = ownPidNamespace();
  const self = { pid: process.pid, username: ownUserName(), hostname: hostname(), timestamp: new Date().toISOString() };
  return { ...self, ...(pidNamespace !== undefined && { pidNamespace }) };
}

/**
 * Only a process that could be seen from here can be told dead: in another container, or on another machine of the same name, the same number is
 * another process.
 */
export function isDead(holder: LockHolder): boolean {
  if (!isSeenHere(holder)) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Its process can be told dead or alive from here. */
export function isSeenHere({ hostname: host, pidNamespace }: LockHolder): boolean {
  return host === hostname() && pidNamespace !== undefined && pidNamespace === ownPidNamespace();
}

/** Where to look for the run that holds the lock. */
export function whereToLook(holder: LockHolder): string {
  if (isSeenHere(holder)) return "wait for that run to end";
  if (holder.hostname !== hostname()) return `wait for that run to end, or look for it on ${holder.hostname}`;
  return `wait for that run to end; its process cannot be told from here: look on ${holder.hostname}, in its containers and on other machines of that name`;
}

/**
 * The number of a namespace is good for one start of one machine. Undefined where the system has none.
 *
 * @see https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
export function ownPidNamespace(): string | undefined {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

/** A user id without an entry in the password file has no name. */
function ownUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "?");
  }
}
