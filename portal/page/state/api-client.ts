import { signal } from "@preact/signals";
import type { PortalApi, PortalRoute, Refusal } from "../../api";
import { forgetSession, sessionToken } from "./page-session";

type Part<R extends PortalRoute, K extends string> = PortalApi[R] extends Readonly<Record<K, infer T>> ? T : undefined;
export type AnswerOf<R extends PortalRoute> = PortalApi[R]["answer"];

export interface CallArgs<R extends PortalRoute> {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Part<R, "body">;
  readonly signal?: AbortSignal;
}

/** The server's no, with what it says of it. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(
    readonly status: number,
    readonly refusal: Refusal,
  ) {
    super(refusal.error.message);
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** The last request reached nobody. */
export const isUnreachable = signal(false);

/** Sends a request of the table and reads its answer. @throws RefusedError @throws UnreachableError */
export async function call<R extends PortalRoute>(route: R, args: CallArgs<R> = {}): Promise<AnswerOf<R>> {
  const response = await send(route, args);
  // Half an answer is none.
  if (response.ok) return (await response.json()) as AnswerOf<R>;
  throw refusedWith(response.status, await response.json().catch(() => undefined));
}

/** The same, for an answer that is read as it comes. */
export async function send<R extends PortalRoute>(route: R, { params = {}, query, body, signal }: CallArgs<R>): Promise<Response> {
  const [method = "GET", path = ""] = route.split(" ");
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = query && Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : "";
  const token = sessionToken.value;
  try {
    const response = await fetch(new URL(`.${filled}${search}`, document.baseURI), {
      method,
      cache: "no-store",
      credentials: "same-origin",
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(method !== "GET" && { "x-ldms-portal": "1" }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    isUnreachable.value = false;
    if (response.status === 401) forgetSession();
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    isUnreachable.value = true;
    throw new UnreachableError("the portal does not answer", { cause: error });
  }
}

export function refusedWith(status: number, answer: unknown): RefusedError {
  const isRefusal = typeof answer === "object" && answer !== null && "error" in answer;
  // A proxy in front has answers of its own.
  const refusal: Refusal = isRefusal ? (answer as Refusal) : { error: { code: "failed", message: `the answer is ${status}` } };
  return new RefusedError(status, refusal);
}
