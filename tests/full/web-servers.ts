import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const DOCS = join(__dirname, "../../docs/portal.md");
const MODULES = "mpm_event authz_core authz_user authn_core authn_file auth_basic headers proxy proxy_http ssl";
const START_SECONDS = 15;

export type WebServerName = "nginx" | "apache";

export interface WebServerPlace {
  /** A folder that the server's own user may enter. */
  readonly folder: string;
  readonly socket: string;
  /** What makes another one of the documented text, for a server that somebody has set up otherwise. */
  readonly change?: (documented: string) => string;
}

const PROGRAMS: Readonly<Record<WebServerName, string>> = { nginx: "/usr/sbin/nginx", apache: "/usr/sbin/apache2" };

export function hasWebServer(name: WebServerName): boolean {
  return existsSync(PROGRAMS[name]);
}

/** One of Debian's, with what docs/portal.md says of it; names of places alone are others. */
export class WebServer {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(name: WebServerName, { folder, socket, change = (text) => text }: WebServerPlace): Promise<WebServer> {
    const port = await findPort();
    const own = join(folder, name);
    mkdirSync(own);
    const places: readonly (readonly [string, string])[] = [
      ["/run/ldms/portal.sock", socket],
      ["listen 443 ", `listen 127.0.0.1:${port} `],
      ["*:443", `127.0.0.1:${port}`],
      ["ldms.example.org.pem", "cert.pem"],
      ["ldms.example.org.key", "key.pem"],
      ["ldms.example.org", "localhost"],
      [name === "nginx" ? "/etc/nginx" : "/etc/apache2", folder],
      ["/etc/ssl/certs", folder],
      ["/etc/ssl/private", folder],
    ];
    const site = places.reduce((text, [documented, here]) => text.replaceAll(documented, here), change(readBlock(name)));
    const file = join(own, "site.conf");
    writeFileSync(file, name === "nginx" ? renderNginx(own, site) : renderApache(own, port, site));
    const argv = name === "nginx" ? ["-c", file, "-p", own] : ["-f", file, "-D", "FOREGROUND"];
    const child = spawn(PROGRAMS[name], argv, { stdio: ["ignore", "ignore", "inherit"] });
    const server = new WebServer(port, child);
    await server.answers();
    return server;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await new Promise((resolve) => this.child.once("exit", resolve));
  }

  private async answers(): Promise<void> {
    for (let i = 0; i < START_SECONDS * 10; i++) {
      if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}`);
      const isUp = await isListening(this.port);
      if (isUp) return;
      await sleep(100);
    }
    throw new Error(`no answer within ${START_SECONDS} s`);
  }
}

/** Certificate, key, and users with their passwords, where the documented files have them. */
export function writeSignIn(folder: string, users: Readonly<Record<string, string>>): void {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  execFileSync("openssl", [...kind, ...files, ...subject], { stdio: "ignore" });
  const lines = Object.entries(users).map(([user, password]) => {
    const hash = execFileSync("openssl", ["passwd", "-apr1", password], { encoding: "utf8" }).trim();
    return `${user}:${hash}\n`;
  });
  writeFileSync(join(folder, "ldms.htpasswd"), lines.join(""));
}

function readBlock(name: WebServerName): string {
  const block = new RegExp(`^\`\`\`${name}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(readFileSync(DOCS, "utf8"))?.[1];
  if (block === undefined) throw new Error(`docs/portal.md says nothing of ${name}`);
  return block;
}

function renderNginx(folder: string, site: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${folder}/${kind};`);
  const log = `error_log ${folder}/error.log;\n`;
  return `user www-data;\ndaemon off;\npid ${folder}/pid;\n${log}events {}\nhttp {\n  access_log off;\n${temporary.join("\n")}\n${site}}\n`;
}

function renderApache(folder: string, port: number, site: string): string {
  const modules = MODULES.split(" ").map((module) => `LoadModule ${module}_module /usr/lib/apache2/modules/mod_${module}.so\n`);
  const own = `DefaultRuntimeDir ${folder}\nPidFile ${folder}/pid\nErrorLog ${folder}/error.log\nServerName localhost\n`;
  return `${own}User www-data\nGroup www-data\nListen 127.0.0.1:${port}\n${modules.join("")}${site}`;
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
