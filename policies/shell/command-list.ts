import type { ShellWord } from "./read-word";

/** One command of a script, wherever in it that is: in a function, a branch, a pipe, `$(…)`. */
export interface ShellCommand {
  /** Assignments in front among them; without redirections and the reserved words in front. A function's name stands behind `function`. */
  readonly words: readonly ShellWord[];
  /** What it is given on stdin by the script itself. */
  readonly documents: readonly string[];
  readonly readsPipe: boolean;
  /** What it prints goes to whoever watches, and so nowhere that could run it. */
  isHeard: boolean;
}

const OPENING = ["{", "if", "while", "until"];
const CLOSING = ["}", "fi", "done", "esac"];
const BETWEEN = ["then", "elif", "else", "do", "!", "time", "coproc"];
/** They open a compound command and have words of their own. */
const NAMED = ["for", "select", "case"];
const FUNCTION: ShellWord = { source: "function", text: "function" };
const HEARD = /^(?:2|\/dev\/(?:null|stderr|tty))$/;

/** A compound command: how many commands came before it, and whether it is a function's body, which may print anywhere. */
interface Compound {
  readonly start: number;
  readonly isFunction: boolean;
}

/** The commands of the script, of `(…)` or of `$(…)`, as its words come in. */
export class CommandList {
  /** Between `in` or `;;` and the `)` of a case. */
  inPattern = false;
  stdout: string | undefined;
  documents: string[] = [];
  /** A here-document of the command follows. */
  hasDocument = false;
  private words: ShellWord[] = [];
  private readonly open: Compound[] = [];
  private closed: Compound | undefined;
  private startsFunction = false;
  private cases = 0;

  constructor(
    /** Those of the whole script. */
    private readonly commands: ShellCommand[],
    private readonly isInner: boolean,
    public readsPipe: boolean,
  ) {}

  /** @param raw the word with its quotes: a reserved word has none */
  add({ source, text }: ShellWord, raw: string): void {
    const isFirst = this.words.length === 0;
    if (this.inPattern && raw !== "esac") return;
    if (isFirst && CLOSING.includes(raw)) {
      this.closed = this.open.pop();
      this.inPattern = false;
      if (raw === "esac") this.cases--;
      return;
    }
    if (isFirst && [...OPENING, ...NAMED].includes(raw)) {
      this.open.push({ start: this.commands.length, isFunction: this.startsFunction });
      this.startsFunction = false;
    }
    if (!isFirst || ![...OPENING, ...BETWEEN].includes(raw)) this.words.push({ source, text });
    if (raw === "in" && this.words.length === 3 && this.words[0]!.text === "case") {
      this.end();
      this.cases++;
      this.inPattern = true;
    }
  }

  /** At `name()`. */
  beginFunction(): void {
    this.words.unshift(FUNCTION);
    this.end();
    this.startsFunction = true;
  }

  /** At `;;`. */
  endBranch(): void {
    this.end();
    this.inPattern = this.cases > 0;
  }

  /** @param next what the command ends with */
  end(next: "pipe" | "line" | "other" = "other"): void {
    const { words, documents, readsPipe, stdout, closed } = this;
    const isPiped = next === "pipe";
    const isEmpty = words.length === 0 && documents.length === 0 && !this.hasDocument;
    const isHeard = stdout === undefined ? !this.isInner && !isPiped : HEARD.test(stdout);
    if (!isEmpty) this.commands.push({ words, documents, readsPipe, isHeard });
    if (closed && (!isHeard || closed.isFunction)) for (const command of this.commands.slice(closed.start)) command.isHeard = false;
    // A pipe goes on in the next line.
    this.readsPipe = isPiped || (next === "line" && isEmpty && readsPipe);
    [this.words, this.documents, this.hasDocument, this.stdout, this.closed] = [[], [], false, undefined, undefined];
  }
}
