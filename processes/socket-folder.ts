import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder, mode 0700, for the sockets of this process: on a login node every user reaches a port of 127.0.0.1, and who reaches the engine's
 * deploys as its user does.
 */
export interface SocketFolder {
  /** `/tmp/ldms-run-Xb3Zk2/engine` for `engine`. */
  socket(name: string): string;
  remove(): void;
}

export function makeSocketFolder(): SocketFolder {
  const folder = mkdtempSync(join(shortTmpdir(), "ldms-run-"));
  return {
    socket: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A socket's path must stay below 108 bytes, and ssh adds a suffix of its own. @see unix(7) */
function shortTmpdir(): string {
  return Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : "/tmp";
}
