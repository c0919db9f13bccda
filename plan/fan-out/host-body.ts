import { OWN_IDS } from "../containers/ownership";
import { SET_HOST_NUMBER, SET_OWN_ID } from "../hosts/component-id";
import { sh } from "../text/shell-script";
import { CONTAINER_FUNCTIONS } from "./host-containers";

/** What every script on a host begins with. */
const HOST_BEGIN = sh`
LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
words=
fail() {
  printf 'failed %s\n' "$(printf '%s' "$*" | tr '\n\t' '  ')"
  exit 1
}
note() { words="$words $1:$2"; }
last() { printf '%s\n' "\${1##*
}"; }

check_claim() { # notes a claim to be made where the host is another head's, or nobody's
  claimed=
  [ ! -e "$claim_file" ] || read -r claimed <"$claim_file"
  [ "$claimed" = "$claim" ] || note head claim
}

take_away() { # take_away NAME
  said=$(docker stop "$1" 2>&1) && said=$(docker rm --volumes "$1" 2>&1) || fail "$1: $(last "$said")"
}
`;

const ARGUMENTS = sh`
host=$1
mode=$2
healthy_seconds=\${3:-0}
case \${4:-=} in =) mirror= ;; *) mirror=$4 ;; esac
made=
`;

const STEPS = sh`

take_away_unplanned() {
  while read -r found_name rest; do
    case $containers in
    *"
container \${found_name#/}
"*) continue ;;
    esac
    [ -n "$found_name" ] || continue
    note "\${found_name#/}" remove
    [ "$mode" = check ] || take_away "\${found_name#/}"
  done <<FOUND
$found
FOUND
}

wait_healthy() { # wait_healthy NAME...: until all have been healthy for $healthy_seconds on end
  held=0
  # Beyond that time, for the first checks of their start period.
  limit=$((healthy_seconds + 120))
  left=$limit
  while [ $held -lt "$healthy_seconds" ]; do
    [ $left -gt 0 ] || fail "not healthy within $limit s: $states"
    sleep 1
    held=$((held + 1)) left=$((left - 1))
    states=$(docker inspect --type container --format '{{.Name}} {{.State.Health.Status}}' "$@" 2>&1) || fail "$(last "$states")"
    case $states in
    *unhealthy*) fail "$states" ;;
    *starting*) held=0 ;;
    esac
  done
}

check_files() { # notes what is to be done for the files; $untold where nothing here tells the content of one, a secret's
  kept=" " untold=
  set --
  while read -r mode_wanted owner path fingerprint; do
    [ -n "$path" ] || continue
    kept="$kept$path "
    set -- "$@" "$path"
  done <<MANIFEST
$manifest
MANIFEST
  # All at once: a process a file is most of what a check costs a host. By their own paths, too, which may lead through links. The find of busybox has
  # no -printf; another one fails as well where a file is missing.
  is='' there=''
  if [ -d "$folder" ]; then
    there=$(find "$@" "$folder/" -type f ! -name '*.new' -printf '%p %m %U:%G\n' 2>/dev/null) || [ -n "$there" ] ||
      there=$(find "$@" "$folder/" -type f ! -name '*.new' -exec stat -c '%n %a %u:%g' {} + 2>/dev/null)
    is="
$there
$([ $# -eq 0 ] || sha256sum "$@" 2>/dev/null)
"
  fi
  while read -r mode_wanted owner path fingerprint; do
    [ -n "$path" ] || continue
    case $is in *"
$path \${mode_wanted#0} $owner
"*) ;; *) note "$path" deliver; continue ;; esac
    [ \${#fingerprint} -eq 64 ] || { untold=1; continue; }
    case $is in *"
$fingerprint  $path
"*) ;; *) note "$path" deliver ;; esac
  done <<MANIFEST
$manifest
MANIFEST
  while IFS= read -r line; do
    path=\${line% * *}
    case $kept in *" $path "*) ;; *) [ -z "$path" ] || note "$path" remove ;; esac
  done <<THERE
$there
THERE
}

claim_host() {
  if [ -n "$claim" ]; then
    mkdir -p "\${claim_file%/*}" && echo "$claim" >"$claim_file" || fail "cannot write $claim_file"
  elif [ -e "$claim_file" ]; then
    rm -f "$claim_file"
    # The first head may have taken back a host that has no file of the stack.
    rmdir "\${claim_file%/*}" 2>/dev/null || true
  fi
}

prepare() {
  claim_host
  if [ -z "$manifest" ]; then [ ! -d "$folder" ] || sh -c "$delivery"
  elif [ -z "$files_are_right" ]; then said=$(content sh -c "$delivery" 2>&1) || fail "files: $(last "$said")"; fi
  for volume in $volumes; do
    said=$(docker volume create --label "ldms.stack=$stack" "$volume" 2>&1) || fail "$(last "$said")"
  done
}

main() {
  [ "$mode" != pull ] || { each pull_missing; echo ok; return; }
  look
  check_claim
  words_before=$words files_are_right=
  check_files
  [ "$words" != "$words_before" ] || [ -n "$untold" ] || files_are_right=1
  take_away_unplanned
  [ "$mode" = check ] || prepare
  each converge
  # shellcheck disable=SC2086 # a list of names
  [ -z "$made" ] || [ "$healthy_seconds" -eq 0 ] || wait_healthy $names
  printf 'ok%s\n' "$words"
}
main </dev/null
`;

/** Behind `stack`, `owned_file`, `claim`, `claim_file`, `folder`, `jitter_seconds`, `volumes`, `manifest`, `delivery` and `containers`. */
export const HOST_BODY = HOST_BEGIN + ARGUMENTS + SET_HOST_NUMBER + SET_OWN_ID + CONTAINER_FUNCTIONS + STEPS;

/** Behind `stack`, `owned_file`, `claim`, `claim_file`, `removal` and `forget`. */
export const HOST_REMOVAL_BODY =
  HOST_BEGIN +
  OWN_IDS +
  sh`

main() {
  check_claim
  [ -z "$words" ] || { echo ok; return; }
  found=
  ids=$(own_ids 2>/dev/null) || fail "docker: $(last "$(docker ps 2>&1)")"
  # shellcheck disable=SC2086 # a list of ids
  [ -z "$ids" ] || found=$(docker inspect --type container --format '{{.Name}} {{.ID}}' $ids 2>/dev/null)
  # Some may have gone by themselves; nothing of any is an engine that has ended meanwhile.
  # shellcheck disable=SC2086 # a list of ids
  [ -z "$ids" ] || [ -n "$found" ] || fail "docker: $(last "$(docker inspect --type container $ids 2>&1)")"
  while read -r name rest; do
    [ -n "$name" ] || continue
    take_away "\${name#/}"
    note "\${name#/}" remove
  done <<FOUND
$found
FOUND
  rm -f "$claim_file" "$owned_file"
  sh -c "$removal"
  sh -c "$forget"
  printf 'ok%s\n' "$words"
}
main </dev/null
`;
