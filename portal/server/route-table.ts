import { z } from "zod";
import type { PortalApi, PortalRole, PortalRoute } from "../api";

/** Who may: nobody in particular, whoever is signed in, or whoever has that role of the stack in the path. */
export type RouteRight = "anyone" | "signed-in" | PortalRole;

export interface RouteFacts {
  readonly right: RouteRight;
  /** Of its query; absent: it has none. */
  readonly query?: z.ZodType;
  /** Of its body; absent: it has none. */
  readonly body?: z.ZodType;
  /** @default MOST_BODY_BYTES */
  readonly mostBytes?: number;
  /** What the audit log calls it; absent: it changes nothing that is worth a line. */
  readonly act?: string;
}

export const MOST_BODY_BYTES = 64 << 10;
/** As long as a stack file may be, with what JSON adds to it. */
const MOST_FILE_BYTES = (1 << 20) + (64 << 10);

const CURSOR = z.string().regex(/^[0-9a-f]{12}-\d{1,15}$/, "must be a cursor that an event had");
const DIGEST = z.string().regex(/^[0-9a-f]{16}(-[0-9a-f]{16}){3}$/, "must be the digest of a preview");
const MESSAGE = z.string().max(500).optional();
const AFTER = z.strictObject({ after: CURSOR.optional() });
const TEXT = z.string().max(1 << 20);

const WISH = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("preview") }),
  z.strictObject({ kind: z.literal("up"), expect: DIGEST, message: MESSAGE }),
  z.strictObject({ kind: z.literal("rollback"), run: z.int().positive(), confirm: z.string().max(200), message: MESSAGE }),
  z.strictObject({ kind: z.literal("refresh") }),
  z.strictObject({ kind: z.literal("destroy"), confirm: z.string().max(200), message: MESSAGE }),
]);

/** Every request that is answered; what stands here holds in front of each handler, and no handler asks again. */
export const ROUTES: Readonly<Record<PortalRoute, RouteFacts>> = {
  "GET /api/sign-in": { right: "anyone" },
  "POST /api/session": { right: "anyone", body: z.strictObject({ code: z.string().max(200) }), mostBytes: 1024, act: "sign-in" },
  "DELETE /api/session": { right: "signed-in", act: "sign-out" },
  "GET /api/me": { right: "signed-in" },
  "GET /api/stacks/:stack": { right: "viewer" },
  "GET /api/stacks/:stack/events": { right: "viewer", query: AFTER },
  "GET /api/stacks/:stack/poll": { right: "viewer", query: AFTER },
  "GET /api/stacks/:stack/hosts/:host": { right: "viewer" },
  "GET /api/stacks/:stack/findings": { right: "viewer" },
  "GET /api/stacks/:stack/history": { right: "viewer" },
  "GET /api/stacks/:stack/history/:run": { right: "viewer" },
  "GET /api/stacks/:stack/audit": { right: "viewer" },
  "POST /api/stacks/:stack/look": { right: "viewer", body: z.strictObject({ what: z.enum(["status", "data", "drift"]) }) },
  "GET /api/stacks/:stack/runs/:id": { right: "viewer" },
  "POST /api/stacks/:stack/runs": { right: "operator", body: WISH, act: "run" },
  "POST /api/stacks/:stack/runs/:id/cancel": { right: "operator", act: "cancel" },
  "GET /api/stacks/:stack/file": { right: "operator" },
  "POST /api/stacks/:stack/file/check": { right: "operator", body: z.strictObject({ text: TEXT }), mostBytes: MOST_FILE_BYTES },
  "PUT /api/stacks/:stack/file": {
    right: "operator",
    body: z.strictObject({ text: TEXT, mark: z.string().max(100) }),
    mostBytes: MOST_FILE_BYTES,
    act: "save-file",
  },
};

/** What may stand in each place of a path; anything else is not found. */
export const PARTS: Readonly<Record<string, RegExp>> = {
  stack: /^[A-Za-z0-9_.-]{1,100}$/,
  host: /^[A-Za-z0-9_.-]{1,253}$/,
  run: /^[1-9]\d{0,8}$/,
  id: /^r-\d{8}-\d{6}-\d{1,9}$/,
};

export type BodyOf<R extends PortalRoute> = PortalApi[R] extends { readonly body: infer B }
  ? B
  : PortalApi[R] extends { body: infer B }
    ? B
    : undefined;
export type QueryOf<R extends PortalRoute> = PortalApi[R] extends { query: infer Q } ? Q : undefined;
export type AnswerOf<R extends PortalRoute> = PortalApi[R]["answer"];

export interface FoundRoute {
  readonly route: PortalRoute;
  readonly parts: Readonly<Record<string, string>>;
}

const TEMPLATES = (Object.keys(ROUTES) as PortalRoute[]).map((route) => {
  const [method = "", path = ""] = route.split(" ");
  return { route, method, names: path.split("/") };
});

/** A plain path has nothing that is written in two ways: no `%`, no empty part, no dots for a part. */
export function isPlainPath(path: string): boolean {
  return path === "/" || /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9_.-]+)+$/.test(path);
}

/** @param path as it was sent */
export function findRoute(method: string, path: string): FoundRoute | undefined {
  if (!isPlainPath(path)) return undefined;
  const words = path.split("/");
  for (const { route, method: wanted, names } of TEMPLATES) {
    if (wanted !== method || names.length !== words.length) continue;
    const parts = matchParts(names, words);
    if (parts) return { route, parts };
  }
  return undefined;
}

function matchParts(names: readonly string[], words: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const word = words[i]!;
    if (!name.startsWith(":")) {
      if (name !== word) return undefined;
      continue;
    }
    if (!PARTS[name.slice(1)]!.test(word)) return undefined;
    parts[name.slice(1)] = word;
  }
  return parts;
}
