/** What one host said of itself; `undefined` where it was not asked or could not say. */
export interface ProbeFacts {
  /** As `uname -m` writes it: `x86_64`. */
  readonly architecture: string;
  readonly engineVersion?: string;
  readonly engineError?: string;
  /** Where the engine has images, containers and their logs; absent where it does not tell. */
  readonly engineDisk?: { readonly path: string; readonly freePercent: number };
  /** Why the login may not use the engine that root may. */
  readonly loginEngineError?: string;
  /** Its `docker` is podman's. */
  readonly isPodman: boolean;
  /** Whoever the probe ran as: 0 is root. */
  readonly uid: number;
  readonly containers: readonly FoundContainer[];
  /** Ids of those that the stack has taken over; absent: none. */
  readonly ownedIds?: readonly string[];
  /** Those asked for that its engine has. */
  readonly images: readonly string[];
  readonly listeners: readonly Listener[];
  readonly folders: readonly FoundFolder[];
  /** A credential of this host's munged; good for five minutes, so it goes into no report. */
  readonly credential?: string;
  readonly mungeError?: string;
  readonly key?: FoundKey;
  readonly keyError?: string;
  /** Of the names asked for. */
  readonly missingNames: readonly string[];
  /** Why nothing is known of them. */
  readonly namesError?: string;
}

export interface FoundContainer {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** The label `ldms.stack`; empty for a container that has none. */
  readonly stack: string;
  /** `running`, `exited`, … */
  readonly state: string;
}

export interface Listener {
  readonly port: number;
  /** Absent where the ssh user may not see other users' processes. */
  readonly pid?: number;
  readonly program?: string;
  /** Ids of the containers that the process is in, outermost first or in any order. */
  readonly containerIds: readonly string[];
}

export interface FoundFolder {
  readonly path: string;
  readonly state: "ok" | "unwritable" | "not-a-folder";
  /** The folder itself, or the nearest one above it that exists. */
  readonly nearest: string;
  /** Of one that cannot be written: `Read-only file system`. */
  readonly why?: string;
  /** Of its disk; absent where the disk does not tell. */
  readonly freePercent?: number;
}

export interface FoundKey {
  /** Octal, without the leading 0: `600`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly lengthBytes: number;
  readonly isUniform: boolean;
  /** SHA-256 of the run's nonce and the key, hex. */
  readonly digest: string;
}

/** Absent when the output is not a whole probe's: cut off, or a login script's words instead. */
export function parseProbe(output: string): ProbeFacts | undefined {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...fields]) => fields.map((field) => field.trim()));
  const one = (kind: string) => of(kind)[0]?.[0];
  const architecture = one("arch");
  if (architecture === undefined || of("end").length !== 1) return undefined;

  return {
    architecture,
    ...optional("engineVersion", one("engine")),
    ...optional("engineError", one("engine-error")),
    ...optional("engineDisk", of("engine-disk").flatMap(parseEngineDisk)[0]),
    ...optional("loginEngineError", one("login-engine-error")),
    isPodman: of("podman").length > 0,
    uid: Number(one("uid")),
    containers: of("container").map(([id = "", name = "", stack = "", state = ""]) => ({ id, name, stack, state })),
    ...(of("owned").length > 0 && { ownedIds: of("owned").map(([id = ""]) => id) }),
    images: of("image").map(([reference = ""]) => reference),
    listeners: of("listen").map(parseListener),
    folders: of("folder").map(parseFolder),
    ...optional("credential", one("credential")),
    ...optional("mungeError", one("munge-error")),
    ...optional("key", of("key").map(parseKey)[0]),
    ...optional("keyError", one("key-error")),
    missingNames: of("name-missing").map(([name = ""]) => name),
    ...optional("namesError", one("names-error")),
  };
}

function parseListener([port = "", pid = "", program = "", ids = ""]: readonly string[]): Listener {
  return {
    port: Number.parseInt(port, 16),
    ...(pid !== "" && { pid: Number(pid) }),
    ...optional("program", program || undefined),
    containerIds: ids.split(" ").filter((id) => id !== ""),
  };
}

function parseFolder([path = "", state = "", nearest = "", why = "", free = ""]: readonly string[]): FoundFolder {
  return {
    path,
    state: state as FoundFolder["state"],
    nearest,
    ...optional("why", why || undefined),
    ...(free !== "" && { freePercent: Number(free) }),
  };
}

function parseEngineDisk([path = "", free = ""]: readonly string[]): NonNullable<ProbeFacts["engineDisk"]>[] {
  return /^[0-9]/.test(free) ? [{ path, freePercent: Number(free) }] : [];
}

function parseKey([stat = "", otherBytes = "", digest = ""]: readonly string[]): FoundKey {
  const [mode = "", uid, gid, length] = stat.split(" ");
  return {
    mode,
    uid: Number(uid),
    gid: Number(gid),
    lengthBytes: Number(length),
    isUniform: otherBytes === "0",
    digest,
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
