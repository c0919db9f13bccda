import { shellQuote } from "../../plan/text/shell";

/** An image's names behind its id. */
const IMAGE_NAMES = 'image{{"\\t"}}{{.Id}}{{range .RepoTags}}{{"\\t"}}{{.}}{{end}}{{range .RepoDigests}}{{"\\t"}}{{.}}{{end}}';

/** POSIX sh: `body` for each `$line` of `$found`, without a process and without a file, which a here-document is to bash before 5.1. */
export function renderEachFound(body: string): string {
  return `set -f && IFS='
'
  for line in $found; do
    ${body}
  done
  set +f && unset IFS`;
}

/**
 * POSIX sh behind `own_ids` and the `ids` that it found: `found`, which is printed, a line a container, and then a line an image of theirs.
 *
 * @param fields of a container, divided by tabs
 */
export function renderInspectOwn(fields: readonly string[]): string {
  return `# One that goes away in between is not there any more: no failure. An engine that does is one.
# shellcheck disable=SC2086 # lists of ids
if [ -n "$ids" ]; then
  found=$(docker inspect --type container --format ${shellQuote(fields.join('{{"\\t"}}'))} $ids 2>/dev/null)
  [ -n "$found" ] || own_ids >/dev/null || exit
  printf '%s\\n' "$found"
  images=
  ${renderEachFound(`image=${imageOf(fields.indexOf("{{.Image}}"))}
    case " $images " in *" $image "*) ;; *) images="$images $image" ;; esac`)}
  docker image inspect --format ${shellQuote(IMAGE_NAMES)} $images 2>/dev/null
fi
`;
}

/** POSIX sh: the field of `$line` behind so many others. The shell does it by itself, for every process costs a host a millisecond. */
function imageOf(before: number): string {
  return `\${line#${'*"	"'.repeat(before)}}
    image=\${image%%"	"*}`;
}

/** By the image's id. @param rows of what that prints */
export function readImageNames(rows: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  return new Map(rows.flatMap(([kind, id = "", ...names]) => (kind === "image" ? [[id, names] as const] : [])));
}
