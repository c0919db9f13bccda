import { OWN_IDS, ownershipValues } from "../../plan/containers/ownership";
import { renderAssignments } from "../../plan/text/shell-script";
import { readImageNames, renderInspectOwn } from "./inspect-own";

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

/** POSIX sh, a line a container, then a line an image of theirs. Exit code not 0 when the engine does not answer. */
export function renderStatusScript(stack: string): string {
  return `PATH=$PATH:/usr/local/bin
${renderAssignments(ownershipValues(stack))}${OWN_IDS}ids=$(own_ids) || exit
${renderInspectOwn(FIELDS.map((field) => `{{${field}}}`))}exit 0
`;
}

export function parseStatus(output: string): FoundStatus[] {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const namesOf = readImageNames(rows);
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
