import { foldHosts } from "../hostlist/fold";
import { groupBy } from "../text/group-by";
import { countOf } from "../text/text";
import type { Violation } from "./violation";

/** What a finding says, and whether it is let pass: the rest of its lines is the rule's. */
type Finding = Pick<Violation, "rule" | "enforcement" | "hosts" | "message" | "help" | "waived">;

/**
 * What a run says of its findings: a line a rule that somebody has to decide about, and one for all that is waived.
 * Shape: ``advice: cygnus-[01-07]: the host's key is not known beforehand (host-keys-pinned); help: …``.
 */
export function renderFindings(stack: string, violations: readonly Finding[]): string[] {
  const open = [
    ...groupBy(
      violations.filter(({ waived }) => !waived),
      ({ rule }) => rule,
    ).values(),
  ];
  const waived = renderWaived(violations);
  return [...open.flatMap(renderRule), ...(waived === undefined ? [] : [`${waived}: ldms policy -s ${stack} --waived`])];
}

/** `18 findings waived by design, 1 by the stack file until 2027-03-31`; undefined where nothing is waived. */
export function renderWaived(violations: readonly Pick<Finding, "waived">[]): string | undefined {
  const waivers = violations.flatMap(({ waived }) => waived ?? []);
  const days = waivers.flatMap(({ until }) => until ?? []).sort();
  const byDesign = waivers.length - days.length;
  const parts = [
    ...(byDesign > 0 ? [`${countOf(byDesign, "finding")} waived by design`] : []),
    ...(days.length > 0
      ? [`${byDesign > 0 ? days.length : `${countOf(days.length, "finding")} waived`} by the stack file until ${days[0]}`]
      : []),
  ];
  return parts.length > 0 ? parts.join(", ") : undefined;
}

/** The waived ones of each rule: `no-host-network (7), no-host-pid (4)`. */
export function countByRule(violations: readonly Pick<Finding, "rule">[]): string {
  const counts = [...groupBy(violations, ({ rule }) => rule)].map(([rule, { length }]) => `${rule} (${length})`);
  return counts.sort().join(", ");
}

/** What is wrong in the same words but for the value at the end, as of several images, is said once. */
function renderRule(findings: readonly Finding[]): string[] {
  const lines = new Map<string, { readonly first: Finding; readonly hosts: Set<string>; readonly values: string[] }>();
  for (const finding of findings) {
    const [, words = finding.message, value] = /^(.*)(`[^`]*`)$/s.exec(finding.message) ?? [];
    const line = lines.get(words) ?? { first: finding, hosts: new Set(), values: [] };
    for (const host of finding.hosts) line.hosts.add(host);
    if (value !== undefined) line.values.push(value);
    lines.set(words, line);
  }
  return [...lines].map(([words, { first, hosts, values }]) => {
    const where = hosts.size > 0 ? `${foldHosts([...hosts])}: ` : "";
    const level = first.enforcement === "mandatory" ? "mandatory" : "advice";
    return `${level}: ${where}${words}${values.join(", ")} (${first.rule}); help: ${first.help}`;
  });
}
