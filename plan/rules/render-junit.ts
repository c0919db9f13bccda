import { RULE_NAMES } from "./all-rules";
import { isRefusal, renderViolations, type Violation } from "./violation";

/**
 * A test case a rule for CI systems that show JUnit's XML: failed where a mandatory rule is broken, skipped where all that breaks it is waived;
 * what advises only is in the case's output.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(stack: string, violations: readonly Violation[]): string {
  // What is no rule, a waiver that has ended, is a case too.
  const names = new Set([...RULE_NAMES, ...violations.map(({ rule }) => rule)]);
  const cases = [...names].map((name) =>
    renderCase(
      name,
      violations.filter(({ rule }) => rule === name),
    ),
  );
  const failures = cases.filter((text) => text.includes("<failure")).length;
  const suite = `<testsuite name="${escapeXml(`ldms policy ${stack}`)}" tests="${cases.length}" failures="${failures}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", suite, ...cases, "</testsuite>", "</testsuites>", ""].join("\n");
}

function renderCase(rule: string, broken: readonly Violation[]): string {
  const start = `<testcase classname="ldms" name="${escapeXml(rule)}"`;
  if (broken.length === 0) return `${start}/>`;
  const text = escapeXml(renderViolations(broken));
  const failed = broken.find(isRefusal);
  if (failed) return `${start}><failure message="${escapeXml(failed.message)}">${text}</failure></testcase>`;
  const waived = broken.every((violation) => violation.waived)
    ? `<skipped message="waived: ${escapeXml(broken[0]!.waived!.reason)}"/>`
    : "";
  return `${start}>${waived}<system-out>${text}</system-out></testcase>`;
}

/** Control characters have no form in XML at all. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!).replaceAll(/[^\P{Cc}\n\t]/gu, "?");
}
