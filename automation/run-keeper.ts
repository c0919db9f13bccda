import type { EngineVerb } from "../operations/pulumi-cli";
import { fullReference } from "../plan/images/plan-images";
import { messageOf } from "../stack/engine-error";
import { describeSelf } from "../stack/lock-holder";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { type RunRecordJson, RunRecords } from "../stack/run-records";
import { readStateResources } from "../stack/stack-admin";
import { findFailedHosts } from "./failed-hosts";
import { findDigests } from "./image-digests";
import { keepFiles, readStackText } from "./kept-files";
import { isPartial, type RunOptions } from "./run-options";
import { RunRecord } from "./run-record";
import type { SitePlan } from "./site-plan";
import type { EngineRunArgs, StackEngine } from "./stack-engine";

export interface KeptRunArgs {
  readonly location: StackLocation;
  readonly engine: StackEngine["name"];
  readonly verb: Exclude<EngineVerb, "preview">;
  readonly options: RunOptions;
  readonly site: SitePlan;
  readonly skippedHosts: readonly string[];
  /** @see RunRecordJson.backTo */
  readonly backTo?: number | undefined;
  readonly onEvent: EngineRunArgs["onEvent"];
  readonly signal: AbortSignal;
}

/** More than anybody reads of one run; its counts are whole. */
const MOST_STEPS = 1000;

/** Keeps what one run is from its beginning on, so that a killed one is not lost, and what it came to. */
export class RunKeeper {
  private readonly seen = new RunRecord();

  private constructor(
    private readonly args: KeptRunArgs,
    private readonly records: RunRecords,
    private readonly begun: RunRecordJson,
  ) {}

  /**
   * Runs `use` as one run of the stack's history. Where that cannot be written the run goes on, with a warning.
   * @param use what it tells its events to, it is to be given
   */
  static async keep<T>(args: KeptRunArgs, use: (onEvent: EngineRunArgs["onEvent"]) => Promise<T>): Promise<T> {
    const keeper = isInFiles(args.location) ? await RunKeeper.begin(args).catch((error: unknown) => warn(args, error)) : undefined;
    if (keeper === undefined) return use(args.onEvent);
    try {
      const end = await use((event) => {
        keeper.seen.add(event);
        args.onEvent(event);
      });
      await keeper.end("succeeded");
      return end;
    } catch (error) {
      await keeper.end(args.signal.aborted ? "cancelled" : "failed", error);
      throw error;
    }
  }

  private static async begin(args: KeptRunArgs): Promise<RunKeeper> {
    const { location, engine, verb, options, site, skippedHosts, backTo } = args;
    const records = await RunRecords.of(location);
    const begun = await records.begin({
      version: 1,
      verb,
      engine,
      message: options.message ?? "",
      ...(options.actor !== undefined && { actor: options.actor }),
      holder: describeSelf(),
      result: "begun",
      startTime: Math.floor(Date.now() / 1000),
      changes: {},
      steps: [],
      differences: [],
      failures: [],
      skippedHosts,
      images: site.plan.images.map((image) => ({
        name: image.name,
        reference: fullReference(image),
        ...(image.build && { isBuilt: true }),
      })),
      stackFile: await readStackText(location),
      files: await keepFiles(location, site.ownFiles),
      folders: site.ownFolders,
      ...(isPartial(options) && { isPartial: true }),
      ...(options.onlyFailed && { isOfFailed: true }),
      ...(backTo !== undefined && { backTo }),
    });
    return new RunKeeper(args, records, begun);
  }

  private async findFailed(): Promise<readonly string[]> {
    const { location, site } = this.args;
    // The state of thousands of hosts takes seconds to read, and is needed for batches alone.
    const states = site.plan.method === "fan-out" ? await readStateResources(location) : [];
    return findFailedHosts(site.plan, this.seen.failures, states);
  }

  /** What changed nothing because it was refused, or not wanted, is no run. */
  private async end(result: RunRecordJson["result"], error?: unknown): Promise<void> {
    const { args, records, begun, seen } = this;
    try {
      if (error !== undefined && !seen.hasRun) return await records.drop(begun);
      const { changes, steps, differences, failures } = seen;
      await records.end({
        ...begun,
        result,
        endTime: Math.floor(Date.now() / 1000),
        changes,
        steps: steps.slice(0, MOST_STEPS).map(({ op, name }) => `${op} ${name}`),
        differences,
        failures: failures.map(({ message }) => message),
        images: await findDigests(args.location, begun.images),
        ...(args.verb === "up" && { failedHosts: await this.findFailed() }),
      });
    } catch (cause) {
      warn(args, cause);
    }
  }
}

/** The hosts and the state are what counts: that nobody can read later what the run did is worth a word, not a failure. */
function warn({ onEvent }: KeptRunArgs, cause: unknown): undefined {
  const message = `history: this run cannot be kept: ${messageOf(cause)}\n`;
  onEvent({ sequence: 0, timestamp: Math.floor(Date.now() / 1000), diagnosticEvent: { message, color: "never", severity: "warning" } });
}
