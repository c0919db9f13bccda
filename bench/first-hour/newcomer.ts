import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyProject } from "../../lab/project-copy";
import { writeStandinTree } from "../../lab/standin/tree";
import { PLACES, type RecordedCommand, type RecordedLine } from "./recording";

/** Ends a command in the terminal's text, before its exit code. */
const MARK = "\u001e";
const SESSION_SECONDS = 540;

/** Somebody who begins: an empty home but for a key to the hosts, a copy of the project, and binaries to build images from. */
export class Newcomer {
  private readonly base = mkdtempSync(join(tmpdir(), "ldms-first-hour-"));
  private readonly home = join(this.base, "me");
  private readonly folder = join(this.home, "ldms");

  /**
   * @param key what lets in to the hosts
   * @param prefix where a build of upstream's LDMS was installed; without it stand-ins take its place
   */
  constructor(key: string, prefix?: string) {
    mkdirSync(join(this.home, ".ssh"), { recursive: true });
    writeFileSync(join(this.home, ".ssh/id_ed25519"), key, { mode: 0o600 });
    mkdirSync(this.folder);
    copyProject(this.folder);
    const ovis = join(this.folder, "ovis");
    if (prefix === undefined) writeStandinTree(ovis);
    else cpSync(prefix, ovis, { recursive: true, verbatimSymlinks: true });
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  /**
   * Types the lines into one shell, until one fails.
   * @throws Error with the text of the command that failed
   */
  type(lines: readonly string[]): Promise<readonly RecordedCommand[]> {
    // `npx ldms` without the second that npm takes to find it.
    const head = 'exec 2>&1; npx() { shift; node bin/ldms.js "$@"; }';
    const script = [head, ...lines.map((line) => `${line}\nended=$?; printf '${MARK}%s\\n' "$ended"; [ "$ended" = 0 ] || exit 1`)].join(
      "\n",
    );
    const environment = { PATH: pathWithoutPulumi(), HOME: this.home, LANG: "C.UTF-8" };
    const child = spawn("bash", ["-c", script], {
      cwd: this.folder,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
      timeout: SESSION_SECONDS * 1000,
    });
    return new Promise((resolve, reject) => {
      const heard = new Listener(lines, (text) => this.place(text));
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => heard.hear(chunk));
      child.once("error", reject);
      child.once("close", (code) => (code === 0 ? resolve(heard.commands) : reject(new Error(heard.failure()))));
    });
  }

  private place(text: string): string {
    return text.replaceAll(this.folder, PLACES.folder).replaceAll(this.home, PLACES.home);
  }
}

/** The text says which engine runs: it is the one that is always there. */
function pathWithoutPulumi(): string {
  const folders = (process.env["PATH"] ?? "").split(":");
  return folders.filter((folder) => !existsSync(join(folder, "pulumi"))).join(":");
}

/** Divides what a shell prints into commands, and their text into lines with the time of each. */
class Listener {
  readonly commands: RecordedCommand[] = [];
  private lines: RecordedLine[] = [];
  private rest = "";
  private began = Date.now();

  constructor(
    private readonly typed: readonly string[],
    private readonly place: (text: string) => string,
  ) {}

  hear(chunk: string): void {
    const texts = (this.rest + chunk).split("\n");
    this.rest = texts.pop()!;
    for (const text of texts) {
      if (text.startsWith(MARK)) this.end();
      else this.lines.push([this.seconds(), this.place(text)]);
    }
  }

  /** What the last command said. */
  failure(): string {
    const last = this.commands.at(-1);
    return `${this.typed[this.commands.length - 1]}\n${last?.lines.map(([, text]) => text).join("\n")}`;
  }

  private end(): void {
    this.commands.push({ typed: this.typed[this.commands.length]!, seconds: this.seconds(), lines: this.lines });
    this.lines = [];
    this.began = Date.now();
  }

  private seconds(): number {
    return Math.round((Date.now() - this.began) / 100) / 10;
  }
}
