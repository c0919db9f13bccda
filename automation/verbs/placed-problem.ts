import type { ConfigProblem } from "../../plan/problems/errors";

/** A problem, and where it stands in the text, from 1; without a place it is of the file as a whole. */
export interface PlacedProblem extends ConfigProblem {
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}
