/** What is wrong with a file that somebody else has made, in words that follow its name: `is cut off`. Its names are as they stand there. */
export class ArchiveProblem extends Error {
  override readonly name = "ArchiveProblem";
  constructor(
    message: string,
    /** `end`: it is cut off; `form`: what stands there is no tar. */
    readonly kind: "end" | "form" | "content" = "content",
  ) {
    super(message);
  }
}

/** @throws what is not about the file, such as a full disk */
export function toArchiveProblem(error: unknown): ArchiveProblem {
  if (error instanceof ArchiveProblem) return error;
  // tar-stream has no other sign of its own errors than their words.
  const { message } = error as Error;
  if (/^unexpected end of data/i.test(message)) return new ArchiveProblem("is cut off", "end");
  if (/^(invalid (tar )?header|header exceeds)/i.test(message)) return new ArchiveProblem("is no tar, or damaged", "form");
  throw error;
}
