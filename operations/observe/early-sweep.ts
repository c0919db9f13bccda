import { randomUUID } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { makeSocketFolder } from "../../processes/socket-folder";
import { keyOf } from "../preflight/kept-answers";
import { endRun, type Sweep, sweepHosts } from "./sweep";

/** Tells a program the socket at which the sweep of its run can be had. */
export const EARLY_SWEEP_VARIABLE = "LDMS_EARLY_SWEEP";

/** What the socket gives, once, to who connects first; whoever gets nothing asks the hosts itself. */
type Handed = { readonly key: string; readonly sweep: Sweep } | { readonly key: string; readonly problem: string };

/** A sweep that has begun before the program that wants it. */
export interface EarlySweep {
  /** For the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it comes to; undefined where it has failed, which the program says. */
  readonly found: Promise<Sweep | undefined>;
  /** Ends it where nobody has waited for it, and what it has kept for the run. */
  close(): Promise<void>;
}

export interface EarlySweepArgs {
  readonly signal: AbortSignal;
  /** Whether an update follows, and its connections are kept for that. */
  readonly isOfRun: boolean;
}

/**
 * Asks the hosts while an engine and its program are loading: both need the plan, and neither the other's answer.
 *
 * @param located the same plan for who reaches its hosts from here
 */
export async function beginSweep(plan: DeploymentPlan, located: DeploymentPlan, args: EarlySweepArgs): Promise<EarlySweep> {
  const ended = new AbortController();
  const key = keyOf(listFanOuts(plan));
  const run = args.isOfRun ? randomUUID() : undefined;
  const keeping = { isKeeping: located.isKeeping === true, ...(run !== undefined && { run }) };
  const sweepArgs = { ...keeping, signal: AbortSignal.any([args.signal, ended.signal]) };
  const asked: Promise<Handed> = sweepHosts(located, listFanOuts(located), sweepArgs).then(
    (sweep) => ({ key, sweep }),
    (error: Error) => ({ key, problem: error.message }),
  );
  // Nobody else's: what it says decides what is done.
  const folder = makeSocketFolder();
  const socket = folder.socket("sweep");
  const server = createServer((to) => {
    server.close();
    void asked.then((handed) => to.end(JSON.stringify(handed)));
  });
  const taken = new Set<Socket>();
  server.on("connection", (to) => taken.add(to.on("error", () => undefined)));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  const close = async () => {
    ended.abort();
    server.close();
    for (const to of taken) to.destroy();
    folder.remove();
    const handed = await asked;
    // Of hosts that are as planned none is kept.
    const hasKept = "problem" in handed || handed.sweep.differing.length > 0;
    if (run !== undefined && hasKept) await endRun(located, listFanOuts(located), run);
  };
  const found = asked.then((handed) => ("sweep" in handed ? handed.sweep : undefined));
  return { environment: { [EARLY_SWEEP_VARIABLE]: socket }, found, close };
}

/**
 * The sweep that was begun for this program's run; undefined where there is none, or one of another plan.
 * @throws Error with the words of what it met
 */
export async function takeEarlySweep(plan: DeploymentPlan): Promise<Sweep | undefined> {
  const socket = process.env[EARLY_SWEEP_VARIABLE];
  if (socket === undefined) return undefined;
  const said = await readAll(connect(socket)).catch(() => "");
  const handed = said === "" ? undefined : (JSON.parse(said) as Handed);
  if (handed?.key !== keyOf(listFanOuts(plan))) return undefined;
  if ("problem" in handed) throw new EarlySweepError(handed.problem);
  return handed.sweep;
}

async function readAll(from: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of from) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

/** What an early sweep met, in its own words. */
export class EarlySweepError extends Error {
  override readonly name = "EarlySweepError";
}
