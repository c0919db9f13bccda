import { foldHosts } from "../../plan/hostlist/fold";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { shellLine, shellQuote } from "../../plan/text/shell";
import { locatePlan } from "../reach/locate-plan";
import { excludesOfHosts, HostsNotReadyError, keptPreflightOf, requirePassed } from "./pass-preflight";
import { preflight } from "./preflight";

/** Names the dead hosts that are left out of a run with `--exclude`, which a program is not told: `cygnus-[03-04]`. `ldms up` sets it by itself. */
export const LEFT_OUT_VARIABLE = "LDMS_LEFT_OUT";

/**
 * For the program, before it registers anything: `pulumi up` is as careful as `ldms up`, whose answers it takes where there is one.
 * @param leftOut what LEFT_OUT_VARIABLE says
 * @throws HostsNotReadyError with the words that leave tolerated dead hosts out: a program cannot do that by itself
 */
export async function assertHostsReady(plan: DeploymentPlan, projectFolder: string, leftOut = ""): Promise<void> {
  // What is kept saves time and no more: it may be too old by now, or of a run that was killed.
  const found = keptPreflightOf(projectFolder, plan).take() ?? (await preflight(locatePlan(plan, projectFolder)));
  const { report, skipped } = requirePassed(found, plan);
  const known = new Set(leftOut === "" ? [] : expandHostlist(leftOut));
  if (skipped.every((host) => known.has(host))) return;
  const dead = foldHosts([...skipped]);
  const excludes = excludesOfHosts(plan, skipped).flatMap((urn) => ["--exclude", urn]);
  const words = shellLine(["pulumi", "up", "--stack", plan.stack, ...excludes]);
  const help = `ldms up -s ${plan.stack}, which leaves them out by itself, or\n  ${LEFT_OUT_VARIABLE}=${shellQuote(dead)} ${words}`;
  const reason = `${dead}: dead, as \`ldms:tolerate\` allows, and not left out of this run`;
  throw new HostsNotReadyError(report, [reason], `${dead}: not left out of this run`, help);
}
