import { renderPath, renderValue } from "../config/wording";
import type { ConfigProblem } from "../problems/errors";
import { hasControls } from "../text/text";

interface Place {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

const HELP = "write it on one line; in YAML, `>-` and `|-` leave the end of the last line out";

/**
 * Control characters in any text or key below `ldms:`. They would be lines of their own in a script, in a daemon's file or in an ssh config, and
 * nothing there needs one: what has lines stands in files beside the stack file.
 */
export function checkControls(values: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  // A list that grows while it is walked.
  const places: Place[] = [{ path: [], value: values }];
  for (const { path, value } of places) {
    if (typeof value === "string" && hasControls(value))
      problems.push({ path: renderPath(path), message: `must not have control characters: ${renderValue(value)}`, help: HELP });
    if (typeof value !== "object" || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      const place = { path: [...path, Array.isArray(value) ? Number(key) : key], value: item };
      if (hasControls(key))
        problems.push({ path: renderPath(place.path), message: `must not have control characters: ${renderValue(key)}` });
      places.push(place);
    }
  }
  return problems;
}
