/** Something that ends an operation before or without any change: a lock, a wrong passphrase, an unreadable state. */
export class EngineError extends Error {
  override readonly name: string = "EngineError";
}

/** What is worth showing of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The passphrase is wrong, or missing where the stack has secrets. */
export class PassphraseError extends EngineError {
  override readonly name = "PassphraseError";
  constructor(
    readonly kind: "missing" | "wrong",
    problem: string,
    /** Nothing of the stack is encrypted yet: any passphrase will do, and is the stack's from then on. */
    readonly isFirst = false,
  ) {
    super(`secrets: ${problem}`);
  }

  static missing(isFirst: boolean): PassphraseError {
    const help = "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE";
    return new PassphraseError("missing", `this stack has secrets and no passphrase was given\nhelp: ${help}`, isFirst);
  }
}

/** The other engine wrote the state. */
export class OtherEngineError extends EngineError {
  override readonly name = "OtherEngineError";
}

/** What a run would do is not what was agreed to. Nothing was changed. */
export class PlanChangedError extends EngineError {
  override readonly name = "PlanChangedError";
  constructor(
    stack: string,
    /** Digests of the two previews. */
    readonly expected: string,
    readonly found: string,
    /** What differs between them, a line each. */
    readonly differences: readonly string[],
  ) {
    const lines = [...differences.map((line) => `  - ${line}`), `  seen: ${expected}`, `  now:  ${found}`];
    super(["plan: is not the one that was seen; nothing was changed", ...lines, `help: look again: ldms preview -s ${stack}`].join("\n"));
  }
}

/** The state cannot be written: a full disk, a folder that may not be written to. The one before is still there. */
export class StateWriteError extends EngineError {
  override readonly name = "StateWriteError";
  constructor(
    readonly path: string,
    /** `ENOSPC` */
    readonly code: string,
    options: ErrorOptions,
    /** False: it was found before anything was changed. */
    readonly isBegun = true,
  ) {
    super(`state: cannot be written: \`${path}\`: ${code}\nhelp: make room there, or let it be written to; then run it again`, options);
  }

  static of(path: string, cause: unknown, isBegun = true): StateWriteError {
    return new StateWriteError(path, (cause as NodeJS.ErrnoException).code ?? "unknown", { cause }, isBegun);
  }
}
