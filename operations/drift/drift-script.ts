import { ownershipValues, renderOwnIdsBy } from "../../plan/containers/ownership";
import { stackFolder } from "../../plan/model/places";
import { shellQuote } from "../../plan/text/shell";
import { renderAssignments } from "../../plan/text/shell-script";
import { renderLimited } from "../common/limited";
import { readImageNames, renderInspectOwn } from "../observe/inspect-own";
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
/** Of sha256sum: `HASH  PATH`. One whose path has a backslash is no file of ours. */
const SUM = /^([0-9a-f]{64}) [ *](.*)$/;
/** In which an engine answers; one that hangs is asked nothing more. */
const ENGINE_SECONDS = 8;

/** Read-only POSIX sh (dash, busybox), a line a container, an image and a file, and what the daemons say. Exit code not 0 when the engine does not answer. */
export function renderDriftScript({ stack, secretPaths, daemons }: DriftQuestion): string {
  const notHashed = secretPaths.map((path) => ` ! -path ${shellQuote(path.replace(/[[*?\\]/g, "\\$&"))}`).join("");
  return `PATH=$PATH:/usr/local/bin
${renderAssignments(ownershipValues(stack))}${renderLimited(ENGINE_SECONDS)}${renderOwnIdsBy("limited")}ids=$(own_ids)
code=$?
case $code in
0) ;;
124 | 143) echo 'its Docker engine does not answer: no answer within ${ENGINE_SECONDS} s' >&2; exit 1 ;;
*) exit "$code" ;;
esac
${renderInspectOwn(["container", ...FIELDS])}[ ! -r "$owned_file" ] || awk '{ print "owned\\t" $1 "\\t" $2 }' "$owned_file"
find ${stackFolder(stack)} -type f ! -name '*
*' -exec stat -c 'file\t%n\t%a %u:%g' {} +${notHashed} -exec sha256sum {} + 2>/dev/null
${daemons.length > 0 ? DAEMON_FUNCTIONS : ""}${daemons.map(renderAskDaemon).join("")}printf 'end\\n'
`;
}

function readSum(line: string): (readonly [path: string, sum: string])[] {
  const [, sum, path] = SUM.exec(line) ?? [];
  return sum === undefined || path === undefined ? [] : [[path, sum]];
}

/** @param secretPaths as the question had them @returns undefined where the answer was cut off. */
export function parseDrift(output: string, secretPaths: readonly string[]): FoundOnHost | undefined {
  const lines = output.split("\n");
  if (lines.at(-1) !== "end") return undefined;
  // What stands behind that is what containers say.
  const asked = lines.findIndex((line) => line.startsWith("asked\t"));
  const told = asked < 0 ? lines : lines.slice(0, asked);
  const rows = told.map((line) => line.split("\t"));
  const owned = new Map(rows.flatMap(([kind, id = "", spec = ""]) => (kind === "owned" ? [[id, spec] as const] : [])));
  const sums = new Map(told.flatMap(readSum));
  const namesOf = readImageNames(rows);
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
    files: rows.flatMap(([kind, path = "", ownership = ""]) => {
      if (kind !== "file") return [];
      const [mode = "", owner = ""] = ownership.split(" ");
      // One that cannot be read has another content.
      const sum = secretPaths.includes(path) ? {} : { sha256: sums.get(path) ?? "" };
      return [{ path, mode: mode.padStart(4, "0"), owner, ...sum }];
    }),
    daemons: parseDaemonWords(lines),
  };
}
