import { foldHosts } from "../hostlist/hostlist";
import { ALL_RULES } from "./all-rules";
import type { RuleText, Severity } from "./rule";
import type { Violation } from "./violation";

const LEVELS: Readonly<Record<Violation["enforcement"], string>> = { mandatory: "error", advisory: "warning" };
/** GitHub sorts by it: above 9 is critical, 7 high, 4 medium, else low. */
const SCORES: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" };

/**
 * Violations as a SARIF log: a result each, at the stack file, with the folded hosts as its logical location.
 *
 * @param file `Pulumi.cygnus.yaml`
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(file: string, violations: readonly Violation[]): object {
  const driver = { name: "ldms", rules: ALL_RULES.map(renderRule) };
  const results = violations.map((violation) => renderResult(file, violation));
  return { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [{ tool: { driver }, results }] };
}

function renderRule({ name, description, severity, enforcement, help }: RuleText): object {
  return {
    id: name,
    shortDescription: { text: description },
    help: { text: help },
    defaultConfiguration: { level: LEVELS[enforcement] },
    properties: { tags: ["security"], "security-severity": SCORES[severity] },
  };
}

function renderResult(file: string, { rule, enforcement, message, help, hosts, waived }: Violation): object {
  return {
    ruleId: rule,
    ruleIndex: ALL_RULES.findIndex(({ name }) => name === rule),
    level: LEVELS[enforcement],
    message: { text: `${hosts.length ? `${foldHosts(hosts)}: ` : ""}${message}; ${help}` },
    ...(waived && { suppressions: [{ kind: "external", justification: waived.reason }] }),
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
        ...(hosts.length && { logicalLocations: [{ name: foldHosts(hosts), kind: "resource" }] }),
      },
    ],
  };
}
