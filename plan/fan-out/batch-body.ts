import { sh } from "../text/shell-script";
import { HEAD_TOOLS } from "./head-body";

/** Whether a host's words, `samp:same agg1:create`, tell of anything to do. */
export const DIFFERS = sh`
differs_awk='function differs(text, n, i, words) { n = split(text, words, " "); for (i = 1; i <= n; i++) if (words[i] !~ /:same$/) return 1; return 0 }'
`;

/** Takes every line on stdin for content, a secret's too, which nobody has looked at: none of them has a blank, so none is the last one. */
export const WRAP_CONTENT = sh`
wrap_content() { # makes a function of the content, which runs what reads it on stdin; goes in front of the host script
  printf '%s\n' 'content() {' "\"\$@\" <<'LDMS CONTENT'"
  cat
  printf '%s\n' 'LDMS CONTENT' '}'
}
`;

const BATCH = sh`

first() { # first ONE ARGUMENTS: a pass over the hosts to be done, on as many at once as may pull; who fails is done with
  mv "$work/results" "$work/known"
  : >"$work/results"
  ( arguments=$2 window=$pull_window; fan "$work/todo" "$1" )
  awk -F '\t' '$2 == "ok" { print $1 }' "$work/results" >"$work/todo"
  awk -F '\t' '$2 != "ok"' "$work/results" >>"$work/known"
  mv "$work/known" "$work/results"
}

cat >"$work/content"
expand "$hosts" >"$work/hosts"
set_targets "$work/hosts"
take_turn "$group"
find_kept
uses_run=yes
# As long as a new connection may take.
patience=$connect_seconds
host_script >"$work/host"
by_script

# What a sweep of the last minutes knows need not be asked again: hosts as planned, and hosts out of reach.
sweep=$base/sweep.$group
log=$base/$batch.log
: >"$work/results"
: >"$work/new"
if [ -e "$sweep" ] && [ "$(head -n 1 "$sweep")" = "$sweep_key" ] &&
  [ -n "$(find "$sweep" -mmin "-$sweep_good_minutes")" ] && [ ! "$log" -nt "$sweep" ]; then
  awk -F '\t' "$differs_awk"'
    FILENAME == ARGV[1] { wanted[$1]; next } FNR > 1 && $1 in wanted && ($2 == "unreachable" || ($2 == "ok" && !differs($3)))' \
    "$work/targets" "$sweep" >"$work/results"
  awk -F '\t' 'FNR > 1 && $2 == "ok" && $3 ~ /:create/ && $3 !~ /:(same|start|replace)/ { print $1 }' "$sweep" >"$work/new"
fi
awk -F '\t' 'FILENAME == ARGV[1] { known[$1]; next } !($1 in known)' "$work/results" "$work/targets" >"$work/todo"

# Images that come in files are sent before anything changes.
sending >"$work/sending"
if [ -s "$work/sending" ]; then
  one "$(cat "$work/sending")" >"$work/send"
  first "$work/send" "$arguments"
fi
# Where fewer may pull than are worked on; it costs each host of the batch a connection.
[ "$pull_window" -eq "$window" ] || first "$work/one" 'pull 0'

# A pull needs nothing of what the files contain.
{ wrap_content <"$work/content"; host_script; } >"$work/host"

# Hosts that have nothing yet come before those that lose a container on the way to the next.
awk 'FILENAME == ARGV[1] { todo[$1]; next } $1 in todo' "$work/todo" "$work/new" >"$work/ordered"
awk 'FILENAME == ARGV[1] { first[$1]; next } !($1 in first)' "$work/new" "$work/todo" >>"$work/ordered"
fan "$work/ordered"
end_steps <"$work/targets"
close_run

mv "$work/results" "$log"
summarize "$log"
failed=$(awk -F '\t' '$2 != "ok"' "$log" | wc -l)
if [ "$failed" -gt "$max_failures" ]; then
  echo "more than $max_failures of $host_count hosts failed; the following batches are left undone. Every host: $log on this head" >&2
  exit 1
fi
echo "$generation" >"$base/$batch.generation"
`;

/** Behind what `renderBatch` puts in front of it. */
export const BATCH_BODY = HEAD_TOOLS + DIFFERS + WRAP_CONTENT + BATCH;
