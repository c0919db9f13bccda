import { canBeSpared } from "../../plan/containers/roles";
import { foldHosts } from "../../plan/hostlist/fold";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import { foldByText } from "../reach/fold-by-text";
import type { PreflightProblem } from "./check-host";
import type { HostPreflight, PreflightReport } from "./preflight";

/** `skipped`: dead sampler hosts that the stack tolerates; everything of theirs is left out of the run. */
export type Verdict =
  | { readonly decision: "go"; readonly skipped: readonly string[] }
  | { readonly decision: "stop"; readonly reasons: readonly string[] };

/** A dead sampler can wait; a dead aggregator or service, too many dead samplers or any other problem stops the run before it begins. */
export function decideVerdict(report: PreflightReport, plan: DeploymentPlan): Verdict {
  const dead = hostsIn(report, "dead");
  const faulty = hostsIn(report, "problems");
  const deadSamplers = dead.filter((host) => isSamplerHost(plan, host));
  const deadOthers = dead.filter((host) => !isSamplerHost(plan, host));
  const tolerated = plan.toleratedDeadHosts;

  const reasons = [
    ...(deadOthers.length > 0 ? [`${foldHosts(deadOthers)}: dead, and not only samplers`] : []),
    ...(deadSamplers.length > tolerated
      ? [`${foldHosts(deadSamplers)}: ${deadSamplers.length} dead of the samplers, \`ldms:tolerate\` is ${tolerated}`]
      : []),
    ...(faulty.length > 0 ? [`${foldHosts(faulty)}: not ready`] : []),
  ];
  return reasons.length > 0 ? { decision: "stop", reasons } : { decision: "go", skipped: deadSamplers };
}

function hostsIn(report: PreflightReport, state: HostPreflight["state"]): string[] {
  return report.hosts.filter((host) => host.state === state).map(({ host }) => host);
}

function isSamplerHost(plan: DeploymentPlan, host: string): boolean {
  return canBeSpared(hostNamed(plan, host).containers);
}

/**
 * One line a problem, with the hosts that share it folded; its help below it once. By example:
 * `cygnus-[01-03]: unreachable: connection timed out`. All well: `8 hosts are ready: Docker 26.1.5`.
 */
export function renderPreflight(report: PreflightReport): string {
  const lines = report.hosts.flatMap(({ host, problems }) => problems.map((problem) => ({ host, text: renderProblem(problem) })));
  const ready = report.hosts.filter(({ state }) => state === "ok");
  const summary = ready.length > 0 ? [renderReady(report, ready)] : [];
  return [...summary, ...foldByText(lines)].join("\n");
}

export function renderProblem({ message, help }: PreflightProblem): string {
  return help === undefined ? message : `${message}\n  help: ${help}`;
}

function renderReady(report: PreflightReport, ready: readonly HostPreflight[]): string {
  const versions = [...new Set(ready.map(({ engineVersion }) => engineVersion ?? "?"))].sort();
  const total = report.hosts.length;
  const count = ready.length === total ? `${total}` : `${ready.length} of ${total}`;
  return `${count} ${total === 1 ? "host is" : "hosts are"} ready: Docker ${versions.join(", ")}`;
}
