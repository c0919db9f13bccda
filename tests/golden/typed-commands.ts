import { execFileSync } from "node:child_process";
import { expandHostlist } from "../../plan/hostlist/hostlist";

/** A `docker run` as its options say it, whichever of their forms was typed. */
export interface TypedContainer {
  readonly host: string;
  readonly image: string;
  readonly argv: readonly string[];
  /** By long name: `{ name: ["samp"], privileged: [] }`. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

const FLAGS = new Set(["detach", "privileged", "read-only"]);
const SHORT: Readonly<Record<string, string>> = { d: "detach", v: "volume", e: "env" };

/** Stands in for the programs that the lines call; each `docker` prints the hosts that it is meant for and its words. */
const STUBS = `
PWD=/root
hosts=cygnus-07
docker() { printf '%s\\036' "$hosts" "$@"; printf '\\035'; }
pdsh() {
  while [ "$1" != -w ]; do case $1 in -l) shift 2 ;; *) shift ;; esac; done
  hosts=$2; shift 2; eval "$*"; hosts=cygnus-07
}
ssh() { cat >/dev/null; }
uname() { echo "$HOSTNAME"; }
`;

/**
 * What the lines would start on each of the hosts: a shell runs them once a host, as if that host ran all of them, and those for other hosts are dropped.
 * A line without pdsh is typed on cygnus-07.
 */
export function runTyped(script: string, shell: string, hosts: readonly string[]): TypedContainer[] {
  return hosts.flatMap((host) => {
    const output = execFileSync(shell, ["-c", STUBS + script], {
      encoding: "utf8",
      // Of a socket, as a pipe of Node is one, bash would think that it is a remote shell and read its start-up files.
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], HOSTNAME: host },
    });
    return output
      .split("\x1d")
      .filter(Boolean)
      .map((record) => record.split("\x1e").slice(0, -1))
      .filter(([targets, verb]) => verb === "run" && expandHostlist(targets!).includes(host))
      .map(([, , ...words]) => parseRun(host, words));
  });
}

function parseRun(host: string, words: readonly string[]): TypedContainer {
  const options: Record<string, string[]> = {};
  let i = 0;
  while (words[i]?.startsWith("-")) {
    const [, name, inline] = /^--?([^=]+)(?:=(.*))?$/.exec(words[i]!)!;
    const long = SHORT[name!] ?? name!;
    options[long] ??= [];
    if (!FLAGS.has(long)) options[long].push(inline ?? words[++i]!);
    i++;
  }
  return { host, image: words[i]!, argv: words.slice(i + 1), options };
}
