import { stackFolder } from "../model/places";
import { renderAssignments, sh } from "../text/shell-script";

/** A label of every container that the plan makes: whose it is. */
export const STACK_LABEL = "ldms.stack";

/** A container that was taken over as it ran: nobody can give it a label. Kept on its host, in a file for root alone. */
export interface OwnershipRecord {
  /** 64 hex digits. */
  readonly id: string;
  /** The hash that its label would have: what it counts as made from; or `HELD`. */
  readonly spec: string;
  /** For people: `samp`. */
  readonly name: string;
}

/** In the place of a hash: whatever it was made from, and whatever its label says, it is left as it is. So nothing is made anew by the run that takes over. */
export const HELD = "held";

/** In the place of the hash of one that differs from the plan: no plan has it. */
export const AS_FOUND = "as-found";

/** Beside a stack's folder, from which a delivery takes away what it does not know. No stack has an `@` in its name. */
export function ownershipFile(stack: string): string {
  return `${stackFolder(stack)}@owned`;
}

/**
 * Whether a container is the stack's: by its label, or because it was taken over, which goes by its id alone. Scripts on hosts decide the same by
 * `own_ids`; nothing else decides it.
 * @param ownedIds of those that the stack has taken over
 */
export function isOwnContainer(
  stack: string,
  { id, labels }: { readonly id: string; readonly labels: Readonly<Record<string, string | undefined>> },
  ownedIds: readonly string[],
): boolean {
  return labels[STACK_LABEL] === stack || (labels[STACK_LABEL] === undefined && ownedIds.includes(id));
}

/** A line each: `ID SPEC NAME`. */
export function renderOwnership(records: readonly OwnershipRecord[]): string {
  return records.map(({ id, spec, name }) => `${id} ${spec} ${name}\n`).join("");
}

/** What `own_ids` and `owned_spec` read. */
export function ownershipValues(stack: string): { readonly stack: string; readonly owned_file: string } {
  return { stack, owned_file: ownershipFile(stack) };
}

/** The function `own_ids`, for scripts on a host. What the file says of a container that is gone has no effect: no other one ever has its id. */
export const OWN_IDS = sh`
own_ids() { # the stack's containers: by their label, and those that it took over
  docker ps --all --quiet --no-trunc --filter "label=ldms.stack=$stack" || return
  [ ! -r "$owned_file" ] || docker ps --all --no-trunc --format '{{.ID}} {{.Label "ldms.stack"}}' |
    awk 'FILENAME == ARGV[1] { owned[$1]; next } NF == 1 && $1 in owned { print $1 }' "$owned_file" -
}
`;

/** The same, that asks the engine by another command: `limited`. */
export function renderOwnIdsBy(command: string): string {
  return OWN_IDS.replaceAll("docker ps ", () => `${command} docker ps `);
}

/** The function `owned_spec`. */
export const OWNED_SPEC = sh`
owned_spec() { # owned_spec ID: the hash of one that the stack took over
  [ ! -r "$owned_file" ] || awk -v id="$1" '$1 == id { print $2; exit }' "$owned_file"
}
`;

/**
 * POSIX sh that records what was taken over, all or nothing, in the place of what the file said before. Every container has to be there still, and to be
 * nobody else's.
 */
export function renderTakeOver(stack: string, records: readonly OwnershipRecord[]): string {
  return renderAssignments({ ...ownershipValues(stack), records: renderOwnership(records) }) + TAKE_OVER_BODY;
}

const TAKE_OVER_BODY = sh`
PATH=$PATH:/usr/local/bin
fail() {
  echo "$*" >&2
  exit 1
}
# By .ID, for with .Id docker reads what it prints by another way, in which a label that is not there is "<no value>".
while read -r id rest; do
  [ -n "$id" ] || continue
  name=\${rest#* }
  is=$(docker inspect --type container --format '{{.ID}} {{index .Config.Labels "ldms.stack"}}' "$id" 2>/dev/null) || fail "$name: it is not there any more: $id"
  case $is in "$id " | "$id $stack") ;; *) fail "$name: it belongs to the stack \${is#* }" ;; esac
done <<RECORDS
$records
RECORDS
umask 022
mkdir -p "\${owned_file%/*}" || exit
umask 077
printf '%s' "$records" >"$owned_file.new" && chmod 600 "$owned_file.new" && mv -f "$owned_file.new" "$owned_file"
`;
