import { assertPulumiMayRun, assertSameMethod, choosePulumi, excludesOfHosts, lookAtHosts } from "../automation/run-begin";
import { warmRunner } from "../engine/program-runner";
import { renderPreflight } from "../operations/preflight";
import { type EngineVerb, ensureStack, pulumiArgv, runOnTerminal } from "../operations/pulumi-cli";
import { today } from "../operations/today";
import type { DeploymentPlan } from "../plan/deployment-plan";
import { renderViolations } from "../plan/errors";
import { foldHosts } from "../plan/hostlist/fold";
import { assertNoViolations, checkPlan } from "../plan/rules/check-plan";
import type { DeployOptions } from "./deploy-commands";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print } from "./io";
import { locateStack, openPlan } from "./stack";

/**
 * Plans, checks, looks at the hosts and runs one engine.
 *
 * @param scope `images`: the targets are images, and no host is looked at
 * @returns the exit code
 */
export async function deploy(verb: EngineVerb, options: DeployOptions, scope: "all" | "images" = "all"): Promise<number> {
  const program = choosePulumi(options.engine);
  if (program === undefined && verb !== "destroy" && verb !== "refresh") warmRunner(process.cwd());
  const { plan } = await openPlan(options.stack);
  const violations = checkPlan(plan, today());
  // What breaks a rule may always be taken away.
  if (verb !== "destroy") assertNoViolations(violations);
  if (violations.length && !options.json) process.stderr.write(`advice:\n${renderViolations(violations)}\n`);
  if (verb === "up" || verb === "preview") await assertSameMethod(await locateStack(options.stack), plan);
  // The method fan-out looks at its hosts in the program: the sweep.
  const looking = verb === "up" && scope === "all" && plan.method === "docker" ? look(plan, options) : Promise.resolve([]);
  // The engine takes half a second to load; meanwhile the hosts answer. At once, so that a look that fails finds somebody waiting for it.
  const embedded = program ? undefined : (require("./deploy-embedded") as typeof import("./deploy-embedded"));
  const skipped = await looking;
  const excludes = [...options.exclude, ...excludesOfHosts(plan, skipped)];
  const code = embedded
    ? await embedded.deployEmbedded(verb, options, excludes)
    : await deployWithPulumi(program!, verb, options, excludes);
  if (verb === "destroy" && code === EXIT.done) printKept(plan);
  if (skipped.length) process.stderr.write(`left out, dead: ${foldHosts([...skipped])}\n`);
  return code === EXIT.done && skipped.length ? EXIT.hostsSkipped : code;
}

async function look(plan: DeploymentPlan, { json }: DeployOptions): Promise<readonly string[]> {
  const { report, skipped } = await lookAtHosts(plan, abortOnSignal());
  if (!json) print(renderPreflight(report));
  return skipped;
}

async function deployWithPulumi(program: string, verb: EngineVerb, options: DeployOptions, excludes: readonly string[]): Promise<number> {
  const location = await locateStack(options.stack);
  const { yes = false, refresh = false, takeOver = false, json = false } = options;
  const isOther = await assertPulumiMayRun(location, verb, takeOver);
  process.stderr.write(`engine: ${program}\n`);
  if (verb === "preview" || verb === "up") await ensureStack(program, options.stack, location.projectFolder);
  const run = { verb, stack: options.stack, isYes: yes, isRefresh: refresh || isOther, isJson: json };
  const argv = pulumiArgv({ ...run, targets: options.target, excludes, policyPacks: options.policyPack });
  return runOnTerminal([program, ...argv], location.projectFolder);
}

/** What a destroy leaves behind on purpose. */
function printKept({ hosts, images, stores }: DeploymentPlan): void {
  const volumes = hosts.flatMap(({ name, volumes: kept }) => kept.map((volume) => `  ${name}: volume ${volume}`));
  const folders = stores.map(({ host, path }) => `  ${host}: rows in ${path}`);
  print(
    ["Kept:", ...volumes, ...folders, ...images.map(({ reference }) => `  images of ${reference} on the hosts that ran them`)].join("\n"),
  );
}
