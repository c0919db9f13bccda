import { sh } from "../text/shell-script";
import { DIFFERS } from "./batch-body";
import { ASK_TARGETS, HEAD_TOOLS } from "./head-body";
import { OPEN_KEPT, OPEN_TO } from "./kept-connections";
import { BEGIN_RUN } from "./run-connections";

/** Behind the values of the head and in front of the groups, each in a subshell of its own that calls `sweep`. */
export const SWEEP_BEGIN =
  HEAD_TOOLS +
  OPEN_KEPT +
  OPEN_TO +
  ASK_TARGETS +
  BEGIN_RUN +
  DIFFERS +
  sh`

open_kept "$keeps"
begin_run
top=$work
for file in "$base"/*.generation; do
  [ ! -e "$file" ] || printf 'generation\t%s\t%s\n' "$(basename "$file" .generation)" "$(cat "$file")"
done
[ ! -e "$base/retired" ] || sed 's/^/retired\t/;s/ .*//' "$base/retired"

expect_same() { # prints hosts that had all of this plan when they were last asked, or have got it since
  [ "$(head -n 1 "$base/sweep.$group" 2>/dev/null)" = "$sweep_key" ] || return 0
  awk -F '\t' "$differs_awk"'FNR > 1 && $2 == "ok" && !differs($3) { print $1 }' "$base/sweep.$group"
  find "$base" -name '*.log' -newer "$base/sweep.$group" -exec awk -F '\t' '$2 == "ok" { print $1 }' {} +
}

set_kept() {
  mkdir "$work/keep"
  : >"$work/steps"
  [ -n "$kept" ] || return 0
  head -n "$keep" "$work/targets" | open_to "$opening$kept/"
  [ "$steps" -gt "$before" ] || return 0
  # Where all is as planned nothing is kept, and ended again.
  expect_same >"$work/same"
  awk -v from="$keep" -v most="$((steps - before))" '
    FILENAME == ARGV[1] { same[$1]; next } FNR > from && !($1 in same) && n++ < most' "$work/same" "$work/targets" >"$work/steps"
  open_to "$stepping$kept/run/" <"$work/steps"
}

sweep() {
  work=$top/$group
  mkdir "$work"
  expand "$hosts" >"$work/hosts"
  set_targets "$work/hosts"
  set_kept
  host_script >"$work/host"
  by_script
  ask_targets
  # For a host whose engine does not answer there may be no batch.
  awk -F '\t' "$differs_awk"'
    FILENAME == ARGV[1] { step[$1]; next } $1 in step && !($2 == "ok" && differs($3)) { print $1 }' "$work/steps" "$work/results" | end_steps
  { printf '%s\n' "$sweep_key"; cat "$work/results"; } >"$base/sweep.$group.new.$$"
  mv "$base/sweep.$group.new.$$" "$base/sweep.$group"
  awk -F '\t' -v group="$group" "$differs_awk"'
    $2 == "ok" && !differs($3) { same++; next }
    { print "host\t" group "\t" $0 }
    END { print "same\t" group "\t" same + 0 }' "$work/results" >"$work/told"
  tell_facts >>"$work/told"
}
`;

/** Behind the groups. */
export const SWEEP_END = sh`
wait
[ "$steps" -eq 0 ] || close_run
cat "$top"/*/told && echo end
`;
