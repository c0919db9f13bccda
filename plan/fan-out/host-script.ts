import { isToldItsId, SPEC_LABEL } from "../containers/spec-hash";
import { renderDelivery, renderManifest, renderRemoval } from "../delivery/deliver-files";
import { renderGeneralRun } from "../docker-run/docker-run";
import { SET_HOST_NUMBER, SET_OWN_ID } from "../hosts/component-id";
import { splitRegistry } from "../images/images";
import { renderForget } from "../images/send-image";
import type { PlannedContainer } from "../model/container";
import type { PlannedGroup, PlannedPulls } from "../model/fan-out";
import type { ImageName } from "../model/image";
import { stackFolder } from "../model/places";
import { shellLine, shellQuote } from "../text/shell";
import type { Work } from "./head-tools";
import { claimFile, renderClaimCheck, renderClaiming } from "./host-claim";

/** What an image is pulled and compared by: `reg:5000/ovishpc/ldms-samp@sha256:…`; undefined where it is not known before it is built. */
export type References = ReadonlyMap<ImageName, string | undefined>;

/** What is found of a container or file, and what a run then does with it. The words of the summary. */

/** Ends the lines of content that a head puts in front of the script. A secret is not looked at, but no line has a blank, so none of them is this. */
const CONTENT_END = "LDMS CONTENT";
/** On top of the time that a container has to stay healthy: the first checks of its start period. */
const HEALTHY_SPARE_SECONDS = 120;

/** Makes a function of the content that a delivery reads on stdin; goes in front of the host script. */
export function wrapContent(print: string): string {
  return `printf '%s\\n' 'content() {' "cat <<'${CONTENT_END}'"; ${print}; printf '%s\\n' '${CONTENT_END}' '}'`;
}

/**
 * POSIX sh (dash, busybox) for one host of a group: compares what is there with the plan, and with `apply` as its second argument makes it so.
 * A container that has the wanted `ldms.spec`, the wanted image and runs is left alone, so that it can be run any number of times.
 *
 *     sh -s -- NAME check 0                 prints `ok samp:same`, `ok samp:replace /var/lib/ldms/lab/samp/munge.key:deliver`
 *     sh -s -- NAME pull 0 [MIRROR [ID]]    pulls the images that are missing
 *     sh -s -- NAME apply SECONDS [MIRROR [ID]]
 *                                           does it all; with SECONDS above 0 waits until what it made has been healthy so long
 *
 * MIRROR and ID, the component id, are `=` where they are the image's own registry and the number in the name.
 *
 * The last line is `ok` and a word a thing, or `failed` and what the matter was; the exit code is 0 or 1.
 */
export function renderHostScript(
  { stack, fanOut }: Work,
  { hosts, containers, files, volumes }: PlannedGroup,
  references: References,
): string {
  const names = containers.map(({ name }) => name);
  const hasMirrors = hosts.some(({ mirror }) => mirror !== undefined);
  const wordOf = ({ image }: PlannedContainer) => imageWord(references.get(image) ?? "", hasMirrors);
  return `LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
host=$1
mode=$2
healthy_seconds=\${3:-0}
case \${4:-=} in =) mirror= ;; *) mirror=$4 ;; esac
${SET_HOST_NUMBER}
${SET_OWN_ID}
words=
made=
fail() {
  printf 'failed %s\\n' "$(printf '%s' "$*" | tr '\\n\\t' '  ')"
  exit 1
}
note() { words="$words $1:$2"; }
last() { printf '%s\\n' "\${1##*
}"; }

look() {
  ids=$(docker ps --all --quiet --no-trunc --filter ${label(stack)} 2>&1) || fail "docker: $(last "$ids")"
  found=
  [ -z "$ids" ] || found=$(docker inspect --type container --format '{{.Name}} {{.Image}} {{.State.Status}} {{index .Config.Labels "ldms.spec"}}' $ids 2>/dev/null)
}

image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null; }

pull() { # pull REFERENCE
  case $1 in sha256:*) fail "image: it has not been sent here: $1" ;; esac
${renderWait(fanOut.pulls)}  said=$(docker pull --quiet "$1" 2>&1) || fail "image: $(last "$said")"
}

is_made_of() { # is_made_of ID REFERENCE
  id=$(image_id "$2") || {
    [ "$mode" != check ] || return 1
    # Here by another name only, as from another mirror, it is no other image; so it is asked for before it is judged.
    pull "$2"
    id=$(image_id "$2")
  }
  [ "$1" = "$id" ]
}

judge() { # judge NAME SPEC REFERENCE: what has to be done with it, in $todo
  todo=create
  while read -r name image status spec; do
    [ "$name" = "/$1" ] || continue
    if [ "$spec" != "$2" ]; then todo=replace
    elif [ -n "$3" ] && ! is_made_of "$image" "$3"; then todo=replace
    elif [ "$status" = running ] || [ "$status" = restarting ]; then todo=same
    else todo=start; fi
  done <<FOUND
$found
FOUND
}

converge() { # converge NAME SPEC REFERENCE FUNCTION
  judge "$1" "$2" "$3"
  note "$1" $todo
  [ "$mode" = apply ] && [ $todo != same ] || return 0
  made=1
  if [ $todo = start ]; then
    docker unpause "$1" >/dev/null 2>&1 || said=$(docker start "$1" 2>&1) || fail "$1: $(last "$said")"
    return 0
  fi
  # Before the old one ends, so that the gap is short.
  image_id "$3" >/dev/null || pull "$3"
  [ $todo = create ] || take_away "$1"
  said=$($4 2>&1) && return 0
  # One that was made and could not be started; never a stranger's of the same name, nor one that another run has started meanwhile.
  [ "$(docker inspect --type container --format '{{.State.Status}} {{index .Config.Labels "ldms.stack"}}' "$1" 2>/dev/null)" != ${shellQuote(`created ${stack}`)} ] ||
    docker rm --volumes "$1" >/dev/null 2>&1
  fail "$1: $(last "$said")"
}

take_away() {
  said=$(docker stop "$1" 2>&1) && said=$(docker rm --volumes "$1" 2>&1) || fail "$1: $(last "$said")"
}

take_away_unplanned() {
  while read -r name image status spec; do
    case "$name" in '' | ${["/", ...names.map((name) => `/${name}`)].join(" | ")}) continue ;; esac
    note "\${name#/}" remove
    [ "$mode" = check ] || take_away "\${name#/}"
  done <<FOUND
$found
FOUND
}

wait_healthy() { # wait_healthy NAME...: until all have been healthy for $healthy_seconds on end
  held=0
  left=$((healthy_seconds + ${HEALTHY_SPARE_SECONDS}))
  while [ $held -lt "$healthy_seconds" ]; do
    [ $left -gt 0 ] || fail "not healthy within $((healthy_seconds + ${HEALTHY_SPARE_SECONDS})) s: $states"
    sleep 1
    held=$((held + 1)) left=$((left - 1))
    states=$(docker inspect --type container --format '{{.Name}} {{.State.Health.Status}}' "$@" 2>&1) || fail "$(last "$states")"
    case $states in
    *unhealthy*) fail "$states" ;;
    *starting*) held=0 ;;
    esac
  done
}

check_files() {
  kept=" "
  while read -r mode_wanted owner path fingerprint; do
    [ -n "$path" ] || continue
    kept="$kept$path "
    is="$(stat -c '%a %u:%g' "$path" 2>/dev/null)"
    if [ "$is" != "\${mode_wanted#0} $owner" ]; then note "$path" deliver
    elif [ \${#fingerprint} -eq 64 ] && [ "$(sha256sum <"$path" | cut -c1-64)" != "$fingerprint" ]; then note "$path" deliver
    fi
  done <<'MANIFEST'
${renderManifest(files)}
MANIFEST
  [ -d ${stackFolder(stack)} ] || return 0
  for path in $(find ${stackFolder(stack)} -type f ! -name '*.new'); do
    case $kept in *" $path "*) ;; *) note "$path" remove ;; esac
  done
}

prepare() {
${[renderClaiming(stack, fanOut.claim), deliverFiles(stack, files), ...volumes.map((volume) => createVolume(stack, volume))].map((line) => `  ${line}`).join("\n")}
}

${containers.map((container, index) => renderRun(container, index, references, hasMirrors)).join("\n")}

${renderClaimCheck(stack, fanOut.claim)}

main() {
  [ "$mode" != pull ] || { ${[...new Set(containers.map(wordOf))].map((word) => `image_id ${word} >/dev/null || pull ${word}`).join("; ")}; echo ok; return; }
  look
  check_claim
  check_files
  take_away_unplanned
  [ "$mode" = check ] || prepare
${containers.map((container, index) => `  converge ${container.name} ${specWord(container)} ${wordOf(container)} run_${index + 1}`).join("\n")}
  [ -z "$made" ] || [ "$healthy_seconds" -eq 0 ] || wait_healthy ${names.join(" ")}
  printf 'ok%s\\n' "$words"
}
main </dev/null
`;
}

/** Removes everything of a stack but its data from one host, unless another head works on it now; the words are those of `renderHostScript`. */
export function renderHostRemoval({ stack, fanOut }: Work): string {
  return `LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
note() { other_head=1; }
${renderClaimCheck(stack, fanOut.claim)}
main() {
  check_claim
  [ -z "\${other_head:-}" ] || { echo ok; return; }
  names=$(docker ps --all --filter ${label(stack)} --format '{{.Names}}' 2>&1) || { printf 'failed docker: %s\\n' "$names" | tail -n 1; exit 1; }
  words=
  for name in $names; do
    said=$(docker stop "$name" 2>&1) && said=$(docker rm --volumes "$name" 2>&1) || { printf 'failed %s: %s\\n' "$name" "$said" | tail -n 1; exit 1; }
    words="$words $name:remove"
  done
  rm -f ${claimFile(stack)}
  ${renderRemoval(stack).trim().replaceAll("\n", "\n  ")}
  ${renderForget(stack, ["*.part"])}
  printf 'ok%s\\n' "$words"
}
main </dev/null
`;
}

function label(stack: string): string {
  return shellQuote(`label=ldms.stack=${stack}`);
}

function deliverFiles(stack: string, files: PlannedGroup["files"]): string {
  if (files.length === 0) return `[ ! -d ${stackFolder(stack)} ] || sh -c ${shellQuote(renderRemoval(stack))}`;
  return `said=$(content | sh -c ${shellQuote(renderDelivery(stack, files))} 2>&1) || fail "files: $(last "$said")"`;
}

function createVolume(stack: string, volume: string): string {
  const line = shellLine(["docker", "volume", "create", "--label", `ldms.stack=${stack}`, volume]);
  return `said=$(${line} 2>&1) || fail "$(last "$said")"`;
}

const OWN_ID = "$own";

/** A word of the script: the hash that the container has on this host. */
function specWord(container: PlannedContainer): string {
  return `${container.labels[SPEC_LABEL]}${isToldItsId(container) ? OWN_ID : ""}`;
}

function renderRun(container: PlannedContainer, index: number, references: References, hasMirrors: boolean): string {
  const reference = references.get(container.image) ?? container.image;
  const quote = (word: string) => (word === reference ? imageWord(word, hasMirrors) : shellQuote(word));
  const { line } = renderGeneralRun(
    container,
    { images: [{ name: container.image, reference }] },
    { number: "number", host: "host", ownId: OWN_ID },
    quote,
  );
  // It is called in a subshell, whose place it takes: one process less.
  return `run_${index + 1}() { exec ${line}; }`;
}

/** A word of the script: what the image is called on the host, whose mirror may be another one than the next host's. */
function imageWord(reference: string, hasMirrors: boolean): string {
  if (!hasMirrors || reference === "" || reference.startsWith("sha256:")) return shellQuote(reference);
  const { registry, repository } = splitRegistry(reference);
  return registry === undefined ? `"\${mirror:+$mirror/}${repository}"` : `"\${mirror:-${registry}}/${repository}"`;
}

/** Spread by the hosts' names: like hosts have no other source of differing numbers that every shell has. */
function renderWait({ jitterSeconds }: PlannedPulls): string {
  if (jitterSeconds === 0) return "";
  return `  sum=$(printf '%s' "$host" | cksum)
  sleep $((\${sum%% *} % ${jitterSeconds + 1}))
`;
}
