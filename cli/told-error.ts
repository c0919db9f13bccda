/** A run did not come to its end, and the terminal shows why. */
export class ToldError extends Error {
  override readonly name = "ToldError";
  constructor(readonly exitCode: number) {
    super(`the run ended with exit code ${exitCode}`);
  }
}
