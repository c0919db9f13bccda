import { OWN_IDS, ownershipValues } from "../../plan/containers/ownership";
import { stackFolder } from "../../plan/model/places";
import { shellQuote } from "../../plan/text/shell";
import { renderAssignments } from "../../plan/text/shell-script";
import type { FoundImage } from "../observe/other-image";
import { type AskedDaemon, DAEMON_FUNCTIONS, type DaemonWords, parseDaemonWords, renderAskDaemon } from "./daemon-script";

/** What one host really has of a stack. */
export interface FoundOnHost {
  readonly containers: readonly FoundContainer[];
  readonly files: readonly FoundFile[];
  /** What each daemon says that was asked, by its container: only of those that run. */
  readonly daemons: ReadonlyMap<string, DaemonWords>;
}

export interface FoundContainer extends FoundImage {
  readonly name: string;
  /** Its label `ldms.spec`, or what it counts as made from since it was taken over; empty where it has neither. */
  readonly spec: string;
  /** The engine's word: `running`. */
  readonly state: string;
}

export interface FoundFile {
  readonly path: string;
  /** `0600` */
  readonly mode: string;
  /** `101:101` */
  readonly owner: string;
  /** SHA-256 of its content; undefined for a secret, whose hash stays where it is. */
  readonly sha256?: string;
}

export interface DriftQuestion {
  readonly stack: string;
  /** Files whose content must not be hashed. */
  readonly secretPaths: readonly string[];
  readonly daemons: readonly AskedDaemon[];
}

const FIELDS = ["{{.Name}}", '{{index .Config.Labels "ldms.spec"}}', "{{.State.Status}}", "{{.ID}}", "{{.Image}}"];
/** An image's names behind its id. */
const IMAGE_NAMES = 'image{{"\\t"}}{{.Id}}{{range .RepoTags}}{{"\\t"}}{{.}}{{end}}{{range .RepoDigests}}{{"\\t"}}{{.}}{{end}}';
const NO_HASH = "-";
/** In which an engine answers; one that hangs is asked nothing more. */
const ENGINE_SECONDS = 8;

/** Read-only POSIX sh (dash, busybox), a line a container, an image and a file, and what the daemons say. Exit code not 0 when the engine does not answer. */
export function renderDriftScript({ stack, secretPaths, daemons }: DriftQuestion): string {
  const format = ["container", ...FIELDS].join('{{"\\t"}}');
  const isSecret = secretPaths.length > 0 ? `${secretPaths.map(shellQuote).join(" | ")}) sum=${NO_HASH} ;;` : "";
  return `PATH=$PATH:/usr/local/bin
${renderAssignments(ownershipValues(stack))}${OWN_IDS}timeout ${ENGINE_SECONDS} docker version >/dev/null 2>&1
[ $? -ne 124 ] || { echo 'its Docker engine does not answer: no answer within ${ENGINE_SECONDS} s' >&2; exit 1; }
ids=$(own_ids) || exit
# One that goes away in between is not there any more: no failure.
# shellcheck disable=SC2086 # lists of ids
if [ -n "$ids" ]; then
  found=$(docker inspect --type container --format ${shellQuote(format)} $ids 2>/dev/null)
  printf '%s\\n' "$found"
  images=$(printf '%s\\n' "$found" | cut -f${FIELDS.length + 1} | sort -u)
  docker image inspect --format ${shellQuote(IMAGE_NAMES)} $images 2>/dev/null
fi
[ ! -r "$owned_file" ] || awk '{ print "owned\\t" $1 "\\t" $2 }' "$owned_file"
find ${stackFolder(stack)} -type f 2>/dev/null | while read -r path; do
  case $path in ${isSecret}
  *) sum=$(sha256sum "$path" | cut -c1-64) ;;
  esac
  printf 'file\\t%s\\t%s\\t%s\\n' "$path" "$(stat -c '%a %u:%g' "$path")" "$sum"
done
${daemons.length > 0 ? DAEMON_FUNCTIONS : ""}${daemons.map(renderAskDaemon).join("")}printf 'end\\n'
`;
}

/** @returns undefined where the answer was cut off. */
export function parseDrift(output: string): FoundOnHost | undefined {
  const lines = output.split("\n");
  if (lines.at(-1) !== "end") return undefined;
  const rows = lines.map((line) => line.split("\t"));
  const owned = new Map(rows.flatMap(([kind, id = "", spec = ""]) => (kind === "owned" ? [[id, spec] as const] : [])));
  const namesOf = new Map(rows.flatMap(([kind, id = "", ...names]) => (kind === "image" ? [[id, names] as const] : [])));
  return {
    containers: rows.flatMap(([kind, name = "", spec = "", state = "", id = "", imageId = ""]) =>
      kind === "container"
        ? [
            {
              name: name.replace(/^\//, ""),
              spec: spec || (owned.get(id) ?? ""),
              state,
              ...(imageId !== "" && { imageId, imageNames: namesOf.get(imageId) ?? [] }),
            },
          ]
        : [],
    ),
    files: rows.flatMap(([kind, path = "", ownership = "", sum = NO_HASH]) => {
      if (kind !== "file") return [];
      const [mode = "", owner = ""] = ownership.split(" ");
      return [{ path, mode: mode.padStart(4, "0"), owner, ...(sum !== NO_HASH && { sha256: sum }) }];
    }),
    daemons: parseDaemonWords(lines),
  };
}
