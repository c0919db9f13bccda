import { foldHosts } from "../../plan/hostlist/fold";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { resourceNamesOfHost } from "../../plan/model/resource-names";
import { foldByText } from "../reach/fold-by-text";
import { probeNeeds } from "./check-host";
import { KeptAnswers } from "./kept-answers";
import { type HostPreflight, type PreflightReport, preflight } from "./preflight";
import { decideVerdict, renderPreflight } from "./verdict";

/** The preflight says stop: one is dead, or not ready. Nothing was changed. */
export class HostsNotReadyError extends Error {
  override readonly name = "HostsNotReadyError";
  constructor(
    readonly report: PreflightReport,
    readonly reasons: readonly string[],
    cause = causeOf(report),
    help?: string,
  ) {
    const end = [`nothing was changed: ${cause}`, ...(help === undefined ? [] : [`help: ${help}`])];
    super([renderPreflight(report), ...reasons, ...end].join("\n"));
  }

  /** The hosts that stand in the way, each with its problems. */
  get hosts(): readonly HostPreflight[] {
    return this.report.hosts.filter(({ state }) => state !== "ok");
  }
}

/** For the line that is read first: the one problem where there is but one, else the hosts. */
function causeOf({ hosts }: PreflightReport): string {
  const inTheWay = hosts.filter(({ state }) => state !== "ok");
  const lines = foldByText(inTheWay.flatMap(({ host, problems }) => problems.map(({ message: text }) => ({ host, text }))));
  if (lines.length === 1) return lines.join();
  return `${inTheWay.length} ${inTheWay.length === 1 ? "host is" : "hosts are"} not ready: ${foldHosts(inTheWay.map(({ host }) => host))}`;
}

export interface PassedPreflight {
  readonly report: PreflightReport;
  /** Dead hosts within `ldms:tolerate`: left out of the run. */
  readonly skipped: readonly string[];
}

/** @throws HostsNotReadyError where the preflight says stop */
export async function passPreflight(plan: DeploymentPlan, signal?: AbortSignal): Promise<PassedPreflight> {
  return requirePassed(await preflight(plan, signal ? { signal } : {}), plan);
}

/** Whoever is not ready is left out. The report, which the program is given as well, has the others alone. */
export async function passWhoIsReady(plan: DeploymentPlan, signal: AbortSignal): Promise<PassedPreflight> {
  const report = await preflight(plan, { signal });
  const skipped = report.hosts.filter(({ state }) => state !== "ok").map(({ host }) => host);
  return { report: { ...report, hosts: report.hosts.filter(({ state }) => state === "ok") }, skipped };
}

/** @throws HostsNotReadyError where the report says stop */
export function requirePassed(report: PreflightReport, plan: DeploymentPlan): PassedPreflight {
  const verdict = decideVerdict(report, plan);
  if (verdict.decision === "stop") throw new HostsNotReadyError(report, verdict.reasons);
  return { report, skipped: verdict.skipped };
}

/**
 * What leaves the hosts out of a run: `**::cygnus-03-samp`. Not their components and providers, which contact nobody: `pulumi` 3.248 crashes at the
 * outputs of a component that is new and excluded (step_executor.go, cancelDueToError without a step).
 */
export function excludesOfHosts(plan: DeploymentPlan, hosts: readonly string[]): string[] {
  const names = hosts.flatMap((host) => resourceNamesOfHost(plan, host).filter((name) => name !== host));
  return names.map((name) => `**::${name}`);
}

/** Where `ldms up` leaves its preflight for the program, which has one as well and then asks nobody twice. Good for what was asked of the hosts. */
export function keptPreflightOf(projectFolder: string, plan: DeploymentPlan): KeptAnswers<PreflightReport> {
  const { stack, hosts, images } = plan;
  const subject = [
    hosts.map((host) => [host.name, host.connection, probeNeeds(plan, host, "")]),
    listContainers(plan).map(({ host, name, role, image }) => [host, name, role, image]),
    images.map(({ name, reference, build }) => [name, reference, build?.platform]),
  ];
  return new KeptAnswers(projectFolder, stack, "preflight.json", subject);
}
