import { hash } from "node:crypto";
import { SOCKET_CHARACTERS } from "../hosts/ssh";
import { isArchived, keptFile, renderSend, transferFolder } from "../images/send-image";
import type { PlannedBatch, PlannedGroup } from "../model/fan-out";
import { shellQuote } from "../text/shell";
import { renderAssignments, renderDocument } from "../text/shell-script";
import { BATCH_BODY } from "./batch-body";
import type { References } from "./container-table";
import { type FanOutScope, renderGroupValues, renderHeadValues, shown } from "./head-tools";
import { renderHostScript } from "./host-script";
import { countKept, renderKeptSettings, renderOpeningWords, renderSteppingWords } from "./kept-connections";
import type { Keeping } from "./run-connections";
import { SWEEP_BEGIN, SWEEP_END } from "./sweep-body";
import { renderSweepHost, type SweepProbe } from "./sweep-host";

/** What a sweep has found is good for a run that begins within this time, seconds. */
export const SWEEP_GOOD_SECONDS = 900;

/**
 * POSIX sh for the head that brings one batch to what the plan says: hosts that the last sweep found as planned or out of reach are not asked again.
 * Reads on stdin what the files of the hosts contain; prints a summary of at most 4 KiB; exit code 1 where more hosts failed than may.
 *
 * @param generation counts the times that drift was found; another one makes another script, and so an update
 */
export function renderBatch(
  scope: FanOutScope,
  group: PlannedGroup,
  batch: PlannedBatch,
  references: References,
  generation: string,
): string {
  const { hosts, maxFailures, healthySeconds } = batch;
  const values = {
    group: group.name,
    batch: batch.name,
    generation,
    pull_window: scope.fanOut.pulls.limit,
    host_count: hosts.length,
    max_failures: maxFailures,
    sweep_key: sweepKey(scope.stack, group, references),
    sweep_good_minutes: SWEEP_GOOD_SECONDS / 60,
  };
  return `# ${shown(hosts)}
# containers: ${group.containers.map(({ name }) => name).join(" ")}; up to ${maxFailures} of ${hosts.length} hosts may fail
# generation ${generation}
${renderHeadValues(scope, `apply ${healthySeconds}`)}${renderGroupValues(scope.fanOut, group, hosts)}${renderAssignments(values)}\
${renderDocument("sending", renderSending(scope, group))}${renderDocument("host_script", renderHostScript(scope, group, references))}${BATCH_BODY}`;
}

/** Empty, or makes the images of a group known to its hosts that come in files. They lie in the stack's own folder, or on a head that is this machine where they are. */
function renderSending({ stack, fanOut, images }: FanOutScope, { containers }: PlannedGroup): string {
  const archived = images.filter(isArchived).filter(({ name }) => containers.some(({ image }) => image === name));
  if (archived.length === 0) return "";
  const folder = transferFolder(stack);
  const isHere = fanOut.head.connection.kind === "local";
  const send = renderSend(
    stack,
    archived,
    "image",
    (image) => (isHere ? shellQuote(image.archive.path) : `${folder}/${keptFile(image)}`),
    () => "",
  );
  return `${send}send_all\n`;
}

/**
 * What a host of the group is compared with. A sweep says nothing of the image that is only being built; then its key is another one than the
 * batch's, and every host is asked.
 */
function sweepKey(stack: string, { hosts, containers, files }: PlannedGroup, references: References): string {
  const specs = containers.map(({ name, image, labels }) => `${name}:${labels["ldms.spec"]}:${references.get(image) ?? "unknown"}`);
  const fingerprints = files.map(({ fingerprint }) => fingerprint.slice(0, 8));
  const ids = hosts.flatMap(({ name, componentId }) => (componentId === undefined ? [] : [`${name}=${componentId}`]));
  return [stack, ...specs, ...fingerprints, ...(ids.length ? [hash("sha256", ids.join()).slice(0, 8)] : [])].join(" ");
}

/**
 * POSIX sh for the head that asks every host of the stack, in one pass, and changes nothing there but for what a probe tries. It alone makes connections that are kept; the batches behind it use
 * what is there, so that no batch differs for it. Lines, tab-separated:
 * `generation BATCH N`, `host GROUP NAME ok|failed|unreachable TEXT` for hosts that are not as planned, `same GROUP COUNT`, `probe NAME FACTS` with the lines of
 * a probe divided by FACT_END, `retired NAME`; then `end`.
 *
 * @param probes by the group's name
 */
export function renderSweep(
  scope: FanOutScope,
  references: References,
  { isKeeping, run }: Keeping,
  probes: ReadonlyMap<string, SweepProbe> = new Map(),
): string {
  const { stack, fanOut } = scope;
  const counts = countKept(fanOut);
  const keeps = isKeeping && fanOut.keep > 0;
  const groups = fanOut.groups.map((group, index) => {
    const values = {
      group: group.name,
      sweep_key: sweepKey(stack, group, references),
      keep: keeps ? counts.get(group)! : 0,
      before: fanOut.groups.slice(0, index).reduce((sum, { hosts }) => sum + hosts.length, 0),
    };
    return `(
${renderGroupValues(fanOut, group, group.hosts)}${renderAssignments(values)}\
${renderDocument("host_script", renderSweepHost(renderHostScript(scope, group, references), probes.get(group.name)))}sweep
) &
`;
  });
  const values =
    renderKeptSettings(fanOut) +
    renderOpeningWords() +
    renderSteppingWords() +
    renderAssignments({
      keeps: keeps ? "yes" : run === undefined ? "no" : "run",
      run: run ?? "",
      longest_path: SOCKET_CHARACTERS,
    });
  return renderHeadValues(scope, "check 0") + values + SWEEP_BEGIN + groups.join("") + SWEEP_END;
}
