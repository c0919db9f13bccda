import { SPEC_LABEL } from "../../plan/containers/spec-hash";
import { DEPLOYED_TYPE, SCRIPT_INPUTS } from "../../plan/deployed/deployed";
import { mayHoldSecret } from "../../plan/text/secret-words";
import type { EngineEvent } from "../events/events";

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const LONGEST_VALUE = 120;

/**
 * What changes, a line a property: `~ size: 1 => 2`, `+ tags.a: "b"`. Secrets came as `[secret]` already; what might hold
 * one is not shown.
 *
 * @param isToldInWords the state has words of it, which will be said behind all steps
 */
export function renderPropertyDiff(metadata: StepMetadata, isToldInWords = false): readonly string[] {
  const isHidden = hiddenIn(metadata, isToldInWords);
  return Object.entries(metadata.detailedDiff ?? {})
    .filter(([path]) => !isHidden(path))
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

/**
 * What is said in words behind all steps: see DEPLOYED_TYPE. Of a container with another hash all that the hash is of. What somebody has changed by hand
 * has no other hash, and is shown as the provider has it.
 */
function hiddenIn(metadata: StepMetadata, isToldInWords: boolean): (path: string) => boolean {
  const { type, detailedDiff = {}, new: next } = metadata;
  if (type === DEPLOYED_TYPE) return () => true;
  if (/^command:(local|remote):Command$/.test(type)) return (path) => SCRIPT_INPUTS.includes(path);
  if (!isToldInWords) return () => false;
  const labelOf = (path: string) => valueAt(next?.inputs, path.replace(/\.value$/, ".label"));
  const hasOtherHash = Object.keys(detailedDiff).some((path) => /^labels\[\d+\]\.value$/.test(path) && labelOf(path) === SPEC_LABEL);
  return hasOtherHash ? (path) => path !== "image" : () => false;
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
  if (mayHoldSecret(text)) return "[not shown]";
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
