import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Site } from "../../automation";
import type { PortalEvent, PortalRole, Refusal, SignedIn } from "../../portal/api";
import { type PortalArgs, type ServedPortal, servePortal } from "../../portal/server/serve-portal";

/** What stands for the built page. */
function makePage(): string {
  const folder = mkdtempSync(join(tmpdir(), "ldms-page-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>LDMS</title>");
  writeFileSync(join(folder, "assets/index-0a1b2c3d.js"), "export {};");
  return folder;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** Undefined for what is no JSON. */
  readonly json: T & Refusal;
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As JSON, or as it stands. */
  readonly body?: unknown;
}

/** A portal that listens, and a browser's way of speaking to it. */
export class PortalKit {
  readonly said: string[] = [];
  private served!: ServedPortal;
  private readonly page = makePage();

  static async open(sites: readonly Site[], args: Partial<PortalArgs> = {}): Promise<PortalKit> {
    const kit = new PortalKit();
    const say = (text: string) => void kit.said.push(text);
    const listen = args.socket === undefined ? { listen: "127.0.0.1:0" } : {};
    kit.served = await servePortal({ sites, pageFolder: kit.page, version: "0.1.0", say, graceMs: 0, waitSeconds: 0, ...listen, ...args });
    return kit;
  }

  get portal(): ServedPortal["portal"] {
    return this.served.portal;
  }

  get address(): string {
    return this.served.address;
  }

  get origin(): string {
    return this.address.replace(/\/$/, "");
  }

  /** Of the last link that was printed for that user. */
  codeOf(user: string): string {
    const line = this.said.findLast((one) => one.startsWith(`${user}: `)) ?? "";
    return /#code=([\w-]+)/.exec(line)?.[1] ?? "";
  }

  /** Of whoever runs the server; the other link is a viewer's. */
  get operatorName(): string {
    return this.said.map((line) => /^(\S+): .*#code=/.exec(line)?.[1] ?? "viewer").find((name) => name !== "viewer")!;
  }

  async signIn(role: PortalRole): Promise<Browser> {
    const user = role === "viewer" ? "viewer" : this.operatorName;
    const answer = await new Browser(this.origin).post<SignedIn>("/api/session", { code: this.codeOf(user) });
    return new Browser(this.origin, answer.json.session);
  }

  async close(): Promise<void> {
    await this.served.close();
    rmSync(this.page, { recursive: true, force: true });
  }
}

/** Sends what a browser sends, and what it is told to send instead. */
export class Browser {
  constructor(
    readonly origin: string,
    readonly session?: string,
    private readonly socketPath?: string,
  ) {}

  get<T>(path: string, headers: Ask["headers"] = {}): Promise<Answer<T>> {
    return this.ask<T>({ path, headers });
  }

  post<T>(path: string, body?: unknown, headers: Ask["headers"] = {}): Promise<Answer<T>> {
    return this.ask<T>({ method: "POST", path, body, headers });
  }

  /** With the headers that our own page sends, unless they are said to be others. */
  async ask<T>(ask: Ask): Promise<Answer<T>> {
    const { response, sent } = await this.open(ask);
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    sent.destroy();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {}
    return { status: response.statusCode!, headers: response.headers, text, json: json as T & Refusal };
  }

  /** Of a stream; `close` ends it. */
  async stream(path: string): Promise<EventReader> {
    const { response, sent } = await this.open({ path });
    return new EventReader(response, sent);
  }

  /** Of a stream, for who reads it by themselves. */
  async openStream(path: string): Promise<IncomingMessage> {
    return (await this.open({ path })).response;
  }

  private open({
    method = "GET",
    path,
    headers = {},
    body,
  }: Ask): Promise<{ readonly response: IncomingMessage; readonly sent: ClientRequest }> {
    const own = {
      host: new URL(this.origin).host,
      "sec-fetch-site": "same-origin",
      ...(this.session !== undefined && { authorization: `Bearer ${this.session}` }),
      ...(method !== "GET" && { origin: this.origin, "x-ldms-portal": "1" }),
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const all = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined);
    const { hostname, port } = new URL(this.origin);
    const place = this.socketPath === undefined ? { hostname, port } : { socketPath: this.socketPath };
    return new Promise((resolve, reject) => {
      const options = { ...place, method, path, headers: Object.fromEntries(all) as Record<string, string>, agent: false } as const;
      const sent = request(options, (response) => resolve({ response, sent }));
      sent.on("error", reject);
      if (body !== undefined) sent.write(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
      sent.end();
    });
  }
}

/** Reads a stream's events as the page does. */
export class EventReader {
  readonly events: PortalEvent[] = [];
  /** All of it that has come. */
  text = "";
  hasEnded = false;
  readonly ended: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(
    readonly response: IncomingMessage,
    private readonly sent: ClientRequest,
  ) {
    this.ended = this.read();
  }

  get cursor(): string {
    return this.events.at(-1)?.cursor ?? "";
  }

  /** The first event, old or new, that is so. */
  async until(is: (event: PortalEvent) => boolean, seconds = 30): Promise<PortalEvent> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.events.find(is);
      if (found) return found;
      if (this.hasEnded || Date.now() > deadline) throw new Error(`no such event: ${this.text.slice(-500)}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 500);
      });
    }
  }

  close(): void {
    this.sent.destroy();
  }

  private async read(): Promise<void> {
    let rest = "";
    try {
      for await (const chunk of this.response.setEncoding("utf8")) {
        this.text += chunk;
        rest += chunk;
        const frames = rest.split("\n\n");
        rest = frames.pop()!;
        for (const frame of frames) {
          const data = frame.split("\n").find((line) => line.startsWith("data: "));
          if (data) this.events.push(JSON.parse(data.slice(6)) as PortalEvent);
        }
        this.wake();
      }
    } catch {
      // Ended by us.
    }
    this.hasEnded = true;
    this.wake();
  }
}
