import type { PlannedFanOut } from "../model/fan-out";
import { renderAssignments, sh } from "../text/shell-script";
import { FIND_KEPT } from "./kept-connections";
import { BASE } from "./work-folder";

/** Which connections of a sweep stay when it ends. */
export interface Keeping {
  /** For the next verb, as many as the stack says. */
  readonly isKeeping: boolean;
  /** For the batches of the run that follows at once, to hosts on which something is to be done: any word that no other run has. Absent: none follows. */
  readonly run?: string;
}

/** Of those for a run, so many on a head, and no more than fit into a quarter of the memory that it has left, and of the processes that its user may have. */
const MOST_STEPS = 2000;
const STEP_KIB = 1536;

/**
 * Connections for one run lie in `$kept/run`, a folder of the sweep that has made it: no other sweep uses them, and only batches go through them. Needs
 * `$base` and `$kept`.
 *
 * `end_steps` ends those to the hosts on stdin: all by one look at what runs here, for `ssh -O exit` costs as much CPU as a command through a connection.
 * It cuts off what is under way through them. `close_run` takes the folder away with the last of them.
 * `is_batch_under_way` tells of any run's, of this stack on this head.
 */
export const END_STEPS = sh`
end_steps() {
  ended=$(cat)
  [ -n "$ended" ] && [ -n "$kept" ] && [ -d "$kept/run" ] || return 0
  {
    printf '%s\n' "$ended"
    grep -aosH "^ssh: $kept/run/[^ ]* \[mux\]" /proc/[0-9]*/cmdline
  } | awk 'NF == 1 { ended[$1]; next } { host = $2; sub(/.*\//, "", host); split($1, path, "/"); if (host in ended) print path[3] }' |
    xargs -r kill 2>/dev/null
  printf '%s\n' "$ended" | sed "s|^|$kept/run/|" | xargs rm -f
}

is_batch_under_way() {
  for lock in "$base"/*.lock; do
    [ ! -e "$lock" ] || flock -n "$lock" true || return 0
  done
  return 1
}

close_run() {
  [ -n "$kept" ] && [ -d "$kept/run" ] && [ -z "$(find "$kept/run" -type s)" ] || return 0
  rm -rf "$kept/run"
  case $(sed -n 2p "$base/kept") in run\ *) rmdir "$kept" 2>/dev/null && rm -f "$base/kept" ;; esac
}
`;

/** `begin_run` sets `steps` to the most connections that this sweep keeps for the run of the name `$run`: none where there is no run, or another one has its own. */
export const BEGIN_RUN =
  renderAssignments({ most_steps: MOST_STEPS, step_kib: STEP_KIB }) +
  sh`
begin_run() {
  steps=0
  [ -n "$run" ] && [ -n "$kept" ] || return 0
  # Of a run that was cut off, when the last of them has ended by itself.
  [ -z "$(find "$kept/run" -prune -mmin +1 2>/dev/null)" ] || close_run
  mkdir "$kept/run" 2>/dev/null && echo "$run" >"$kept/run/.of" || return 0
  steps=$(awk -v most="$most_steps" -v each="$step_kib" '
    function at_most(count) { if (count < most + 0) most = count }
    $1 == "MemAvailable:" { known = 1; at_most(int($2 / 4 / each)) }
    /^Max processes +[0-9]/ { at_most(int($3 / 4)) }
    END { print known ? most + 0 : 0 }' /proc/meminfo /proc/self/limits)
}
`;

/**
 * POSIX sh for a head that ends what its sweep has kept for a run and no batch has ended: where nobody wanted the run, or it failed. Not while a batch is
 * under way, which may be another run's.
 */
export function renderEndRun(stack: string, { claim }: Pick<PlannedFanOut, "claim">, run: string): string {
  return `${renderAssignments({ stack, claim, run })}${BASE}${FIND_KEPT}${END_STEPS}${END_RUN}`;
}

const END_RUN = sh`
find_kept
[ "$(cat "$kept/run/.of" 2>/dev/null)" = "$run" ] || exit 0
! is_batch_under_way || exit 0
find "$kept/run" -type s | sed 's|.*/||' | end_steps
close_run
`;
