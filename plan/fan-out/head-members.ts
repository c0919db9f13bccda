import { renderDial, renderHere, renderOne, renderTools, SUMMARY_BYTES, shown, type Work } from "./head-tools";
import { renderHostRows } from "./host-rows";
import { renderHostRemoval } from "./host-script";

/**
 * POSIX sh for the head that remembers which hosts the stack has, and takes away what a host that has left it still runs. A host that cannot be
 * reached stays in the list of the retired and is tried again.
 */
export function renderMembers(work: Work): string {
  const { groups, elsewhere } = work.fanOut;
  const hosts = groups.flatMap((group) => group.hosts.map(({ componentId: _, ...host }) => host));
  return `# hosts of the stack: ${shown(hosts)}
${renderTools(work, "")}
cat >/dev/null
take_turn members
expand <<'ROWS' | sort >"$work/members"
${renderHostRows(hosts).join("\n")}
ROWS
# Hosts that another head works on have not left the stack.
expand <<'ROWS' | cat "$work/members" - >"$work/staying"
${renderHostRows(elsewhere.map((name) => ({ name, address: name }))).join("\n")}
ROWS
touch "$base/members" "$base/retired"
sort -u "$base/members" "$base/retired" | awk 'FILENAME == ARGV[1] { stays[$1]; next } !($1 in stays)' "$work/staying" - >"$work/leaving"
cp "$work/leaving" "$base/retired"
cp "$work/members" "$base/members"
${renderLeaving(work)}
# What could not be reached stays to be done.
awk -F '\\t' '$2 == "ok" { print $1 }' "$work/results" >"$work/done"
awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done)' "$work/done" "$work/leaving" >"$base/retired"
[ ! -s "$work/leaving" ] || summarize "$work/results" | head -c ${SUMMARY_BYTES}
[ -s "$base/retired" ] || rm "$base/retired"
`;
}

/** POSIX sh for the head that takes the whole stack off its hosts, and then forgets it. */
export function renderDismissal(work: Work): string {
  return `${renderTools(work, "")}
[ -e "$base/members" ] || exit 0
take_turn members
touch "$base/retired"
sort -u "$base/members" "$base/retired" >"$work/leaving"
${renderLeaving(work)}
summarize "$work/results" | head -c ${SUMMARY_BYTES}
awk -F '\\t' '$2 != "ok" { bad = 1 } END { exit bad }' "$work/results" || { echo 'some hosts still have containers' >&2; exit 1; }
rm -rf "$base"
rmdir "\${base%/*}" 2>/dev/null || true
`;
}

/** Takes the stack off the hosts in the file `leaving`. They are in no group any more, and dialled as the first one is. */
function renderLeaving(work: Work): string {
  return `${renderHere("host", renderHostRemoval(work))}
${renderOne(renderDial(work.fanOut, work.fanOut.groups[0]!))}
cut -d' ' -f1 "$work/leaving" >"$work/targets"
awk '$1 != $2 { differs = 1 } END { exit !differs }' "$work/leaving" && set_addresses "$work/leaving"
: >"$work/results"
fan "$work/targets"`;
}
