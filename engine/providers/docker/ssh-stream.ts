import { type ChildProcessByStdio, spawn } from "node:child_process";
import { Duplex, type Readable, type Writable } from "node:stream";
import { withoutPulumiVariables } from "../../../plan/text/child-environment";

const STDERR_KEPT_CHARACTERS = 4000;

/**
 * One HTTP connection to a remote Docker engine: the standard streams of an `ssh … docker system dial-stdio`. It ends when the process ends, and
 * then fails with what ssh wrote to stderr, which is the only place where ssh says why.
 */
export class SshStream extends Duplex {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private stderr = "";

  /** @param folder what the key and the known hosts in `argv` are relative to */
  constructor(argv: readonly string[], folder: string) {
    super();
    // Detached: a Ctrl-C at the terminal asks this process to end what it is doing, and for that the connection must stand.
    this.child = spawn(argv[0]!, argv.slice(1), {
      cwd: folder,
      env: withoutPulumiVariables(process.env),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    this.child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) this.child.stdout.pause();
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_KEPT_CHARACTERS);
    });
    // A write to a process that has just ended fails with EPIPE; the reason follows with "close".
    this.child.stdin.on("error", () => {});
    this.child.on("error", (error) => this.destroy(error));
    this.child.on("close", (code) => this.finish(code));
  }

  private finish(code: number | null): void {
    if (code === 0) this.push(null);
    else
      this.destroy(
        new Error(
          this.stderr.trim() === ""
            ? code === 255
              ? "the ssh connection was lost"
              : `ssh ended with exit code ${code}`
            : this.stderr.trim(),
        ),
      );
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.child.stdin.write(chunk)) done();
    else this.child.stdin.once("drain", () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.child.stdin.destroy();
    this.child.kill();
    done(error);
  }

  // What node's HTTP client asks of a socket; a pipe has none of it. Time-outs are the caller's.
  setTimeout(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
