import { groupBy } from "../../plan/text/group-by";
import { foldByText } from "../reach/fold-by-text";
import type { Difference, DriftReport } from "./drift";
import type { Differing } from "./three-ways";

/** In the order in which they are told. */
const HEADINGS: Readonly<Record<Differing, string>> = {
  "stack-file": "changed in the stack file since it was deployed:",
  host: "changed on the hosts since it was deployed:",
  all: "changed in the stack file and on the hosts:",
  state: "not in the state, or otherwise there:",
  unknown: "otherwise than the stack file says; no state tells what was deployed:",
};
/** Where a person may want to keep what the hosts have. */
const KEPT: readonly Differing[] = ["host", "all", "unknown"];

/**
 * What differs, by which of stack file, state and host has it otherwise and by what mends it; one line for hosts with the same difference. All well:
 * `7 hosts are as the stack says`.
 */
export function renderDrift({ asPlanned, differences, unknown }: DriftReport): string {
  const summary = asPlanned > 0 ? [`${asPlanned} ${asPlanned === 1 ? "host is" : "hosts are"} as the stack says`] : [];
  const byDiffering = groupBy(differences, ({ differs }) => differs);
  const told = (Object.keys(HEADINGS) as Differing[]).flatMap((differs) => renderPart(differs, byDiffering.get(differs) ?? []));
  return [...summary, ...told, ...foldByText(unknown.map(({ host, message }) => ({ host, text: `unknown: ${message}` })))].join("\n");
}

function renderPart(differs: Differing, differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [];
  const byMend = [...groupBy(differences, ({ mend }) => mend)];
  return [
    HEADINGS[differs],
    ...byMend.flatMap(([mend, alike]) => [
      ...foldByText(alike.map((one) => ({ host: one.host, text: renderDifference(one) }))).map((line) => `  ${line}`),
      `    help: ${mend}${KEPT.includes(differs) && mend.includes("ldms up") ? "; or, where the hosts are right, edit the stack file" : ""}`,
    ]),
  ];
}

function renderDifference({ kind, subject, message }: Difference): string {
  return kind === "plugin" || kind === "set" ? `${subject}: ${message}` : `${subject} ${message}`;
}

/** Tells two looks apart. */
export function driftChanges({ lookedAt: _, ...report }: DriftReport): string {
  return JSON.stringify(report);
}
