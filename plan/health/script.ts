import { LIST_SECONDS, STORES_SECONDS, VERDICT_AWK } from "./verdict-awk";

const BY_NAME = `host=*) word=\${word#host=} && host=\${word%@*}$HOSTNAME\${word#*@} ;;`;
const BY_SHORT_NAME = `host=*) word=\${word#host=} && host=\${word%\\%*}\${HOSTNAME%%.*}\${word#*\\%}
    case $host in *+*) host=\${host%+*}\${HOSTNAME#*.}\${host#*+} ;; esac ;;`;

/**
 * POSIX sh, the same on every host and in every image: judges one ldmsd by what it lists and by its stores. What it awaits comes as words:
 *
 *     health XPRT PORT AUTH WORD...
 *       host=NAME                           where it is dialled, `@` standing for $HOSTNAME; absent: the loopback address
 *                                           (by short names: `%` standing for what is before its first dot, `+` for what is behind it)
 *       auth=KEY=VALUE                      for ldms_ls as -A
 *       set=SECONDS:NAME                    its own set `…/NAME`, sampled so often
 *       receives=SECONDS                    it receives sets; for so long none may be new
 *       store=PLUGIN:SECONDS:SCHEMA:FOLDER  written within so many seconds while sets of the schema arrive; 0: that is not watched
 *
 * What it has seen lies in /dev/shm, which a container's every start empties: it is about the daemon that runs now.
 * A sampler's check starts timeout, ldms_ls and awk, and nothing else. Of ldms_ls: what it listed counts, not its exit code, for over rdma it has
 * crashed at its own end; and its `-w` does not bound it.
 */
export const HEALTH_SCRIPT = `#!/bin/sh
# Health of one ldmsd: one line that says what is wrong, exit code 1 where something is.
# health XPRT PORT AUTH [host=NAME] [auth=KEY=VALUE] [set=SECONDS:NAME] [receives=SECONDS] [store=PLUGIN:SECONDS:SCHEMA:FOLDER] ...
set -u
LC_ALL=C
export LC_ALL

# Facts of the stores among the words: can their folders be written, what is left of the disk, when was each file written.
stores() {
  for word; do
    case $word in store=*) word=\${word#store=*:*:} ;; *) continue ;; esac
    folder=\${word#*:}
    place=\${folder%/*}
    place=\${place:-/}
    why=
    if [ ! -d "$place" ]; then state="no folder \\\`$place\\\`"
    elif why=$( { true >"$place/.ldms-health.$$"; } 2>&1); then state=ok && rm -f "$place/.ldms-health.$$"
    else state='cannot be written' && why=\${why##*: }
    fi
    printf '\\tstore\\t%s\\t%s\\t%s\\n' "$folder" "$state" "$why"
    [ "$state" = ok ] || continue
    df -PkT "$place" 2>/dev/null | sed -n '2s/^/\tdf\t/p'
    [ ! -d "$folder" ] || find "$folder" -type f -exec stat -c '\tfile\t%Y' {} +
  done
}

if [ "$1" = stores ]; then
  shift
  stores "$@"
  exit
fi

xprt=$1 port=$2 auth=$3
shift 3
host=localhost options= has_stores=
for word; do
  case $word in
  ${BY_NAME}
  auth=*) options="$options -A \${word#auth=}" ;;
  store=*) has_stores=yes ;;
  esac
done
seen=/dev/shm/ldms-health.$port save=
# Without a place to keep what was seen, all that arrives counts as fresh.
if true >>"$seen"; then save=$seen.$$; fi 2>/dev/null

{
  printf '\\tword\\t%s\\n' "$@"
  [ ! -s "$seen" ] || cat "$seen"
  [ -z "$has_stores" ] || timeout ${STORES_SECONDS} sh "$0" stores "$@" 2>/dev/null || printf '\\tlate\\n'
  timeout ${LIST_SECONDS} ldms_ls -h "$host" -x "$xprt" -p "$port" -a "$auth" $options -w 6 -v 2>&1
  printf '\\n\\tcode\\t%s\\n' "$?"
} | awk -v where="$xprt:$port" -v save="$save" '${VERDICT_AWK}'
code=$?
[ ! -s "$save" ] || mv -f "$save" "$seen"
exit "$code"
`;

/** The same for daemons that are dialled by the short names of their hosts. A file of its own, so that no other container is made anew for it. */
export const HEALTH_SCRIPT_BY_SHORT_NAME = HEALTH_SCRIPT.replace(BY_NAME, () => BY_SHORT_NAME);
