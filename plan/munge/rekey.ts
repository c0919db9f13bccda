import { ownershipFile, STACK_LABEL } from "../containers/ownership";
import { shellQuote } from "../text/shell";
import { MUNGE_ID } from "./munge";

/** For one container: munged ends and starts in well under a second; a frozen engine never does. */
const REKEY_SECONDS = 20;

/**
 * Runs inside a container as munge's own user, with the new key on stdin. The file is gone once munged has read it; a container that starts anew
 * finds the same key in its bound file. A container that is just starting gets the time to start its own munged first.
 */
const TAKE_KEY = `pidfile=/run/munge/munged.pid
key=/run/munge/next.key
umask 077
cat >$key || exit
tries=20
while [ ! -s $pidfile ] && [ $tries -gt 0 ]; do
  sleep 0.1
  tries=$((tries - 1))
done
pid=$(cat $pidfile 2>/dev/null || echo 0)
[ $pid -eq 0 ] || kill $pid 2>/dev/null
tries=50
while [ $pid -ne 0 ] && [ -d /proc/$pid ] && ! grep -q "^State:.Z" /proc/$pid/status 2>/dev/null && [ $tries -gt 0 ]; do
  sleep 0.1
  tries=$((tries - 1))
done
munged --key-file=$key
code=$?
rm -f $key
exit $code`;

/**
 * POSIX sh: the function `rekey CONTAINER NEW OLD`, by which a running container's munged goes on with the key in the file NEW, or with the one in
 * OLD where it does not take NEW; false then. Daemons authenticate a connection when it is made and never again (ldms_xprt_auth.c), so what is
 * connected stays connected, and no row is lost. Behind `--` no name is an option: so the policies can tell that `docker exec` gives no more rights.
 */
export function renderRekey(stack: string): string {
  return `PATH=$PATH:/usr/local/bin
take_key=${shellQuote(TAKE_KEY)}
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout ${REKEY_SECONDS} "$@"; else "$@"; fi
}
take() { # take CONTAINER FILE
  limited docker exec --interactive --user ${MUNGE_ID}:${MUNGE_ID} -- "$1" sh -c "$take_key" <"$2"
}
rekey() {
  running=$(limited docker inspect --type container --format '{{.State.Running}} {{index .Config.Labels "${STACK_LABEL}"}} {{.ID}}' "$1" 2>/dev/null) || return 0
  case $running in
  ${shellQuote(`true ${stack} `)}*) ;;
  'true  '*) grep -q "^\${running##* } " ${ownershipFile(stack)} 2>/dev/null || return 0 ;;
  *) return 0 ;;
  esac
  take "$1" "$2" && return 0
  echo "$1: its munged does not take the new key" >&2
  [ ! -e "$3" ] || take "$1" "$3" || echo "$1: nor the old one" >&2
  return 1
}
`;
}
