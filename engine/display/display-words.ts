import type { Colors } from "picocolors/types";
import type { StepOp } from "../events/step";

/** How an operation is written: `+ create`, `creating`, `created`, and in the summary `to create` or `created`. */
export interface OpWords {
  /** Two columns wide. */
  readonly sign: string;
  readonly color: "green" | "yellow" | "red" | "magenta" | "dim";
  readonly planned: string;
  readonly running: string;
  readonly done: string;
}

const WORDS: Readonly<Record<StepOp, OpWords>> = {
  same: { sign: "  ", color: "dim", planned: "", running: "", done: "" },
  create: { sign: "+ ", color: "green", planned: "create", running: "creating", done: "created" },
  update: { sign: "~ ", color: "yellow", planned: "update", running: "updating", done: "updated" },
  delete: { sign: "- ", color: "red", planned: "delete", running: "deleting", done: "deleted" },
  replace: { sign: "+-", color: "magenta", planned: "replace", running: "replacing", done: "replaced" },
  "create-replacement": {
    sign: "++",
    color: "green",
    planned: "create replacement",
    running: "creating replacement",
    done: "created replacement",
  },
  "delete-replaced": { sign: "--", color: "red", planned: "delete original", running: "deleting original", done: "deleted original" },
  "remove-pending-replace": { sign: "~ ", color: "dim", planned: "forget", running: "forgetting", done: "forgotten" },
  refresh: { sign: "~ ", color: "dim", planned: "refresh", running: "refreshing", done: "refreshed" },
};

export function opWords(op: string): OpWords {
  return WORDS[op as StepOp] ?? WORDS.same;
}

/** A line that stands by itself: a step and a line of a diff by its sign, errors and warnings by their words. */
export function paintLine(line: string, colors: Colors): string {
  if (/^ {4}error: /.test(line)) return colors.red(line);
  if (/^ {4}(warning: |\[)/.test(line)) return colors.yellow(line);
  if (/^ {6}[-+]/.test(line)) return line[6] === "+" ? colors.green(line) : colors.red(line);
  const sign = /^ ([-+~][-+ ])/.exec(line)?.[1];
  const words = Object.values(WORDS).find((one) => one.sign === sign);
  return words === undefined ? line : colors[words.color](line);
}
