import type { Severity } from "../plan/rules/rule";

/** What `ldms` ends with; the help text prints this table. */
export const EXIT = {
  done: 0,
  /** A step, a host or a check failed. */
  failed: 1,
  /** The command line, the stack file or the passphrase is wrong, or the state cannot be written; nothing was changed. */
  badInput: 2,
  /** Done, but dead sampler hosts within `ldms:tolerate` were left out. */
  hostsSkipped: 3,
  /** Deployed, and within the time to wait not all data arrived, or a container was not well. */
  notArriving: 4,
  /** `--expect`: the plan is not the one that was seen; nothing was changed. */
  planChanged: 5,
} as const;

/** What `ldms audit` and `ldms policy` end with: the worst severity among the rules that are broken. */
export const EXIT_BROKEN: Readonly<Record<Severity, number>> = { low: 10, medium: 11, high: 12, critical: 13 };

export const EXIT_HELP = `
Exit codes:
  0  done
  1  a step, a host or a check failed
  2  the command line, the stack file or the passphrase is wrong, or the state cannot be written; nothing was changed
  3  done, but dead sampler hosts within ldms:tolerate were left out
  4  deployed, but the data does not arrive, or a container is not well: the last line says which
  5  the plan is not the one that --expect names; nothing was changed`;
