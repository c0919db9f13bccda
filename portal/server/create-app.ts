import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { OperationError } from "../../operations/common/operation-error";
import { BadInputError } from "../../plan/problems/errors";
import { EngineError, messageOf } from "../../stack/engine-error";
import { LockHeldError } from "../../stack/stack-lock";
import type { PortalRoute } from "../api";
import type { Caller } from "./callers";
import { streamEvents } from "./event-stream";
import { type Asked, HANDLERS, refuseWord, STREAM } from "./handlers";
import type { PageFile } from "./page-files";
import type { Portal } from "./portal";
import { RefusedError } from "./refusal";
import { assertHost, assertOwnPage, readJsonBody } from "./request-rules";
import { type FoundRoute, findRoute, MOST_BODY_BYTES, ROUTES } from "./route-table";
import { SECURITY_HEADERS, STRICT_TRANSPORT } from "./security-headers";

type Env = { Bindings: HttpBindings };

/** Open streams and polls of one user, and of all. */
const MOST_STREAMS = { user: 32, all: 512 };

/** Answers every request: what is no route and no file of the page is not found, and of a route everything is checked before its handler. */
export function createApp(portal: Portal): Hono<Env> {
  const app = new Hono<Env>();
  const streams = new Map<string, number>();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    if (portal.isTls) context.header("strict-transport-security", STRICT_TRANSPORT);
  });
  app.all("*", (context) => answer(context, portal, streams));
  app.onError((error, context) => refuse(context, portal, error));
  return app;
}

async function answer(context: Context<Env>, portal: Portal, streams: Map<string, number>): Promise<Response> {
  const { incoming } = context.env;
  // As it was sent: what a URL makes of it may be another path.
  const [path = "", ...query] = (incoming.url ?? "").split("?");
  const method = incoming.method ?? "";
  const file = method === "GET" || method === "HEAD" ? portal.page.get(path) : undefined;
  const found = findRoute(method, path);
  if (!file && !found) throw new RefusedError("not-found", "there is no such page");
  assertHost(incoming, portal.rules);
  if (file) return sendFile(context, file);
  return answerRoute(context, portal, found!, query.join("?"), streams);
}

async function answerRoute(
  context: Context<Env>,
  portal: Portal,
  { route, parts }: FoundRoute,
  query: string,
  streams: Map<string, number>,
): Promise<Response> {
  const { incoming } = context.env;
  const facts = ROUTES[route];
  const address = addressOf(incoming);
  const caller = findCaller(portal, incoming, facts.right !== "anyone", address);
  const stack = parts["stack"] === undefined ? undefined : portal.stacks.get(parts["stack"]);
  const act = facts.act && { who: caller?.user ?? "?", from: address, act: facts.act, ...(stack && { stack: stack.watched.stack }) };
  try {
    assertOwnPage(incoming, portal.rules);
    assertRight(route, parts, caller, stack !== undefined);
    const asked = {
      ...{ portal, parts, address, caller: caller!, stack: stack! },
      query: parse(facts.query, Object.fromEntries(new URLSearchParams(query)), query !== ""),
      body: facts.body && parse(facts.body, await readJsonBody(context.req.raw, facts.mostBytes ?? MOST_BODY_BYTES), true),
    } as Asked<PortalRoute>;
    if (route === STREAM) return openStream(asked as Asked<typeof STREAM>, streams);
    // Written before it is done, so that nothing is done that is not written.
    if (act && stack) await portal.audit.write({ ...act, ...describeAct(asked.body), result: "begun" });
    const value = await HANDLERS[route](asked as never);
    if (act && !stack) await portal.audit.write({ ...act, ...describeUser(value), result: "done" });
    const status = route === "POST /api/stacks/:stack/runs" ? 202 : 200;
    return context.json(value, status, { "cache-control": "no-store" });
  } catch (error) {
    const code = error instanceof RefusedError ? error.code : "failed";
    // Who guesses is not to fill the disk.
    if (act && code !== "too-many") await portal.audit.write({ ...act, result: `refused: ${code}` });
    throw error;
  }
}

/** Whoever a route asks for has to be there first: what else is wrong with the request is not for others to learn. */
function findCaller(portal: Portal, incoming: IncomingMessage, isNeeded: boolean, address: string): Caller | undefined {
  const caller = portal.signIn.find(incoming);
  if (caller || !isNeeded) return caller;
  if (incoming.headers.authorization !== undefined) throw refuseWord(portal, address);
  throw new RefusedError("signed-out", "you are not signed in", { help: "open the address that `ldms portal` printed last" });
}

/** @throws RefusedError: who may not see a stack is told that there is none */
function assertRight(route: PortalRoute, parts: FoundRoute["parts"], caller: Caller | undefined, isThere: boolean): void {
  const { right } = ROUTES[route];
  if (right === "anyone" || right === "signed-in") return;
  const role = isThere ? caller?.roleOf(parts["stack"]!) : undefined;
  if (role === undefined) throw new RefusedError("not-found", "there is no such stack");
  if (right === "operator" && role !== "operator") throw new RefusedError("not-allowed", "this is an operator's to do");
}

function parse(form: (typeof ROUTES)[PortalRoute]["query"], value: unknown, isGiven: boolean): unknown {
  if (!form) {
    if (isGiven) throw new RefusedError("bad-request", "there is nothing behind `?` here");
    return undefined;
  }
  const parsed = form.safeParse(value, { reportInput: false });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RefusedError("bad-request", `${issue?.path.join(".") || "the request"}: ${issue?.message}`.slice(0, 300));
}

function openStream({ stack, caller, query, parts }: Asked<typeof STREAM>, streams: Map<string, number>): Response {
  const { user } = caller;
  const own = streams.get(user) ?? 0;
  const all = [...streams.values()].reduce((sum, count) => sum + count, 0);
  if (own >= MOST_STREAMS.user || all >= MOST_STREAMS.all)
    throw new RefusedError("too-many", "too many pages are open", { help: "close some of them" });
  streams.set(user, own + 1);
  const detach = stack.watched.attach();
  let hasEnded = false;
  const body = streamEvents({
    log: stack.watched.log,
    after: query.after,
    endOf: () => {
      if (!caller.isSignedIn()) return "you are signed out";
      return caller.roleOf(parts["stack"]!) === undefined ? "you may no longer see this stack" : undefined;
    },
    onEnd: () => {
      if (hasEnded) return;
      hasEnded = true;
      detach();
      const left = (streams.get(user) ?? 1) - 1;
      if (left > 0) streams.set(user, left);
      else streams.delete(user);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // nginx keeps a stream back without it.
      "x-accel-buffering": "no",
    },
  });
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
    return RefusedError.of("refused", messageOf(error));
  return undefined;
}

/** The reason is for who runs the server. */
function hideFailure({ say }: Portal, error: Error): RefusedError {
  say(`failed: ${error.stack ?? error.message}`);
  return new RefusedError("failed", "this failed; why is in the portal's own output");
}

export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress?.replace(/^::ffff:/, "") ?? "socket";
}

function describeAct(body: unknown): { readonly act?: string; readonly digest?: string; readonly message?: string } {
  const { kind, expect, message, run } = (body ?? {}) as { kind?: string; expect?: string; message?: string; run?: number };
  if (kind === undefined) return {};
  return {
    act: run === undefined ? kind : `${kind} to run ${run}`,
    ...(expect !== undefined && { digest: expect }),
    ...(message !== undefined && { message }),
  };
}

function describeUser(value: unknown): { readonly who?: string } {
  const { user } = value as { user?: string };
  return user === undefined ? {} : { who: user };
}
