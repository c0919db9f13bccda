import { sh } from "../text/shell-script";
import { EXPAND_ROWS_AWK, VALUE_AWK } from "./host-rows";
import { FIND_KEPT } from "./kept-connections";
import { END_STEPS } from "./run-connections";
import { BASE, WORK_FOLDER } from "./work-folder";

const BEGIN = sh`
cr=$(printf '\r')
fact_end=$(printf '\036')
`;

const FUNCTIONS = sh`
uses_run=
# Of what one host says besides its line of results, in characters.
most_facts=8000
export work arguments seconds cr fact_end passing patience uses_run most_facts

set_targets() { # set_targets FILE: lines of names, addresses, mirrors and ids
  cut -d' ' -f1 "$1" >"$work/targets"
  # Where there is more to a host than its name: a file a name, which a shell reads without another process.
  awk 'NF > 2 || $1 != $2 { differs = 1 } END { exit !differs }' "$1" || return 0
  mkdir "$work/addresses"
  awk -v to="$work/addresses/" '{ print $2, $3, $4 >(to $1); close(to $1) }' "$1"
}

one() { # one TALK [KEPT]: what talks to one host, and writes its line of results; KEPT: the folder of connections that it may go through
  printf 'kept=%s alone=\ndial() {\n%s\n}\ntalk() {\n%s\n}\n' "\${2:-}" "$dial" "$1"
  cat <<'ONE'
host=$1
address=$host mirror= id=
[ ! -e "$work/addresses" ] || read -r address mirror id <"$work/addresses/$host"

listen() { # listen FILE: to all that is said, by way of a file: the process that keeps a connection may hold a pipe open for long
  talk >"$1" 2>&1 &
  echo "$!" >"$work/pids/$host"
  wait "$!"
  code=$? last='' has_begun='' facts=''
  [ -e "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    # A fact may be long.
    case $line in "probe	"*) facts=$facts\${line#??????}$fact_end; continue ;; esac
    # What ssh itself says ends in CR LF.
    line=\${line%"$cr"}
    case $line in '') ;; begun) has_begun=1 ;; *) last=$line ;; esac
  done <"$1"
  # It takes up memory; and an empty one would be of a host that is still silent.
  echo >"$1"
}

sharing='' begins='' sooner='' has_begun='' facts='' code=255
socket=$kept/$host
[ -z "$uses_run" ] || [ -S "$socket" ] || socket=$kept/run/$host
if [ -n "$kept" ] && [ -S "$socket" ]; then
  sharing=$passing$socket begins='echo begun; '
  listen "$work/asked/$host"
  if [ -e "$work/late/$host" ]; then
    code=255 has_begun=1 last='Connection timed out'
    # To be asked twice at once does no harm where nothing is changed.
    [ -n "$uses_run" ] || has_begun='' sooner="-o ConnectTimeout=$patience "
  fi
  sharing=$sooner begins=''
fi
if [ "$code:$has_begun" = 255: ]; then
  [ ! -e "$work/keep/$host" ] || { read -r opens <"$work/keep/$host" && sharing=$sooner$opens$host; }
  listen "$work/said/$host"
  # An ssh that is to keep a connection does not tell what its ProxyCommand says; nor does it connect where the folder has gone meanwhile.
  case "$code:$sharing:$last" in
  255:?*:*UNKNOWN\ port* | 255:?*:*cannot\ bind*) sharing='' && listen "$work/said/$host" ;;
  esac
fi
case $code:$last in
0:ok*) status=ok text=\${last#ok} ;;
*:failed\ *) status=failed text=\${last#failed } ;;
124:* | 137:*) status=unreachable text="no answer within $seconds s" ;;
255:*"master terminated"*) status=unreachable text='the connection was lost' ;;
255:*) status=unreachable text=\${last##*: } ;;
*) status=failed text="exit code $code: $last" ;;
esac
# Equal texts are told as one; so no name and no address of its own in it.
case $text in
"Connection to "*" timed out") text="Connection timed out" ;;
*"$address"*) text="\${text%%"$address"*}it\${text#*"$address"}" ;;
esac
printf '%s\t%s\t%.2000s\n' "$host" "$status" "\${text# }" >>"$work/results"
# A file a host: what is long is not written at once, and others write meanwhile.
[ -z "$facts" ] || printf "%s\t%.\${most_facts}s\n" "$host" "$facts" >"$work/facts/$host"
ONE
}

# By \`$alone\` no shell stands between this process and the one that dials, which can be ended then.
by_script() { one '  alone="exec"
  dial "sh -s -- $host $arguments $mirror $id" <"$work/host"' "$kept" >"$work/one"; }

find_late() { find "$1" -type f -empty ! -newermt "-$patience seconds"; }

give_up() { # give_up exit|stop SOCKET
  [ ! -S "$2" ] || timeout 2 ssh -F none -o ControlPath="$2" -O "$1" ldms
  rm -f "$2"
}

watch_kept() { # gives up connections through which no host has begun within $patience s
  while sleep 1 && kill -0 $$; do
    find_late "$work/asked" | while read -r asked; do
      host=\${asked##*/}
      # It may have begun since, or be asked anew.
      if [ -z "$(find_late "$asked")" ] || ! read -r pid <"$work/pids/$host" || ! mv "$asked" "$work/late/$host"; then continue; fi
      if [ -n "$uses_run" ]; then
        give_up exit "$kept/$host"
        give_up exit "$kept/run/$host"
      elif is_batch_under_way; then
        # It may be at work through it, slowly, and comes to its end.
        give_up stop "$kept/$host"
        kill "$pid"
      else give_up exit "$kept/$host"
      fi
    done
  done
}

fan() { # fan FILE [ONE]: on every host that the file names, in its order, $window at once
  [ -s "$1" ] || return 0
  rm -rf "$work/said" "$work/asked" "$work/late" "$work/pids" "$work/facts"
  mkdir "$work/said" "$work/asked" "$work/late" "$work/pids" "$work/facts"
  watch=
  [ -z "$kept" ] || { watch_kept >/dev/null 2>&1 </dev/null 8>&- 9>&- & watch=$!; }
  cp "$1" "$work/left"
  count=
  # xargs begins no further host where a process of its own was killed, so the rest is begun anew; it may then end before the others, and cat does not.
  # What is started here holds no lock of this script.
  while [ -s "$work/left" ] && before=$count && count=$(wc -l <"$work/left") && [ "$count" != "$before" ]; do
    xargs -P "$window" -n 1 sh "\${2:-$work/one}" <"$work/left" 2>&1 8>&- 9>&- | cat >"$work/tool"
    awk -F '\t' 'FILENAME == ARGV[1] { told[$1]; next } !($1 in told)' "$work/results" "$work/left" >"$work/lost"
    while read -r host; do
      if [ ! -e "$work/said/$host" ] && [ ! -e "$work/asked/$host" ]; then echo "$host"
      else printf '%s\tfailed\tthe process that worked on it from this head was killed\n' "$host" >>"$work/results"; fi
    done <"$work/lost" >"$work/left"
  done
  [ -z "$watch" ] || kill "$watch"
  [ ! -s "$work/left" ] || { sed 's/$/\tfailed\tnot worked on: nothing could be started on this head/' "$work/left" >>"$work/results"; tail -n 3 "$work/tool" >&2; }
}

`;

/** The function `take_turn`. Needs `$base`. */
export const TAKE_TURN = sh`
take_turn() { # take_turn NAME: waits for an earlier run of the same that was cut off on the other side and goes on here
  exec 9>"$base/$1.lock"
  flock -w 600 9 || { echo "another run on $1 is still under way here" >&2; exit 1; }
}

`;

/** The functions `ask_targets` and `tell_facts`, for those who change nothing on the hosts. */
export const ASK_TARGETS = sh`
ask_targets() { # has every host of $work/targets answer by what is in $work/one
  # As long again is then for a new connection: together no longer than one that is new at once.
  patience=$(((connect_seconds + 1) / 2))
  : >"$work/results"
  fan "$work/targets"
}

tell_facts() { # prints what each host has said besides
  [ ! -d "$work/facts" ] || find "$work/facts" -type f -exec sed 's/^/probe\t/' {} +
}
`;

const FOLD = sh`
fold() { # names on stdin, sorted, as a hostlist: n[01-03,07]
  awk "$value_awk"'
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

summarize() { # summarize FILE: a line for each thing that was done or said, with its hosts; all that a batch leaves in the state
  rm -f "$work"/text.* "$work"/names.*
  {
    awk -F '\t' -v work="$work" '
      $2 == "ok" { ok++; n = split($3, words, " "); differs = 0
        for (i = 1; i <= n; i++) if (words[i] !~ /:same$/) { done[words[i]]++; differs = 1 }
        same += !differs; next }
      { text = $2 ": " $3; bad++
        if (!(text in number)) { number[text] = ++texts; print text >>(work "/text." texts); close(work "/text." texts) }
        print $1 >>(work "/names." number[text]); close(work "/names." number[text]) }
      END { printf "%d host%s: %d as planned, %d changed, %d failed or out of reach\n", NR, NR == 1 ? "" : "s", same, ok - same, bad; fflush()
        for (word in done) { match(word, /:[a-z]+$/); print substr(word, 1, RSTART - 1) ": " substr(word, RSTART + 1) " on " done[word] | "sort" } }' "$1"
    for text in "$work"/text.*; do
      [ -e "$text" ] && printf '%s: %s\n' "$(sort "$work/names.\${text##*.}" | fold)" "$(cat "$text")"
    done
  } | head -c 4000
}
`;

/**
 * What every script on a head begins with, behind `stack`, `claim`, `seconds`, `window`, `arguments` and `dial`: its folders, and `fan FILE`, which runs
 * the script of the file `host` on each host that the file names.
 *
 * The script that each of them starts talks to one host and writes one line of results: `NAME TAB ok|failed|unreachable TAB TEXT`. The host script
 * goes to ssh as stdin, from a file that only this user can read, on memory where the head has such a folder.
 */
export const HEAD_TOOLS = `${BASE}${BEGIN}${WORK_FOLDER}${FIND_KEPT}${END_STEPS}value_awk='${VALUE_AWK}'\nexpand() { printf '%s\\n' "$1" | awk '${EXPAND_ROWS_AWK}'; }\n${FUNCTIONS}${TAKE_TURN}${FOLD}`;
