import { statSync } from "node:fs";

/** Tells one form of a file from another without reading it; of one that cannot be looked at why. Never throws. */
export function markFile(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
