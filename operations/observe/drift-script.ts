import { stackFolder } from "../../plan/model/places";

import { shellQuote } from "../../plan/text/shell";

/** What one host really has of a stack. */
export interface FoundOnHost {
  readonly containers: readonly FoundContainer[];
  readonly files: readonly FoundFile[];
}

export interface FoundContainer {
  readonly name: string;
  /** Its label `ldms.spec`; empty where it has none. */
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

const FIELDS = ["{{.Name}}", '{{index .Config.Labels "ldms.spec"}}', "{{.State.Status}}"];
const NO_HASH = "-";

/**
 * Read-only POSIX sh (dash, busybox), a line a container and a file. Exit code not 0 when the engine does not answer.
 *
 * @param secretPaths files whose content must not be hashed
 */
export function renderDriftScript(stack: string, secretPaths: readonly string[]): string {
  const format = ["container", ...FIELDS].join('{{"\\t"}}');
  const isSecret = secretPaths.length > 0 ? `${secretPaths.map(shellQuote).join(" | ")}) sum=${NO_HASH} ;;` : "";
  return `PATH=$PATH:/usr/local/bin
ids=$(docker ps --all --quiet --no-trunc --filter ${shellQuote(`label=ldms.stack=${stack}`)}) || exit
# One that goes away in between is not there any more: no failure.
# shellcheck disable=SC2086 # a list of ids
[ -z "$ids" ] || docker inspect --type container --format ${shellQuote(format)} $ids 2>/dev/null
find ${stackFolder(stack)} -type f 2>/dev/null | while read -r path; do
  case $path in ${isSecret}
  *) sum=$(sha256sum "$path" | cut -c1-64) ;;
  esac
  printf 'file\\t%s\\t%s\\t%s\\n' "$path" "$(stat -c '%a %u:%g' "$path")" "$sum"
done
printf 'end\\n'
`;
}

/** @returns undefined where the answer was cut off. */
export function parseDrift(output: string): FoundOnHost | undefined {
  const lines = output.split("\n");
  if (lines.at(-1) !== "end") return undefined;
  const rows = lines.map((line) => line.split("\t"));
  return {
    containers: rows.flatMap(([kind, name = "", spec = "", state = ""]) =>
      kind === "container" ? [{ name: name.replace(/^\//, ""), spec, state }] : [],
    ),
    files: rows.flatMap(([kind, path = "", ownership = "", sum = NO_HASH]) => {
      if (kind !== "file") return [];
      const [mode = "", owner = ""] = ownership.split(" ");
      return [{ path, mode: mode.padStart(4, "0"), owner, ...(sum !== NO_HASH && { sha256: sum }) }];
    }),
  };
}
