import { OWN_IDS, OWNED_SPEC } from "../containers/ownership";
import { sh } from "../text/shell-script";

/** Functions of the host script: what there is, the table of what there is to be, and how a container gets from one to the other. */
export const CONTAINER_FUNCTIONS =
  OWN_IDS +
  OWNED_SPEC +
  sh`
look() { # a line each in $found: NAME, its image by the reference it was made with or by its id, STATUS, ID, SPEC
  # One question where the engine can answer it in these words. Podman's docker and old ones may not, and several names are those of links.
  if [ -n "\${ldms_listed:-}" ] && [ ! -r "$owned_file" ]; then
    found=
    while read -r found_name found_image status found_id of found_spec; do
      [ "$of" != "stack=$stack" ] || found="$found$found_name $found_image $status $found_id $found_spec
"
    done <<LISTED
$ldms_listed
LISTED
    return
  fi
  if [ ! -r "$owned_file" ] && found=$(docker ps --all --no-trunc --filter "label=ldms.stack=$stack" \
    --format '{{.Names}} {{.Image}} {{.State}} {{.ID}} {{.Label "ldms.spec"}}' 2>/dev/null); then
    case $found in *,* | *'<no value>'*) ;; *) return ;; esac
  fi
  # podman's docker says that it is podman's, and more, in front of what it is asked for.
  ids=$(own_ids 2>/dev/null) || fail "docker: $(last "$(docker ps 2>&1)")"
  found=
  # shellcheck disable=SC2086 # a list of ids
  [ -z "$ids" ] || found=$(docker inspect --type container --format '{{.Name}} {{.Image}} {{.State.Status}} {{.ID}} {{index .Config.Labels "ldms.spec"}}' $ids 2>/dev/null)
}

each() { # each COMMAND: for every container of the table, with the words of its docker run
  names=
  held=
  while IFS= read -r line <&3; do
    value=\${line#* }
    case \${line%% *} in
    container)
      set -- "$1"
      name=$value
      names="$names $name" ;;
    spec) spec=$value ;;
    spec-own) spec=$value$own ;;
    part)
      held="$held$value
" ;;
    registry)
      held=\${mirror:-$value}
      held=\${held:+$held/} ;;
    word | word-own | image | number | host)
      word=$held$value
      held=
      case $line in
      image*) reference=$word ;;
      number*) word=$word$number ;;
      host*) word=$word$host ;;
      word-own*) word=$word$own ;;
      esac
      set -- "$@" "$word" ;;
    end) "$@" ;;
    esac
  done 3<<TABLE
$containers
TABLE
}

image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null; }

pull() { # pull REFERENCE
  case $1 in sha256:*) fail "image: it has not been sent here: $1" ;; esac
  if [ "$jitter_seconds" -gt 0 ]; then
    # By the host's name: like hosts have no other source of differing numbers that every shell has.
    sum=$(printf '%s' "$host" | cksum)
    sleep $((\${sum%% *} % (jitter_seconds + 1)))
  fi
  said=$(docker pull --quiet "$1" 2>&1) || fail "image: $(last "$said")"
}

pull_missing() { image_id "$reference" >/dev/null || pull "$reference"; }

is_made_of() { # is_made_of FOUND REFERENCE: whether the container $found_id is
  # By its content, a reference never is another image's.
  case $2 in *sha256:*) [ "$1" != "$2" ] || return 0 ;; esac
  id=$(image_id "$2") || {
    [ "$mode" != check ] || return 1
    # Here by another name only, as from another mirror, it is no other image; so it is asked for before it is judged.
    pull "$2"
    id=$(image_id "$2")
  }
  case $1 in
  "$id") ;;
  sha256:*) return 1 ;;
  *) [ "$(docker inspect --type container --format '{{.Image}}' "$found_id" 2>/dev/null)" = "$id" ] ;;
  esac
}

judge() { # what has to be done with the container $name, in $todo
  todo=create
  while read -r found_name found_image status found_id found_spec; do
    # Docker's has a slash in front, podman's has none.
    [ "\${found_name#/}" = "$name" ] || continue
    recorded=$(owned_spec "$found_id")
    found_spec=\${found_spec:-$recorded}
    if [ "$recorded" = held ]; then todo=same
    elif [ "$found_spec" != "$spec" ]; then todo=replace
    elif [ -n "$reference" ] && ! is_made_of "$found_image" "$reference"; then todo=replace
    elif [ "$status" = running ] || [ "$status" = restarting ]; then todo=same
    else todo=start; fi
  done <<FOUND
$found
FOUND
}

converge() { # converge WORD...: of the container's docker run
  judge
  note "$name" $todo
  [ "$mode" = apply ] && [ $todo != same ] || return 0
  made=1
  if [ $todo = start ]; then
    docker unpause "$name" >/dev/null 2>&1 || said=$(docker start "$name" 2>&1) || fail "$name: $(last "$said")"
    return 0
  fi
  # Before the old one ends, so that the gap is short.
  pull_missing
  [ $todo = create ] || take_away "$name"
  said=$(docker run "$@" 2>&1) && return 0
  # One that was made and could not be started; never a stranger's of the same name, nor one that another run has started meanwhile.
  state=$(docker inspect --type container --format '{{.State.Status}} {{index .Config.Labels "ldms.stack"}}' "$name" 2>/dev/null)
  [ "$state" != "created $stack" ] || docker rm --volumes "$name" >/dev/null 2>&1
  fail "$name: $(last "$said")"
}
`;
