import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { SignedIn } from "../../portal/api";
import { Browser } from "./portal-kit";

/** In a network namespace of its own: nothing is up there, not even loopback. */
const WITHOUT_NETWORK = ["unshare", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]), "--net"];
const ORIGIN = "http://localhost";

export interface PortalProcessArgs {
  /** The project's. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `ldms`, as it is started there. */
  readonly ldms: readonly string[];
  readonly stack: string;
}

/** `ldms portal` as a person starts it, at a socket, without a network. */
export class PortalProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly socket: string,
    /** All that it has printed. */
    readonly said: () => string,
  ) {}

  static async start({ folder, environment, ldms, stack }: PortalProcessArgs): Promise<PortalProcess> {
    const socket = join(folder, "portal.sock");
    const [program = "", ...args] = [...WITHOUT_NETWORK, ...ldms, "portal", "-s", stack, "--socket", socket];
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const pipe of [child.stdout, child.stderr])
      pipe.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    const isServing = () => said.includes(`\nportal: ${stack} at ${socket} `);
    while (!isServing() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(isServing(), said);
    return new PortalProcess(child, socket, () => said);
  }

  browser(session?: string): Browser {
    return new Browser(ORIGIN, session, this.socket);
  }

  async signIn(): Promise<Browser> {
    const code = /^(?!viewer)\S+: \S+#code=(\S+)/m.exec(this.said())![1];
    const { json } = await this.browser().post<SignedIn>("/api/session", { code });
    return this.browser(json.session);
  }

  /** As Ctrl-C does. @returns its exit code */
  async end(): Promise<number | null> {
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await new Promise((resolve) => this.child.once("exit", resolve));
    }
    return this.child.exitCode;
  }
}

/** That page, script, style and editor come, and an answer of the stack. */
export async function assertServesPage(portal: PortalProcess, stack: string): Promise<void> {
  const { status, text: html } = await portal.browser().get("/");
  assert.equal(status, 200);
  const named = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  assert.ok(named.some((file) => file.endsWith(".js")) && named.some((file) => file.endsWith(".css")), html);
  for (const file of named) {
    const answer = await portal.browser().get(file);
    assert.equal(answer.status, 200, file);
    const editor = /code-editor-[\w-]+\.js/.exec(answer.text)?.[0];
    if (file.endsWith(".js")) assert.equal((await portal.browser().get(`/assets/${editor}`)).status, 200, editor);
  }
  const operator = await portal.signIn();
  const { json } = await operator.get<{ readonly hosts: { readonly names: readonly string[] } }>(`/api/stacks/${stack}`);
  assert.ok(json.hosts.names.length > 0);
}
