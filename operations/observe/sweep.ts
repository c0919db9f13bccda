import { randomBytes } from "node:crypto";
import { renderSweep } from "../../plan/fan-out/head-script";
import { batchSeconds } from "../../plan/fan-out/plan-fan-outs";
import { type Keeping, renderEndRun } from "../../plan/fan-out/run-connections";
import { pullReference } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import type { ImageName } from "../../plan/model/image";
import { shellLine } from "../../plan/text/shell";
import { OperationError } from "../common/operation-error";
import { renderProblem } from "../preflight/verdict";
import { foldByText, type HostLine } from "../reach/fold-by-text";
import { folderOfPlan } from "../reach/locate-plan";
import { explainAtHead } from "../reach/refused-key";
import { RemoteCommandError, renderFailure } from "../reach/remote-error";
import { runOnHost } from "../reach/run-on-host";
import { findNotReady, type NotReady, type ProbedHost, parseProbed, sweepProbes } from "./sweep-findings";

/** Tells a program to ask no host: `images` where only images are registered, `off` for a preview that policies judge. */
export const SWEEP_VARIABLE = "LDMS_SWEEP";

/** What one look at every host of a stack of the method `fan-out` has shown. */
export interface Sweep {
  /** Hosts on which everything is as planned. */
  readonly sameCount: number;
  /** Hosts that answered, and what a run would do there: `{ host: "cygnus-03", things: ["samp:create"] }`. */
  readonly differing: readonly { readonly host: string; readonly things: readonly string[] }[];
  /** What they have is unknown, not absent: out of reach, or without an engine that answers. */
  readonly unknown: readonly { readonly host: string; readonly message: string }[];
  /** Of the differing ones those on which something is in the way, as preflight would say it; absent: none. */
  readonly notReady?: readonly NotReady[];
  /** Left the stack and could not be cleaned yet. */
  readonly retired: readonly string[];
  /** By `FAN-OUT-BATCH`, the name of its resource: how often drift has been found in a batch so far; absent where the head has never run it. */
  readonly generations: Readonly<Record<string, number>>;
}

/** ssh's own words, and not those of an engine that lets the user do nothing. */
const REFUSED = /^(?:Host key verification failed|Permission denied \()/;
const REFUSED_KEY = /^Host key/;

export interface SweepArgs extends Keeping {
  readonly signal?: AbortSignal;
}

/**
 * Asks every host of the stack through its head, once, and changes nothing there but for a file that it makes and removes where a container is to write.
 * @throws RemoteCommandError where a head does not do it, OperationError where several do not
 */
export async function sweepHosts(plan: DeploymentPlan, fanOuts: readonly PlannedFanOut[], args: SweepArgs): Promise<Sweep> {
  const nonce = randomBytes(16).toString("hex");
  const asked = await Promise.allSettled(fanOuts.map((fanOut) => sweepFrom(plan, fanOut, { ...args, nonce })));
  assertHeadsAnswered(asked);
  const sweeps = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const unknown = sweeps.flatMap((one) => one.unknown);
  const probed = sweeps.flatMap((one) => one.probed);
  const notReady = findNotReady(plan, probed, new Set(unknown.map(({ host }) => host)));
  return {
    sameCount: sweeps.reduce((sum, { sameCount }) => sum + sameCount, 0),
    differing: sweeps.flatMap(({ differing }) => differing),
    unknown,
    ...(notReady.length > 0 && { notReady }),
    retired: sweeps.flatMap(({ retired }) => retired),
    generations: Object.assign({}, ...sweeps.map(({ generations }) => generations)),
  };
}

function assertHeadsAnswered(asked: readonly PromiseSettledResult<HeadsSweep>[]): void {
  const reasons = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const remote = reasons.filter((reason) => reason instanceof RemoteCommandError);
  if (remote.length === reasons.length && remote.length > 1) {
    const lines = foldByText(remote.map(({ host, failure }) => ({ host, text: renderFailure(failure) })));
    throw new OperationError("sweep", `${remote.length} heads could not do it\n${lines.join("\n")}`);
  }
  if (reasons.length > 0) throw reasons[0];
}

/** Before anything is changed. @throws OperationError where not one host of the stack has answered */
export function assertSomeAnswered({ sameCount, differing, unknown }: Sweep): void {
  if (unknown.length === 0 || sameCount + differing.length > 0) return;
  const lines = foldByText(unknown.map(({ host, message }) => ({ host, text: message })));
  throw new OperationError("sweep", `no host answers; nothing was changed\n${lines.join("\n")}`);
}

type HeadsSweep = Sweep & { readonly probed: readonly ProbedHost[] };

async function sweepFrom(
  plan: DeploymentPlan,
  fanOut: PlannedFanOut,
  { nonce, signal, ...keeping }: SweepArgs & { readonly nonce: string },
): Promise<HeadsSweep> {
  const script = renderSweep(
    { stack: plan.stack, fanOut, images: plan.images },
    knownReferences(plan),
    keeping,
    sweepProbes(plan, fanOut, nonce),
  );
  const timeoutSeconds = batchSeconds(fanOut, plan.hosts.length);
  const { stdout } = await runOnHost(
    fanOut.head,
    { script },
    {
      timeoutSeconds,
      step: "sweep",
      // The files that ssh is told are of the project's folder.
      folder: folderOfPlan(plan),
      ...(signal && { signal }),
    },
  );
  const sweep = parseSweep(stdout, fanOut.name);
  if (!sweep) throw new Error(`${fanOut.head.name}: sweep: its answer is incomplete`);
  const unknown = sweep.unknown.map((one) => explainRefusal(one, plan.stack, fanOut));
  return { ...sweep, unknown, probed: parseProbed(stdout) };
}

const END_SECONDS = 20;

/** Ends what a sweep has kept for a run, on every head; on one that does not answer it ends by itself. @param run as the sweep was told */
export async function endRun(plan: DeploymentPlan, fanOuts: readonly PlannedFanOut[], run: string): Promise<void> {
  const limits = { timeoutSeconds: END_SECONDS, step: "sweep", folder: folderOfPlan(plan) };
  const end = (fanOut: PlannedFanOut) => runOnHost(fanOut.head, { script: renderEndRun(plan.stack, fanOut, run) }, limits);
  await Promise.allSettled(fanOuts.map(end));
}

function explainRefusal(one: Sweep["unknown"][number], stack: string, fanOut: PlannedFanOut): Sweep["unknown"][number] {
  const { host, message } = one;
  if (!REFUSED.test(message)) return one;
  if (fanOut.head.connection.kind === "ssh") return { host, message: renderFailure(explainAtHead(message, host, fanOut)) };
  if (!REFUSED_KEY.test(message)) return one;
  const remedy = shellLine(["ldms", "hosts", "trust", "-s", stack, "--replace", host]);
  return { host, message: `ssh is refused: its host key is not the one that the stack knows: \`${remedy}\`` };
}

/** An image that is built has its digest only then; until that its containers are compared by all but the image. */
function knownReferences({ images }: DeploymentPlan): ReadonlyMap<ImageName, string | undefined> {
  return new Map(images.map((image) => [image.name, image.build ? undefined : pullReference(image)]));
}

/** @param fanOut the name of the part of the stack that was swept @returns undefined where the answer was cut off */
export function parseSweep(output: string, fanOut: string): Sweep | undefined {
  const rows = output
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  if (rows.at(-1)?.[0] !== "end") return undefined;
  const hosts = rows.filter(([kind]) => kind === "host").map(([, , host = "", status = "", text = ""]) => ({ host, status, text }));
  const valuesOf = (wanted: string) => rows.filter(([kind]) => kind === wanted);
  return {
    sameCount: valuesOf("same").reduce((sum, [, , count]) => sum + Number(count), 0),
    differing: hosts
      .filter(({ status }) => status === "ok")
      .map(({ host, text }) => ({ host, things: text.split(" ").filter(isDifferent) })),
    unknown: hosts.filter(({ status }) => status !== "ok").map(({ host, text }) => ({ host, message: text })),
    retired: valuesOf("retired").map(([, host = ""]) => host),
    generations: Object.fromEntries(valuesOf("generation").map(([, batch = "", count]) => [`${fanOut}-${batch}`, Number(count)])),
  };
}

function isDifferent(thing: string): boolean {
  return !thing.endsWith(":same");
}

/** The generation of each batch by its resource's name: one more than the head has stored where some host of it differs. */
export function countGenerations(fanOuts: readonly PlannedFanOut[], sweep: Sweep): Readonly<Record<string, number>> {
  const differing = new Set(sweep.differing.map(({ host }) => host));
  const batches = fanOuts.flatMap(({ name, groups }) =>
    groups.flatMap((group) => group.batches.map((batch) => ({ ...batch, resource: `${name}-${batch.name}` }))),
  );
  return Object.fromEntries(
    batches.map(({ resource, hosts }) => {
      const stored = sweep.generations[resource] ?? 0;
      return [resource, hosts.some((host) => differing.has(host.name)) || stored === 0 ? stored + 1 : stored];
    }),
  );
}

/** What is told of a sweep: a line a difference, its hosts folded. */
export function renderSweepResult({ sameCount, differing, unknown, retired, notReady = [] }: Sweep): string[] {
  const lines: HostLine[] = [
    ...differing.flatMap(({ host, things }) => things.map((thing) => ({ host, text: thing.replace(/:([a-z]+)$/, ": to $1") }))),
    ...unknown.map(({ host, message }) => ({ host, text: `unknown: ${message}` })),
    ...retired.map((host) => ({ host, text: "has left the stack and could not be cleaned yet; where it never comes back: `ldms forget`" })),
    ...notReady.flatMap(({ host, problems }) => problems.map((problem) => ({ host, text: `not ready: ${renderProblem(problem)}` }))),
  ];
  return [`${sameCount} ${sameCount === 1 ? "host is" : "hosts are"} as planned`, ...foldByText(lines)];
}
