import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import type { PortalRoute } from "../api";
import type { Asked } from "./asked";
import { addressOf, type Caller } from "./callers";
import { HANDLERS } from "./handlers";
import type { Portal, PortalStack } from "./portal";
import { RefusedError } from "./refusal";
import { refuseWord, signedOut } from "./refuse-word";
import { assertOwnPage, readJsonBody } from "./request-rules";
import { type FoundRoute, MOST_BODY_BYTES, ROUTES } from "./route-table";
import { openStream, STREAM } from "./send-events";

export interface RouteRequest extends FoundRoute {
  /** Behind `?`, as it was sent. */
  readonly query: string;
  readonly incoming: IncomingMessage;
  readonly request: Request;
}

/** Checks all that the table says of the route, writes down what is to be done, and has it done. @throws RefusedError */
export async function answerRoute(portal: Portal, asked: RouteRequest): Promise<Response> {
  const { route, parts, incoming } = asked;
  const { right, act: name } = ROUTES[route];
  const address = addressOf(incoming) ?? "socket";
  const caller = findCaller(portal, incoming, right !== "anyone", address);
  const stack = parts["stack"] === undefined ? undefined : portal.stacks.get(parts["stack"]);
  const act = name && { who: caller?.user ?? "?", from: address, act: name, ...(stack && { stack: stack.watched.stack }) };
  try {
    assertOwnPage(incoming, portal.rules);
    assertRight(asked, caller, stack);
    const passed = { portal, parts, address, caller: caller!, stack: stack!, ...(await readForms(asked)) } as Asked<PortalRoute>;
    if (route === STREAM) return openStream(passed as Asked<typeof STREAM>);
    // Written before it is done, so that nothing is done that is not written.
    if (act && stack) await portal.audit.write({ ...act, ...describeAct(passed.body), result: "begun" });
    const value = await HANDLERS[route](passed as never);
    if (act && !stack) await portal.audit.write({ ...act, ...describeUser(value), result: "done" });
    const status = route === "POST /api/stacks/:stack/runs" ? 202 : 200;
    return Response.json(value, { status, headers: { "cache-control": "no-store" } });
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
  // A proxy's own `Authorization`, which it may pass on, is no session.
  const hasWord = portal.signIn.way === "token" && incoming.headers.authorization !== undefined;
  throw hasWord ? refuseWord(portal, address) : signedOut(portal);
}

/** @throws RefusedError: who may not see a stack is told that there is none */
function assertRight({ route, parts }: FoundRoute, caller: Caller | undefined, stack: PortalStack | undefined): void {
  const { right } = ROUTES[route];
  if (right === "anyone" || right === "signed-in") return;
  const role = stack && caller?.roleOf(parts["stack"]!);
  if (role === undefined) throw new RefusedError("not-found", "there is no such stack");
  if (right === "operator" && role !== "operator") throw new RefusedError("not-allowed", "this is an operator's to do");
}

async function readForms({ route, query, request }: RouteRequest): Promise<Pick<Asked<PortalRoute>, "query" | "body">> {
  const { query: queryForm, body: bodyForm, mostBytes = MOST_BODY_BYTES } = ROUTES[route];
  if (!queryForm && query !== "") throw new RefusedError("bad-request", "there is nothing behind `?` here");
  return {
    query: queryForm && parse(queryForm, Object.fromEntries(new URLSearchParams(query))),
    body: bodyForm && parse(bodyForm, await readJsonBody(request, mostBytes)),
  } as Pick<Asked<PortalRoute>, "query" | "body">;
}

function parse(form: z.ZodType, value: unknown): unknown {
  const parsed = form.safeParse(value, { reportInput: false });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RefusedError("bad-request", `${issue?.path.join(".") || "the request"}: ${issue?.message}`.slice(0, 300));
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
