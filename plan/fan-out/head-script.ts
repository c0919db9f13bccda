import { hash } from "node:crypto";
import { isArchived, keptFile, renderSend, transferFolder } from "../images/send-image";
import type { PlannedBatch, PlannedFanOut, PlannedGroup } from "../model/fan-out";
import { shellQuote } from "../text/shell";
import { renderDial, renderHere, renderOne, renderTargets, renderTools, SUMMARY_BYTES, shown, type Work } from "./head-tools";
import { type References, renderHostScript, wrapContent } from "./host-script";

/** What a sweep has found is good for a run that begins within this time, seconds. */
export const SWEEP_GOOD_SECONDS = 900;

/** Whether a host's words, `samp:same agg1:create`, tell of anything to do. */
const DIFFERS_AWK =
  'function differs(text, n, i, words) { n = split(text, words, " "); for (i = 1; i <= n; i++) if (words[i] !~ /:same$/) return 1; return 0 }';

/**
 * POSIX sh for the head that brings one batch to what the plan says: hosts that the last sweep found as planned or out of reach are not asked again.
 * Reads on stdin what the files of the hosts contain; prints a summary of at most 4 KiB; exit code 1 where more hosts failed than may.
 *
 * @param generation counts the times that drift was found; another one makes another script, and so an update
 */
export function renderBatch(work: Work, group: PlannedGroup, batch: PlannedBatch, references: References, generation: string): string {
  const { maxFailures, healthySeconds } = batch;
  return `# ${shown(batch.hosts)}
# containers: ${group.containers.map(({ name }) => name).join(" ")}; up to ${maxFailures} of ${batch.hosts.length} hosts may fail
# generation ${generation}
${renderTools(work, `apply ${healthySeconds}`)}
cat >"$work/content"
${renderTargets(batch.hosts)}
take_turn ${group.name}
${renderHere("script", renderHostScript(work, group, references))}
{ ${wrapContent('cat "$work/content"')}; cat "$work/script"; } >"$work/host"
${renderImagesOnHead(work, group)}${renderOne(renderDial(work.fanOut, group))}

# What a sweep of the last minutes knows need not be asked again: hosts as planned, and hosts out of reach.
sweep=$base/sweep.${group.name}
: >"$work/results"
: >"$work/new"
if [ -e "$sweep" ] && [ "$(head -n 1 "$sweep")" = ${sweepKey(work.stack, group, references)} ] &&
  [ -n "$(find "$sweep" -mmin -${SWEEP_GOOD_SECONDS / 60})" ] && [ ! "$base/${batch.name}.log" -nt "$sweep" ]; then
  awk -F '\\t' 'FILENAME == ARGV[1] { wanted[$1]; next } FNR > 1 && $1 in wanted && ($2 == "unreachable" || ($2 == "ok" && !differs($3)))
    ${DIFFERS_AWK}' \\
    "$work/targets" "$sweep" >"$work/results"
  awk -F '\\t' 'FNR > 1 && $2 == "ok" && $3 ~ /:create/ && $3 !~ /:(same|start|replace)/ { print $1 }' "$sweep" >"$work/new"
fi
awk -F '\\t' 'FILENAME == ARGV[1] { known[$1]; next } !($1 in known)' "$work/results" "$work/targets" >"$work/todo"
${renderSendsFirst(work, group)}${renderPullsFirst(work.fanOut, healthySeconds)}
# Hosts that have nothing yet come before those that lose a container on the way to the next. Two passes, for clush sorts the names of one.
awk 'FILENAME == ARGV[1] { todo[$1]; next } $1 in todo' "$work/todo" "$work/new" >"$work/first"
awk 'FILENAME == ARGV[1] { first[$1]; next } !($1 in first)' "$work/first" "$work/todo" >"$work/then"
fan "$work/first"
fan "$work/then"

mv "$work/results" "$base/${batch.name}.log"
summarize "$base/${batch.name}.log" | head -c ${SUMMARY_BYTES}
failed=$(awk -F '\\t' '$2 != "ok"' "$base/${batch.name}.log" | wc -l)
if [ "$failed" -gt ${maxFailures} ]; then
  echo "more than ${maxFailures} of ${batch.hosts.length} hosts failed; the following batches are left undone. Every host: $base/${batch.name}.log on this head" >&2
  exit 1
fi
echo ${shellQuote(generation)} >"$base/${batch.name}.generation"
`;
}

/** Only where fewer may pull than are worked on: it costs each host of the batch a connection. */
function renderPullsFirst({ pulls, window }: PlannedFanOut, healthySeconds: number): string {
  if (pulls.limit === window) return "";
  return `
# Images first, on fewer hosts at once; who cannot pull is done with.
${renderFirst(["arguments='pull 0'"], [`arguments='apply ${healthySeconds}'`], { pulls, window })}`;
}

/** Images that come in files go from the head to the hosts of the batch, before anything of them changes. */
function renderSendsFirst(work: Work, group: PlannedGroup): string {
  if (archivedOf(work, group).length === 0) return "";
  return `
# Images first; who does not get them is done with.
${renderFirst(['mv "$work/one" "$work/converge"', 'mv "$work/send" "$work/one"'], ['mv "$work/converge" "$work/one"'], work.fanOut)}`;
}

/** A pass over the hosts that are still to be done, on as many at once as may pull; those on which it fails are done. */
function renderFirst(
  before: readonly string[],
  after: readonly string[],
  { pulls, window }: Pick<PlannedFanOut, "pulls" | "window">,
): string {
  return `mv "$work/results" "$work/known"
: >"$work/results"
${[...before, `window=${pulls.limit}`].join("\n")}
fan "$work/todo"
${[...after, `window=${window}`].join("\n")}
awk -F '\\t' '$2 == "ok" { print $1 }' "$work/results" >"$work/todo"
awk -F '\\t' '$2 != "ok"' "$work/results" >>"$work/known"
mv "$work/known" "$work/results"
`;
}

function archivedOf({ images }: Work, { containers }: PlannedGroup) {
  return images.filter(isArchived).filter(({ name }) => containers.some(({ image }) => image === name));
}

/** Makes `send`, which takes the place of `one` for a pass. The files lie in the stack's own folder, or on a head that is this machine where they are. */
function renderImagesOnHead(work: Work, group: PlannedGroup): string {
  const images = archivedOf(work, group);
  if (images.length === 0) return "";
  const folder = transferFolder(work.stack);
  const isHere = work.fanOut.head.connection.kind === "local";
  const send = renderSend(
    work.stack,
    images,
    "image",
    (image) => (isHere ? shellQuote(image.archive.path) : `${folder}/${keptFile(image)}`),
    () => "",
  );
  return `${renderHere("sending", `${send}send_all\n`)}
one ${shellQuote(renderDial(work.fanOut, group))} "$(cat "$work/sending")" >"$work/one"
mv "$work/one" "$work/send"
`;
}

/**
 * What a host of the group is compared with. A sweep says nothing of the image that is only being built; then its key is another one than the
 * batch's, and every host is asked.
 */
function sweepKey(stack: string, { hosts, containers, files }: PlannedGroup, references: References): string {
  const specs = containers.map(({ name, image, labels }) => `${name}:${labels["ldms.spec"]}:${references.get(image) ?? "unknown"}`);
  const fingerprints = files.map(({ fingerprint }) => fingerprint.slice(0, 8));
  const ids = hosts.flatMap(({ name, componentId }) => (componentId === undefined ? [] : [`${name}=${componentId}`]));
  return shellQuote([stack, ...specs, ...fingerprints, ...(ids.length ? [hash("sha256", ids.join()).slice(0, 8)] : [])].join(" "));
}

/**
 * POSIX sh for the head that asks every host of the stack and changes nothing there. Lines, tab-separated:
 * `generation BATCH N`, `host GROUP NAME ok|failed|unreachable TEXT` for hosts that are not as planned, `same GROUP COUNT`, `retired NAME`; then `end`.
 */
export function renderSweep(work: Work, references: References): string {
  const { stack, fanOut } = work;
  return `${renderTools(work, "check 0")}
top=$work
for file in "$base"/*.generation; do
  [ ! -e "$file" ] || printf 'generation\\t%s\\t%s\\n' "$(basename "$file" .generation)" "$(cat "$file")"
done
[ ! -e "$base/retired" ] || sed 's/^/retired\\t/;s/ .*//' "$base/retired"

sweep() { # sweep GROUP KEY: the rest has been put into $work
  : >"$work/results"
  fan "$work/targets"
  { printf '%s\\n' "$2"; cat "$work/results"; } >"$base/sweep.$1.new.$$"
  mv "$base/sweep.$1.new.$$" "$base/sweep.$1"
  awk -F '\\t' -v group="$1" '${DIFFERS_AWK}
    $2 == "ok" && !differs($3) { same++; next }
    { print "host\\t" group "\\t" $0 }
    END { print "same\\t" group "\\t" same + 0 }' "$work/results" >"$work/told"
}
${fanOut.groups
  .map(
    (group) => `(
  work=$top/${group.name}
  mkdir "$work"
${renderTargets(group.hosts)}
${renderHere("host", renderHostScript(work, group, references))}
  ${renderOne(renderDial(fanOut, group))}
  sweep ${group.name} ${sweepKey(stack, group, references)}
) &
`,
  )
  .join("")}wait
cat "$top"/*/told && echo end
`;
}
