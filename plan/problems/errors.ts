/** Something that was handed in is wrong; nothing was changed. `ldms` ends with exit code 2. */
export class BadInputError extends Error {
  override readonly name: string = "BadInputError";

  /** `Pulumi.yaml: is no mapping`, and the remedy on a line of its own. */
  static of(where: string, problem: string, help: string, options?: ErrorOptions): BadInputError {
    return new BadInputError(`${where}: ${problem}\nhelp: ${help}`, options);
  }
}

/** A text and its one remedy; a text that has several keeps each behind what it is of. */
export function splitHelp(text: string): { readonly message: string; readonly help?: string } {
  const [message = "", help, ...more] = text.split("\nhelp: ");
  return help === undefined || more.length > 0 ? { message: text } : { message, help };
}

/** One thing that is wrong with the stack file. */
export interface ConfigProblem {
  /** Path below `ldms:`: `aggregators[0].stores[1].path`. */
  readonly path: string;
  /** `must be 1 to 65535: 70000` */
  readonly message: string;
  readonly help?: string;
}

/** The stack file is wrong; carries every problem found, not just the first. */
export class ConfigError extends BadInputError {
  override readonly name = "ConfigError";
  constructor(
    /** `Pulumi.cygnus.yaml` */
    readonly file: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super(renderConfigProblems(file, problems));
  }
}

/** `Pulumi.cygnus.yaml is not valid:`, then a line a problem and its help below it. */
export function renderConfigProblems(file: string, problems: readonly ConfigProblem[]): string {
  const lines = problems.flatMap(({ path, message, help }) => [`  - ${path}: ${message}`, ...(help ? [`      help: ${help}`] : [])]);
  return [`${file} is not valid:`, ...lines].join("\n");
}

/** A hostlist that cannot be read; the place is known to the character. */
export class HostlistError extends BadInputError {
  override readonly name = "HostlistError";
  constructor(
    /** The whole list, as written. */
    readonly text: string,
    /** Index into `text` of the character that is wrong; `text.length` where something is missing at the end. */
    readonly position: number,
    /** `the bracket is never closed` */
    readonly reason: string,
    readonly help?: string,
  ) {
    super(`hostlist: ${reason}\n${renderCaret(text, position)}${help === undefined ? "" : `\nhelp: ${help}`}`);
  }
}

/** What is wrong with the hostlist at a place of a file, with a caret under it. */
export function hostlistProblem(path: string, { text, position, reason, help }: HostlistError): ConfigProblem {
  const message = [reason, ...renderCaret(text, position).split("\n")].join("\n      ");
  return { path, message, ...(help !== undefined && { help }) };
}

/** Characters shown on either side of the place; a list of ten thousand hosts does not fit on a line. */
const CARET_CONTEXT = 40;

/** Two lines: the text around the place, and a caret under it. */
function renderCaret(text: string, position: number): string {
  const start = Math.max(0, position - CARET_CONTEXT);
  const end = Math.min(text.length, position + CARET_CONTEXT);
  const head = start > 0 ? "…" : "";
  const tail = end < text.length ? "…" : "";
  // A tab or a newline would move the caret away from its character.
  const shown = text.slice(start, end).replace(/[\p{Cc}]/gu, " ");
  return `${head}${shown}${tail}\n${" ".repeat(head.length + position - start)}^`;
}
