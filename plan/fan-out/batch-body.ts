import { sh } from "../text/shell-script";
import { HEAD_TOOLS } from "./head-body";
import { OPEN_KEPT } from "./kept-connections";

/** Whether a host's words, `samp:same agg1:create`, tell of anything to do. */
const DIFFERS = sh`
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

# Hosts that have nothing yet come before those that lose a container on the way to the next. Two passes, for clush sorts the names of one.
awk 'FILENAME == ARGV[1] { todo[$1]; next } $1 in todo' "$work/todo" "$work/new" >"$work/first"
awk 'FILENAME == ARGV[1] { first[$1]; next } !($1 in first)' "$work/first" "$work/todo" >"$work/then"
fan "$work/first"
fan "$work/then"

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

/** Behind the values of the head and in front of the groups, each in a subshell of its own that calls `sweep`. */
export const SWEEP_BEGIN =
  HEAD_TOOLS +
  OPEN_KEPT +
  DIFFERS +
  sh`

open_kept "$keeps"
top=$work
for file in "$base"/*.generation; do
  [ ! -e "$file" ] || printf 'generation\t%s\t%s\n' "$(basename "$file" .generation)" "$(cat "$file")"
done
[ ! -e "$base/retired" ] || sed 's/^/retired\t/;s/ .*//' "$base/retired"

set_kept() { # a file for each host whose connection is to be kept, where its socket's path is not too long for ssh
  mkdir "$work/keep"
  [ -n "$kept" ] || return 0
  head -n "$keep" "$work/targets" | while read -r host; do
    path=$kept/$host
    [ \${#path} -gt "$longest_path" ] || : >"$work/keep/$host"
  done
}

sweep() {
  work=$top/$group
  mkdir "$work"
  expand "$hosts" >"$work/hosts"
  set_targets "$work/hosts"
  set_kept
  # As long again is then for a new connection: together no longer than one that is new at once.
  patience=$(((connect_seconds + 1) / 2))
  host_script >"$work/host"
  by_script
  : >"$work/results"
  fan "$work/targets"
  { printf '%s\n' "$sweep_key"; cat "$work/results"; } >"$base/sweep.$group.new.$$"
  mv "$base/sweep.$group.new.$$" "$base/sweep.$group"
  awk -F '\t' -v group="$group" "$differs_awk"'
    $2 == "ok" && !differs($3) { same++; next }
    { print "host\t" group "\t" $0 }
    END { print "same\t" group "\t" same + 0 }' "$work/results" >"$work/told"
  [ ! -e "$work/probes" ] || sed 's/^/probe\t/' "$work/probes" >>"$work/told"
}
`;

/** Behind the groups. */
export const SWEEP_END = sh`
wait
cat "$top"/*/told && echo end
`;
