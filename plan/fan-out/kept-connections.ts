import { hash } from "node:crypto";
import { canBeSpared } from "../containers/roles";
import { openingOpts, passingOpts, steppingOpts } from "../hosts/ssh";
import type { PlannedFanOut, PlannedGroup } from "../model/fan-out";
import type { PlannedConnection } from "../model/host";
import { renderAssignments, sh } from "../text/shell-script";
import { BASE, MEMORY } from "./work-folder";

/** How many hosts of each group, from its first one on, have a connection kept: aggregators and services before samplers, then in the groups' order. */
export function countKept({ keep, groups }: Pick<PlannedFanOut, "keep" | "groups">): ReadonlyMap<PlannedGroup, number> {
  let left = keep;
  const ordered = [...groups].sort((a, b) => Number(canBeSpared(a.containers)) - Number(canBeSpared(b.containers)));
  return new Map(
    ordered.map((group) => {
      const count = group.connection.kind === "local" ? 0 : Math.min(left, group.hosts.length);
      left -= count;
      return [group, count];
    }),
  );
}

/** The names of those hosts. */
export function listKept(fanOut: Pick<PlannedFanOut, "keep" | "groups">): string[] {
  return [...countKept(fanOut)].flatMap(([group, count]) => group.hosts.slice(0, count).map(({ name }) => name));
}

/**
 * What a kept connection was made with, for `open_kept`: the words that dial each host, and the files that these name. Where anything of it has changed
 * since, the connections end.
 */
export function renderKeptSettings({ groups }: Pick<PlannedFanOut, "groups">): string {
  const hosts = groups.flatMap(({ connection, hosts }) => hosts.map(({ name, address }) => [name, address, connection] as const));
  const dialled = hosts.map(([name, address, connection]) => JSON.stringify([name, { ...connection, address }])).sort();
  const files = new Set(groups.flatMap(({ connection }) => listFiles(connection)));
  return renderAssignments({ dialled: hash("sha256", dialled.join("\n")).slice(0, 16), dial_files: [...files].sort().join("\n") });
}

function listFiles(connection: PlannedConnection): string[] {
  return connection.kind === "local" ? [] : [connection.keyFile, connection.knownHostsFile].flatMap((file) => file ?? []);
}

/** The words of ssh by which a kept connection is used; the socket's path comes behind them. */
export function renderPassingWords(): string {
  return renderAssignments({ passing: passingOpts("").join(" ") });
}

/** The same by which one is kept for the next verb. */
export function renderOpeningWords(): string {
  return renderAssignments({ opening: openingOpts("").join(" ") });
}

/** And for the batches of a run. */
export function renderSteppingWords(): string {
  return renderAssignments({ stepping: steppingOpts("").join(" ") });
}

/**
 * `find_kept` sets `kept` to the folder in which the sockets of kept connections lie, each by the name of its host, or to nothing. Needs `$base`.
 *
 * The folder is on memory, for its user alone, and has a random name, which `$base/kept` tells: nobody else can put a socket where ssh looks for one.
 */
export const FIND_KEPT = sh`
kept=
find_kept() {
  kept=
  [ -r "$base/kept" ] || return 0
  read -r kept <"$base/kept"
  [ "$(find "$kept" -prune -type d -user "$(id -u)" -perm 700 2>/dev/null)" = "$kept" ] || kept=
}
`;

/**
 * `open_kept yes` does so as well, and makes the folder where there is none for these settings; `open_kept no` ends what is kept, and `open_kept run` makes
 * a new folder behind that, which goes with the run. Needs `$memory`, and what `renderKeptSettings` says.
 */
export const OPEN_KEPT = sh`
end_kept() { # end_kept FOLDER: what is under way through them still comes to its end
  find "$1" -type s -print0 | xargs -0 -r -P 16 -I '{}' timeout 5 ssh -F none -o ControlPath='{}' -O stop ldms >/dev/null 2>&1
  rm -rf "$1"
}

open_kept() { # open_kept yes|run|no
  exec 7>"$base/turn"
  flock -w 60 7 || return 0
  find_kept
  now="$dialled $(printf '%s\n' "$dial_files" | while read -r file; do stat -L -c '%n %i %s %z' -- "$file" 2>/dev/null; done | cksum)"
  [ "$1:$(sed -n 2p "$base/kept" 2>/dev/null)" = "yes:$now" ] || kept=
  [ "$1" = yes ] || now="run $now"
  mark=ldms-kept.$(printf %s "$base" | cksum | cut -d ' ' -f 1)
  find "$memory" -maxdepth 1 -type d -user "$(id -u)" -name "$mark.????????" ! -path "$kept" | while read -r left; do end_kept "$left"; done
  if [ "$1" = no ]; then rm -f "$base/kept"
  elif [ -z "$kept" ]; then
    kept=$(mktemp -d "$memory/$mark.XXXXXXXX") && printf '%s\n' "$kept" "$now" >"$base/kept" || kept=
  fi
  exec 7>&-
}
`;

/** `open_to`, for hosts that `one` talks to. Needs `$work` and `$longest_path`. */
export const OPEN_TO = sh`
open_to() { # open_to WORDS: a file for each host on stdin, with the words that keep its connection, where its socket's path is not too long for ssh
  path=\${1##*=}
  while read -r host; do
    [ $((\${#path} + \${#host})) -gt "$longest_path" ] || printf '%s\n' "$1" >"$work/keep/$host"
  done
}
`;

/** POSIX sh for this machine that prints the folder, or an empty line where none is kept. */
export function renderOpenKept(stack: string, fanOut: PlannedFanOut, isKeeping: boolean): string {
  const values = { stack, claim: fanOut.claim, wanted: isKeeping ? "yes" : "no" };
  return `${renderAssignments(values)}${renderKeptSettings(fanOut)}${BASE}${MEMORY}${FIND_KEPT}${OPEN_KEPT}open_kept "$wanted"\nprintf '%s\\n' "$kept"\n`;
}
