import type { PlannedFanOut } from "../model/fan-out";
import { renderAssignments, sh } from "../text/shell-script";
import { TAKE_TURN } from "./head-body";
import { BASE } from "./work-folder";

const FORGET = sh`
take_turn members
for list in members retired; do
  [ -e "$base/$list" ] || continue
  printf '%s\n' "$names" | awk 'NR == FNR { gone[$1]; next } $1 in gone { print $1 }' - "$base/$list"
  [ "$forgets" = yes ] || continue
  printf '%s\n' "$names" | awk 'NR == FNR { gone[$1]; next } !($1 in gone)' - "$base/$list" >"$base/$list.new" &&
    mv "$base/$list.new" "$base/$list" || exit 1
done
[ -s "$base/retired" ] || rm -f "$base/retired"
`;

/**
 * POSIX sh for the head that prints which of these hosts it remembers, a name a line, some twice. With `forgets` it does so no longer: it takes nothing
 * off them, and does not try them again.
 */
export function renderForgetting(
  stack: string,
  { claim }: Pick<PlannedFanOut, "claim">,
  hosts: readonly string[],
  forgets: boolean,
): string {
  return renderAssignments({ stack, claim, names: hosts.join("\n"), forgets: forgets ? "yes" : "no" }) + BASE + TAKE_TURN + FORGET;
}
