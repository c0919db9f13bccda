import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { BadInputError, ConfigError } from "../../plan/problems/errors";
import { parseYaml, YamlError } from "../../plan/yaml/yaml";
import type { PortalRole } from "../api";
import { markFile } from "./file-mark";

/** Who may do what. */
export interface Access {
  /** Undefined: nothing. */
  roleOf(user: string, stack: string): PortalRole | undefined;
  /** Those that are named. */
  readonly users: readonly string[];
}

/** A user of every stack; the proxy's header and the links carry these names. */
export const USER = /^[A-Za-z0-9][A-Za-z0-9@._+-]{0,127}$/;
/** Everybody else that the proxy lets in; every other stack. */
const ANY = "*";
const LOOK_MS = 1000;

const Role = z.enum(["viewer", "operator"]);
const Users = z.record(
  z.union([z.literal(ANY), z.string().regex(USER, "must be a user's name: letters, digits, `@._+-`")]),
  z.union([Role, z.record(z.string().min(1), Role)], { error: "must be `viewer`, `operator`, or such a word a stack" }),
);
const AccessFileForm = z.strictObject({ users: Users });

type UsersTable = z.output<typeof Users>;

/** The users of the links that the server prints itself: their roles are the same in every stack. */
export function accessOfLinks(roles: Readonly<Record<string, PortalRole>>): Access {
  return { users: Object.keys(roles), roleOf: (user) => (Object.hasOwn(roles, user) ? roles[user] : undefined) };
}

/**
 * A file of users and roles. It is read again when it has changed; while it cannot be read nobody has any right.
 *
 *     users:
 *       anna: operator
 *       ben: { lab: operator, "*": viewer }
 *       "*": viewer
 */
export class AccessFile implements Access {
  private table: UsersTable;
  private mark: string;
  private lookedAt = performance.now();

  /** @throws BadInputError for one that cannot be used */
  constructor(
    private readonly path: string,
    private readonly onBroken: (error: Error) => void,
  ) {
    this.mark = markFile(path);
    this.table = readUsers(path);
  }

  get users(): readonly string[] {
    return Object.keys(this.current()).filter((user) => user !== ANY);
  }

  roleOf(user: string, stack: string): PortalRole | undefined {
    const table = this.current();
    const own = Object.hasOwn(table, user) ? table[user] : table[ANY];
    if (own === undefined || typeof own === "string") return own;
    return Object.hasOwn(own, stack) ? own[stack] : own[ANY];
  }

  private current(): UsersTable {
    if (performance.now() - this.lookedAt < LOOK_MS) return this.table;
    this.lookedAt = performance.now();
    const mark = markFile(this.path);
    if (mark === this.mark) return this.table;
    this.mark = mark;
    try {
      this.table = readUsers(this.path);
    } catch (error) {
      this.table = {};
      this.onBroken(error as Error);
    }
    return this.table;
  }
}

function readUsers(path: string): UsersTable {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw BadInputError.of(path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, "name a file that you may read", { cause });
  }
  try {
    const parsed = AccessFileForm.safeParse(parseYaml(text, "go"), { reportInput: false });
    if (parsed.success) return parsed.data.users;
    throw new ConfigError(
      basename(path),
      parsed.error.issues.map(({ path: at, message }) => ({ path: at.join(".") || "the file", message })),
    );
  } catch (error) {
    throw error instanceof YamlError ? new ConfigError(basename(path), error.problems) : error;
  }
}
