import type { PlannedBatch, PlannedFanOut, PlannedGroup, PlannedMember } from "./deployment-plan";
import { EXPAND_ROWS_AWK, renderHostRows } from "./host-rows";
import { type References, renderHostRemoval, renderHostScript, wrapContent } from "./host-script";
import { foldInOrder } from "./hostlist";
import { shellLine, shellQuote } from "./shell";
import { sshOpts } from "./ssh";

/** What a sweep has found is good for a run that begins within this time, seconds. */
export const SWEEP_GOOD_SECONDS = 900;
/** How long a run waits for an earlier one on the same group that was cut off on this side and goes on over there. */
const LOCK_SECONDS = 600;
/** All that a batch leaves in the state, bytes. */
const SUMMARY_BYTES = 4000;
/** Of what one host says. */
const SAID_CHARACTERS = 2000;
/** A list of hosts in the head of a script is for people; longer ones are cut. */
const SHOWN_HOSTS_CHARACTERS = 400;

/** Whether a host's words, `samp:same agg1:create`, tell of anything to do. */
const DIFFERS_AWK =
  'function differs(text, n, i, words) { n = split(text, words, " "); for (i = 1; i <= n; i++) if (words[i] !~ /:same$/) return 1; return 0 }';

/** The name and the parts of a plan that a head script needs. */
export interface Work {
  readonly stack: string;
  readonly fanOut: PlannedFanOut;
}

/**
 * What every script on a head begins with: its folders, and `fan FILE`, which runs the group's host script on each host that the file names.
 *
 * The script that each of them starts talks to one host and writes one line of results: `NAME TAB ok|failed|unreachable TAB TEXT`. The host script
 * goes to ssh as stdin, from a file that only this user can read, on memory where the head has such a folder.
 *
 * @param hostArguments of the host script behind the host's name: `check`
 */
function renderTools({ stack, fanOut }: Work, hostArguments: string): string {
  return `set -u
umask 077
export LC_ALL=C
base=\${XDG_STATE_HOME:-$HOME/.local/state}/ldms/${stack}
mkdir -p "$base" || exit 1
export cr=$(printf '\\r')
tool=$(command -v clush || command -v pdsh) || { echo 'neither clush nor pdsh is installed here' >&2; exit 1; }
memory=/dev/shm
[ -d $memory ] && [ -w $memory ] || memory=\${TMPDIR:-/tmp}
work=$(mktemp -d $memory/ldms.XXXXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
arguments=${shellQuote(hostArguments)} seconds=${fanOut.hostTimeoutSeconds}
export work arguments seconds

set_addresses() { # set_addresses FILE: lines of names and addresses; a file a name, which a shell reads without another process
  mkdir "$work/addresses"
  awk -v to="$work/addresses/" '{ print $2 >(to $1); close(to $1) }' "$1"
}

expand() { awk '${EXPAND_ROWS_AWK}'; }

one() { # one DIAL: what talks to one host, with the words that reach it
  cat <<'ONE'
host=$1
address=$host
[ ! -e "$work/addresses" ] || read -r address <"$work/addresses/$host"
dial() {
ONE
  printf '%s\\n}\\n' "$1"
  cat <<'ONE'
said=$(dial "sh -s -- $host $arguments" <"$work/host" 2>&1)
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

fan() { # fan FILE: the host script on every host that the file names, ${fanOut.window} at once
  [ -s "$1" ] || return 0
  case $tool in
  */clush) clush --worker=exec --nostdin --quiet --fanout=${fanOut.window} --hostfile="$1" sh "$work/one" %h ;;
  *) pdsh -R exec -f ${fanOut.window} -w "^$1" sh "$work/one" %h ;;
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
  awk '
    BEGIN { ph = "," }
    { match($0, /[0-9]+[^0-9]*$/); head = RSTART ? substr($0, 1, RSTART - 1) : $0; rest = RSTART ? substr($0, RSTART) : ""
      number = rest; sub(/[^0-9]*$/, "", number); tail = substr(rest, length(number) + 1)
      if (number != "" && head == h && tail == t && length(number) == length(last) && number + 0 == last + 1) { last = number; next }
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
function renderDial({ hostTimeoutSeconds }: PlannedFanOut, { connection }: Pick<PlannedGroup, "connection">): string {
  const limited = `timeout -k 5 ${hostTimeoutSeconds}`;
  if (connection.kind === "local") return `  ${limited} sh -c "$1"`;
  const { user, port } = connection;
  const words = ["ssh", ...sshOpts(connection), "-T", "-p", String(port), "-l", user, "--"];
  return `  ${limited} ${shellLine(words)} "$address" "${limited} $1"`;
}

/** Lines that make `targets` and, where a host is dialled by another name than its own, `addresses`. */
function renderTargets(hosts: readonly PlannedMember[]): string {
  const isByName = hosts.every(({ name, address }) => name === address);
  return `expand <<'ROWS' >"$work/hosts"
${renderHostRows(hosts).join("\n")}
ROWS
cut -d' ' -f1 "$work/hosts" >"$work/targets"${isByName ? "" : `\nset_addresses "$work/hosts"`}`;
}

function renderHere(file: string, text: string): string {
  return `cat >"$work/${file}" <<'LDMS_HOST'\n${text}LDMS_HOST`;
}

function shown(hosts: readonly PlannedMember[]): string {
  const folded = foldInOrder(hosts.map(({ name }) => name));
  return folded.length > SHOWN_HOSTS_CHARACTERS ? `${folded.slice(0, SHOWN_HOSTS_CHARACTERS)}… (${hosts.length} hosts)` : folded;
}

/**
 * POSIX sh for the head that brings one batch to what the plan says: hosts that the last sweep found as planned or out of reach are not asked again.
 * Reads on stdin what the files of the hosts contain; prints a summary of at most 4 KiB; exit code 1 where more hosts failed than may.
 *
 * @param generation counts the times that drift was found; another one makes another script, and so an update
 */
export function renderBatch(work: Work, group: PlannedGroup, batch: PlannedBatch, references: References, generation: string): string {
  const { maxFailures, healthySeconds } = batch;
  return `# ${shown(batch.hosts)}
# containers: ${group.containers.map(({ name }) => name).join(" ")}; up to ${maxFailures} of ${batch.hosts.length} hosts may fail
# generation ${generation}
${renderTools(work, `apply ${healthySeconds}`)}
cat >"$work/content"
${renderTargets(batch.hosts)}
take_turn ${group.name}
${renderHere("script", renderHostScript(work.stack, group, references))}
{ ${wrapContent('cat "$work/content"')}; cat "$work/script"; } >"$work/host"
one ${shellQuote(renderDial(work.fanOut, group))} >"$work/one"

# What a sweep of the last minutes knows need not be asked again: hosts as planned, and hosts out of reach.
sweep=$base/sweep.${group.name}
: >"$work/results"
if [ -e "$sweep" ] && [ "$(head -n 1 "$sweep")" = ${sweepKey(work.stack, group, references)} ] &&
  [ -n "$(find "$sweep" -mmin -${SWEEP_GOOD_SECONDS / 60})" ] && [ ! "$base/${batch.name}.log" -nt "$sweep" ]; then
  awk -F '\\t' 'FILENAME == ARGV[1] { wanted[$1]; next } FNR > 1 && $1 in wanted && ($2 == "unreachable" || ($2 == "ok" && !differs($3)))
    ${DIFFERS_AWK}' \\
    "$work/targets" "$sweep" >"$work/results"
fi
awk -F '\\t' 'FILENAME == ARGV[1] { known[$1]; next } !($1 in known)' "$work/results" "$work/targets" >"$work/todo"
fan "$work/todo"

mv "$work/results" "$base/${batch.name}.log"
summarize "$base/${batch.name}.log" | head -c ${SUMMARY_BYTES}
failed=$(awk -F '\\t' '$2 != "ok"' "$base/${batch.name}.log" | wc -l)
if [ "$failed" -gt ${maxFailures} ]; then
  echo "more than ${maxFailures} of ${batch.hosts.length} hosts failed; the following batches are left undone. Every host: $base/${batch.name}.log on this head" >&2
  exit 1
fi
echo ${shellQuote(generation)} >"$base/${batch.name}.generation"
`;
}

/**
 * What a host of the group is compared with. A sweep says nothing of the image that is only being built; then its key is another one than the
 * batch's, and every host is asked.
 */
function sweepKey(stack: string, { containers, files }: PlannedGroup, references: References): string {
  const specs = containers.map(({ name, image, labels }) => `${name}:${labels["ldms.spec"]}:${references.get(image) ?? "unknown"}`);
  const fingerprints = files.map(({ fingerprint }) => fingerprint.slice(0, 8));
  return shellQuote([stack, ...specs, ...fingerprints].join(" "));
}

/**
 * POSIX sh for the head that asks every host of the stack and changes nothing there. Lines, tab-separated:
 * `generation BATCH N`, `host GROUP NAME ok|failed|unreachable TEXT` for hosts that are not as planned, `same GROUP COUNT`, `retired NAME`; then `end`.
 */
export function renderSweep(work: Work, references: References): string {
  const { stack, fanOut } = work;
  return `${renderTools(work, "check")}
top=$work
for file in "$base"/*.generation; do
  [ ! -e "$file" ] || printf 'generation\\t%s\\t%s\\n' "$(basename "$file" .generation)" "$(cat "$file")"
done
[ ! -e "$base/retired" ] || sed 's/^/retired\\t/;s/ .*//' "$base/retired"

sweep() { # sweep GROUP KEY: the rest has been put into $work
  : >"$work/results"
  fan "$work/targets"
  { printf '%s\\n' "$2"; cat "$work/results"; } >"$base/sweep.$1.new.$$"
  mv "$base/sweep.$1.new.$$" "$base/sweep.$1"
  awk -F '\\t' -v group="$1" '${DIFFERS_AWK}
    $2 == "ok" && !differs($3) { same++; next }
    { print "host\\t" group "\\t" $0 }
    END { print "same\\t" group "\\t" same + 0 }' "$work/results" >"$work/told"
}
${fanOut.groups
  .map(
    (group) => `(
  work=$top/${group.name}
  mkdir "$work"
${renderTargets(group.hosts)}
${renderHere("host", renderHostScript(stack, group, references))}
  one ${shellQuote(renderDial(fanOut, group))} >"$work/one"
  sweep ${group.name} ${sweepKey(stack, group, references)}
) &
`,
  )
  .join("")}wait
cat "$top"/*/told && echo end
`;
}

/**
 * POSIX sh for the head that remembers which hosts the stack has, and takes away what a host that has left it still runs. A host that cannot be
 * reached stays in the list of the retired and is tried again.
 */
export function renderMembers(work: Work): string {
  const hosts = work.fanOut.groups.flatMap((group) => group.hosts);
  return `# hosts of the stack: ${shown(hosts)}
${renderTools(work, "")}
cat >/dev/null
take_turn members
expand <<'ROWS' | sort >"$work/members"
${renderHostRows(hosts).join("\n")}
ROWS
touch "$base/members" "$base/retired"
sort -u "$base/members" "$base/retired" | awk 'FILENAME == ARGV[1] { stays[$1]; next } !($1 in stays)' "$work/members" - >"$work/leaving"
cp "$work/leaving" "$base/retired"
cp "$work/members" "$base/members"
${renderLeaving(work)}
# What could not be reached stays to be done.
awk -F '\\t' '$2 == "ok" { print $1 }' "$work/results" >"$work/done"
awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done)' "$work/done" "$work/leaving" >"$base/retired"
[ ! -s "$work/leaving" ] || summarize "$work/results" | head -c ${SUMMARY_BYTES}
[ -s "$base/retired" ] || rm "$base/retired"
`;
}

/** POSIX sh for the head that takes the whole stack off its hosts, and then forgets it. */
export function renderDismissal(work: Work): string {
  return `${renderTools(work, "")}
[ -e "$base/members" ] || exit 0
take_turn members
touch "$base/retired"
sort -u "$base/members" "$base/retired" >"$work/leaving"
${renderLeaving(work)}
summarize "$work/results" | head -c ${SUMMARY_BYTES}
awk -F '\\t' '$2 != "ok" { bad = 1 } END { exit bad }' "$work/results" || { echo 'some hosts still have containers' >&2; exit 1; }
rm -rf "$base"
rmdir "\${base%/*}" 2>/dev/null || true
`;
}

/** Takes the stack off the hosts in the file `leaving`. They are in no group any more, and dialled as the first one is. */
function renderLeaving(work: Work): string {
  return `${renderHere("host", renderHostRemoval(work.stack))}
one ${shellQuote(renderDial(work.fanOut, work.fanOut.groups[0]!))} >"$work/one"
cut -d' ' -f1 "$work/leaving" >"$work/targets"
awk '$1 != $2 { differs = 1 } END { exit !differs }' "$work/leaving" && set_addresses "$work/leaving"
: >"$work/results"
fan "$work/targets"`;
}
