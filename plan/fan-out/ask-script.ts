import { longestConnectSeconds, SOCKET_CHARACTERS } from "../hosts/ssh";
import type { PlannedFanOut, PlannedGroup } from "../model/fan-out";
import { groupBy } from "../text/group-by";
import { renderAssignments, renderDocument, sh } from "../text/shell-script";
import { ASK_TARGETS, HEAD_TOOLS } from "./head-body";
import { renderGroupValues, renderHeadValues } from "./head-tools";
import { renderHostRows } from "./host-rows";
import { listKept, OPEN_KEPT, OPEN_TO, renderKeptSettings, renderOpeningWords } from "./kept-connections";

/** What one host is asked. */
export interface HostQuestion {
  /** POSIX sh whose last line has an end, and that reads nothing on stdin. */
  readonly script: string;
  /** For its answer, on top of connecting. */
  readonly seconds: number;
}

/** What is asked through a head. */
export interface HeadQuestion {
  readonly stack: string;
  readonly fanOut: PlannedFanOut;
  /** By the host's name. */
  readonly scripts: ReadonlyMap<string, HostQuestion>;
  /** Whether connections are kept for the next verb; undefined: those that are there are used, and left. */
  readonly isKeeping: boolean | undefined;
}

/** What a head says first, when it has begun. */
export const HEAD_BEGUN = "asking";
/** Of one answer; a host with a longer one is asked from this machine. The largest is of an aggregator: some hundred for each of its sets. */
const MOST_CHARACTERS = 4_000_000;
/** Of UTF-8. */
const CHARACTER_BYTES = 4;

/**
 * POSIX sh for a head that hands each host its script. It prints `asking`, then a line a host, and one an answer: the script's exit code and, where that is
 * 0, what it printed on stdout, all divided by FACT_END; then `end`. Fields are divided by tabs. A host of which there is no answer has not done its script to
 * the end.
 *
 *     host cygnus-03 ok
 *     host cygnus-04 failed exit code 1: Cannot connect to the Docker daemon
 *     host cygnus-05 unreachable Connection refused
 *     probe cygnus-03 0 LINES
 *     probe cygnus-04 1
 */
export function renderAsk({ stack, fanOut, scripts, isKeeping }: HeadQuestion): string {
  const keeps = isKeeping === undefined ? "as-it-is" : isKeeping && fanOut.keep > 0 ? "yes" : "no";
  const kept = new Set(keeps === "yes" ? listKept(fanOut) : []);
  const parts = fanOut.groups.map((group) => renderPart(fanOut, group, scripts, kept));
  const values = renderAssignments({ keeps, longest_path: SOCKET_CHARACTERS, most_bytes: CHARACTER_BYTES * MOST_CHARACTERS });
  return (
    renderHeadValues({ stack, fanOut, images: [] }, "") +
    renderKeptSettings(fanOut) +
    renderOpeningWords() +
    values +
    ASK_BEGIN +
    parts.join("") +
    ASK_END
  );
}

/** Hosts of a group may be asked differently: over rdma each is told its own name. */
function renderPart(fanOut: PlannedFanOut, group: PlannedGroup, scripts: HeadQuestion["scripts"], kept: ReadonlySet<string>): string {
  const hosts = group.hosts.filter(({ name }) => scripts.has(name));
  if (hosts.length === 0) return "";
  const seconds = secondsFor(group, scripts);
  const different = [...groupBy(hosts, ({ name }) => scripts.get(name)!.script)];
  const asked = different.flatMap(([, alike], i) => alike.map(({ name }) => `${name} ${i}\n`));
  const isOne = different.length === 1;
  const documents = different.map(([script], i) => {
    const file = isOne ? "host" : `script.${i}`;
    return `${renderDocument(`script_${i}`, renderAskHost(script))}script_${i} >"$work/${file}"\n`;
  });
  const values = { group: group.name, seconds, kept_hosts: renderHostRows(hosts.filter(({ name }) => kept.has(name))).join("\n") };
  return `(
${renderGroupValues({ ...fanOut, hostTimeoutSeconds: seconds }, group, hosts)}${renderAssignments(values)}begin_group
${documents.join("")}${isOne ? "by_script\n" : `${renderDocument("scripts_of", asked.join(""))}by_scripts\n`}ask_group
) &
`;
}

/** For one host of the group that is asked, connecting included; 0 where none is. */
export function secondsFor({ connection, hosts }: PlannedGroup, scripts: HeadQuestion["scripts"]): number {
  const longest = Math.max(0, ...hosts.map(({ name }) => scripts.get(name)?.seconds ?? 0));
  return longest && Math.ceil(longest + (connection.kind === "ssh" ? longestConnectSeconds(connection) : 0));
}

/**
 * The answer is one line, for a shell reads many only slowly. What it says on stderr goes the same way, and so stands in front of that: the last of it is
 * taken for the reason of a failure.
 */
function renderAskHost(script: string): string {
  return `${renderAssignments({ most_characters: MOST_CHARACTERS })}ask() {\n${script}}${ASK_HOST}`;
}

const ASK_HOST = sh`

exec 3>&1
answer=$(ask </dev/null 2>&3 3>&-)
code=$?
if [ "$code" -ne 0 ]; then
  printf '\nprobe\t%s\036\n' "$code"
  exit 1
fi
if [ "\${#answer}" -le "$most_characters" ]; then
  printf '\nprobe\t0\036'
  printf '%s\n' "$answer" | tr '\n' '\036'
fi
printf '\nok\n'
`;

const ASK_BEGIN =
  HEAD_TOOLS +
  OPEN_KEPT +
  OPEN_TO +
  ASK_TARGETS +
  sh`

# A login may have printed a line without an end.
echo
echo asking
case $keeps in
as-it-is) find_kept ;;
*) open_kept "$keeps" ;;
esac
top=$work
most_facts=$most_bytes

begin_group() {
  work=$top/$group
  mkdir "$work" "$work/keep"
  expand "$hosts" >"$work/hosts"
  set_targets "$work/hosts"
  [ -z "$kept" ] || [ -z "$kept_hosts" ] || expand "$kept_hosts" | cut -d ' ' -f 1 | open_to "$opening$kept/"
}

by_scripts() { # where hosts of the group are asked differently
  mkdir "$work/script_of"
  scripts_of | while read -r host number; do echo "$number" >"$work/script_of/$host"; done
  one '  read -r number <"$work/script_of/$host"
  alone="exec"
  dial "sh -s -- $host" <"$work/script.$number"' "$kept" >"$work/one"
}

ask_group() {
  ask_targets
  sed 's/^/host	/' "$work/results" >"$work/told"
  tell_facts >>"$work/told"
}
`;

const ASK_END = sh`
wait
cat "$top"/*/told && echo end
`;
