import type { IncomingMessage } from "node:http";
import type { PortalRole } from "../api";
import { type Access, USER } from "./access";
import { Sessions, SignInCodes } from "./sessions";

/** Who asks. */
export interface Caller {
  readonly user: string;
  /** As of now: it may end at any time. */
  roleOf(stack: string): PortalRole | undefined;
  /** The session goes on. */
  isSignedIn(): boolean;
  /** Who it is was said long ago: a stream ends, and comes anew by way of who says it. */
  isOld(): boolean;
  signOut(): void;
}

/** How it is known who asks. */
export interface SignIn {
  readonly way: "token" | "header";
  /** For who is not known. */
  readonly help: string;
  /** Undefined: nobody that is known. */
  find(request: IncomingMessage): Caller | undefined;
  /** Of the way `token`. @returns the session's word and who it is, undefined for a code that is none */
  begin(code: string): { readonly session: string; readonly user: string } | undefined;
  roleOf(user: string, stack: string): PortalRole | undefined;
}

/** Behind a proxy a session is the proxy's: a stream that is older comes anew through it. */
const LONGEST_STREAM_MS = 10 * 60_000;

/** A code of a printed link becomes a session, which the page sends with each request. No cookie: nothing goes along by itself. */
export class TokenSignIn implements SignIn {
  readonly way = "token";
  readonly help = "open the address that `ldms portal` printed last";
  readonly sessions = new Sessions();
  private readonly codes = new SignInCodes();

  /** @param onUsed told whose code was used, so that another one can be given out */
  constructor(
    private readonly access: Access,
    private readonly onUsed: (user: string) => void = () => undefined,
  ) {}

  roleOf(user: string, stack: string): PortalRole | undefined {
    return this.access.roleOf(user, stack);
  }

  issueCode(user: string): string {
    return this.codes.issue(user);
  }

  begin(code: string): { readonly session: string; readonly user: string } | undefined {
    const user = this.codes.take(code);
    if (user === undefined) return undefined;
    this.onUsed(user);
    return { session: this.sessions.begin(user), user };
  }

  find({ headers }: IncomingMessage): Caller | undefined {
    const word = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(headers.authorization ?? "")?.[1];
    const user = word === undefined ? undefined : this.sessions.find(word);
    if (word === undefined || user === undefined) return undefined;
    return {
      user,
      roleOf: (stack) => this.access.roleOf(user, stack),
      isSignedIn: () => this.sessions.find(word) === user,
      isOld: () => false,
      signOut: () => this.sessions.end(word),
    };
  }
}

export interface HeaderArgs {
  /** `x-remote-user`, in small letters. */
  readonly header: string;
  /** Address of the proxy; undefined: who can write to the socket's file is the proxy. */
  readonly proxy: string | undefined;
}

/** The proxy in front says who it is, by one header, from its own address alone. */
export class HeaderSignIn implements SignIn {
  readonly way = "header";
  readonly help: string;

  constructor(
    private readonly access: Access,
    private readonly args: HeaderArgs,
  ) {
    this.help = `the proxy in front names the user in the header \`${args.header}\`: letters, digits, \`@._+-\``;
  }

  roleOf(user: string, stack: string): PortalRole | undefined {
    return this.access.roleOf(user, stack);
  }

  begin(): undefined {
    return undefined;
  }

  find(request: IncomingMessage): Caller | undefined {
    const user = this.isFromProxy(request) ? readOnce(request, this.args.header) : undefined;
    if (user === undefined || !USER.test(user)) return undefined;
    const begun = performance.now();
    return {
      user,
      roleOf: (stack) => this.access.roleOf(user, stack),
      isSignedIn: () => true,
      isOld: () => performance.now() - begun > LONGEST_STREAM_MS,
      signOut: () => undefined,
    };
  }

  private isFromProxy(request: IncomingMessage): boolean {
    const { proxy } = this.args;
    return proxy === undefined || addressOf(request) === proxy;
  }
}

/** Of the other end; undefined: it came by a socket. */
export function addressOf({ socket }: IncomingMessage): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:/, "");
}

/**
 * The header's value where it is there exactly once. Not where a name that servers take for the same is there as well, nor where `Connection:` names it, by
 * which a proxy takes its own header out again.
 */
function readOnce({ rawHeaders, headers }: IncomingMessage, name: string): string | undefined {
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((one) => one.toLowerCase());
  const alike = names.filter((one) => one.replaceAll("_", "-") === name);
  const dropped = (headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim());
  const value = headers[name];
  if (alike.length !== 1 || dropped.includes(name) || typeof value !== "string") return undefined;
  return value;
}
