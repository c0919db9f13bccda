import { renderAssignments, renderDocument, sh } from "../text/shell-script";
import { HEAD_TOOLS } from "./head-body";
import { type FanOutScope, renderDial, renderHeadValues, shown } from "./head-tools";
import { renderHostRows } from "./host-rows";
import { renderHostRemoval } from "./host-script";
import { OPEN_KEPT } from "./kept-connections";

const LEAVE = sh`

leave() { # takes the stack off the hosts in the file leaving
  host_script >"$work/host"
  by_script
  set_targets "$work/leaving"
  : >"$work/results"
  fan "$work/targets"
}
`;

const MEMBERS = sh`

cat >/dev/null
take_turn members
expand "$hosts" | sort >"$work/members"
# Hosts that another head works on have not left the stack.
expand "$elsewhere" | cat "$work/members" - >"$work/staying"
touch "$base/members" "$base/retired"
sort -u "$base/members" "$base/retired" | awk 'FILENAME == ARGV[1] { stays[$1]; next } !($1 in stays)' "$work/staying" - >"$work/leaving"
cp "$work/leaving" "$base/retired"
cp "$work/members" "$base/members"
leave
# What could not be reached stays to be done.
awk -F '\t' '$2 == "ok" { print $1 }' "$work/results" >"$work/done"
awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done)' "$work/done" "$work/leaving" >"$base/retired"
[ ! -s "$work/leaving" ] || summarize "$work/results"
[ -s "$base/retired" ] || rm "$base/retired"
`;

const DISMISSAL = sh`

dialled='' dial_files=''
open_kept no
[ -e "$base/members" ] || exit 0
take_turn members
touch "$base/retired"
sort -u "$base/members" "$base/retired" >"$work/leaving"
leave
summarize "$work/results"
awk -F '\t' '$2 != "ok" { bad = 1 } END { exit bad }' "$work/results" || { echo 'some hosts still have containers' >&2; exit 1; }
rm -rf "$base"
rmdir "\${base%/*}" 2>/dev/null || true
`;

/**
 * POSIX sh for the head that remembers which hosts the stack has, and takes away what a host that has left it still runs. A host that cannot be
 * reached stays in the list of the retired and is tried again.
 */
export function renderMembers(scope: FanOutScope): string {
  const { groups, elsewhere } = scope.fanOut;
  const hosts = groups.flatMap((group) => group.hosts.map(({ componentId: _, ...host }) => host));
  const rows = renderHostRows(elsewhere.map((name) => ({ name, address: name })));
  return `# hosts of the stack: ${shown(hosts)}
${renderAssignments({ hosts: renderHostRows(hosts).join("\n"), elsewhere: rows.join("\n") })}${renderLeaving(scope)}${MEMBERS}`;
}

/** POSIX sh for the head that takes the whole stack off its hosts, and then forgets it. */
export function renderDismissal(scope: FanOutScope): string {
  return renderLeaving(scope) + OPEN_KEPT + DISMISSAL;
}

/** Hosts that have left are in no group any more, and dialled as the first one is. */
function renderLeaving(scope: FanOutScope): string {
  const dial = renderDial(scope.fanOut, scope.fanOut.groups[0]!);
  return renderHeadValues(scope, "") + dial + renderDocument("host_script", renderHostRemoval(scope)) + HEAD_TOOLS + LEAVE;
}
