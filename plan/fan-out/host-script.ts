import { ownershipValues } from "../containers/ownership";
import { renderDelivery, renderManifest, renderRemoval } from "../delivery/deliver-files";
import { renderForget } from "../images/send-image";
import type { PlannedGroup } from "../model/fan-out";
import { stackFolder } from "../model/places";
import { readAssignments, renderAssignments } from "../text/shell-script";
import { type References, readContainerTable, renderContainerTable } from "./container-table";
import type { FanOutScope } from "./head-tools";
import { HOST_BODY, HOST_REMOVAL_BODY } from "./host-body";

/**
 * POSIX sh (dash, busybox) for one host of a group: compares what is there with the plan, and with `apply` as its second argument makes it so.
 * A container that has the wanted `ldms.spec`, the wanted image and runs is left alone, so that it can be run any number of times.
 *
 *     sh -s -- NAME check 0                 prints `ok samp:same`, `ok samp:replace /var/lib/ldms/lab/samp/munge.key:deliver`
 *     sh -s -- NAME pull 0 [MIRROR [ID]]    pulls the images that are missing
 *     sh -s -- NAME apply SECONDS [MIRROR [ID]]
 *                                           does it all; with SECONDS above 0 waits until what it made has been healthy so long
 *
 * MIRROR and ID, the component id, are `=` where they are the image's own registry and the number in the name.
 *
 * The last line is `ok` and a word a thing, or `failed` and what the matter was; the exit code is 0 or 1.
 */
export function renderHostScript(scope: FanOutScope, { containers, files, volumes }: PlannedGroup, references: References): string {
  const { stack, fanOut } = scope;
  const values = {
    ...hostValues(scope),
    folder: stackFolder(stack),
    jitter_seconds: fanOut.pulls.jitterSeconds,
    volumes: volumes.join(" "),
    manifest: asLines(renderManifest(files)),
    delivery: files.length > 0 ? renderDelivery(stack, files) : renderRemoval(stack),
    containers: asLines(renderContainerTable(containers, references)),
  };
  return renderAssignments(values) + HOST_BODY;
}

/** Removes everything of a stack but its data from one host, unless another head works on it now; the words are those of `renderHostScript`. */
export function renderHostRemoval(scope: FanOutScope): string {
  const { stack } = scope;
  const values = { ...hostValues(scope), removal: renderRemoval(stack), forget: renderForget(stack, ["*.part"]) };
  return renderAssignments(values) + HOST_REMOVAL_BODY;
}

/** Each line a whole one, quotes apart. */
function asLines(text: string): string {
  return text === "" ? "" : `\n${text}\n`;
}

function hostValues({ stack, fanOut }: FanOutScope) {
  return { ...ownershipValues(stack), claim: fanOut.claim, claim_file: claimFile(stack) };
}

/**
 * Says which head works on the host: one that has lost it, because it left the stack file or got other hosts, must not take away what the next one
 * has found there. Absent for the first head of a stack.
 */
function claimFile(stack: string): string {
  // No stack has an `@` in its name, and so no folder of this one.
  return `${stackFolder(stack)}@head`;
}

/**
 * What a host script does beyond its body, which is the same everywhere: the words of each `docker run`, and the texts that it may hand to a shell.
 * Undefined for a script that differs from ours in anything but its values.
 */
export function readHostScript(
  script: string,
): { readonly runs: readonly (readonly string[])[]; readonly texts: readonly string[] } | undefined {
  const lines = script.endsWith("\n") ? script : `${script}\n`;
  const values = lines.endsWith(HOST_BODY) ? readAssignments(lines.slice(0, -HOST_BODY.length)) : undefined;
  const runs = values && readContainerTable(values.get("containers") ?? "");
  if (!runs) return undefined;
  return { runs, texts: [...values].flatMap(([name, text]) => (name === "containers" || !/\s/.test(text) ? [] : text)) };
}
