import { opWords } from "./display-words";

/** In Pulumi's order of the lines. */
const SUMMARY_OPS = ["create", "update", "delete", "replace"];

/** Pulumi's last words: `Resources:\n    + 12 created\n    17 unchanged\n\nDuration: 4s`. */
export function renderSummary(changes: Readonly<Record<string, number>>, isPreview: boolean, durationSeconds: number): string {
  const changed = SUMMARY_OPS.filter((op) => (changes[op] ?? 0) > 0);
  const lines = changed.map((op) => {
    const { sign, planned, done } = opWords(op);
    return `    ${sign}${changes[op]} ${isPreview ? `to ${planned}` : done}`;
  });
  const total = changed.reduce((sum, op) => sum + (changes[op] ?? 0), 0);
  const unchanged = changes["same"] ?? 0;
  const pieces = [...(changed.length >= 2 ? [`${total} changes`] : []), ...(unchanged > 0 ? [`${unchanged} unchanged`] : [])];
  const resources = [...lines, ...(pieces.length > 0 ? [`    ${pieces.join(". ")}`] : [])];
  const duration = isPreview ? [] : ["", `Duration: ${durationSeconds}s`];
  return [...(resources.length > 0 ? ["Resources:", ...resources] : []), ...duration].join("\n");
}

/** All that a preview says where nothing is to be done; undefined where something is. */
export function renderNothingToDo(changes: Readonly<Record<string, number>>): string | undefined {
  const { same, ...others } = changes;
  if (same === undefined || Object.keys(others).length > 0) return undefined;
  return `nothing to do: ${same} unchanged ${same === 1 ? "resource" : "resources"} (embedded engine)`;
}
