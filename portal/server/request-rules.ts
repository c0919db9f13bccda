import type { IncomingMessage } from "node:http";
import { RefusedError } from "./refusal";

/** By which names and in which way the page is reached. */
export interface PlaceRules {
  /** `portal.example.org`, without a port: whatever stands in front has its own. */
  readonly hosts: readonly string[];
  /** Of an origin; behind a proxy either. */
  readonly schemes: readonly ("http" | "https")[];
}

/** Of a server on loopback: reached through ssh it has any port. */
export const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

export const OWN_HEADER = "x-ldms-portal";
const SAFE = ["GET", "HEAD"];

/** Another name is another site that leads here. @throws RefusedError 421 */
export function assertHost({ rawHeaders, headers, url = "" }: IncomingMessage, { hosts }: PlaceRules): void {
  const named = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  const name = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec((headers.host ?? "").toLowerCase())?.[1];
  if (named.length === 1 && url.startsWith("/") && name !== undefined && hosts.includes(name)) return;
  throw new RefusedError("wrong-host", "the portal is not reached by this name", { help: "`ldms portal --host NAME` lets it be" });
}

/**
 * A request of our own page, as browsers themselves say it; and where it changes something, with a header that no page of another origin can send without
 * being asked first. @throws RefusedError 403
 */
export function assertOwnPage({ method = "", headers }: IncomingMessage, { schemes }: PlaceRules): void {
  const site = headers["sec-fetch-site"];
  // Nobody opens an answer as a page.
  const isPage =
    headers["sec-fetch-mode"] === "navigate" ||
    ["document", "iframe", "frame", "embed", "object"].includes(String(headers["sec-fetch-dest"]));
  if ((site !== undefined && site !== "same-origin") || isPage) throw foreign();
  const { origin } = headers;
  const own = schemes.map((scheme) => `${scheme}://${headers.host}`);
  if (origin !== undefined && !own.includes(origin)) throw foreign();
  if (SAFE.includes(method)) return;
  if (origin === undefined || headers[OWN_HEADER] !== "1") throw foreign();
}

function foreign(): RefusedError {
  return new RefusedError("not-allowed", "the request is not of this portal's own page", {
    help: `send \`Origin\` and \`${OWN_HEADER}: 1\` with it where it is a program's`,
  });
}

/** @throws RefusedError 415, 413, 400 */
export async function readJsonBody(request: Request, mostBytes: number): Promise<unknown> {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(request.headers.get("content-type") ?? ""))
    throw new RefusedError("not-json", "the body is not `application/json`");
  if (request.headers.has("content-encoding")) throw new RefusedError("not-json", "the body is packed");
  const text = new TextDecoder("utf-8", { fatal: true });
  try {
    return JSON.parse(text.decode(await readBytes(request, mostBytes)));
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError("bad-request", "the body is no JSON");
  }
}

/** Counted while it is read, whatever its length is said to be. */
async function readBytes({ headers, body }: Request, most: number): Promise<Uint8Array> {
  const tooLarge = () => new RefusedError("too-large", `the body is larger than ${most} bytes`);
  if (Number(headers.get("content-length") ?? 0) > most) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) return Buffer.concat(parts);
    length += value.length;
    if (length > most) {
      void reader?.cancel().catch(() => undefined);
      throw tooLarge();
    }
    parts.push(value);
  }
}
