import { execFileSync } from "node:child_process";
import { expandHostlist, foldHosts, MAX_HOSTS } from "../plan/hostlist/hostlist";

/** Half a second to expand and fold 100,000 names. */
const LIMIT_MS = 500;
const PEER_SECONDS = 120;

const SHAPES = [
  { text: "nid[000001-100000]", folded: "nid[000001-100000]" },
  { text: "r[1-100]n[0001-1000]", folded: "r[1-100]n[0001-1000]" },
  { text: "x[1-10]c[0-9]s[0-9]b[0-9]n[00-09]-ib", folded: "x[1-10]c[0-9]s[0-9]b[0-9]n[00-09]-ib" },
  { text: Array.from({ length: MAX_HOSTS }, (_, i) => `n${i}`).join(","), folded: "n[0-99999]" },
] as const;

/** CPU milliseconds to expand a hostlist of 100,000 names and to fold the names again, in reverse order. */
export interface HostlistCase {
  readonly shape: string;
  readonly ownMs: readonly number[];
  /** ClusterShell's NodeSet, inside one python3; empty where it is not installed. */
  readonly peerMs: readonly number[];
  readonly isGood: boolean;
}

/** @throws Error where the result is wrong */
export function measureHostlists(runs: number): readonly HostlistCase[] {
  return SHAPES.map(({ text, folded }) => {
    const rounds = Array.from({ length: runs }, () => ({ own: measureOwn(text, folded), peer: measurePeer(text) }));
    const ownMs = rounds.map(({ own }) => own);
    return {
      shape: text.length > 40 ? `${text.slice(0, 12)}… (${MAX_HOSTS.toLocaleString("en")} names written out)` : text,
      ownMs,
      peerMs: rounds.flatMap(({ peer }) => (peer === undefined ? [] : [peer])),
      isGood: Math.min(...ownMs) < LIMIT_MS,
    };
  });
}

function measureOwn(text: string, folded: string): number {
  const start = cpuMs();
  const names = expandHostlist(text);
  const result = foldHosts(names.toReversed());
  const end = cpuMs();
  if (names.length !== MAX_HOSTS || result !== folded)
    throw new Error(`${text.slice(0, 40)}: ${names.length} names, folded ${result.slice(0, 40)}`);
  return end - start;
}

/** Not whatever `python3` is first on PATH: Debian's package is for this one. */
const SYSTEM_PYTHON = "/usr/bin/python3";
const PEER = `import sys, time
from ClusterShell.NodeSet import NodeSet
text = sys.stdin.read()
start = time.process_time()
names = list(NodeSet(text))
str(NodeSet.fromlist(reversed(names)))
print((time.process_time() - start) * 1000)`;

function measurePeer(text: string): number | undefined {
  try {
    const output = execFileSync(SYSTEM_PYTHON, ["-c", PEER], {
      input: text,
      encoding: "utf8",
      timeout: PEER_SECONDS * 1000,
      stdio: "pipe",
    });
    return Number(output);
  } catch (error) {
    if (
      (error as { readonly stderr?: string }).stderr?.includes("ModuleNotFoundError") ||
      (error as NodeJS.ErrnoException).code === "ENOENT"
    )
      return undefined;
    throw error;
  }
}

/** The clock would measure the neighbours of a busy machine. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
