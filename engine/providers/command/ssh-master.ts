import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withoutPulumiVariables } from "../../../plan/text/child-environment";
import { makeSocketFolder } from "../../../processes/socket-folder";
import { ProviderError } from "../../provider/provider";
import type { Connection } from "./command-inputs";
import { NamelessFile } from "./nameless-file";
import { sshOptions } from "./ssh-options";

/** All attempts to reach one host together may take this long, milliseconds; above what the real provider's defaults come to (10 of 15 s). */
const DIAL_TIMEOUT_MS = 180_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const SOCKET_POLL_MS = 20;
/** A command's ssh and the connection's end at the same moment, in either order. */
const LOSS_WAIT_MS = 1_000;

/**
 * One ssh connection to a host, kept while this object lives: ssh's ControlMaster. The key exchange is most of a small command's cost, and a
 * connection that stands tells a host that cannot be reached from a command that fails.
 */
export class SshMaster {
  private readonly folder = makeSocketFolder();
  private readonly files: NamelessFile[] = [];
  private readonly options: readonly string[];
  private child: ChildProcess | undefined;
  /** Resolves when the connection has ended, with the reason. */
  private ended: Promise<string> | undefined;
  private isClosed = false;
  private dialing: Promise<void> | undefined;

  constructor(private readonly connection: Connection) {
    this.options = sshOptions(connection, (content) => {
      const file = new NamelessFile(content);
      this.files.push(file);
      return file.path;
    });
  }

  private get socket(): string {
    return this.folder.socket("ssh");
  }

  /**
   * The argv that runs a command on the host, over the kept connection.
   *
   * @throws ProviderError with the host's name and ssh's own words when the host cannot be reached
   */
  async argvOf(command: string): Promise<readonly string[]> {
    if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null) this.dialing ??= this.dial();
    await this.dialing;

    return ["ssh", ...this.options, "-o", `ControlPath=${this.socket}`, "-T", "--", this.connection.host, command];
  }

  private async dial(): Promise<void> {
    const { host, dialErrorLimit } = this.connection;
    const deadline = Date.now() + DIAL_TIMEOUT_MS;
    try {
      for (let failures = 1, pauseMs = FIRST_PAUSE_MS; ; failures++, pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
        const reason = await this.attempt(deadline);
        if (reason === undefined) return;
        if (this.isClosed || isHopeless(reason) || (dialErrorLimit >= 0 && failures > dialErrorLimit) || Date.now() + pauseMs > deadline) {
          throw new ProviderError(`${host}: ${reason}${failures > 1 ? ` (${failures} attempts)` : ""}`, host);
        }
        await sleep(pauseMs);
      }
    } finally {
      this.dialing = undefined;
    }
  }

  /** One attempt; `undefined` when the connection stands, else what ssh said. */
  private async attempt(deadline: number): Promise<string | undefined> {
    rmSync(this.socket, { force: true });
    // Only at this level does ssh say that a host has stopped answering; the first value counts.
    const talkative = ["-o", "LogLevel=INFO", ...this.options, "-o", `ControlPath=${this.socket}`, "-o", "ControlMaster=yes"];
    const argv = [...talkative, "-T", "--", this.connection.host, "cat"];
    // `cat` ends with our end of the pipe, and ssh with `cat`: not even SIGKILL of this process leaves a connection behind.
    // Detached: a Ctrl-C at the terminal asks this process to end what it is doing, and for that the connection must stand.
    const child = spawn("ssh", argv, { env: withoutPulumiVariables(process.env), stdio: ["pipe", "ignore", "pipe"], detached: true });
    this.child = child;
    let stderr = "";
    let reason: string | undefined;
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code) => resolve(describe(stderr) || `ssh ended with exit code ${code}`));
    });
    this.ended.then((text) => {
      reason = text;
    });

    while (reason === undefined && !existsSync(this.socket)) {
      if (Date.now() > deadline || this.isClosed) child.kill();
      await sleep(SOCKET_POLL_MS);
    }

    return reason;
  }

  /** Why the connection has ended, if it has. To be asked after a command that ended as one does whose connection is lost: with code 255. */
  async loss(): Promise<string | undefined> {
    return Promise.race([this.ended, sleep(LOSS_WAIT_MS, undefined)]);
  }

  /** Ends the connection and what runs over it, and forgets the keys. */
  async close(): Promise<void> {
    this.isClosed = true;
    const child = this.child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await Promise.race([ended, sleep(1000).then(() => child.kill("SIGKILL"))]);
    }
    for (const file of this.files.splice(0)) file.close();
    this.folder.remove();
  }
}

/** ssh's own words, but not the page that it prints for a host key, which names our temporary files. */
function describe(stderr: string): string {
  if (/Host key verification failed|HOST IDENTIFICATION HAS CHANGED/.test(stderr))
    return "its ssh host key is not the one that `hostKey` names";

  return stderr
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("Warning: Permanently added"))
    .join("\n")
    .trim();
}

/** What no further attempt mends: a wrong key, a changed host key, a name that does not resolve. */
function isHopeless(reason: string): boolean {
  return /Permission denied|ssh host key|Could not resolve hostname|invalid format|Bad configuration option|ENOENT/.test(reason);
}
