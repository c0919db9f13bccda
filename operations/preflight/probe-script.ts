import { ownershipFile } from "../../plan/containers/ownership";
import { shellQuote } from "../../plan/text/shell";
import { renderLimited } from "../common/limited";

/** What one host must have for its part of the plan. */
export interface ProbeNeeds {
  /** Whose containers are looked for. */
  readonly stack: string;
  /** TCP ports that must be free or ours. */
  readonly ports: readonly number[];
  /** Folders that containers write to and that the engine would make. */
  readonly folders: readonly string[];
  /** Images that its containers are made from and a registry has: looked for in the engine alone. */
  readonly images: readonly string[];
  /** Names that its daemons dial; each has to resolve there. Empty: they dial nobody. */
  readonly names: readonly string[];
  /** The login that the Docker provider goes to the engine by, where everything else is done by root; absent: there is no other. */
  readonly engineLogin?: string;
  /** Where the host's own munged listens, where it is used. */
  readonly mungeSocket?: string;
  /** A munge key that is on the host already. */
  readonly keyPath?: string;
  /** Any text, the same on all hosts of one run: hashed with the key, so that equal keys show without being shown. */
  readonly nonce: string;
}

/** Longest that each of the engine and munged may take to answer, in seconds. */
const STEP_SECONDS = 4;
/** For all names together: one takes a millisecond, and a server of names that is gone several seconds. */
const NAMES_SECONDS = 2;

/**
 * POSIX sh (dash, busybox) that changes nothing but for a file that it makes and removes where containers are to write, and that answers all of a host's questions in one go, a line each, fields separated by tabs.
 * Reads ports from /proc/net, for many a compute node has neither ss nor netstat.
 */
export function renderProbe(needs: ProbeNeeds): string {
  return [
    PRELUDE,
    ENGINE,
    renderOwned(needs.stack),
    needs.engineLogin === undefined ? "" : renderLoginEngine(needs.engineLogin),
    needs.images.length > 0 ? renderImages(needs.images) : "",
    needs.ports.length > 0 ? renderPorts(needs.ports) : "",
    needs.folders.length > 0 ? renderFolders(needs.folders) : "",
    needs.mungeSocket === undefined ? "" : renderMunge(needs.mungeSocket),
    needs.keyPath === undefined ? "" : renderKey(needs.keyPath, needs.nonce),
    needs.names.length > 0 ? renderNames(needs.names) : "",
    "printf 'end\\n'\n",
  ].join("");
}

const PRELUDE = `set -u
LC_ALL=C PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
export LC_ALL PATH
${renderLimited(STEP_SECONDS)}one_line() { tr '\\t\\n' '  ' | cut -c1-300; }
# failed CODE TEXT; a time-out is 124 in coreutils, 143 in busybox
failed() {
  case $1 in
  124 | 143) printf 'no answer within ${STEP_SECONDS} s' ;;
  *) printf '%s' "$2" | one_line ;;
  esac
}
printf 'arch\\t%s\\n' "$(uname -m)"
printf 'uid\\t%s\\n' "$(id -u)"
`;

const ENGINE = `answers=
if version=$(limited docker version --format '{{.Server.Version}}' 2>&1); then
  # podman's docker may say first that it is podman's.
  printf 'engine\\t%s\\n' "$(printf '%s\\n' "$version" | tail -n 1)"
  case $(docker --version 2>/dev/null) in podman*) printf 'podman\\n' ;; esac
  if listed=$(limited docker ps --all --no-trunc --format 'container{{"\\t"}}{{.ID}}{{"\\t"}}{{.Names}}{{"\\t"}}{{.Label "ldms.stack"}}{{"\\t"}}{{.State}}' 2>&1)
  then
    printf '%s\\n' "$listed"
    # shellcheck disable=SC2034 # asked for where there are images to look for
    answers=yes
  else printf 'engine-error\\t%s\\n' "$(failed $? "$listed")"; fi
else printf 'engine-error\\t%s\\n' "$(failed $? "$version")"; fi
`;

function renderOwned(stack: string): string {
  return `[ ! -r ${ownershipFile(stack)} ] || awk '{ print "owned\\t" $1 }' ${ownershipFile(stack)}
`;
}

function renderLoginEngine(login: string): string {
  return `said=$(limited sudo -n -u ${shellQuote(login)} docker version --format x 2>&1) || printf 'login-engine-error\\t%s\\n' "$(failed $? "$said")"
`;
}

/** In one time limit for all. */
function renderImages(references: readonly string[]): string {
  const look = `for image; do ! docker image inspect "$image" >/dev/null 2>&1 || printf 'image\\t%s\\n' "$image"; done`;
  return `[ -z "$answers" ] || limited sh -c ${shellQuote(look)} sh ${references.map(shellQuote).join(" ")} || :
`;
}

function renderPorts(ports: readonly number[]): string {
  const wanted = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")).join(" ");
  return `listening=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v wanted=' ${wanted} ' '
  $4 == "0A" { n = split($2, a, ":"); if (index(wanted, " " a[n] " ")) print a[n], $10 }' | sort -u)
if [ -n "$listening" ]; then
  inodes=$(printf '%s\\n' "$listening" | awk '{ printf " %s ", $2 }')
  # shellcheck disable=SC2012 # of links in /proc
  holders=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v inodes="$inodes" '
    /^\\/proc\\// { split($0, p, "/"); pid = p[3] }
    match($NF, /^socket:\\[[0-9]+\\]$/) { i = substr($NF, 9, length($NF) - 9); if (index(inodes, " " i " ")) print i, pid }')
  printf '%s\\n' "$listening" | while read -r port inode; do
    pid=$(printf '%s\\n' "$holders" | awk -v i="$inode" '$1 == i { print $2; exit }')
    printf 'listen\\t%s\\t%s\\t%s\\t%s\\n' "$port" "$pid" \\
      "$([ -z "$pid" ] || cat "/proc/$pid/comm" 2>/dev/null)" \\
      "$([ -z "$pid" ] || grep -o '[0-9a-f]\\{64\\}' "/proc/$pid/cgroup" 2>/dev/null | sort -u | tr '\\n' ' ')"
  done
fi
`;
}

/** Whether a folder can be written is tried: busybox calls one on a read-only file system writable, as does any shell one of a file server that maps root. */
function renderFolders(folders: readonly string[]): string {
  return `for folder in ${folders.map(shellQuote).join(" ")}; do
  place=$folder
  while [ ! -e "$place" ] && [ ! -L "$place" ] && [ -n "$place" ]; do place=\${place%/*}; done
  place=\${place:-/} why=
  if [ ! -d "$place" ]; then state=not-a-folder
  elif why=$( { true >"$place/.ldms-probe.$$"; } 2>&1); then state=ok && rm -f "$place/.ldms-probe.$$"
  else state=unwritable; fi
  free=$(limited df -Pk "$place" 2>/dev/null | awk 'NR == 2 {
    for (i = NF; i > 3; i--) if ($i ~ /^[0-9]+%$/ && $(i - 1) + $(i - 2) > 0) { printf "%.1f", 100 * $(i - 1) / ($(i - 1) + $(i - 2)); exit } }')
  printf 'folder\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$folder" "$state" "$place" "\${why##*: }" "$free"
done
`;
}

function renderMunge(path: string): string {
  return `socket=${shellQuote(path)}
if [ ! -S "$socket" ]; then printf 'munge-error\\tno socket \`%s\`\\n' "$socket"
elif credential=$(limited munge --no-input --socket "$socket" 2>&1); then printf 'credential\\t%s\\n' "$credential"
else printf 'munge-error\\t%s\\n' "$(failed $? "$credential")"; fi
`;
}

function renderKey(path: string, nonce: string): string {
  return `key=${shellQuote(path)}
if [ ! -f "$key" ]; then printf 'key-error\\t%s\\n' missing
elif [ ! -r "$key" ]; then printf 'key-error\\t%s\\n' unreadable
else
  printf 'key\\t%s\\t%s\\t%s\\n' "$(stat -L -c '%a %u %g %s' "$key")" \\
    "$(od -A n -v -t x1 "$key" | tr -s ' ' '\\n' | grep -c -v -e '^$' -e "^$(od -A n -v -t x1 -N 1 "$key" | tr -d ' \\n')\\$")" \\
    "$({ printf '%s' ${shellQuote(nonce)}; cat "$key"; } | sha256sum | cut -c1-64)"
fi
`;
}

/** A host without getent does not tell. Of those that there is no time for nothing is said, unless there was none for the first. */
function renderNames(names: readonly string[]): string {
  const look = [
    'for name; do getent ahosts "$name" >/dev/null 2>&1 || printf \'name-missing\\t%s\\n\' "$name"',
    "[ -n \"$begun\" ] || printf 'names-asked\\n'; begun=yes; done",
  ].join("; ");
  return `if command -v getent >/dev/null 2>&1; then
  ${renderLimited(NAMES_SECONDS, "limited_names")}  said=$(limited_names sh -c ${shellQuote(`begun=; ${look}`)} sh ${names.map(shellQuote).join(" ")})
  case $said in
  '') printf 'names-error\\tno answer within ${NAMES_SECONDS} s\\n' ;;
  *) printf '%s\\n' "$said" ;;
  esac
fi
`;
}
