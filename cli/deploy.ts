import { findStateWriter, readStateResources } from "../engine/stack-admin";
import { judge } from "../operations/judge";
import { findMethod } from "../operations/move";
import { preflight, renderPreflight } from "../operations/preflight";
import { type EngineVerb, ensureStack, findPulumi, pulumiArgv, runOnTerminal } from "../operations/pulumi-cli";
import { today } from "../operations/today";
import type { DeploymentPlan } from "../plan/deployment-plan";
import { renderViolations } from "../plan/errors";
import { foldHosts } from "../plan/hostlist-fold";
import { resourceNamesOfHost } from "../plan/resource-names";
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
  const { plan } = await openPlan(options.stack);
  const violations = checkPlan(plan, today());
  // What breaks a rule may always be taken away.
  if (verb !== "destroy") assertNoViolations(violations);
  if (violations.length && !options.json) process.stderr.write(`advice:\n${renderViolations(violations)}\n`);
  if (verb === "up" || verb === "preview") await assertSameMethod(plan);
  const program = choosePulumi(options);
  // The method fan-out looks at its hosts in the program: the sweep.
  const look = verb === "up" && scope === "all" && plan.method === "docker" ? lookAtHosts(plan, options) : Promise.resolve([]);
  // The engine takes half a second to load; meanwhile the hosts answer. At once, so that a look that fails finds somebody waiting for it.
  const embedded = program ? undefined : (require("./deploy-embedded") as typeof import("./deploy-embedded"));
  const skipped = await look;
  const excludes = [...options.exclude, ...skipped.flatMap((host) => resourceNamesOfHost(plan, host)).map((name) => `**::${name}`)];
  const code = embedded
    ? await embedded.deployEmbedded(verb, options, excludes)
    : await deployWithPulumi(program!, verb, options, excludes);
  if (verb === "destroy" && code === EXIT.done) printKept(plan);
  if (skipped.length) process.stderr.write(`left out, dead: ${foldHosts([...skipped])}\n`);
  return code === EXIT.done && skipped.length ? EXIT.hostsSkipped : code;
}

/**
 * Pulumi deletes after it creates: the containers that the new method has found in their places would go with the old one's resources.
 * @throws Error where the state was made by the other method
 */
async function assertSameMethod({ stack, method, hosts }: DeploymentPlan): Promise<void> {
  const location = await locateStack(stack);
  // A backend in the cloud is not read here.
  if (location.backendUrl?.startsWith("file://") !== true) return;
  const deployed = findMethod(await readStateResources(location));
  if (deployed === undefined || deployed === method) return;
  throw new Error(`method: the stack was deployed by \`${deployed}\`, and for ${hosts.length} hosts its file says \`${method}\`; nothing was changed
  help: ldms move -s ${stack} --to ${method}, which restarts no container; or \`method: ${deployed}\` in the stack file`);
}

/** The `pulumi` to run; undefined: the embedded engine. */
function choosePulumi({ engine }: DeployOptions): string | undefined {
  const program = engine === "embedded" ? undefined : findPulumi(process.env["PATH"] ?? "");
  if (engine === "pulumi" && !program)
    throw new Error("--engine: there is no `pulumi` on PATH\n  help: leave it out to use the embedded engine");
  return program;
}

/** @returns the dead hosts to leave out. @throws Error where the look says stop; nothing was changed then. */
async function lookAtHosts(plan: DeploymentPlan, { json }: DeployOptions): Promise<readonly string[]> {
  const report = await preflight(plan, { signal: abortOnSignal() });
  const verdict = judge(report, plan);
  if (verdict.decision === "stop") throw new Error(`${renderPreflight(report)}\n${verdict.reasons.join("\n")}\nnothing was changed`);
  if (!json) print(renderPreflight(report));
  return verdict.skipped;
}

async function deployWithPulumi(program: string, verb: EngineVerb, options: DeployOptions, excludes: readonly string[]): Promise<number> {
  const location = await locateStack(options.stack);
  const { yes = false, refresh = false, takeOver = false, json = false } = options;
  // A backend in the cloud is never the embedded engine's.
  const isOther = location.backendUrl?.startsWith("file://") === true && (await findStateWriter(location)) === "embedded";
  if (isOther && !takeOver && verb !== "preview") {
    throw new Error(`state: was written by the embedded engine, and \`pulumi\` is on PATH
  help: go on with --engine embedded, or take it over with --take-over, which refreshes first`);
  }
  process.stderr.write(`engine: ${program}\n`);
  if (verb === "preview" || verb === "up") await ensureStack(program, options.stack, location.projectFolder);
  const run = { verb, stack: options.stack, isYes: yes, isRefresh: refresh || (isOther && takeOver), isJson: json };
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
