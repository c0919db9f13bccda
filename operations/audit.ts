import type { DeploymentPlan, PlannedHost, Role } from "../plan/deployment-plan";
import { renderViolations, type Violation } from "../plan/errors";
import { checkFacts, settingsOf } from "../plan/rules/check-plan";
import type { InspectedHost } from "../plan/rules/inspected";
import { factsOfKeys, type JudgedContainer, judgeInspected } from "../plan/rules/inspected-facts";
import { SEVERITIES, type Severity } from "../plan/rules/rule";
import { parseAudit, renderAuditScript } from "./audit-script";
import { mapBounded } from "./bounded";
import { foldByText } from "./fold-by-text";
import { type RunOn, stepLimits, withHosts } from "./hosts";
import { RemoteCommandError, renderFailure } from "./remote-error";
import { today } from "./today";

/** What runs on a stack's hosts, judged by the rules; JSON as it is. */
export interface AuditReport {
  readonly stack: string;
  /** Hosts that were asked and answered. */
  readonly answered: number;
  /** Containers that were judged. */
  readonly judged: number;
  /** Containers of something else. */
  readonly passedOver: number;
  /** Judged without a label of ours: somebody started them by hand. */
  readonly strangers: readonly Stranger[];
  readonly violations: readonly Violation[];
  /** Hosts that could not be asked: what runs there is unknown. */
  readonly unknown: readonly { readonly host: string; readonly message: string }[];
}

export interface Stranger {
  readonly host: string;
  readonly container: string;
  /** What it is taken for, and by what. */
  readonly role: Role;
  readonly toldBy: "image" | "name";
}

/** For the engine's answers, on top of connecting. */
const ASK_SECONDS = 20;

type Answer = { readonly host: string } & ({ readonly found: InspectedHost } | { readonly message: string });

/** Reads every container of every host, one connection each, and changes nothing. */
export async function audit(plan: DeploymentPlan, { signal }: { readonly signal?: AbortSignal } = {}): Promise<AuditReport> {
  const answers = await withHosts((run) => mapBounded(plan.hosts, (host) => ask(run, host, signal)));
  const found = answers.flatMap((answer) => ("found" in answer ? [answer.found] : []));
  const unknown = answers.flatMap((answer) => ("message" in answer ? [{ host: answer.host, message: answer.message }] : []));
  return { ...judgeHosts(plan, found), unknown };
}

/** The rules on what was found. */
export function judgeHosts(plan: DeploymentPlan, hosts: readonly InspectedHost[]): Omit<AuditReport, "unknown"> {
  const judged = hosts.flatMap((host) => judgeInspected(host, plan));
  return {
    stack: plan.stack,
    answered: hosts.length,
    judged: judged.length,
    passedOver: hosts.reduce((sum, { containers }) => sum + containers.length, 0) - judged.length,
    strangers: judged.flatMap(describeStranger),
    violations: checkFacts(
      { containers: judged.map(({ facts }) => facts), files: hosts.flatMap(factsOfKeys), images: judged.map(({ image }) => image) },
      settingsOf(plan, today()),
    ),
  };
}

function describeStranger({ facts, toldBy }: JudgedContainer): Stranger[] {
  return toldBy === "label" ? [] : [{ host: facts.host, container: facts.name, role: facts.role!, toldBy }];
}

async function ask(run: RunOn, host: PlannedHost, signal?: AbortSignal): Promise<Answer> {
  try {
    const { stdout } = await run(host, { script: renderAuditScript() }, stepLimits(host, "audit", ASK_SECONDS, signal));
    const found = parseAudit(host.name, stdout);
    return found ? { host: host.name, found } : { host: host.name, message: "its answer is not whole" };
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    const said = error.failure.kind === "exit" ? error.stderr.trim().split("\n").at(-1) : undefined;
    return { host: host.name, message: said || renderFailure(error.failure) };
  }
}

/** The worst among what is broken and not waived. */
export function worstSeverity(violations: readonly Violation[]): Severity | undefined {
  return SEVERITIES.findLast((severity) => violations.some((violation) => violation.severity === severity && !violation.waived));
}

/** What was found, the worst first, the hosts with the same folded. All well: `11 containers on 7 hosts keep every rule`. */
export function renderAudit({ answered, judged, passedOver, strangers, violations, unknown }: AuditReport): string {
  const kept = violations.every(({ waived }) => waived) ? " keep every rule" : "";
  const others = passedOver > 0 ? [`${count(passedOver, "container")} of something else: not judged`] : [];
  return [
    `${count(judged, "container")} on ${count(answered, "host")}${kept}`,
    ...(violations.length > 0 ? [renderViolations(violations)] : []),
    ...foldByText(
      strangers.map(({ host, container, role, toldBy }) => ({
        host,
        text: `${container} has no label of this project; judged as ${role} by its ${toldBy}`,
      })),
    ),
    ...others,
    ...foldByText(unknown.map(({ host, message }) => ({ host, text: `unknown: ${message}` }))),
  ].join("\n");
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
