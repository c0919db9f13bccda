import type { Violation } from "../errors";
import { renderViolations } from "../errors";
import { ALL_RULES } from "./all-rules";

/**
 * A test case a rule for CI systems that show JUnit's XML: failed where a mandatory rule is broken and not waived; what advises only is in the case's output.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function renderJunit(stack: string, violations: readonly Violation[]): string {
  const cases = ALL_RULES.map(({ name }) =>
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
  const isFailure = broken.some(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
  const first = escapeXml(broken[0]!.message);
  return isFailure
    ? `${start}><failure message="${first}">${text}</failure></testcase>`
    : `${start}><system-out>${text}</system-out></testcase>`;
}

/** Control characters have no form in XML at all. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!).replaceAll(/[^\P{Cc}\n\t]/gu, "?");
}
