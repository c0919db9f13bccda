import { randomBytes } from "node:crypto";
import { OperationError } from "../operations/common/operation-error";
import { findDrift, renderDrift } from "../operations/look/drift";
import { deliverFiles } from "../operations/munge/deliver";
import { checkMungePlaces, findTolerableDead, isAgreed, renderMungeReport } from "../operations/munge/munge-places";
import { type RotationOutcome, type RotationSteps, rotateMungeKey } from "../operations/munge/munge-rotation";
import { measureMungeWindow } from "../operations/munge/munge-window";
import { foldHosts } from "../plan/hostlist/fold";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { childName } from "../plan/model/resource-names";
import { MUNGE_KEY_BEFORE_SECRET, MUNGE_KEY_SECRET } from "../plan/munge/munge";
import { type HeldStackFile, holdStackFile, readStackConfig } from "../stack/stack-config";
import { confirm } from "./confirm";
import { deploy } from "./deploy";
import { EXIT } from "./exit-codes";
import { print } from "./io";
import { locateStack, openPlan } from "./stack";

export interface RotateOptions {
  readonly stack: string;
  readonly engine?: "pulumi" | "embedded";
  readonly yes?: boolean;
}

const KEY_BYTES = 1024;
const WHERE = "ldms munge-key rotate";

/** @returns the exit code. @throws Error where nothing was changed */
export async function runRotate(options: RotateOptions): Promise<number> {
  const { stack } = options;
  assertOwnKey((await openPlan(stack)).plan);
  if (!(await confirm(`Give every munged of ${stack} a new key?`, options.yes === true))) return EXIT.failed;
  // To its end: of two at once, each would take its own key for the one that the hosts have.
  return holdStackFile(await locateStack(stack), (file) => rotate(options, file));
}

async function rotate(options: RotateOptions, file: HeldStackFile): Promise<number> {
  const { located: plan } = await openPlan(options.stack);
  const dead = new Set<string>();
  const outcome = await rotateMungeKey(rotationSteps(options, plan, file, dead));
  const window = outcome === "done" ? await measureMungeWindow(plan) : undefined;
  if (window !== undefined)
    print(`window: ${window.toFixed(1)} s, in which a new connection between two keys was refused; those that stood went on`);
  print(renderOutcome(outcome, options));
  if (dead.size > 0) process.stderr.write(`left out, dead: ${foldHosts([...dead])}; the next \`ldms up\` brings the key there\n`);
  return outcome !== "done" ? EXIT.failed : dead.size > 0 ? EXIT.hostsSkipped : EXIT.done;
}

/** @throws OperationError where the key is not the stack's to change */
function assertOwnKey({ stack, hosts, munge }: DeploymentPlan): void {
  if (munge.hostPath !== undefined) {
    const help = `write the new one there, restart the containers that mount it, then \`ldms munge-key check -s ${stack}\``;
    throw new OperationError(WHERE, `the key is the site's, at \`${munge.hostPath}\` of every host`, help);
  }
  if (hosts.some(({ files }) => files.some(({ isTakenUpRunning }) => isTakenUpRunning))) return;
  const help = `change it as the site does, then \`ldms munge-key check -s ${stack}\``;
  throw new OperationError(WHERE, "no container has a key of the stack: it is the hosts' munged that has one", help);
}

function rotationSteps(options: RotateOptions, plan: DeploymentPlan, file: HeldStackFile, dead: Set<string>): RotationSteps {
  const { stack } = options;
  return {
    async readKeys() {
      const config = await readStackConfig(await locateStack(stack));
      return { current: config[`ldms:${MUNGE_KEY_SECRET}`]!.value, before: config[`ldms:${MUNGE_KEY_BEFORE_SECRET}`]?.value };
    },
    writeKeys: ({ current, before }) => file.setSecrets({ [MUNGE_KEY_SECRET]: current, [MUNGE_KEY_BEFORE_SECRET]: before }),
    makeKey: () => randomBytes(KEY_BYTES).toString("base64"),
    assertSettled: () => assertSettled(plan),
    deliver: (isSure) => deliver(options, isSure),
    async agree() {
      const report = await checkMungePlaces(plan);
      print(renderMungeReport(report));
      const tolerable = findTolerableDead(report, plan);
      for (const host of tolerable ?? []) dead.add(host);
      return isAgreed(report) && tolerable !== undefined;
    },
    say: print,
  };
}

/** @throws OperationError where a rotation would begin on hosts that are not as the stack file says, or whose munged do not agree */
async function assertSettled(plan: DeploymentPlan): Promise<void> {
  const [drift, report] = await Promise.all([findDrift(plan), checkMungePlaces(plan)]);
  const problems = [...(drift.differences.length > 0 ? [renderDrift(drift)] : [])];
  if (!isAgreed(report) || findTolerableDead(report, plan) === undefined) problems.push(renderMungeReport(report));
  if (problems.length === 0) return;
  throw new OperationError(
    WHERE,
    `the hosts are not as the stack file says; nothing was changed\n${problems.join("\n")}`,
    `ldms up -s ${plan.stack}`,
  );
}

/** An `up` of nothing but the hosts' files, where the method has a resource for them; then, to be sure, the same on every host by hand. */
async function deliver({ stack, engine }: RotateOptions, isSure: boolean): Promise<boolean> {
  const { located: plan } = await openPlan(stack);
  const target = plan.method === "docker" ? plan.hosts.map(({ name }) => `**::${childName(name, "files")}`) : [];
  const run = { stack, yes: true, target, exclude: [], policyPack: [], ...(engine && { engine }) };
  try {
    const code = await deploy("up", run);
    if (code === EXIT.failed) return false;
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    return false;
  }
  if (!isSure) return true;
  // What a killed run did is not in the state, and an engine leaves alone what the state says is done.
  const failures = await deliverFiles(plan, await readSecrets(stack));
  for (const line of failures) print(line);
  return failures.length === 0;
}

async function readSecrets(stack: string): Promise<(name: string) => string> {
  const config = await readStackConfig(await locateStack(stack));
  return (name) => config[`ldms:${name}`]!.value;
}

function renderOutcome(outcome: RotationOutcome, { stack }: RotateOptions): string {
  switch (outcome) {
    case "done":
      return `${stack}: every munged has the new key; Pulumi.${stack}.yaml holds it, encrypted`;
    case "back":
      return `${stack}: nothing was rotated: the key of before is everywhere again`;
    case "open":
      return `${stack}: some munged have another key than the others\nhelp: ldms munge-key rotate -s ${stack}, which goes on, when the hosts above are well; a container without munged: docker restart`;
    default:
      return outcome satisfies never;
  }
}
