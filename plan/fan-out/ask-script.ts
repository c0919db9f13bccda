import { SOCKET_CHARACTERS } from "../hosts/ssh";
import type { PlannedFanOut, PlannedGroup } from "../model/fan-out";
import { groupBy } from "../text/group-by";
import { renderAssignments, renderDocument, sh } from "../text/shell-script";
import { ASK_TARGETS, HEAD_TOOLS } from "./head-body";
import { renderGroupValues, renderHeadValues } from "./head-tools";
import { renderHostRows } from "./host-rows";
import { listKept, OPEN_KEPT, OPEN_TO, renderKeptSettings, renderOpeningWords } from "./kept-connections";

/** What is asked through a head: each host of it gets a script of its own, which reads nothing on stdin. */
export interface HeadQuestion {
  readonly stack: string;
  readonly fanOut: PlannedFanOut;
  /** By the host's name: POSIX sh whose last line has an end. */
  readonly scripts: ReadonlyMap<string, string>;
  /** For one host, connecting included. */
  readonly hostSeconds: number;
  readonly isKeeping: boolean;
}

/** Of one answer. The largest is of an aggregator: some hundred bytes for each of its sets. */
const MOST_ANSWER_BYTES = 4_000_000;

/**
 * POSIX sh for a head that hands each host its script, and prints a line a host and one an answer, fields divided by tabs, whose lines end in FACT_END; then
 * `end`.
 *
 *     host cygnus-03 ok
 *     host cygnus-04 failed exit code 1: Cannot connect to the Docker daemon
 *     host cygnus-05 unreachable Connection refused
 *     probe cygnus-03 LINES
 */
export function renderAsk({ stack, fanOut, scripts, hostSeconds, isKeeping }: HeadQuestion): string {
  const bounded = { ...fanOut, hostTimeoutSeconds: hostSeconds };
  const keeps = isKeeping && fanOut.keep > 0;
  const kept = new Set(keeps ? listKept(fanOut) : []);
  const asked = fanOut.groups.flatMap((group) => splitByScript(group, scripts));
  const parts = asked.map(({ group, script, hosts }, index) => {
    const keptHosts = renderHostRows(hosts.filter(({ name }) => kept.has(name))).join("\n");
    return `(
${renderGroupValues(bounded, group, hosts)}${renderAssignments({ group: String(index), kept_hosts: keptHosts })}\
${renderDocument("host_script", renderAskHost(script))}ask
) &
`;
  });
  const values = renderAssignments({ keeps: keeps ? "yes" : "no", longest_path: SOCKET_CHARACTERS, most_bytes: MOST_ANSWER_BYTES });
  const scope = { stack, fanOut: bounded, images: [] };
  return renderHeadValues(scope, "") + renderKeptSettings(fanOut) + renderOpeningWords() + values + ASK_BEGIN + parts.join("") + ASK_END;
}

/** Hosts of a group that are asked the same, and reached alike. */
function splitByScript(group: PlannedGroup, scripts: ReadonlyMap<string, string>) {
  const asked = group.hosts.filter(({ name }) => scripts.has(name));
  return [...groupBy(asked, ({ name }) => scripts.get(name)!)].map(([script, hosts]) => ({ group, script, hosts }));
}

/** Its words on stderr stand in front of the last line, which `one` takes for the reason. */
function renderAskHost(script: string): string {
  return `ask() {\n${script}}${ASK_HOST}`;
}

const ASK_HOST = sh`

answer=$(ask </dev/null)
code=$?
printf '%s\n' "$answer" | sed 's/^/probe	/'
[ "$code" -ne 0 ] || echo ok
exit "$code"
`;

const ASK_BEGIN =
  HEAD_TOOLS +
  OPEN_KEPT +
  OPEN_TO +
  ASK_TARGETS +
  sh`

open_kept "$keeps"
top=$work
most_facts=$most_bytes

ask() {
  work=$top/$group
  mkdir "$work" "$work/keep"
  expand "$hosts" >"$work/hosts"
  set_targets "$work/hosts"
  [ -z "$kept" ] || [ -z "$kept_hosts" ] || expand "$kept_hosts" | cut -d ' ' -f 1 | open_to "$opening$kept/"
  ask_targets
  sed 's/^/host	/' "$work/results" >"$work/told"
  [ ! -e "$work/probes" ] || sed 's/^/probe	/' "$work/probes" >>"$work/told"
}
`;

const ASK_END = sh`
wait
cat "$top"/*/told && echo end
`;
