import { awaitService, type ServiceReport } from "../operations/observe/await-service";
import { beginSweep, type EarlySweep } from "../operations/observe/early-sweep";
import { SWEEP_VARIABLE } from "../operations/observe/sweep";
import { FRESH_SECONDS } from "../operations/observe/verify";
import { LEFT_OUT_VARIABLE } from "../operations/preflight/assert-hosts-ready";
import {
  excludesOfHosts,
  keptPreflightOf,
  type PassedPreflight,
  passPreflight,
  passWhoIsReady,
} from "../operations/preflight/pass-preflight";
import type { EngineVerb } from "../operations/pulumi-cli";
import { KEEP_VARIABLE } from "../operations/reach/kept-folder";
import { foldHosts } from "../plan/hostlist/fold";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { assertNoViolations } from "../plan/rules/check-plan";
import type { StackLocation } from "../stack/open-stack";
import { readProjectFile } from "../stack/project-file";
import { agreedRun, SeenPreview } from "./agreed-plan";
import { assertSecretsReady, assertStateWritable } from "./assert-writable";
import { excludesOfOthers, findOpenHosts } from "./only-failed";
import { assertSameMethod } from "./run-begin";
import { CancelledError } from "./run-errors";
import { RunKeeper } from "./run-keeper";
import { assertMessage, isPartial, type RunHooks, type RunOptions } from "./run-options";
import { assertDigest } from "./seen-plan";
import { Settled } from "./settled";
import { checkSitePlan, readSitePlan, type SitePlan } from "./site-plan";
import type { EngineRunArgs, EngineRunEnd, RunningEngine, StackEngine } from "./stack-engine";
import { assertNoUpgrade, forgetUpgrade } from "./upgrade-file";
import { tellingWaysOn } from "./ways-on";
import { excludesOfWords } from "./words-left-out";

export interface CarryOutArgs extends Pick<EngineRunArgs, "onEvent" | "pace" | "signal"> {
  readonly location: StackLocation;
  /** Loading one takes half a second: it is opened while the hosts answer. */
  readonly openEngine: () => RunningEngine;
  /** Of the history. */
  readonly engine: StackEngine["name"];
  readonly verb: EngineVerb;
  readonly options: RunOptions;
  /** The run of the history whose files these are. */
  readonly backTo?: number | undefined;
  /** `images`: the targets are images, and no host is asked. @default `all` */
  readonly scope?: "all" | "images";
  /** A part of an upgrade, which keeps other runs away. `back`: a host that is not ready holds nothing up, and is left out. */
  readonly ofUpgrade?: "forward" | "back" | undefined;
  readonly hooks?: RunHooks;
}

export interface CarriedOut extends EngineRunEnd {
  /** Of a preview: what `up({ expect })` takes. */
  readonly digest?: string;
  /** Dead hosts within `ldms:tolerate` that were left out, or that died since. */
  readonly skippedHosts: readonly string[];
  /** Whether it does its work; absent where nobody waited for that. */
  readonly data?: ServiceReport;
}

/** Plans, checks, asks the hosts, runs one engine, and waits for the data: the one way in which anybody's run goes. */
export async function carryOut(args: CarryOutArgs): Promise<CarriedOut> {
  const { location, verb, options, scope = "all", hooks = {}, signal } = args;
  if (options.expect !== undefined) assertDigest(location.stack, options.expect);
  assertMessage(options);
  const site = await readSitePlan(location, options.keep);
  const { plan, located } = site;
  const found = checkSitePlan(site);
  // What breaks a rule may always be taken away.
  if (verb !== "destroy") assertNoViolations(found.violations);
  if (verb !== "preview") await assertStateWritable(location);
  if (verb === "up" && scope === "all" && args.ofUpgrade === undefined) await assertNoUpgrade(location);
  if (verb === "up" && scope === "all") await assertSecretsReady(location, plan);
  const only = options.onlyFailed ? await findOpenHosts(location, plan, { ...options, verb }) : undefined;
  hooks.onPlan?.(found);
  if (only) hooks.onHosts?.(only);
  if (only?.length === 0) return { outputs: {}, changes: {}, skippedHosts: [] };
  if (verb === "up" || verb === "preview") await assertSameMethod(location, plan);
  const sweep = isSwept(args, plan) ? await beginSweep(plan, located, { signal, isOfRun: verb === "up" }) : undefined;
  try {
    return await passAndRun(args, site, { sweep, only });
  } finally {
    await sweep?.close();
  }
}

/** By the method fan-out the program asks the hosts, and takes what has been asked for it: not where it builds images first, whose digests are new then. */
function isSwept({ verb, scope = "all" }: CarryOutArgs, { fanOut, steps, images }: DeploymentPlan): boolean {
  if ((verb !== "up" && verb !== "preview") || scope !== "all" || fanOut === undefined) return false;
  return process.env[SWEEP_VARIABLE] === undefined && steps.length === 0 && images.every(({ build }) => build === undefined);
}

interface Looked {
  readonly sweep: EarlySweep | undefined;
  /** Where it is not for all hosts. */
  readonly only: readonly string[] | undefined;
}

async function passAndRun(args: CarryOutArgs, site: SitePlan, { sweep, only }: Looked): Promise<CarriedOut> {
  const { location, verb, options, scope = "all", hooks = {}, pace, signal } = args;
  const { plan, located } = site;
  const preview = new SeenPreview(location, args.onEvent);
  const agreed = agreedRun(options.expect, preview);
  const passing = verb === "up" && scope === "all" && plan.method === "docker" ? passUnlessAborted(args, located) : undefined;
  // At once, so that a preflight that fails finds somebody waiting for it.
  const engine = args.openEngine();
  const passed = await passing;
  if (passed) hooks.onLook?.(passed);
  if (signal.aborted) throw new CancelledError({});
  const skippedHosts = passed?.skipped ?? [];
  const excludes = [...(options.excludes ?? []), ...excludesOfHosts(plan, skippedHosts), ...(only ? excludesOfOthers(plan, only) : [])];
  const isWhole = verb === "up" && scope === "all" && skippedHosts.length === 0 && args.engine === "embedded";
  const settled = isWhole ? await Settled.of(location, site, options) : undefined;
  const running = {
    verb,
    isRefresh: options.refresh === true,
    isTakingOver: options.takeOver === true,
    // One dead host must not hold up the others.
    continuesOnError: verb === "up" || verb === "destroy",
    targets: options.targets ?? [],
    excludes: [...excludes, ...(await wordsOf(args, plan, excludes))],
    policyPacks: options.policyPacks ?? [],
    message: options.message ?? "",
    ...agreed,
    settled: settled?.find(sweep),
    environment: { ...environmentOf(scope, located.isKeeping, skippedHosts), ...agreed.environment, ...sweep?.environment },
    onEvent: verb === "preview" || options.expect !== undefined ? preview.see : args.onEvent,
    pace,
    signal,
  };
  const run = (onEvent: typeof running.onEvent) => withKeptPreflight(location, plan, passed, () => engine.run({ ...running, onEvent }));
  const kept = { location, options, site, skippedHosts, onEvent: running.onEvent, signal, engine: args.engine, backTo: args.backTo };
  const isKept = verb !== "preview" && scope === "all";
  const { state, ...end } = await tellingWaysOn({ location, plan, onWaysOn: hooks.onWaysOn, onEvent: running.onEvent }, (onEvent) =>
    isKept ? RunKeeper.keep({ ...kept, verb, onEvent }, run) : run(onEvent),
  );
  if (state !== undefined) await settled?.keep(state, sweep);
  if (verb === "destroy" && isKept && !isPartial(options)) await forgetUpgrade(location);
  const data = await wait(args, located, end, skippedHosts);
  // A `pulumi` that is old does not tell its steps on a terminal.
  const digest = verb === "preview" && Object.keys(end.changes).length > 0 ? await preview.keep(site) : undefined;
  return { ...end, skippedHosts: data?.deadHosts ?? skippedHosts, ...(data && { data }), ...(digest !== undefined && { digest }) };
}

/** Only the program writes words; `destroy` takes away what words it can. */
async function wordsOf({ location, verb }: CarryOutArgs, plan: DeploymentPlan, excludes: readonly string[]): Promise<readonly string[]> {
  if ((verb !== "up" && verb !== "preview") || excludes.length === 0) return [];
  const { name } = await readProjectFile(location.projectFolder);
  return excludesOfWords(plan, name, excludes);
}

/** A program is not told what is excluded, and may have to ask the hosts once more; nor that nothing but images is wanted. */
function environmentOf(
  scope: "all" | "images",
  isKeeping: boolean | undefined,
  skippedHosts: readonly string[],
): Readonly<Record<string, string>> {
  return {
    ...(!isKeeping && { [KEEP_VARIABLE]: "off" }),
    ...(skippedHosts.length > 0 && { [LEFT_OUT_VARIABLE]: foldHosts([...skippedHosts]) }),
    ...(scope === "images" && { [SWEEP_VARIABLE]: "images" }),
  };
}

/** The program has a preflight as well, and takes what is there. */
async function withKeptPreflight<T>(
  location: StackLocation,
  plan: DeploymentPlan,
  passed: PassedPreflight | undefined,
  run: () => Promise<T>,
): Promise<T> {
  if (!passed) return run();
  const kept = keptPreflightOf(location.projectFolder, plan);
  kept.keep(passed.report);
  try {
    return await run();
  } finally {
    kept.drop();
  }
}

async function passUnlessAborted({ signal, ofUpgrade }: CarryOutArgs, plan: DeploymentPlan): Promise<PassedPreflight> {
  try {
    return await (ofUpgrade === "back" ? passWhoIsReady(plan, signal) : passPreflight(plan, signal));
  } catch (error) {
    throw signal.aborted ? new CancelledError({}) : error;
  }
}

/** A part of a deployment may leave the rest as broken as it was: only a whole one is waited for. */
async function wait(
  { verb, options, scope = "all", hooks, signal }: CarryOutArgs,
  plan: DeploymentPlan,
  { changes }: EngineRunEnd,
  skippedHosts: readonly string[],
): Promise<ServiceReport | undefined> {
  const { waitSeconds = 0 } = options;
  if (verb !== "up" || scope !== "all" || waitSeconds === 0 || isPartial(options)) return undefined;
  const isUnchanged = Object.keys(changes).join() === "same";
  const sinceMs = Date.now() - (isUnchanged ? FRESH_SECONDS * 1000 : 0);
  try {
    const { onWait } = hooks ?? {};
    return await awaitService(plan, { waitSeconds, sinceMs, skippedHosts, signal, ...(onWait && { onReport: onWait }) });
  } catch (error) {
    throw signal.aborted ? new CancelledError(changes) : error;
  }
}
