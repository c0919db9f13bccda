import { shellLine } from "../../plan/text/shell";
import { renderAssignments, sh } from "../../plan/text/shell-script";

/** Of one host, and of all together; what is over it is read and left there. */
export const MOST_BYTES = 1024 * 1024;
const MOST_BYTES_IN_ALL = 256 * MOST_BYTES;

/** What is kept of each of so many. */
export function keptBytes(targets: number): number {
  return Math.min(MOST_BYTES, Math.floor(MOST_BYTES_IN_ALL / targets));
}

export interface CommandAnswer {
  /** Standard output and error in the order of arrival, without the last line end. */
  readonly output: string;
  readonly code: number;
  /** By the host's clock. */
  readonly tookSeconds: number;
  /** It had more to say. */
  readonly isCut: boolean;
}

/** The end of the command is told behind its output, for both come by one pipe. */
const BODY = sh`
PATH=$PATH:/usr/local/bin
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 2 "$seconds" "$@"; else "$@"; fi
}
exec 4>&1
began=$(date +%s)
code=$({ { limited sh -c "$line" </dev/null 2>&1 3>&- 4>&-; printf '%s' "$?" >&3; } | { head -c "$most"; cat >/dev/null; } >&4 3>&-; } 3>&1)
printf '\n%s %s\n' "$code" "$(($(date +%s) - began))"
`;

/** POSIX sh that runs one line of a person's and says what came of it. */
export function renderGatherScript(line: string, { seconds, most }: { readonly seconds: number; readonly most: number }): string {
  return `${renderAssignments({ line, seconds, most })}${BODY}`;
}

/** @returns undefined where the answer was cut off */
export function parseGathered(stdout: string, most: number): CommandAnswer | undefined {
  const [, output, code, took] = /^([\s\S]*)\n(\d+) (-?\d+)$/.exec(stdout) ?? [];
  if (output === undefined) return undefined;
  return { output: output.replace(/\n$/, ""), code: Number(code), tookSeconds: Number(took), isCut: Buffer.byteLength(output) >= most };
}

/** One word is a line of shell, as a person types it; several are a program and its arguments. */
export function renderUserLine(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : shellLine(words);
}

/** The same inside a container of the host. */
export function renderInContainer(container: string, words: readonly string[]): string {
  return shellLine(["docker", "exec", container, ...(words.length === 1 ? ["sh", "-c", words[0]!] : words)]);
}

export interface LogArgs {
  /** The last lines of each container. @default 20 */
  readonly tail?: number | "all";
  /** Docker's: `10m`, `2026-11-28T21:00:00`. */
  readonly since?: string;
}

export function renderLogsLine(container: string, { tail = 20, since }: LogArgs, more: readonly string[] = []): string {
  return shellLine(["docker", "logs", ...more, "--tail", String(tail), ...(since === undefined ? [] : [`--since=${since}`]), container]);
}
