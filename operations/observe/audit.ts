import type { Role } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import type { InspectedHost } from "../../plan/model/inspected";
import { checkFacts, settingsOf } from "../../plan/rules/check-plan";
import { factsOfKeys, type LdmsContainer, listLdmsContainers } from "../../plan/rules/inspected-facts";
import { SEVERITIES, type Severity } from "../../plan/rules/rule";
import { renderViolations, type Violation } from "../../plan/rules/violation";
import { countOf } from "../../plan/text/text";
import { today } from "../common/today";
import { askHosts, unansweredOf, valuesOf } from "../reach/ask-hosts";
import { foldByText } from "../reach/fold-by-text";
import { withHosts } from "../reach/with-hosts";
import { parseAudit, renderAuditScript } from "./audit-script";

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

/** Reads every container of every host, one connection each, and changes nothing. */
export async function audit(plan: DeploymentPlan, { signal }: { readonly signal?: AbortSignal } = {}): Promise<AuditReport> {
  const command = { script: renderAuditScript() };
  const question = ({ name }: PlannedHost) => ({
    step: "audit",
    seconds: ASK_SECONDS,
    command,
    parse: (stdout: string) => parseAudit(name, stdout),
  });
  const answers = await withHosts((run) => askHosts(plan.hosts, question, { run, signal }), plan);
  const unknown = unansweredOf(answers).map(({ host, reason }) => ({ host: host.name, message: reason }));
  return { ...auditHosts(plan, valuesOf(answers)), unknown };
}

/** The rules on what was found. */
export function auditHosts(plan: DeploymentPlan, hosts: readonly InspectedHost[]): Omit<AuditReport, "unknown"> {
  const judged = hosts.flatMap((host) => listLdmsContainers(host, plan));
  return {
    stack: plan.stack,
    answered: hosts.length,
    judged: judged.length,
    passedOver: hosts.reduce((sum, { containers }) => sum + containers.length, 0) - judged.length,
    strangers: judged.flatMap(describeStranger),
    violations: checkFacts(
      {
        stack: { containers: judged.map(({ facts }) => facts), files: hosts.flatMap(factsOfKeys) },
        images: judged.map(({ image }) => image),
      },
      settingsOf(plan, today()),
    ),
  };
}

function describeStranger({ facts, toldBy }: LdmsContainer): Stranger[] {
  return toldBy === "label" ? [] : [{ host: facts.host, container: facts.name, role: facts.role!, toldBy }];
}

/** The worst among what is broken and not waived. */
export function worstSeverity(violations: readonly Violation[]): Severity | undefined {
  return SEVERITIES.findLast((severity) => violations.some((violation) => violation.severity === severity && !violation.waived));
}

/** What was found, the worst first, the hosts with the same folded. All well: `11 containers on 7 hosts keep every rule`. */
export function renderAudit({ answered, judged, passedOver, strangers, violations, unknown }: AuditReport): string {
  const kept = violations.every(({ waived }) => waived) ? " keep every rule" : "";
  const others = passedOver > 0 ? [`${countOf(passedOver, "container")} of something else: not judged`] : [];
  return [
    `${countOf(judged, "container")} on ${countOf(answered, "host")}${kept}`,
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
