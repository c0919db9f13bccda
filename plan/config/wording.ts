import { z } from "zod";
import type { ConfigProblem } from "../problems/errors";
import { hideInUrls } from "../text/passwords";
import { showControls } from "../text/text";
import { nearMiss } from "./near-miss";

export type Path = readonly PropertyKey[];

/** Longer values are cut in messages. */
const MAX_SHOWN = 60;
const MAX_READ = 1000;

/** What zod found, in this project's words: path, what is wrong, the value. */
export function wordIssue(issue: z.core.$ZodIssue, schema: z.ZodType): ConfigProblem[] {
  const path = renderPath(issue.path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, knownKeysAt(schema, issue.path)));
  if (issue.code === "invalid_key") {
    const message = `has a key of the wrong form: ${renderValue(issue.path.at(-1))}`;
    return [{ path, message, help: issue.issues.map((reason) => `it ${reason.message}`).join("; ") }];
  }
  if (issue.input === undefined) return [{ path, message: "is missing" }];
  if (issue.input === null) return [{ path, message: "is empty" }];
  const choices = issue.code === "invalid_value" ? issue.values.map(String) : [];
  const near = typeof issue.input === "string" ? nearMiss(issue.input, choices) : undefined;
  return [
    { path, message: `${issue.message}: ${renderValue(issue.input)}`, ...(near !== undefined && { help: `did you mean \`${near}\`?` }) },
  ];
}

/** Replaces zod's own words; a message that the schema gives wins over it. */
export function wordDefault(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return `must be ${TYPE_WORDS[issue.expected as string] ?? `a ${issue.expected}`}`;
  if (issue.code === "invalid_value") return `must be ${joinChoices((issue.values as readonly unknown[]).map((value) => `\`${value}\``))}`;
  return undefined;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function joinChoices(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join("") : `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}

function unknownKey(path: string, key: string, known: readonly string[]): ConfigProblem {
  const near = nearMiss(key, known);
  const shown = renderValue(key);
  const message = near === undefined ? `unknown key ${shown}` : `unknown key ${shown}; did you mean \`${near}\`?`;
  return { path, message, ...(near === undefined && known.length > 0 && { help: `known keys: ${known.join(", ")}` }) };
}

/** `samplers[0].plugins[1]`; the whole file has the path `ldms`. */
export function renderPath(path: Path): string {
  if (path.length === 0) return "ldms";
  return showControls(path.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${String(step)}`)).join(""));
}

/** A string in backticks, anything else as JSON; long ones cut, on one line, and without the passwords of URLs. */
export function renderValue(value: unknown): string {
  const written = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const text = hideInUrls(written.slice(0, MAX_READ));
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return typeof value === "string" ? `\`${showControls(cut)}\`` : showControls(cut);
}

/** The keys that the object at a path may have; none where the path leads to no object. */
export function knownKeysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let current = unwrap(schema);
  for (const step of path) {
    if (current instanceof z.ZodObject) current = unwrap(current.shape[String(step)]);
    else if (current instanceof z.ZodArray) current = unwrap(current.element);
    else return [];
  }
  if (current instanceof z.ZodObject) return Object.keys(current.shape);
  return current instanceof z.ZodRecord && current.keyType instanceof z.ZodEnum ? current.keyType.options.map(String) : [];
}

export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? unwrap(schema.unwrap()) : schema;
}
