import { CommandList, type ShellCommand } from "./command-list";
import { cutDocument, endOfLine, type PendingDocument } from "./here-document";
import { type InnerReader, readQuoted, readWord } from "./read-word";

/** Deeper than anybody writes by hand. */
const MAX_DEPTH = 50;
const REDIRECTION = /([0-9]*)(<<<|<<-|<<|<&|<>|<|&>>|&>|>>|>&|>\||>)/y;
const OPERATOR = /;;&|;;|;&|;|&&|&|\|\||\|&|\||\n/y;

/** What a POSIX shell, or bash in its place, takes for commands in a script, read without running it. undefined: it nests too deep to be read. */
export function readCommands(script: string): readonly ShellCommand[] | undefined {
  const reader = new CommandReader(script, 0);
  reader.readList(0, { isInner: false });
  return reader.isTooDeep ? undefined : reader.commands;
}

class CommandReader implements InnerReader {
  readonly commands: ShellCommand[] = [];
  isTooDeep = false;
  private pending: PendingDocument[] = [];

  constructor(
    private readonly script: string,
    private depth: number,
  ) {}

  readText(script: string): void {
    this.readApart(script, (reader) => reader.readList(0, { isInner: true }));
  }

  readCommands(start: number): number {
    return this.readList(start, { isInner: true });
  }

  /** @returns the place behind it */
  readList(start: number, { isInner, readsPipe = false }: { readonly isInner: boolean; readonly readsPipe?: boolean }): number {
    if (this.depth >= MAX_DEPTH) this.isTooDeep = true;
    if (this.isTooDeep) return this.script.length;
    this.depth++;
    const list = new CommandList(this.commands, isInner, readsPipe);
    let at = start;
    while (at < this.script.length && !(this.script[at] === ")" && isInner && !list.inPattern)) at = this.readNext(list, at);
    list.end();
    this.depth--;
    return at + 1;
  }

  /** A here-document in which the shell puts values and outputs. */
  private readLive(document: string): string {
    return this.readApart(document, (reader) => readQuoted(document, 0, reader, "").source);
  }

  private readApart<Value>(script: string, read: (reader: CommandReader) => Value): Value {
    const reader = new CommandReader(script, this.depth + 1);
    const value = read(reader);
    this.isTooDeep ||= reader.isTooDeep;
    this.commands.push(...reader.commands);
    return value;
  }

  private readNext(list: CommandList, at: number): number {
    const { script } = this;
    const next = script[at]!;
    if (next === " " || next === "\t") return at + 1;
    if (next === "\\" && script[at + 1] === "\n") return at + 2;
    if (next === "#") return endOfLine(script, at);
    if (next === "(") return this.readParenthesis(list, at);
    if (next === ")") {
      if (!list.inPattern) list.end();
      list.inPattern = false;
      return at + 1;
    }
    const redirection = match(REDIRECTION, script, at);
    if (redirection) return this.readRedirection(list, at, redirection);
    const operator = match(OPERATOR, script, at);
    if (operator) return this.readOperator(list, at + operator[0].length, operator[0]);
    const word = readWord(script, at, this);
    list.add(word, script.slice(at, word.end));
    return word.end;
  }

  private readParenthesis(list: CommandList, at: number): number {
    if (list.inPattern) return at + 1;
    if (this.script[at + 1] === ")") {
      list.beginFunction();
      return at + 2;
    }
    const { readsPipe } = list;
    list.end();
    return this.readList(at + 1, { isInner: true, readsPipe });
  }

  private readOperator(list: CommandList, end: number, operator: string): number {
    if (list.inPattern && operator[0] === "|") return end;
    if (operator.startsWith(";;") || operator === ";&") list.endBranch();
    else if (operator === "|" || operator === "|&") list.end("pipe");
    else list.end(operator === "\n" ? "line" : "other");
    return operator === "\n" ? this.readDocuments(end) : end;
  }

  private readRedirection(list: CommandList, at: number, [whole, descriptor, operator]: RegExpExecArray): number {
    let start = at + whole!.length;
    if ((operator === "<" || operator === ">") && this.script[start] === "(") return this.readCommands(start + 1);
    while (this.script[start] === " " || this.script[start] === "\t") start++;
    const word = readWord(this.script, start, this);
    if (operator === "<<<") list.documents.push(word.source);
    else if (operator!.startsWith("<<")) {
      const isLiteral = /['"\\]/.test(this.script.slice(start, word.end));
      this.pending.push({ documents: list.documents, delimiter: word.source, isLiteral, isIndented: operator === "<<-" });
      list.hasDocument = true;
    } else if (operator!.includes(">") && descriptor !== "2") list.stdout = word.source;
    return word.end;
  }

  /** The here-documents of the line that ends at a place. */
  private readDocuments(start: number): number {
    let at = start;
    for (const pending of this.pending.splice(0)) {
      const { text, end } = cutDocument(this.script, at, pending);
      pending.documents.push(pending.isLiteral ? text : this.readLive(text));
      at = end;
    }
    return at;
  }
}

function match(pattern: RegExp, script: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(script);
}
