import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchStack, type UpArgs } from "../../bench/bench-stack";
import type { LightHosts } from "../../bench/light-hosts";
import type { PortalEvent, RunView, RunWish, SignedIn } from "../../portal/api";
import { type Answer, Browser } from "../portal/portal-kit";
import { startLightHosts } from "./light-kit";

const ORIGIN = "http://localhost";
const STACK = "bench";

interface LightPortalArgs {
  readonly hosts: number;
  readonly runSeconds: number;
  /** Keys of the stack file that differ. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

interface LightPortalSuite {
  light: LightHosts;
  stack: BenchStack;
  portal: LightPortal;
}

/** `ldms portal` as a person starts it, at a socket, with hosts that are reached by real ssh. */
export class LightPortal {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-portal-"));
  operator!: Browser;
  private child!: ChildProcess;

  constructor(
    private readonly light: LightHosts,
    private readonly stack: BenchStack,
  ) {}

  /** For the tests of a suite: a stack of so many light hosts, and its portal. */
  static use({ hosts, runSeconds, changes }: LightPortalArgs): LightPortalSuite {
    const on = {} as LightPortalSuite;
    before(async function () {
      on.light = await startLightHosts(this, { runSeconds });
      on.stack = new BenchStack(on.light, on.light.addresses(hosts), changes);
      on.portal = new LightPortal(on.light, on.stack);
      await on.portal.start();
    });
    after(() => {
      on.portal?.remove();
      on.stack?.remove();
      on.light?.stop();
    });
    return on;
  }

  /** Also again, after an end. */
  async start(): Promise<void> {
    const socket = join(this.folder, "portal.sock");
    const { folder: cwd, environment } = this.stack.upCommand({ keeps: true });
    const [program, ...args] = this.light.argv([process.execPath, "bin/ldms.js", "portal", "-s", STACK, "--socket", socket]);
    this.child = spawn(program, args, { cwd, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    while (!said.includes(`\nportal: ${STACK} at `)) await sleep(100);
    const code = /^(?!viewer)\S+: http:\/\/localhost:PORT\/#code=(\S+) {3}\(after: ssh -L PORT:/m.exec(said)![1];
    const { json } = await new Browser(ORIGIN, undefined, socket).post<SignedIn>("/api/session", { code });
    this.operator = new Browser(ORIGIN, json.session, socket);
  }

  /** @returns its exit code; of one that was killed null */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    this.child.kill(signal);
    return new Promise((resolve) => this.child.once("exit", resolve));
  }

  remove(): void {
    this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  get<T>(path = ""): Promise<Answer<T>> {
    return this.operator.get<T>(`/api/stacks/${STACK}${path}`);
  }

  post<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.operator.post<T>(`/api/stacks/${STACK}${path}`, body);
  }

  /** Begins a run. @returns its id */
  async begin(wish: RunWish): Promise<string> {
    const { json, status, text } = await this.post<RunView>("/runs", wish);
    assert.equal(status, 202, text);
    return json.id;
  }

  /** These hosts send no data: nobody waits for it to come. */
  async ended(id: string): Promise<RunView> {
    for (;;) {
      const { json: now } = await this.get<RunView>(`/runs/${id}`);
      if (now.phase === "waiting" && !now.isCancelling) await this.post(`/runs/${id}/cancel`);
      if (now.result !== undefined) return now;
      await sleep(200);
    }
  }

  async run(wish: RunWish): Promise<RunView> {
    return this.ended(await this.begin(wish));
  }

  /** @returns seconds from the change to the event */
  async waitFor(is: (event: PortalEvent) => boolean, change: () => unknown): Promise<number> {
    const stream = await this.operator.stream(`/api/stacks/${STACK}/events`);
    await change();
    const begun = Date.now();
    try {
      await stream.until(is, 60);
      return (Date.now() - begun) / 1000;
    } finally {
      stream.close();
    }
  }

  /** As somebody edits it. */
  write(args: UpArgs): void {
    this.stack.upCommand({ keeps: true, ...args });
  }
}
