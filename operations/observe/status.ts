import { foldHosts } from "../../plan/hostlist/fold";
import type { Role } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { type Answer, askHosts, unansweredOf } from "../reach/ask-hosts";
import type { RunOn } from "../reach/run-on-host";
import { wantedReference } from "./other-image";
import { type FoundStatus, parseStatus, renderStatusScript } from "./status-script";

/** A deployed stack as its hosts' engines see it; JSON as it is. */
export interface StatusReport {
  readonly stack: string;
  /** Planned ones in the plan's order, each host's unplanned ones after its own. */
  readonly containers: readonly ContainerStatus[];
  /** Hosts that could not be asked, in the plan's order. */
  readonly failures: readonly HostFailure[];
  /** Daemons that the site starts: no containers, and nobody asks their hosts; absent: none. */
  readonly externals?: readonly ExternalGroup[];
}

export interface ExternalGroup {
  readonly name: string;
  readonly hosts: readonly string[];
}

export interface HostFailure {
  readonly host: string;
  /** `engine`: ssh works, Docker does not answer. `not-asked`: too many are missed by their aggregators. */
  readonly kind: "unreachable" | "engine" | "not-asked";
  /** Free of the host's name. */
  readonly message: string;
}

export type ContainerState =
  /** The engine's own words. */
  | FoundStatus["state"]
  /** Planned, and the engine has none of that name and stack. */
  | "missing"
  /** Not known: the host or its engine did not answer. */
  | "unknown";

export interface ContainerStatus {
  readonly host: string;
  readonly container: string;
  readonly role: Role | string;
  /** false: it carries the stack's label, and the plan knows it no more. */
  readonly isPlanned: boolean;
  readonly state: ContainerState;
  /** `none` for one without a health check or that does not run. */
  readonly health: FoundStatus["health"];
  /** As it was given at its creation: a reference or `sha256:…`. */
  readonly image?: string;
  readonly imageId?: string;
  /** When it was started last: `2026-11-22T18:53:50.123456789Z`. */
  readonly since?: string;
  readonly restarts?: number;
  /** Names that its image has on the host: tags, and `repository@sha256:…`. */
  readonly imageNames?: readonly string[];
  /** What the plan makes it from, by its host's mirror: `ovishpc/ldms-samp:4.5.3`, with its digest where that is locked. */
  readonly imageWanted?: string;
  /** The aggregator that has its sets: its own host was not asked. */
  readonly toldBy?: { readonly host: string; readonly container: string };
  /** Of its oldest set there. */
  readonly ageSeconds?: number;
}

/** For the engine's two answers, on top of connecting. */
const ASK_SECONDS = 10;

/** Asks these hosts' engines for the stack's containers, one round trip each. */
export async function askStatus(
  run: RunOn,
  plan: DeploymentPlan,
  hosts: readonly PlannedHost[],
  signal?: AbortSignal,
): Promise<StatusReport> {
  const script = renderStatusScript(plan.stack);
  const question = { step: "status", seconds: ASK_SECONDS, command: { script }, parse: parseStatus };
  const answers = await askHosts(hosts, () => question, { run, signal });
  return {
    stack: plan.stack,
    containers: answers.flatMap((answer) => describeContainers(plan, answer)),
    failures: unansweredOf(answers).map(({ host, reason, error }) => ({
      host: host.name,
      kind: error?.failure.kind === "exit" ? "engine" : "unreachable",
      message: reason,
    })),
    ...(plan.externals && { externals: plan.externals.map(({ name, daemons }) => ({ name, hosts: daemons.map(({ host }) => host) })) }),
  };
}

function describeContainers({ images }: DeploymentPlan, answer: Answer<PlannedHost, FoundStatus[]>): ContainerStatus[] {
  const host = answer.host.name;
  const planned = answer.host.containers;
  const found = "value" in answer ? answer.value : [];
  const absent: ContainerState = "value" in answer ? "missing" : "unknown";
  const unplanned = found.filter(({ name }) => !planned.some((container) => container.name === name));
  return [
    ...planned.map(({ name, role, image }): ContainerStatus => {
      const one = found.find((candidate) => candidate.name === name);
      const imageWanted = wantedReference(images, image, answer.host.mirror);
      return {
        ...(one
          ? describeFound(host, { ...one, role: one.role || role }, true)
          : { host, container: name, role, isPlanned: true, state: absent, health: "none" }),
        ...(imageWanted !== undefined && { imageWanted }),
      };
    }),
    ...unplanned.map((one) => describeFound(host, one, false)),
  ];
}

function describeFound(host: string, { name, ...facts }: FoundStatus, isPlanned: boolean): ContainerStatus {
  return { host, container: name, isPlanned, ...facts };
}

/** Running and, where it has a health check, healthy. */
export function isWell({ state, health }: ContainerStatus): boolean {
  return state === "running" && (health === "healthy" || health === "none");
}

/** All planned containers run and are healthy, nothing unplanned is left, every host answers. */
export function isAllWell(report: StatusReport): boolean {
  return report.failures.length === 0 && report.containers.every((container) => container.isPlanned && isWell(container));
}

/** Hosts by container. A cell is the health where there is one, else the state; empty where the host has no such container. */
export function statusTable({ containers }: StatusReport): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const names = [...new Set(containers.map(({ container }) => container))];
  const hosts = [...new Set(containers.map(({ host }) => host))];
  const cells = new Map(containers.map((one) => [`${one.host}/${one.container}`, renderCell(one)]));
  return { head: ["host", ...names], rows: hosts.map((host) => [host, ...names.map((name) => cells.get(`${host}/${name}`) ?? "")]) };
}

/** A line a group: their aggregators alone know of them, and `verify` asks these. */
export function renderExternalGroups({ stack, externals = [] }: StatusReport): string[] {
  return externals.map(
    ({ name, hosts }) => `${foldHosts(hosts)}: ${name}: external, not asked; \`ldms verify -s ${stack}\` says what arrives`,
  );
}

function renderCell({ state, health, isPlanned }: ContainerStatus): string {
  const word = state === "running" && health !== "none" ? health : state;
  return isPlanned ? word : `${word}, not planned`;
}
