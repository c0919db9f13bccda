import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { OperationError } from "../../operations/common/operation-error";
import { BadInputError } from "../../plan/problems/errors";
import { EngineError } from "../../stack/engine-error";
import { LockHeldError } from "../../stack/stack-lock";
import { answerRoute } from "./answer-route";
import type { PageFile } from "./page-files";
import type { Portal } from "./portal";
import { RefusedError } from "./refusal";
import { assertHost } from "./request-rules";
import { findRoute } from "./route-table";
import { SECURITY_HEADERS, STRICT_TRANSPORT } from "./security-headers";

type Env = { Bindings: HttpBindings };

/** Answers every request: what is no route and no file of the page is not found, and of a route everything is checked before its handler. */
export function createApp(portal: Portal): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    if (portal.isTls) context.header("strict-transport-security", STRICT_TRANSPORT);
  });
  app.all("*", (context) => answer(context, portal));
  app.onError((error, context) => refuse(context, portal, error));
  return app;
}

async function answer(context: Context<Env>, portal: Portal): Promise<Response> {
  const { incoming } = context.env;
  // As it was sent: what a URL makes of it may be another path.
  const [path = "", ...query] = (incoming.url ?? "").split("?");
  const method = incoming.method ?? "";
  const file = method === "GET" || method === "HEAD" ? portal.page.get(path) : undefined;
  const found = findRoute(method, path);
  if (!file && !found) throw new RefusedError("not-found", "there is no such page");
  assertHost(incoming, portal.rules);
  if (file) return sendFile(context, file);
  return answerRoute(portal, { ...found!, query: query.join("?"), incoming, request: context.req.raw });
}

function sendFile(context: Context<Env>, { bytes, brotli, type, isHashed }: PageFile): Response {
  const isPacked = brotli !== undefined && /\bbr\b/.test(context.req.header("accept-encoding") ?? "");
  return context.body(isPacked ? brotli : bytes, 200, {
    "content-type": type,
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "accept-encoding",
    ...(isPacked && { "content-encoding": "br" }),
  });
}

function refuse(context: Context<Env>, portal: Portal, error: Error): Response {
  const refused = error instanceof RefusedError ? error : (asRefused(error) ?? hideFailure(portal, error));
  // What was not read of a body is not read any more.
  if (refused.code === "too-large") context.header("connection", "close");
  context.header("cache-control", "no-store");
  return context.json(refused.body, refused.status as 400);
}

/** Errors whose words are for people, and hold no secret. */
function asRefused(error: Error): RefusedError | undefined {
  if (error instanceof LockHeldError) return RefusedError.of("locked", error.message);
  if (error instanceof BadInputError || error instanceof EngineError || error instanceof OperationError)
    return RefusedError.of("refused", error.message);
  return undefined;
}

/** The reason is for who runs the server. */
function hideFailure({ say }: Portal, error: Error): RefusedError {
  say(`failed: ${error.stack ?? error.message}`);
  return new RefusedError("failed", "this failed; why is in the portal's own output");
}
