import { foldInOrder } from "../hostlist/hostlist";
import { sshOpts } from "../hosts/ssh";
import type { PlannedFanOut, PlannedGroup, PlannedMember } from "../model/fan-out";
import type { PlannedImage } from "../model/image";
import { delimiterFor, shellLine, shellQuote } from "../text/shell";
import { EXPAND_ROWS_AWK, readHostRows, renderHostRows, VALUE_AWK } from "./host-rows";
import { WORK_FOLDER } from "./work-folder";

/** How long a run waits for an earlier one on the same group that was cut off on this side and goes on over there. */
const LOCK_SECONDS = 600;
/** All that a batch leaves in the state, bytes. */
export const SUMMARY_BYTES = 4000;
/** Of what one host says. */
const SAID_CHARACTERS = 2000;
/** A list of hosts in the head of a script is for people; longer ones are cut. */
const SHOWN_HOSTS_CHARACTERS = 400;

/** The name and the parts of a plan that a head script needs. */
export interface Work {
  readonly stack: string;
  readonly fanOut: PlannedFanOut;
  /** Those of the plan; the ones that come in files are sent from the head. */
  readonly images: readonly PlannedImage[];
}

/**
 * What every script on a head begins with: its folders, and `fan FILE`, which runs the group's host script on each host that the file names.
 *
 * The script that each of them starts talks to one host and writes one line of results: `NAME TAB ok|failed|unreachable TAB TEXT`. The host script
 * goes to ssh as stdin, from a file that only this user can read, on memory where the head has such a folder.
 *
 * @param hostArguments of the host script behind the host's name: `check 0`
 */
export function renderTools({ stack, fanOut }: Work, hostArguments: string): string {
  return `set -u
umask 077
export LC_ALL=C
base=\${XDG_STATE_HOME:-$HOME/.local/state}/ldms/${stack}${fanOut.claim === "" ? "" : `@${fanOut.claim}`}
mkdir -p "$base" || exit 1
export cr=$(printf '\\r')
tool=$(command -v clush || command -v pdsh) || { echo 'neither clush nor pdsh is installed here' >&2; exit 1; }
${WORK_FOLDER}
arguments=${shellQuote(hostArguments)} seconds=${fanOut.hostTimeoutSeconds} window=${fanOut.window}
export work arguments seconds

set_addresses() { # set_addresses FILE: lines of names, addresses, mirrors and ids; a file a name, which a shell reads without another process
  mkdir "$work/addresses"
  awk -v to="$work/addresses/" '{ print $2, $3, $4 >(to $1); close(to $1) }' "$1"
}

expand() { awk '${EXPAND_ROWS_AWK}'; }

one() { # one DIAL TALK: what talks to one host, with the words that reach it and what is then said
  cat <<'ONE'
host=$1
address=$host mirror= id=
[ ! -e "$work/addresses" ] || read -r address mirror id <"$work/addresses/$host"
dial() {
ONE
  printf '%s\\n}\\n' "$1"
  printf 'talk() {\\n%s\\n}\\n' "$2"
  cat <<'ONE'
said=$(talk 2>&1)
code=$?
# What ssh itself says ends in CR LF.
last=\${said##*
}
last=\${last%"$cr"}
case $code:$last in
0:ok*) status=ok text=\${last#ok} ;;
*:failed\\ *) status=failed text=\${last#failed } ;;
124:* | 137:*) status=unreachable text="no answer within $seconds s" ;;
255:*) status=unreachable text=\${last##*: } ;;
*) status=failed text="exit code $code: $last" ;;
esac
# Equal texts are told as one; so no name and no address of its own in it.
case $text in
"Connection to "*" timed out") text="Connection timed out" ;;
*"$address"*) text="\${text%%"$address"*}it\${text#*"$address"}" ;;
esac
printf '%s\\t%s\\t%.${SAID_CHARACTERS}s\\n' "$host" "$status" "\${text# }" >>"$work/results"
ONE
}

fan() { # fan FILE: the host script on every host that the file names, $window at once
  [ -s "$1" ] || return 0
  case $tool in
  */clush) clush --worker=exec --nostdin --quiet --fanout=$window --hostfile="$1" sh "$work/one" %h ;;
  *) pdsh -R exec -f $window -w "^$1" sh "$work/one" %h ;;
  esac >"$work/tool" 2>&1 </dev/null
  # A host that the tool did not come to, or that it lost.
  awk -F '\\t' 'FILENAME == ARGV[1] { told[$1]; next } !($1 in told) { print $1 "\\tfailed\\tnot come to by the fan-out tool" }' "$work/results" "$1" >"$work/lost"
  [ ! -s "$work/lost" ] || { cat "$work/lost" >>"$work/results"; tail -n 3 "$work/tool" >&2; }
}

take_turn() { # take_turn NAME: waits for an earlier run of the same
  exec 9>"$base/$1.lock"
  flock -w ${LOCK_SECONDS} 9 || { echo "another run on $1 is still under way here" >&2; exit 1; }
}

fold() { # names on stdin, sorted, as a hostlist: n[01-03,07]
  awk '${VALUE_AWK}
    BEGIN { ph = "," }
    { match($0, /[0-9]+[^0-9]*$/); head = RSTART ? substr($0, 1, RSTART - 1) : $0; rest = RSTART ? substr($0, RSTART) : ""
      number = rest; sub(/[^0-9]*$/, "", number); tail = substr(rest, length(number) + 1)
      if (number != "" && head == h && tail == t && length(number) == length(last) && value(number) == value(last) + 1) { last = number; next }
      flush(); h = head; t = tail; first = last = number }
    function flush(range) { if (!started++) return
      range = first == last ? first : first "-" last
      if (h == ph && t == pt && first != "") { list = list "," range; many = 1 }
      else { term(); ph = h; pt = t; list = range; many = first != last } }
    function term() { if (terms++) { printf "%s%s%s", sep, ph, many ? "[" list "]" pt : list pt; sep = "," } }
    END { flush(); term(); print "" }'
}

summarize() { # summarize FILE: a line for each thing that was done or said, with its hosts
  rm -f "$work"/text.* "$work"/names.*
  awk -F '\\t' -v work="$work" '
    $2 == "ok" { ok++; n = split($3, words, " "); differs = 0
      for (i = 1; i <= n; i++) if (words[i] !~ /:same$/) { done[words[i]]++; differs = 1 }
      same += !differs; next }
    { text = $2 ": " $3; bad++
      if (!(text in number)) { number[text] = ++texts; print text >>(work "/text." texts); close(work "/text." texts) }
      print $1 >>(work "/names." number[text]); close(work "/names." number[text]) }
    END { printf "%d host%s: %d as planned, %d changed, %d failed or out of reach\\n", NR, NR == 1 ? "" : "s", same, ok - same, bad; fflush()
      for (word in done) { match(word, /:[a-z]+$/); print substr(word, 1, RSTART - 1) ": " substr(word, RSTART + 1) " on " done[word] | "sort" } }' "$1"
  for text in "$work"/text.*; do
    [ -e "$text" ] && printf '%s: %s\\n' "$(sort "$work/names.\${text##*.}" | fold)" "$(cat "$text")"
  done
}
`;
}

/** The function that reaches a host from the head, bounded in time on both sides. */
export function renderDial({ hostTimeoutSeconds }: PlannedFanOut, { connection }: Pick<PlannedGroup, "connection">): string {
  const limited = `timeout -k 5 ${hostTimeoutSeconds}`;
  if (connection.kind === "local") return `  ${limited} sh -c "$1"`;
  const { user, port } = connection;
  const words = ["ssh", ...sshOpts(connection), "-T", "-p", String(port), "-l", user, "--"];
  return `  ${limited} ${shellLine(words)} "$address" "${limited} $1"`;
}

/** A line that has `fan` run the host script. @param dial see `renderDial` */
export function renderOne(dial: string): string {
  return `one ${shellQuote(dial)} '  dial "sh -s -- $host $arguments $mirror $id" <"$work/host"' >"$work/one"`;
}

/** Lines that make `targets` and, where there is more to a host than its name, `addresses`. */
export function renderTargets(hosts: readonly PlannedMember[]): string {
  const isByName = hosts.every(
    ({ name, address, mirror, componentId }) => name === address && mirror === undefined && componentId === undefined,
  );
  return `expand <<'ROWS' >"$work/hosts"
${renderHostRows(hosts).join("\n")}
ROWS
cut -d' ' -f1 "$work/hosts" >"$work/targets"${isByName ? "" : `\nset_addresses "$work/hosts"`}`;
}

/** The hosts of a script that has such lines, read back; none of another one. */
export function readTargets(script: string): Pick<PlannedMember, "name" | "componentId">[] {
  const lists = [...script.matchAll(/^expand <<'ROWS' .*\n([\s\S]*?)\nROWS$/gm)].map(([, rows]) => rows!);
  return lists.filter((rows) => rows !== "").flatMap((rows) => readHostRows(rows.split("\n")));
}

/** A line that puts a text, which ends with a line, into a file in the folder `work`. */
export function renderHere(file: string, text: string): string {
  const delimiter = delimiterFor(text, "LDMS_HOST");
  return `cat >"$work/${file}" <<'${delimiter}'\n${text}${delimiter}`;
}

export function shown(hosts: readonly PlannedMember[]): string {
  const folded = foldInOrder(hosts.map(({ name }) => name));
  return folded.length > SHOWN_HOSTS_CHARACTERS ? `${folded.slice(0, SHOWN_HOSTS_CHARACTERS)}… (${hosts.length} hosts)` : folded;
}
