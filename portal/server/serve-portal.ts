import { chmodSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { Site } from "../../automation/site";
import { BadInputError } from "../../plan/problems/errors";
import { messageOf } from "../../stack/engine-error";
import { type Access, AccessFile, accessOfLinks, USER } from "./access";
import { Attempts } from "./attempts";
import { AuditLog } from "./audit-log";
import { HeaderSignIn, TokenSignIn } from "./callers";
import { checkServing, type ListenAddress, type ServingOptions } from "./check-serving";
import { createApp } from "./create-app";
import { readPageFiles } from "./page-files";
import type { Portal, PortalStack } from "./portal";
import { Readers } from "./readers";
import { LOOPBACK_HOSTS } from "./request-rules";
import { type RunTimes, StackRuns } from "./stack-runs";
import { WatchedStack } from "./watched-stack";

export interface PortalArgs extends ServingOptions, RunTimes {
  /** Of one project. */
  readonly sites: readonly Site[];
  /** Of the built page. */
  readonly pageFolder: string;
  readonly version: string;
  /** One line for who runs it. */
  readonly say: (text: string) => void;
}

export interface ServedPortal {
  readonly portal: Portal;
  /** `http://127.0.0.1:8080/`; of a socket its path. */
  readonly address: string;
  /** Ends runs that are under way, and the server. */
  close(): Promise<void>;
}

/** Requests that take longer to arrive, and connections that say nothing; of those nobody knows until the server looks at all that it has. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000, connectionsCheckingInterval: 5000 };
const MOST_CONNECTIONS = 1024;
const VIEWER = "viewer";

/** @throws BadInputError for options that do not go together, or a place that cannot be listened at */
export async function servePortal(args: PortalArgs): Promise<ServedPortal> {
  const place = checkServing(args);
  const scheme = args.tlsCert === undefined ? "http" : "https";
  const access = openAccess(args);
  let address = args.socket ?? "";
  const { userHeader, trustedProxy: proxy } = args;
  // A code is good once: the next browser needs another one.
  const tokens: TokenSignIn | undefined = userHeader === undefined ? new TokenSignIn(access, (user) => sayLink(user)) : undefined;
  const sayLink = (user: string) => args.say(renderLink(args, address, user, tokens!.issueCode(user)));
  const audit = AuditLog.of(args.sites[0]!.folder);
  const portal: Portal = {
    signIn: tokens ?? new HeaderSignIn(access, { header: userHeader!.toLowerCase(), proxy }),
    ...{ audit, version: args.version, say: args.say },
    stacks: await openStacks(args, audit),
    attempts: new Attempts(),
    readers: new Readers(),
    page: readPageFiles(args.pageFolder),
    rules: {
      hosts: args.host?.length ? args.host.map((name) => name.toLowerCase()) : LOOPBACK_HOSTS,
      schemes: args.behindProxy ? ["http", "https"] : [scheme],
    },
    isTls: scheme === "https",
  };
  const server = createHttpServer(args, portal);
  await listen(server, place, args.socket);
  if (place) address = `${scheme}://${renderAuthority(place, server)}/`;
  if (tokens) access.users.forEach(sayLink);
  return { portal, address, close: () => close(server, portal) };
}

function openAccess({ access: file, say, readOnly = false }: PortalArgs): Access {
  const access =
    file === undefined
      ? accessOfLinks({ [operatorName()]: "operator", [VIEWER]: "viewer" })
      : new AccessFile(file, (error) => say(`nobody has any right until this is mended: ${error.message}`));
  return readOnly ? withoutOperators(access) : access;
}

/** A user id without an entry in the password file has no name. */
function operatorName(): string {
  try {
    const { username } = userInfo();
    return USER.test(username) && username !== VIEWER ? username : "operator";
  } catch {
    return "operator";
  }
}

function withoutOperators(access: Access): Access {
  return {
    get users() {
      return access.users;
    },
    roleOf: (user, stack) => (access.roleOf(user, stack) === undefined ? undefined : "viewer"),
  };
}

async function openStacks({ sites, ...times }: PortalArgs, audit: AuditLog): Promise<ReadonlyMap<string, PortalStack>> {
  const stacks = sites.map(async (site): Promise<[string, PortalStack]> => {
    const watched = new WatchedStack(site);
    const onEnd: ConstructorParameters<typeof StackRuns>[1] = ({ id, kind, by, result = "", preview }) => {
      const digest = preview?.digest;
      const act = { stack: site.stack, who: by, from: "portal", act: kind, result, run: id, ...(digest !== undefined && { digest }) };
      void audit.write(act).catch(() => undefined);
    };
    const runs = new StackRuns(watched, onEnd, times);
    await runs.recover();
    return [site.stack, { watched, runs }];
  });
  return new Map(await Promise.all(stacks));
}

function createHttpServer({ tlsCert, tlsKey }: PortalArgs, portal: Portal): Server {
  const { fetch } = createApp(portal);
  const tls =
    tlsCert !== undefined && tlsKey !== undefined
      ? { cert: readPem(tlsCert), key: readPem(tlsKey), minVersion: "TLSv1.2" as const }
      : undefined;
  const server = tls ? createTls(fetch, tls) : createAdaptorServer({ fetch, createServer, serverOptions: TIMEOUTS });
  (server as Server).maxConnections = MOST_CONNECTIONS;
  return server as Server;
}

type Fetch = Parameters<typeof createAdaptorServer>[0]["fetch"];

function createTls(fetch: Fetch, tls: ServerOptions): ReturnType<typeof createAdaptorServer> {
  try {
    return createAdaptorServer({ fetch, createServer: createTlsServer, serverOptions: { ...tls, ...TIMEOUTS } });
  } catch (cause) {
    const help = "name PEM files of one certificate and its key, without a passphrase";
    throw BadInputError.of("--tls-cert, --tls-key", `cannot be used: ${messageOf(cause)}`, help, { cause });
  }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw BadInputError.of(path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, "name a PEM file that you may read", {
      cause,
    });
  }
}

async function listen(server: Server, place: ListenAddress | undefined, socket: string | undefined): Promise<void> {
  if (socket !== undefined) await clearSocket(socket);
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) =>
      reject(
        BadInputError.of(socket ?? `${place!.address}:${place!.port}`, `cannot be listened at (${cause.code})`, "choose another place", {
          cause,
        }),
      );
    server.once("error", fail);
    const done = () => {
      server.off("error", fail);
      resolve();
    };
    if (place) server.listen(place.port, place.address, done);
    else {
      // For nobody else, also in the moment before its mode is set.
      const before = process.umask(0o177);
      server.listen(socket, done);
      process.umask(before);
    }
  });
  if (socket !== undefined && hasOwnGroup(dirname(socket))) chmodSync(socket, 0o660);
}

/** By the setgid bit a folder says whose group its files are; without it they are of whatever group the server runs in. */
function hasOwnGroup(folder: string): boolean {
  return (statSync(folder).mode & 0o2000) !== 0;
}

/** What a killed server has left is taken away; what is listened at, or is something else, is not. */
async function clearSocket(path: string): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw BadInputError.of(path, "exists already, and is no socket", "name a path where nothing is");
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
  if (isAlive) throw BadInputError.of(path, "somebody listens there already", "end that portal first, or name another path");
  rmSync(path);
}

/** With the port that was given to it. */
function renderAuthority({ address }: ListenAddress, server: Server): string {
  const found = server.address();
  const port = typeof found === "object" && found ? found.port : 0;
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** What stands behind `#` is in no log of any server. */
function renderLink({ host, behindProxy, socket }: PortalArgs, address: string, user: string, code: string): string {
  const [name] = host ?? [];
  if (behindProxy) return `${user}: https://${name}/#code=${code}`;
  if (socket !== undefined)
    return `${user}: http://${name ?? "localhost"}:PORT/#code=${code}   (after: ssh -L PORT:${address} THIS-MACHINE)`;
  const base = new URL(address);
  if (name !== undefined) base.hostname = name;
  return `${user}: ${base}#code=${code}`;
}

async function close(server: Server, { stacks }: Portal): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all([...stacks.values()].map(({ runs }) => runs.end()));
  await Promise.all([...stacks.values()].map(({ watched }) => watched.end()));
  server.closeAllConnections();
  await ended;
}
