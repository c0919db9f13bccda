/** Something that ends an operation before or without any change: a lock, a wrong passphrase, an unreadable state. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** What is worth showing of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
