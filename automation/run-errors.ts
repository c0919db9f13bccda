import type { PolicyViolation, RunFailure } from "../engine/events/run-outcome";

/** A policy pack refused the deployment. */
export class PolicyViolationError extends Error {
  override readonly name = "PolicyViolationError";
  constructor(readonly violations: readonly PolicyViolation[]) {
    const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory");
    super(["policies: are broken:", ...mandatory.map(({ policy, message }) => `  - ${policy}: ${message}`)].join("\n"));
  }
}

/** The caller ended the run; what was under way is done and recorded, the rest was not begun. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  constructor(
    /** By operation, as far as it came: `{ create: 3 }`. */
    readonly changes: Readonly<Record<string, number>>,
  ) {
    super("run: was cancelled\nhelp: run it again, and it goes on from here");
  }
}

/** Steps failed; what does not need them was done. */
export class StepFailedError extends Error {
  override readonly name = "StepFailedError";
  constructor(
    readonly failures: readonly RunFailure[],
    /** URNs that were left alone because of a failure. */
    readonly skipped: readonly string[],
    readonly changes: Readonly<Record<string, number>>,
    options?: ErrorOptions,
  ) {
    super(["run: steps failed:", ...failures.map(({ urn, message }) => `  - ${urn || "program"}: ${message}`)].join("\n"), options);
  }
}
