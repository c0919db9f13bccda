import { OperationError } from "../../operations/common/operation-error";
import { findDrift } from "../../operations/drift/drift";
import { renderDrift } from "../../operations/drift/render-drift";
import { deliverFiles } from "../../operations/munge/deliver";
import { makeMungeKey } from "../../operations/munge/make-munge-key";
import { checkMungePlaces, findTolerableDead, isAgreed, type MungeReport, renderMungeReport } from "../../operations/munge/munge-places";
import { type RotationOutcome, type RotationSteps, rotateMungeKey } from "../../operations/munge/munge-rotation";
import { measureMungeWindow } from "../../operations/munge/munge-window";
import { NAMESPACE } from "../../plan/config/namespace";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { childName, DEPLOYED_KEY } from "../../plan/model/resource-names";
import { MUNGE_KEY_BEFORE_SECRET, MUNGE_KEY_SECRET } from "../../plan/munge/munge";
import { BadInputError } from "../../plan/problems/errors";
import type { StackLocation } from "../../stack/open-stack";
import { type HeldStackFile, holdStackFile, readStackConfig } from "../../stack/stack-config";
import type { RunOptions } from "../run-options";
import { readSitePlan } from "../site-plan";
import { assertNoUpgrade } from "../upgrade-file";
import type { SiteContext } from "./site-context";

export interface RotateOptions {
  /** Asked before the first change. @default yes */
  readonly confirm?: () => Promise<boolean>;
  /** Told what is done, a text a step; none holds a key. */
  readonly say?: (text: string) => void;
  /**
   * Carries out the `up` of the hosts' files, for who shows it. @returns whether all was done
   * @default `site.up`, with what it meets told to `say`
   */
  readonly up?: (options: RunOptions) => Promise<boolean>;
}

export interface RotatedKey {
  /** `declined`: nothing was begun. `back`: the key of before is everywhere again. `open`: not even that; the next rotation goes on. */
  readonly outcome: RotationOutcome | "declined";
  /** How long some munged had the new key and others not yet; absent where the hosts cannot tell. */
  readonly windowSeconds?: number;
  /** Dead hosts within `ldms:tolerate`: the next `up` brings the key there. */
  readonly deadHosts: readonly string[];
}

const WHERE = "ldms munge-key rotate";

/** @see SiteMungeKey.rotate */
export async function rotateKey(site: SiteContext, options: RotateOptions): Promise<RotatedKey> {
  // Its runs would be refused, behind the first change.
  await assertNoUpgrade(site.location);
  assertOwnKey((await readSitePlan(site.location)).plan);
  if (options.confirm && !(await options.confirm())) return { outcome: "declined", deadHosts: [] };
  // To its end: of two at once, each would take its own key for the one that the hosts have.
  return holdStackFile(site.location, (file) => new Rotation(site, options, file).run());
}

/** @throws BadInputError where the key is not the stack's to change */
function assertOwnKey({ stack, hosts, munge }: DeploymentPlan): void {
  if (munge.hostPath !== undefined) {
    const help = `write the new one there, restart the containers that mount it, then \`ldms munge-key check -s ${stack}\``;
    throw BadInputError.of(WHERE, `the key is the site's, at \`${munge.hostPath}\` of every host`, help);
  }
  if (hosts.some(({ files }) => files.some(({ isTakenUpRunning }) => isTakenUpRunning))) return;
  const help = `change the key as your site does, then \`ldms munge-key check -s ${stack}\``;
  throw BadInputError.of(WHERE, "no container has a key of the stack: the hosts' own munged has the key", help);
}

class Rotation {
  private readonly dead = new Set<string>();

  constructor(
    private readonly site: SiteContext,
    private readonly options: RotateOptions,
    private readonly file: HeldStackFile,
  ) {}

  async run(): Promise<RotatedKey> {
    const { located } = await readSitePlan(this.site.location);
    const outcome = await rotateMungeKey(this.steps(located));
    const windowSeconds = outcome === "done" ? await measureMungeWindow(located) : undefined;
    return { outcome, ...(windowSeconds !== undefined && { windowSeconds }), deadHosts: [...this.dead] };
  }

  private steps(plan: DeploymentPlan): RotationSteps {
    const { file } = this;
    return {
      readKeys: async () => {
        const keyOf = await readSecrets(this.site.location);
        return { current: keyOf(MUNGE_KEY_SECRET)!, before: keyOf(MUNGE_KEY_BEFORE_SECRET) };
      },
      writeKeys: ({ current, before }) => file.setSecrets({ [MUNGE_KEY_SECRET]: current, [MUNGE_KEY_BEFORE_SECRET]: before }),
      makeKey: () => makeMungeKey(),
      assertSettled: () => assertSettled(plan),
      deliver: (isSure) => this.deliver(isSure),
      agree: () => this.agree(plan),
      say: (text) => this.say(text),
    };
  }

  /** An `up` of nothing but the hosts' files, where the method has a resource for them; then, to be sure, the same on every host by hand. */
  private async deliver(isSure: boolean): Promise<boolean> {
    const { located: plan } = await readSitePlan(this.site.location);
    const targets =
      plan.method === "docker" ? plan.hosts.flatMap(({ name }) => ["files", DEPLOYED_KEY].map((key) => `**::${childName(name, key)}`)) : [];
    if (!(await this.up({ targets, message: WHERE }))) return false;
    if (!isSure) return true;
    // What a killed run did is not in the state, and an engine leaves alone what the state says is done.
    const secretOf = await readSecrets(this.site.location);
    const failures = await deliverFiles(plan, (name) => secretOf(name)!);
    for (const line of failures) this.say(line);
    return failures.length === 0;
  }

  private async up(run: RunOptions): Promise<boolean> {
    try {
      if (this.options.up) return await this.options.up(run);
      await this.site.start("up", run).result;
      return true;
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  private async agree(plan: DeploymentPlan): Promise<boolean> {
    const report = await checkMungePlaces(plan);
    this.say(renderMungeReport(report));
    for (const host of findTolerableDead(report, plan) ?? []) this.dead.add(host);
    return isSettled(report, plan);
  }

  private say(text: string): void {
    this.options.say?.(text);
  }
}

/** @throws OperationError where a rotation would begin on hosts that are not as the stack file says, or whose munged do not agree */
async function assertSettled(plan: DeploymentPlan): Promise<void> {
  const [drift, report] = await Promise.all([findDrift(plan, { asksDaemons: false }), checkMungePlaces(plan)]);
  const problems = [...(drift.differences.length > 0 ? [renderDrift(drift)] : [])];
  if (!isSettled(report, plan)) problems.push(renderMungeReport(report));
  if (problems.length === 0) return;
  throw new OperationError(
    WHERE,
    `the hosts are not as the stack file says; nothing was changed\n${problems.join("\n")}`,
    `ldms up -s ${plan.stack}`,
  );
}

function isSettled(report: MungeReport, plan: DeploymentPlan): boolean {
  return isAgreed(report) && findTolerableDead(report, plan) !== undefined;
}

async function readSecrets(location: StackLocation): Promise<(name: string) => string | undefined> {
  const config = await readStackConfig(location);
  return (name) => config[`${NAMESPACE}${name}`]?.value;
}
