import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { AuditLine, HostView, PortalChange, PortalEvent, PortalRole, RunView, Snapshot } from "../../../portal/api";
import { CONTENT_SECURITY_POLICY } from "../../../portal/server/security-headers";
import { type ClusterSize, FakeCluster, FINDINGS, fakeHistoryRun, fakeProblems, HISTORY, NOW, STACK_FILE } from "./fake-cluster";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export const CODE = "code-of-a-test";
export const STACK = "big";
/** Another one, with the same in it. */
export const OTHER_STACK = "lab";

export interface FakePortalArgs {
  readonly page: string;
  readonly size: ClusterSize;
  readonly role?: PortalRole;
  readonly snapshot?: Partial<Snapshot>;
}

/** A request that changes something, as the page sent it. */
export interface Asked {
  readonly route: string;
  readonly body: unknown;
}

/** Answers as the portal's server does, of a cluster that nobody has: what the page makes of it is tested, and nothing of the server's. */
export class FakePortal {
  readonly cluster: FakeCluster;
  readonly asked: Asked[] = [];
  /** How often somebody began to read the events, by where. */
  readonly readers: string[] = [];
  /** As a proxy that keeps all back until the answer's end. */
  keepsStreamsBack = false;
  /** As one that keeps each piece back for so long. */
  lateMs = 0;
  /** Answers `POST runs`; undefined: with a run that has begun. */
  onRun: (body: { readonly kind: string }) => { readonly status: number; readonly body: unknown } = () => ({ status: 202, body: {} });
  role: PortalRole;
  private session: string | undefined = "session-of-a-test";
  private file = { text: STACK_FILE, mark: "mark-1" };
  private readonly server: Server;
  private readonly streams = new Set<ServerResponse>();
  private readonly events: PortalEvent[] = [];
  private readAt = performance.now();

  private constructor(private readonly args: FakePortalArgs) {
    this.cluster = new FakeCluster(args.size);
    this.role = args.role ?? "operator";
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(args: FakePortalArgs): Promise<FakePortal> {
    const portal = new FakePortal(args);
    await new Promise<void>((resolve) => portal.server.listen(0, "127.0.0.1", resolve));
    return portal;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** As the server prints it. */
  get address(): string {
    return `${this.url}#code=${CODE}`;
  }

  stop(): void {
    this.cut();
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Nobody is signed in any more. */
  endSessions(): void {
    this.session = undefined;
  }

  get openStreams(): number {
    return this.streams.size;
  }

  /** Ends every stream, as a lost connection does. */
  cut(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  say(change: PortalChange): void {
    const event = { cursor: `c${this.events.length + 1}`, at: this.now, ...change } as PortalEvent;
    this.events.push(event);
    if (this.lateMs === 0) this.write(event);
    else setTimeout(() => this.write(event), this.lateMs);
  }

  /** The same event once more, as a server does that cannot know what arrived. */
  sayAgain(): void {
    this.write(this.events.at(-1)!);
  }

  private write(event: PortalEvent): void {
    if (!this.keepsStreamsBack) for (const stream of this.streams) stream.write(render(event));
  }

  /** By the clock of the snapshots, which stands at the same time in each of them. */
  private get now(): number {
    return NOW + (performance.now() - this.readAt) / 1000;
  }

  private snapshot(stack: string): Snapshot {
    this.readAt = performance.now();
    return this.cluster.snapshot({ stack, role: this.role, cursor: `c${this.events.length}`, ...this.args.snapshot });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, "http://portal");
    if (!pathname.startsWith("/api/")) return this.sendFile(pathname, response);
    const [, stack = STACK, rest] = new RegExp(`^/api/stacks/(${STACK}|${OTHER_STACK})(/.*)?$`).exec(pathname) ?? [];
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
      response.end(JSON.stringify(body));
    };
    const body = await readBody(request);
    const route = `${request.method} ${pathname}`;
    if (request.method !== "GET") {
      if (request.headers["x-ldms-portal"] !== "1") return json(403, { error: { code: "not-allowed", message: "no header" } });
      this.asked.push({ route, body });
    }
    if (route === "POST /api/session") {
      if ((body as { code?: string }).code !== CODE)
        return json(401, { error: { code: "signed-out", message: "that code is not good, or was used" } });
      return json(200, { session: this.session, ...this.me() });
    }
    if (request.headers.authorization !== `Bearer ${this.session}`) return json(401, { error: { code: "signed-out", message: "sign in" } });
    if (rest === "/events") return this.stream(searchParams.get("after") ?? "", response);
    if (rest === "/poll") return this.poll(searchParams.get("after") ?? "", json);
    const found = this.route(route, stack, body);
    if (found) return json(found.status, found.body);
    json(404, { error: { code: "not-found", message: "there is nothing of that name" } });
  }

  private route(route: string, stack: string, body: unknown): { readonly status: number; readonly body: unknown } | undefined {
    const ok = (answer: unknown) => ({ status: 200, body: answer });
    const of = `/api/stacks/${stack}`;
    const host = new RegExp(`^GET ${of}/hosts/(.+)$`).exec(route)?.[1];
    if (host !== undefined) return ok(this.hostView(decodeURIComponent(host)));
    const run = new RegExp(`^GET ${of}/history/(\\d+)$`).exec(route)?.[1];
    if (run !== undefined) return ok(fakeHistoryRun(Number(run)));
    if (route.endsWith("/cancel")) return ok({ ...(this.lastRun ?? this.snapshot(stack).run), isCancelling: true });
    switch (route) {
      case "GET /api/me":
        return ok(this.me());
      case `GET ${of}`:
        return ok(this.snapshot(stack));
      case `GET ${of}/findings`:
        return ok(FINDINGS);
      case `GET ${of}/history`:
        return ok(HISTORY);
      case `GET ${of}/audit`:
        return ok(AUDIT);
      case `GET ${of}/file`:
        if (this.role === "viewer")
          return { status: 403, body: { error: { code: "not-allowed", message: "this is an operator's to do" } } };
        return ok(this.file);
      case `POST ${of}/file/check`:
        return ok({ problems: fakeProblems((body as { text: string }).text) });
      case `PUT ${of}/file`:
        this.file = { text: (body as { text: string }).text, mark: "mark-2" };
        return ok(this.file);
      case `POST ${of}/look`:
      case "DELETE /api/session":
        return ok({ ok: true });
      case `POST ${of}/runs`:
        return this.onRun(body as RunView);
      default:
        return undefined;
    }
  }

  private get lastRun(): RunView | undefined {
    return this.events.flatMap((event) => (event.type === "run" ? event.run : [])).at(-1);
  }

  private me() {
    return {
      user: "anna",
      stacks: [
        { stack: STACK, role: this.role },
        { stack: OTHER_STACK, role: "viewer" as const },
      ],
      version: "0.1.0",
    };
  }

  private hostView(host: string): HostView {
    const index = this.cluster.hosts.findIndex(({ name }) => name === host);
    const letter = this.cluster.letterOf(index);
    const isDown = letter === "x";
    const role = this.cluster.hosts[index]!.group < 2 ? "sampler" : "aggregator";
    return {
      ...{ host, letter, seen: NOW - 4, groups: [this.cluster.groups()[this.cluster.hosts[index]!.group]!.name] },
      containers: [
        {
          ...{ name: "samp", role, isPlanned: true, letter, state: isDown ? "exited" : "running", health: isDown ? "none" : "healthy" },
          ...{
            since: "2026-11-26T18:53:50.123Z",
            restarts: isDown ? 7 : 0,
            image: "ovishpc/ldms-samp:4.5.3",
            imageWanted: "ovishpc/ldms-samp:4.5.4",
          },
        },
        {
          ...{ name: "old-samp", role, isPlanned: false, letter: "o", state: "running", health: "none" },
          ...{ since: "2026-11-02T08:00:00Z", restarts: 0, image: "ovishpc/ldms-samp:4.4.5" },
        },
      ],
      drift: [
        { kind: "file", subject: "/etc/ldms/big/samp/ldmsd.conf", message: "has another content", differs: "host", mend: "ldms up -s big" },
      ],
    };
  }

  private stream(after: string, response: ServerResponse): void {
    this.readers.push(`stream ${after}`);
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    response.flushHeaders();
    if (this.keepsStreamsBack) return;
    response.write(": open\n\n");
    for (const event of this.behind(after)) response.write(render(event));
  }

  private poll(after: string, json: (status: number, body: unknown) => void): void {
    this.readers.push(`poll ${after}`);
    const events = this.behind(after);
    setTimeout(() => json(200, { events }), events.length > 0 ? 0 : 200);
  }

  private behind(after: string): readonly PortalEvent[] {
    return this.events.slice(Number(after.slice(1)));
  }

  private sendFile(pathname: string, response: ServerResponse): void {
    const path = join(this.args.page, normalize(pathname === "/" ? "/index.html" : pathname));
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "content-security-policy": CONTENT_SECURITY_POLICY });
    response.end(readFileSync(path));
  }
}

function render(event: PortalEvent): string {
  return `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return pieces.length === 0 ? undefined : JSON.parse(Buffer.concat(pieces).toString());
}

const AUDIT: readonly AuditLine[] = [
  {
    at: "2026-11-28T10:01:19.000Z",
    who: "anna",
    from: "127.0.0.1",
    act: "up",
    result: "begun",
    run: "r-20261128-100100-1",
    message: "procstat on the GPU hosts",
  },
  { at: "2026-11-28T10:00:02.000Z", who: "anna", from: "127.0.0.1", act: "sign-in", result: "done" },
  { at: "2026-11-28T09:58:40.000Z", who: "eve", from: "127.0.0.1", act: "up", result: "refused: not-allowed" },
];
