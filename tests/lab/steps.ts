import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import type { Violation } from "../../plan/rules/violation";

/** One resource that a run changes. The parts of a replacement are one step. */
export interface ChangedResource {
  /** `cygnus-07-maestro` */
  readonly name: string;
  /** `create`, `update`, `replace`, `delete` */
  readonly op: string;
  /** Inputs that differ, sorted: `["command", "labels"]`. */
  readonly diffs: readonly string[];
}

const REPLACEMENT = ["replace", "create-replacement", "delete-replaced"];
const UNCHANGED = ["same", "refresh", "read"];

/** The events of `ldms … --json`. @throws SyntaxError where a line is none */
export function parseEvents(stdout: string): readonly EngineEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
}

/**
 * What a run was to change (`planned`) or did change, sorted by name; without the words that are kept of it.
 *
 * @param stdout of `ldms … --json`
 */
export function changedResources(stdout: string, phase: "planned" | "done"): readonly ChangedResource[] {
  const changed = new Map<string, ChangedResource>();
  for (const { resourcePreEvent } of parseEvents(stdout)) {
    if (resourcePreEvent === undefined || (resourcePreEvent.planning === true) !== (phase === "planned")) continue;
    const { op, urn, type, diffs = [] } = resourcePreEvent.metadata;
    if (UNCHANGED.includes(op) || type === DEPLOYED_TYPE) continue;
    const name = urn.split("::").at(-1) ?? urn;
    changed.set(urn, { name, op: REPLACEMENT.includes(op) ? "replace" : op, diffs: [...diffs].sort() });
  }
  return [...changed.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `create cygnus-03-samp` */
export function stepLines(changed: readonly ChangedResource[]): readonly string[] {
  return changed.map(({ op, name }) => `${op} ${name}`);
}

/** `image-pinned-by-digest advisory cygnus-01-ldms-samp`, sorted, each once. @param stdout events, a line each, other lines among them */
export function policyFindings(stdout: string): readonly string[] {
  const lines = policyEvents(stdout).map(({ policyName, level, urn }) => {
    // What is found of the whole stack is nobody's, to the one engine, and its root's to the other.
    const place = urn.includes("pulumi:pulumi:Stack::") ? "" : urn.split("::").at(-1);
    return `${policyName} ${level} ${place}`;
  });
  return [...new Set(lines)].sort();
}

/** Policies that report the stack file's waivers. */
const OF_WAIVERS = ["waivers-shown", "waiver-not-expired", "waiver-within-a-year"];

/**
 * What breaks which rule, wherever: `image-pinned-by-digest advisory image is not pinned by digest: …`, sorted, each once.
 *
 * @param stdout events, a line each, other lines among them
 */
export function policyVerdicts(stdout: string): readonly string[] {
  const found = policyEvents(stdout).filter(({ policyName }) => !OF_WAIVERS.includes(policyName));
  return [...new Set(found.map(({ policyName, level, text }) => `${policyName} ${level} ${text}`))].sort();
}

/** The same of `policy.json`. */
export function reportedVerdicts(violations: readonly Violation[]): readonly string[] {
  const found = violations.filter(({ waived }) => !waived);
  return [...new Set(found.map(({ rule, enforcement, message }) => `${rule} ${enforcement} ${message}`))].sort();
}

function policyEvents(stdout: string) {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as EngineEvent);
  return events.flatMap(({ policyEvent }) => {
    if (policyEvent === undefined) return [];
    const { policyName, enforcementLevel, message, resourceUrn: urn = "" } = policyEvent;
    // The engines have two words for one level.
    const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
    return [{ policyName, level, urn, text: messageIn(message) }];
  });
}

/** Without the marks of colours, the description in front and the help behind. */
function messageIn(text: string): string {
  const [, ...lines] = text
    .replace(/<\{%.*?%\}>/g, "")
    .trim()
    .split("\n");
  return lines
    .filter((line) => !line.startsWith("help: "))
    .join("\n")
    .trim();
}

interface PulumiPreview {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
  readonly changeSummary: Readonly<Record<string, number>>;
  /** Of `ldms preview`, which prints it in a line behind what `pulumi` prints. */
  readonly digest?: string;
}

/** @param stdout of `pulumi preview --json`, by itself or through `ldms preview --json` */
export function readPulumiPreview(stdout: string): PulumiPreview {
  const [, document = "", last = "{}"] = /^(.*?)(?:\n(\{"digest":"[^\n]*"\}))?\n*$/s.exec(stdout) ?? [];
  return { ...(JSON.parse(document) as PulumiPreview), ...(JSON.parse(last) as Pick<PulumiPreview, "digest">) };
}

/** `create cygnus-03-samp`, sorted as `changedResources` sorts. @param stdout see `readPulumiPreview` */
export function plannedSteps(stdout: string): readonly string[] {
  const { steps } = readPulumiPreview(stdout);
  const changed = steps.filter(({ op, urn }) => op !== "same" && op !== "refresh" && !urn.includes(`$${DEPLOYED_TYPE}::`));
  const named = changed.map(({ op, urn }) => ({ urn, op, name: urn.split("::").at(-1) ?? urn }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ op, name }) => `${op} ${name}`);
}
