/** What was asked for did not come about. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  constructor(
    /** `ldms controller` */
    readonly where: string,
    readonly problem: string,
    readonly help?: string,
  ) {
    super(`${where}: ${problem}${help === undefined ? "" : `\nhelp: ${help}`}`);
  }
}
