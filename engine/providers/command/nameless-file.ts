import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A file that exists only as long as this process holds it open: written, then unlinked at once, and read by ssh through `/proc/PID/fd/N`, which
 * only our own user (and root) can open. So a private key is under no name on any disk, in no argv and no environment, and even SIGKILL leaves
 * nothing behind. An ssh-agent would need a process to outlive us or to be watched.
 */
export class NamelessFile {
  readonly path: string;
  private readonly descriptor: number;

  constructor(content: string) {
    const folder = mkdtempSync(join(tmpdir(), "ldms-"));
    const file = join(folder, "f");
    this.descriptor = openSync(file, "wx+", 0o600);
    unlinkSync(file);
    rmdirSync(folder);
    writeSync(this.descriptor, content);
    this.path = `/proc/${process.pid}/fd/${this.descriptor}`;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
