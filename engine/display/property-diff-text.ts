import type { EngineEvent } from "../events/events";

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const LONGEST_VALUE = 120;

/** What changes, a line a property: `~ size: 1 => 2`, `+ tags.a: "b"`. Secrets came as `[secret]` already. */
export function renderPropertyDiff(metadata: StepMetadata): readonly string[] {
  return Object.entries(metadata.detailedDiff ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { diffKind }]) => {
      const kind: string = diffKind;
      const [before, after] = [valueAt(metadata.old?.inputs ?? metadata.old?.outputs, path), valueAt(metadata.new?.inputs, path)];
      const forces = kind.endsWith("-replace") ? "  (replaces)" : "";
      if (kind.startsWith("add")) return `+ ${path}: ${render(after)}${forces}`;
      if (kind.startsWith("delete")) return `- ${path}: ${render(before)}${forces}`;
      return `~ ${path}: ${render(before)} => ${render(after)}${forces}`;
    });
}

function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const step of stepsOf(path)) {
    if (value === "[secret]" || value === "[unknown]") return value;
    value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }
  return value;
}

/** The names and indexes of a path as `diffInputs` writes it: `labels[1].value`, `logOpts["max-size"]`. */
function stepsOf(path: string): readonly string[] {
  return [...path.matchAll(/\["(.*?)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) => quoted ?? index ?? plain!);
}

function render(value: unknown): string {
  if (value === undefined) return "(none)";
  if (value === "[secret]" || value === "[unknown]") return value;
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
