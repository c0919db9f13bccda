import { ownershipFile } from "../../plan/containers/ownership";
import { stackFolder } from "../../plan/model/places";
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
  /** Whoever asks has just had an answer from the engine: its version and its maker are not asked for, and nothing else by a limit of time. @default false */
  readonly hasEngineAnswered?: boolean;
}

/** Longest that each of the engine and munged may take to answer, in seconds. */
const STEP_SECONDS = 4;
/** Of the engine's for its version and its disk together. */
const INFO_SECONDS = 2;
/** For all names together: one takes a millisecond, and a server of names that is gone several seconds. */
const NAMES_SECONDS = 2;

/**
 * POSIX sh (dash, busybox) that changes nothing but for a file that it makes and removes where containers are to write, and that answers all of a host's questions in one go, a line each, fields separated by tabs.
 * Who holds a port is read from /proc/net, for many a compute node has neither ss nor netstat.
 */
export function renderProbe(needs: ProbeNeeds): string {
  const hasAnswered = needs.hasEngineAnswered === true;
  return [
    PRELUDE,
    hasAnswered ? `answers=\nif [ -n "\${ldms_listed:-}" ]; then\n${LISTED}else\n${listContainers("docker")}fi\n` : ENGINE,
    renderOwned(needs.stack),
    needs.engineLogin === undefined ? "" : renderLoginEngine(needs.engineLogin),
    needs.images.length > 0 ? renderImages(needs.images, hasAnswered) : "",
    FREE + (hasAnswered ? ENGINE_ROOT : "") + ENGINE_DISK,
    needs.ports.length > 0 ? renderPorts(needs.ports) : "",
    needs.folders.length > 0 ? renderFolders(needs.folders, stackFolder(needs.stack)) : "",
    needs.mungeSocket === undefined ? "" : renderMunge(needs.mungeSocket),
    needs.keyPath === undefined ? "" : renderKey(needs.keyPath, needs.nonce),
    needs.names.length > 0 ? renderNames(needs.names) : "",
    "printf 'end\\n'\n",
  ].join("");
}

/** Each process that it starts costs a millisecond of CPU, for every host of a sweep: what a shell can read by itself starts none. */
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
arch='' uid=''
# Of Linux 6.1 and later.
[ ! -r /proc/sys/kernel/arch ] || read -r arch </proc/sys/kernel/arch
[ ! -r /proc/self/status ] ||
  while [ -z "$uid" ] && read -r key _ effective _; do [ "$key" != Uid: ] || uid=$effective; done </proc/self/status
printf 'arch\\t%s\\nuid\\t%s\\n' "\${arch:-$(uname -m)}" "\${uid:-$(id -u)}"
`;

function listContainers(docker: string): string {
  return `if listed=$(${docker} ps --all --no-trunc --format 'container{{"\\t"}}{{.ID}}{{"\\t"}}{{.Names}}{{"\\t"}}{{.Label "ldms.stack"}}{{"\\t"}}{{.State}}' 2>&1)
then
  printf '%s\\n' "$listed"
  # shellcheck disable=SC2034 # asked for where there are images to look for
  answers=yes
else printf 'engine-error\\t%s\\n' "$(failed $? "$listed")"; fi
`;
}

/** What the sweep has asked for, `NAME IMAGE STATUS ID stack=STACK SPEC`, once more. */
const LISTED = `# shellcheck disable=SC2034 # asked for where there are images to look for
answers=yes
while read -r name _ state id of _; do
  [ -z "$of" ] || printf 'container\\t%s\\t%s\\t%s\\t%s\\n' "$id" "$name" "\${of#stack=}" "$state"
done <<LISTED
$ldms_listed
LISTED
`;

/** Its version and its disk in one answer, which podman's docker has not, and for which others may take long; else its version alone. */
const ENGINE = `answers='' root=''
${renderLimited(INFO_SECONDS, "briefly")}told=$(briefly docker info --format '{{.ServerVersion}}{{"\\t"}}{{.DockerRootDir}}' 2>/dev/null)
case $?:$told in
0:?*'	/'*) version=\${told%%	*} root=\${told#*	} ;;
*)
  if version=$(limited docker version --format '{{.Server.Version}}' 2>&1); then
    # podman's docker may say first that it is podman's.
    case $(docker --version 2>/dev/null) in podman*) printf 'podman\\n' ;; esac
  else
    printf 'engine-error\\t%s\\n' "$(failed $? "$version")"
    version=
  fi ;;
esac
if [ -n "$version" ]; then
  printf 'engine\\t%s\\n' "\${version##*
}"
  ${listContainers("limited docker")}fi
`;

function renderOwned(stack: string): string {
  return `[ ! -r ${ownershipFile(stack)} ] || awk '{ print "owned\\t" $1 }' ${ownershipFile(stack)}
`;
}

function renderLoginEngine(login: string): string {
  return `said=$(limited sudo -n -u ${shellQuote(login)} docker version --format x 2>&1) || printf 'login-engine-error\\t%s\\n' "$(failed $? "$said")"
`;
}

/** By the shell alone: the name of a file system may have blanks, and so may its place, but the share between them is one word behind two numbers. */
const FREE = `free() { # free PLACE...: a line each, \`-\` where the disk does not tell
  rows=$(limited df -Pk "$@" 2>/dev/null)
  set -f
  while read -r row; do
    free=- used='' left=''
    # shellcheck disable=SC2086 # its words
    set -- $row
    for word; do
      case $word in
      # More than full, as some file servers say.
      -[0-9]*) used=$left left=0 ;;
      *[!0-9%]* | *%?* | %) used='' left='' ;;
      *%)
        if [ -n "$used" ] && [ $((used + left)) -gt 0 ]; then
          tenths=$(((left * 2000 / (used + left) + 1) / 2))
          free=$((tenths / 10)).$((tenths % 10))
        fi ;;
      *) used=$left left=$word ;;
      esac
    done
    printf '%s\\n' "$free"
  done <<ROWS
\${rows#*
}
ROWS
  set +f
}
`;

/** podman's docker does not know the word. */
const ENGINE_ROOT = `root=
[ -z "$answers" ] || root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) || root=
`;
const ENGINE_DISK = `case $root in /*) printf 'engine-disk\\t%s\\t%s\\n' "$root" "$(free "$root")" ;; esac
`;

/** All at once, which tells whether it has them all; else one by one. In one time limit for all. */
function renderImages(references: readonly string[], hasAnswered: boolean): string {
  const look = `if docker image inspect "$@" >/dev/null 2>&1; then printf 'image\\t%s\\n' "$@"
elif [ $# -gt 1 ]; then for image; do ! docker image inspect "$image" >/dev/null 2>&1 || printf 'image\\t%s\\n' "$image"; done; fi`;
  const words = references.map(shellQuote).join(" ");
  if (hasAnswered) return `look_for() {\n${look}\n}\n[ -z "$answers" ] || look_for ${words}\n`;
  return `[ -z "$answers" ] || limited sh -c ${shellQuote(look)} sh ${words} || :
`;
}

/** The kernel goes through all that it has room for before it tells of its connections in /proc; `ss`, where there is one, has it look at listeners alone. */
function renderPorts(ports: readonly number[]): string {
  const wanted = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")).join("|");
  const isHeard = ports.map((port) => `*:${port}[!0-9]*`).join(" | ");
  return `listening=
case $(ss -ltn 2>/dev/null) in
${isHeard}) asks=yes ;;
State*) asks= ;;
*) asks=yes ;;
esac
[ -z "$asks" ] || listening=$(grep -hsE ':(${wanted}) [0-9A-F]+:[0-9A-F]+ 0A ' /proc/net/tcp /proc/net/tcp6)
if [ -n "$listening" ]; then
  # shellcheck disable=SC2012 # of links in /proc
  ls -l /proc/[0-9]*/fd 2>/dev/null | listening=$listening awk '
    BEGIN {
      n = split(ENVIRON["listening"], lines, "\\n")
      for (i = 1; i <= n; i++) { split(lines[i], f, " "); m = split(f[2], a, ":"); port[i] = a[m]; inode[i] = f[10]; wanted[f[10]] }
    }
    /^\\/proc\\// { split($0, p, "/"); pid = p[3] }
    match($NF, /^socket:\\[[0-9]+\\]$/) { s = substr($NF, 9, length($NF) - 9); if (s in wanted && !(s in holder)) holder[s] = pid }
    END { for (i = 1; i <= n; i++) if (!((port[i], inode[i]) in told)) { told[port[i], inode[i]]; print port[i], holder[inode[i]] } }' |
    while read -r port pid; do
      program='' ids=''
      if [ -n "$pid" ]; then
        { IFS= read -r program <"/proc/$pid/comm"; } 2>/dev/null
        found=$(grep -o '[0-9a-f]\\{64\\}' "/proc/$pid/cgroup" 2>/dev/null)
        for id in $found; do
          case $ids in *"$id"*) ;; *) ids="$ids$id " ;; esac
        done
      fi
      printf 'listen\\t%s\\t%s\\t%s\\t%s\\n' "$port" "$pid" "$program" "$ids"
    done
fi
`;
}

/**
 * Whether a folder can be written is tried: busybox calls one on a read-only file system writable, as does any shell one of a file server that maps root.
 * @param own the stack's, of whose disk nobody asks how much is free
 */
function renderFolders(folders: readonly string[], own: string): string {
  const stores = folders.filter((folder) => folder !== own);
  return `try() { # try FOLDER: sets place, state and why
  place=$1
  while [ ! -e "$place" ] && [ ! -L "$place" ] && [ -n "$place" ]; do place=\${place%/*}; done
  place=\${place:-/} why='' file=\${place%/}/.ldms-probe.$$
  if [ ! -d "$place" ]; then state=not-a-folder
  elif { true >"$file"; } 2>/dev/null; then state=ok && rm -f "$file"
  else state=unwritable why=$( { true >"$file"; } 2>&1) && state=ok && rm -f "$file"; fi
}
tell() { printf 'folder\\t%s\\t%s\\t%s\\t%s' "$1" "$state" "$place" "\${why##*: }"; }
${folders.length > stores.length ? `try ${own}\ntell ${own}\nprintf '\\t\\n'\n` : ""}${stores.length > 0 ? renderStores(stores) : ""}`;
}

/** One question for all disks. Where one of them does not tell there are fewer answers, and each is asked by itself. */
function renderStores(folders: readonly string[]): string {
  return `set -- && rows=
for folder in ${folders.map(shellQuote).join(" ")}; do
  try "$folder"
  set -- "$@" "$place"
  rows="$rows$(tell "$folder")
"
done
known=$(free "$@")
[ "$(printf '%s\\n' "$known" | wc -l)" -eq $# ] || known=$(for place; do one=$(free "$place"); printf '%s\\n' "\${one:--}"; done)
# shellcheck disable=SC2086 # a list of figures
set -- $known
while IFS= read -r row; do
  [ -n "$row" ] || continue
  free=\${1:--}
  [ $# -eq 0 ] || shift
  printf '%s\\t%s\\n' "$row" "\${free#-}"
done <<ROWS
$rows
ROWS
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
