import { isAbsolute, relative, resolve } from "node:path";
import type { CarriedOut } from "../automation/carry-out";
import { isPlain, type RunHooks, type RunOptions } from "../automation/run-options";
import { looksSettled } from "../automation/settled-file";
import type { Site } from "../automation/site";
import type { SiteRun } from "../automation/site-run";
import { warmRunner } from "../engine/children/program-runner";
import { renderPreflight } from "../operations/preflight/verdict";
import type { EngineVerb } from "../operations/pulumi-cli";
import { foldHosts } from "../plan/hostlist/fold";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { renderFindings } from "../plan/rules/render-findings";
import type { DeployOptions } from "./deploy-options";
import { EXIT } from "./exit-codes";
import { abortOnSignal, keeping, print } from "./io";
import { openSite } from "./stack";
import { ToldError } from "./told-error";
import type { WaitDisplay } from "./wait-display";

/** Begins a run of a site; the options are those of the command line, and what shows the run. */
export type StartRun = (site: Site, options: RunOptions) => SiteRun | Promise<SiteRun>;

/**
 * Carries one run out on this terminal.
 *
 * @param start the verb's own run, where nothing else is said
 * @returns the exit code
 */
export async function deploy(verb: EngineVerb, options: DeployOptions, start: StartRun = (site, run) => site[verb](run)): Promise<number> {
  const site = await openSite(options.stack, options);
  const asked = runOptions(options, site.folder);
  if (site.engine === "embedded" && needsProgram(verb, asked, site)) warmRunner(site.folder);
  const shown = new ShownRun(verb, options);
  const run = await start(site, { ...asked, ...shown.hooks, signal: abortOnSignal() });
  const end = await run.result.catch((error: unknown) => {
    if (error instanceof ToldError) return error;
    throw error;
  });
  return shown.close(end);
}

/** As far as anybody can tell before the stack file is read. */
function needsProgram(verb: EngineVerb, asked: RunOptions, { folder: projectFolder, stack }: Site): boolean {
  return verb === "preview" || (verb === "up" && !(isPlain(asked) && looksSettled({ projectFolder, stack })));
}

function runOptions(
  {
    refresh = false,
    takeOver = false,
    keep,
    target,
    exclude,
    policyPack,
    expect,
    message,
    wait = false,
    onlyFailed = false,
  }: DeployOptions,
  siteFolder: string,
): RunOptions {
  // What is typed is of the folder in which it is typed.
  const policyPacks = policyPack.map((folder) => (isAbsolute(folder) ? folder : relative(siteFolder, resolve(folder)) || "."));
  const waitSeconds = wait === false ? 0 : wait;
  const words = { ...(expect !== undefined && { expect }), ...(message !== undefined && { message }), ...keeping(keep) };
  return { refresh, takeOver, onlyFailed, targets: target, excludes: exclude, policyPacks, waitSeconds, ...words };
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
        if (!json) for (const line of renderFindings(plan.stack, violations)) process.stderr.write(`${line}\n`);
      },
      onHosts: (hosts) => {
        const told =
          hosts.length > 0 ? `only ${foldHosts([...hosts])}` : "the last run failed on no host and left none out: there is nothing to do";
        process.stderr.write(`${told}\n`);
      },
      onLook: ({ report, skipped }) => {
        this.skipped = skipped;
        if (!json) print(renderPreflight(report));
      },
      onWaysOn: (lines) => process.stderr.write(`${lines.join("\n")}\n`),
      onWait: (report) => this.waiting.show(report),
    };
  }

  private printDigest(digest: string): void {
    print(this.options.json ? JSON.stringify({ digest }) : `digest of this plan: ${digest}`);
  }

  /** @returns the exit code */
  close(end: CarriedOut | ToldError): number {
    const isTold = end instanceof ToldError;
    const skipped = isTold ? this.skipped : end.skippedHosts;
    if (!isTold && this.verb === "destroy" && this.plan) printKept(this.plan);
    if (!isTold && end.digest !== undefined) this.printDigest(end.digest);
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
