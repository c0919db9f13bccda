import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { groupBy } from "../../plan/text/group-by";
import { placeKey } from "../chain/answers";
import { askAggregators, MOST_MISSED } from "../chain/ask-chain";
import type { WalkedSampler } from "../chain/walk";
import { wantedReference } from "../observe/other-image";
import { askStatus, type ContainerStatus, type StatusReport } from "../observe/status";
import { HOSTS_AT_ONCE } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import type { UpgradeProgress } from "../upgrade/upgrade-record";

/** A look at a stack, and what it took; JSON as it is. */
export interface StackLook extends StatusReport {
  /** When it was begun: `2026-11-28T21:50:00.000Z`. */
  readonly lookedAt: string;
  readonly tookSeconds: number;
  /** Hosts whose engines were asked. */
  readonly askedHosts: number;
  /** Of images, that has not come to its end. */
  readonly upgrade?: UpgradeProgress;
}

export interface LookArgs {
  /** Every host is asked, however many there are. @default false */
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/** As much as is said of one that is left out. */
function notAsked({ pulls }: DeploymentPlan): string {
  if (pulls.length > 0) return `missed by its aggregator, and not asked: more than ${MOST_MISSED} are; \`--all\` asks them`;
  return `not asked: the stack has no aggregators that tell of hosts, and at most ${MOST_MISSED} are asked; \`--all\` asks all`;
}

/**
 * Of a stack that can be asked in one round every host's engine is asked. Of a larger one the aggregators answer for their samplers, and a sampler's
 * host is asked only where its aggregator misses it.
 */
export async function lookAtStack(run: RunOn, plan: DeploymentPlan, { all = false, signal }: LookArgs): Promise<StackLook> {
  const begun = Date.now();
  const end = (report: StatusReport, askedHosts: number): StackLook => ({
    ...report,
    lookedAt: new Date(begun).toISOString(),
    tookSeconds: (Date.now() - begun) / 1000,
    askedHosts,
  });
  if (all || plan.hosts.length <= HOSTS_AT_ONCE) return end(await askStatus(run, plan, plan.hosts, signal), plan.hosts.length);

  const { walked } = await askAggregators({ run, plan, signal });
  const told = new Map(walked.filter(({ ageSeconds }) => ageSeconds !== undefined).map((one) => [placeKey(one.sampler), one]));
  const isTold = ({ containers }: PlannedHost) => containers.every(({ host, name }) => told.has(placeKey({ host, container: name })));
  const left = plan.hosts.filter((host) => !isTold(host));
  const isSamplers = ({ containers }: PlannedHost) => containers.every(({ role }) => role === "sampler");
  const missed = left.filter(isSamplers);
  const asked = [...left.filter((host) => !isSamplers(host)), ...missed.slice(0, MOST_MISSED)];
  const report = await askStatus(run, plan, asked, signal);
  return end(putTogether(plan, report, told, missed.slice(MOST_MISSED)), asked.length);
}

/** In the plan's order of hosts. */
function putTogether(
  plan: DeploymentPlan,
  report: StatusReport,
  told: ReadonlyMap<string, WalkedSampler>,
  leftOut: readonly PlannedHost[],
): StatusReport {
  const asked = groupBy(report.containers, ({ host }) => host);
  const skipped = new Set(leftOut.map(({ name }) => name));
  const containers = plan.hosts.flatMap(
    ({ name, mirror, containers: planned }): readonly ContainerStatus[] =>
      asked.get(name) ??
      planned.map(({ name: container, role, image }): ContainerStatus => {
        const one = told.get(placeKey({ host: name, container }));
        const imageWanted = wantedReference(plan.images, image, mirror);
        const common = { host: name, container, role, isPlanned: true, ...(imageWanted !== undefined && { imageWanted }) } as const;
        if (!one || skipped.has(name)) return { ...common, state: "unknown", health: "none" };
        return { ...common, state: "running", health: "healthy", toldBy: one.toldBy!, ageSeconds: one.ageSeconds! };
      }),
  );
  const message = notAsked(plan);
  const failures = leftOut.map(({ name }) => ({ host: name, kind: "not-asked" as const, message }));
  return { ...report, containers, failures: [...report.failures, ...failures] };
}
