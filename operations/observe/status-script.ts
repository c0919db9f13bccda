import { OWN_IDS, ownershipValues } from "../../plan/containers/ownership";
import { shellQuote } from "../../plan/text/shell";
import { renderAssignments } from "../../plan/text/shell-script";

/** One container of the stack, as its engine describes it. */
export interface FoundStatus {
  readonly name: string;
  /** Its label `ldms.role`; empty for one that was taken over as it ran. */
  readonly role: string;
  readonly state: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  readonly health: "healthy" | "unhealthy" | "starting" | "none";
  readonly image: string;
  readonly imageId: string;
  readonly since: string;
  readonly restarts: number;
  /** Names that its image has on the host: tags, and `repository@sha256:…` of the registries that it came from. */
  readonly imageNames: readonly string[];
}

/** Go template's fields in the order of the parser below. */
const FIELDS = [
  ".Name",
  'index .Config.Labels "ldms.role"',
  ".State.Status",
  "if .State.Health}}{{.State.Health.Status}}{{end",
  ".Config.Image",
  ".Image",
  ".State.StartedAt",
  ".RestartCount",
];

/** An image's names behind its id. */
const IMAGE_NAMES = 'image{{"\\t"}}{{.Id}}{{range .RepoTags}}{{"\\t"}}{{.}}{{end}}{{range .RepoDigests}}{{"\\t"}}{{.}}{{end}}';

/** POSIX sh, a line a container, then a line an image of theirs. Exit code not 0 when the engine does not answer. */
export function renderStatusScript(stack: string): string {
  const format = FIELDS.map((field) => `{{${field}}}`).join('{{"\\t"}}');
  return `PATH=$PATH:/usr/local/bin
${renderAssignments(ownershipValues(stack))}${OWN_IDS}ids=$(own_ids) || exit
# One that goes away in between is not there any more: no failure.
# shellcheck disable=SC2086 # lists of ids
if [ -n "$ids" ]; then
  found=$(docker inspect --type container --format ${shellQuote(format)} $ids 2>/dev/null)
  printf '%s\\n' "$found"
  images=$(printf '%s\\n' "$found" | cut -f${FIELDS.indexOf(".Image") + 1} | sort -u)
  docker image inspect --format ${shellQuote(IMAGE_NAMES)} $images 2>/dev/null
fi
exit 0
`;
}

export function parseStatus(output: string): FoundStatus[] {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const namesOf = new Map(rows.flatMap(([kind, id = "", ...names]) => (kind === "image" ? [[id, names] as const] : [])));
  return rows
    .filter((fields) => fields.length === FIELDS.length && fields[0] !== "image")
    .map(([name = "", role = "", state = "", health = "", image = "", imageId = "", since = "", restarts = ""]) => ({
      name: name.replace(/^\//, ""),
      role,
      state: state as FoundStatus["state"],
      health: (health || "none") as FoundStatus["health"],
      image,
      imageId,
      since,
      restarts: Number(restarts),
      imageNames: namesOf.get(imageId) ?? [],
    }));
}
