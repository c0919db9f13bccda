import { DataWatch } from "../../operations/upgrade/data-watch";
import type { UpgradeRecord } from "../../operations/upgrade/upgrade-record";
import { UpgradeRun } from "../../operations/upgrade/upgrade-run";
import { renderBaseline } from "../../operations/upgrade/upgrade-words";
import { BadInputError } from "../../plan/problems/errors";
import { isSeenHere } from "../../stack/lock-holder";
import { readSitePlan } from "../site-plan";
import { type KeptUpgrade, UpgradeFile } from "../upgrade-file";
import { prepareUpgrade, pullEverywhere } from "./prepare-upgrade";
import type { SiteContext } from "./site-context";
import type { UpgradeArgs, UpgradeHooks, UpgradeReport } from "./upgrade-args";
import { type BoundArgs, bindSteps } from "./upgrade-steps";

/** @see Site.upgrade */
export async function upgradeStack(site: SiteContext, args: UpgradeArgs): Promise<UpgradeReport> {
  const file = await UpgradeFile.of(site.location);
  const signal = args.signal ?? new AbortController().signal;
  const say = args.say ?? (() => undefined);
  const planned = await prepareUpgrade(site, args);
  const { batches } = planned;
  const begun = {
    version: 1 as const,
    to: planned.to,
    batches: batches.map((batch) => ({ ...batch, state: "waiting" as const, failed: [] })),
    onFailure: args.onFailure ?? "stop",
    direction: "forward" as const,
    state: "running" as const,
    gaps: {},
    waitSeconds: planned.waitSeconds,
    message: args.message ?? "",
    startTime: Math.floor(Date.now() / 1000),
  };
  if (args.confirm && !(await args.confirm(planned))) {
    const baseline = { samplers: [], stores: [], freshSeconds: planned.freshSeconds };
    return { ...begun, from: planned.from, baseline, state: "ended", outcome: "declined" };
  }
  const from = await pullEverywhere(planned, { say, signal });
  return file.hold(() =>
    DataWatch.during(planned.located, { freshSeconds: planned.freshSeconds, signal }, async (watch) => {
      const baseline = await watch.measure();
      say(renderBaseline(baseline));
      if (baseline.samplers.length + baseline.stores.flatMap(({ hosts }) => hosts).length === 0)
        throw BadInputError.of("upgrade", "no data arrives, so there is nothing to compare with; nothing was changed", "`ldms verify`");
      const record: UpgradeRecord = { ...begun, from, baseline };
      await file.begin(record, site.location.stack);
      return carryOn(site, { file, record, watch, say, signal, isNew: true, ...(args.actor !== undefined && { actor: args.actor }) });
    }),
  );
}

/** @see Site.resumeUpgrade, Site.abortUpgrade */
export async function takeUpUpgrade(site: SiteContext, how: "resume" | "abort", args: UpgradeHooks): Promise<UpgradeReport> {
  const { location } = site;
  const file = await UpgradeFile.of(location);
  const signal = args.signal ?? new AbortController().signal;
  await readTakeable(file, location.stack);
  return file.hold(async () => {
    // Whoever had it before may have ended it.
    const kept = await readTakeable(file, location.stack);
    const { located } = await readSitePlan(location);
    const begunTime = kept.batches.find(({ state }) => state === "begun")?.begunTime;
    const { freshSeconds } = kept.baseline;
    const sinceSeconds = begunTime === undefined ? 0 : Date.now() / 1000 - begunTime + freshSeconds;
    return DataWatch.during(located, { freshSeconds, sinceSeconds, signal }, async (watch) => {
      const { holder: _, isAlive: __, ...open } = kept;
      const why = open.state === "stopped" && open.why !== undefined ? open.why : "`ldms upgrade abort`";
      const record: UpgradeRecord = how === "abort" ? { ...open, direction: "back", why } : open;
      const say = args.say ?? (() => undefined);
      return carryOn(site, { file, record, watch, say, signal, isNew: false, ...(args.actor !== undefined && { actor: args.actor }) });
    });
  });
}

/** @see Site.pauseUpgrade */
export async function pauseUpgrade({ location }: SiteContext): Promise<KeptUpgrade> {
  const file = await UpgradeFile.of(location);
  const kept = await file.read();
  if (!kept?.isAlive) throw BadInputError.of("upgrade", "none is under way", `ldms upgrade status -s ${location.stack}`);
  if (kept.direction === "back")
    throw BadInputError.of(
      "upgrade",
      "it is going back, which cannot be paused",
      `wait for its end, or Ctrl-C where it runs: ldms upgrade resume -s ${location.stack} then goes on`,
    );
  await file.askForPause();
  return kept;
}

/** @see Site.upgradeStatus */
export async function readUpgrade({ location }: SiteContext): Promise<KeptUpgrade | undefined> {
  return (await UpgradeFile.of(location)).read();
}

/** @throws BadInputError where there is none, or another process has it */
async function readTakeable(file: UpgradeFile, stack: string): Promise<KeptUpgrade> {
  const kept = await file.read();
  if (kept === undefined || kept.state === "ended")
    throw BadInputError.of("upgrade", "there is none that has not come to its end", `ldms upgrade --to TAG -s ${stack}`);
  const { isAlive, holder } = kept;
  if (!isAlive) return kept;
  const lock = isSeenHere(holder) ? undefined : await file.findLock();
  const gone = lock === undefined ? "" : `; where that process is gone for certain, remove \`${lock}\``;
  throw BadInputError.of(
    "upgrade",
    `process ${holder.pid} on ${holder.hostname} works on it`,
    `ldms upgrade pause -s ${stack}, and wait until it has stopped${gone}`,
  );
}

interface CarriedUpgrade extends BoundArgs {
  /** It has just been begun: where the stack file cannot be written there is none. */
  readonly isNew: boolean;
}

async function carryOn(site: SiteContext, args: CarriedUpgrade): Promise<UpgradeReport> {
  const { file, record, isNew } = args;
  const steps = bindSteps(site, args);
  await file.forgetPause();
  if (isNew) {
    await steps.choose(record.to).catch(async (error: unknown) => {
      await file.drop();
      throw error;
    });
  }
  const end = await new UpgradeRun(record, steps).run();
  return { ...end, outcome: outcomeOf(end) };
}

function outcomeOf({ state, direction }: UpgradeRecord): UpgradeReport["outcome"] {
  if (state === "ended") return direction === "forward" ? "done" : "back";
  return state === "paused" ? "paused" : "stopped";
}
