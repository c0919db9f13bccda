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
  ) {
    super(`secrets: ${problem}`);
  }
}

/** The other engine wrote the state. */
export class OtherEngineError extends EngineError {
  override readonly name = "OtherEngineError";
}

/** The state cannot be written: a full disk, a folder that may not be written to. The one before is still there. */
export class StateWriteError extends EngineError {
  override readonly name = "StateWriteError";
  constructor(
    readonly path: string,
    /** `ENOSPC` */
    readonly code: string,
    options: ErrorOptions,
  ) {
    super(`state: cannot be written: \`${path}\`: ${code}\nhelp: make room there, or let it be written to; then run it again`, options);
  }

  static of(path: string, cause: unknown): StateWriteError {
    return new StateWriteError(path, (cause as NodeJS.ErrnoException).code ?? "unknown", { cause });
  }
}
