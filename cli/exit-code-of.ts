import { CommanderError } from "commander";
import { BadInputError } from "../plan/problems/errors";
import { PassphraseError, PlanChangedError, StateWriteError } from "../stack/engine-error";
import { EXIT } from "./exit-codes";

/** What `ldms` ends with after an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof PlanChangedError) return EXIT.planChanged;
  const isUnready = error instanceof PassphraseError || (error instanceof StateWriteError && !error.isBegun);
  return error instanceof BadInputError || isUnready ? EXIT.badInput : EXIT.failed;
}
