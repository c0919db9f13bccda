/**
 * Which one of stack file, state and host has it otherwise than the other two. `all`: each of them has it its own way. `unknown`: the host differs from the
 * stack file, and no state says what was deployed.
 */
export type Differing = "host" | "stack-file" | "state" | "all" | "unknown";

/** One property, as each has it; undefined of the state: it does not say. */
export interface ThreeValues {
  readonly planned: string;
  readonly deployed: string | undefined;
  readonly found: string;
}

/** @returns undefined where nothing differs that is known */
export function findDiffering({ planned, deployed, found }: ThreeValues): Differing | undefined {
  if (found === planned) return deployed === undefined || deployed === planned ? undefined : "state";
  if (deployed === undefined) return "unknown";
  if (deployed === planned) return "host";
  return deployed === found ? "stack-file" : "all";
}
