import { isAbsolute, relative, resolve } from "node:path";
import { type CarriedOut, carryOut, type RunHooks } from "../automation/carry-out";
import { choosePulumi } from "../automation/run-begin";
import type { RunOptions } from "../automation/run-options";
import type { RunningEngine } from "../automation/stack-engine";
import { warmRunner } from "../engine/children/program-runner";
import { renderPreflight } from "../operations/preflight/judge";
import type { EngineVerb } from "../operations/pulumi-cli";
import { foldHosts } from "../plan/hostlist/fold";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { renderViolations } from "../plan/rules/violation";
import type { StackLocation } from "../stack/open-stack";
import type { DeployOptions } from "./deploy-options";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print } from "./io";
import { locateStack } from "./stack";
import { TerminalPulumi } from "./terminal-pulumi";
import { ToldError } from "./told-error";
import type { WaitDisplay } from "./wait-display";

/**
 * Carries one run out on this terminal.
 *
 * @param scope `images`: the targets are images, and no host is looked at
 * @returns the exit code
 */
export async function deploy(verb: EngineVerb, options: DeployOptions, scope: "all" | "images" = "all"): Promise<number> {
  const program = choosePulumi(options.engine);
  const location = await locateStack(options.stack);
  if (program === undefined && verb !== "destroy" && verb !== "refresh") warmRunner(location.projectFolder);
  const openEngine = () => openOnTerminal(location, options, program);
  const shown = new ShownRun(verb, options);
  const run = { location, openEngine, verb, scope, options: runOptions(options, location), hooks: shown.hooks, signal: abortOnSignal() };
  const end = await carryOut({ ...run, onEvent: () => {}, pace: async () => undefined }).catch((error: unknown) => {
    if (error instanceof ToldError) return error;
    throw error;
  });
  return shown.close(end);
}

function openOnTerminal(location: StackLocation, options: DeployOptions, program: string | undefined): RunningEngine {
  if (program !== undefined) return new TerminalPulumi(location, options, program);
  const { TerminalEmbedded } = require("./terminal-embedded") as typeof import("./terminal-embedded");
  return new TerminalEmbedded(location, options);
}

function runOptions(
  { refresh = false, takeOver = false, target, exclude, policyPack, wait = false }: DeployOptions,
  { projectFolder }: StackLocation,
): RunOptions {
  // What is typed is of the folder in which it is typed.
  const policyPacks = policyPack.map((folder) => (isAbsolute(folder) ? folder : relative(projectFolder, resolve(folder)) || "."));
  return { refresh, takeOver, targets: target, excludes: exclude, policyPacks, waitSeconds: wait === false ? 0 : wait };
}

/** What is shown of a run beside its engine. */
class ShownRun {
  private plan: DeploymentPlan | undefined;
  private skipped: readonly string[] = [];
  private display: WaitDisplay | undefined;

  constructor(
    private readonly verb: EngineVerb,
    private readonly options: DeployOptions,
  ) {}

  /** Loaded when there is something to wait for. With --json standard output has the events, and nothing else. */
  private get waiting(): WaitDisplay {
    const { WaitDisplay: Display } = require("./wait-display") as typeof import("./wait-display");
    this.display ??= new Display(this.options.json ? process.stderr : process.stdout);
    return this.display;
  }

  get hooks(): RunHooks {
    const { json } = this.options;
    return {
      onPlan: ({ plan, violations }) => {
        this.plan = plan;
        if (violations.length && !json) process.stderr.write(`advice:\n${renderViolations(violations)}\n`);
      },
      onLook: ({ report, skipped }) => {
        this.skipped = skipped;
        if (!json) print(renderPreflight(report));
      },
      onWait: (report) => this.waiting.onLook(report),
    };
  }

  /** @returns the exit code */
  close(end: CarriedOut | ToldError): number {
    const isTold = end instanceof ToldError;
    const skipped = isTold ? this.skipped : end.skippedHosts;
    if (!isTold && this.verb === "destroy" && this.plan) printKept(this.plan);
    if (skipped.length) process.stderr.write(`left out, dead: ${foldHosts([...skipped])}\n`);
    if (!isTold && end.data) this.waiting.close(end.data);
    if (isTold && end.exitCode !== EXIT.done) return end.exitCode;
    if (!isTold && end.data?.isWell === false) return EXIT.notArriving;
    return skipped.length ? EXIT.hostsSkipped : EXIT.done;
  }
}

/** What a destroy leaves behind on purpose. */
function printKept({ hosts, images, stores }: DeploymentPlan): void {
  const volumes = hosts.flatMap(({ name, volumes: kept }) => kept.map((volume) => `  ${name}: volume ${volume}`));
  const folders = stores.map(({ host, path }) => `  ${host}: rows in ${path}`);
  print(
    ["Kept:", ...volumes, ...folders, ...images.map(({ reference }) => `  images of ${reference} on the hosts that ran them`)].join("\n"),
  );
}
