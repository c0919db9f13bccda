import { readWord, type ShellText, type ShellWord, skipBlanks } from "./shell-words";

/** What one variable was set to last. */
export interface ShellVariable {
  /** The number of its line, from 1. */
  readonly line: number;
  readonly words: readonly ShellText[];
  readonly isArray: boolean;
}

/** Something that is not read without executing it. */
export interface ConfigShProblem {
  readonly line: number;
  readonly message: string;
}

export interface ConfigSh {
  readonly variables: ReadonlyMap<string, ShellVariable>;
  readonly problems: readonly ConfigShProblem[];
}

const ASSIGNMENT = /^(?:export\s+|readonly\s+|declare\s+)?([A-Za-z_][A-Za-z0-9_]*)(\+?)=/;
const BLOCKS: readonly (readonly [RegExp, RegExp])[] = [
  [/^case\s/, /(^|[;\s])esac\b/],
  [/^if\s/, /(^|[;\s])fi\b/],
];
const ASSIGNMENT_INSIDE = /(?:^|[\s;])([A-Za-z_][A-Za-z0-9_]*)\+?=/g;

/**
 * Reads an upstream config.sh without executing it: assignments, arrays over several lines, comments, quotes, references to variables. What a `case` or
 * `if` sets is unknown, since its condition is not asked; any other command is a problem.
 */
export function readConfigSh(text: string): ConfigSh {
  const reader = new ConfigShReader(text.split("\n"));
  return reader.read();
}

class ConfigShReader {
  private readonly variables = new Map<string, ShellVariable>();
  private readonly problems: ConfigShProblem[] = [];
  private index = 0;

  constructor(private readonly lines: readonly string[]) {}

  read(): ConfigSh {
    for (; this.index < this.lines.length; this.index += 1) this.readStatement(this.lines[this.index]!.trim());
    return { variables: this.variables, problems: this.problems };
  }

  private get number(): number {
    return this.index + 1;
  }

  private readonly lookUp = (name: string): ShellText => {
    const found = this.variables.get(name);
    // Bash takes the empty text for a variable that is not set; its environment is not ours.
    if (found === undefined) return { text: "", unknown: `\`${name}\`, which the file does not set` };
    const [first = { text: "" }] = found.words;
    return first;
  };

  private readStatement(line: string): void {
    if (line === "" || line.startsWith("#")) return;
    const block = BLOCKS.find(([begins]) => begins.test(line));
    if (block) {
      this.skipBlock(block);
      return;
    }
    const [whole, name = "", plus = ""] = ASSIGNMENT.exec(line) ?? [];
    if (whole === undefined) {
      // `export NAME` alone changes no value.
      if (!/^(export\s+[A-Za-z_]\w*|:)\s*(#.*)?$/.test(line)) this.problem(`is neither an assignment nor a comment: \`${line}\``);
      return;
    }
    const began = this.number;
    const before = plus === "+" ? (this.variables.get(name)?.words ?? []) : [];
    if (line[whole.length] === "(")
      this.set(name, { line: began, words: [...before, ...this.readArray(line, whole.length + 1)], isArray: true });
    else this.readScalar(name, line, whole.length, before);
  }

  private readScalar(name: string, line: string, start: number, before: readonly ShellText[]): void {
    const word = readWord(line, start, this.lookUp);
    const rest = line.slice(word.end).trim();
    const [first] = before;
    this.set(name, { line: this.number, words: [first ? { ...word, text: first.text + word.text } : word], isArray: false });
    if (rest !== "" && !rest.startsWith("#") && rest !== ";") this.problem(`has more than an assignment: \`${line}\``);
  }

  /** To its closing bracket, over as many lines as it takes; comments between. */
  private readArray(first: string, start: number): readonly ShellWord[] {
    const words: ShellWord[] = [];
    const began = this.number;
    let [line, at] = [first, start];
    for (;;) {
      at = skipBlanks(line, at);
      if (line[at] === ")") return words;
      if (at >= line.length || line[at] === "#") {
        if (this.index + 1 >= this.lines.length) {
          this.problems.push({ line: began, message: "opens an array that is never closed" });
          return words;
        }
        this.index += 1;
        [line, at] = [this.lines[this.index]!, 0];
        continue;
      }
      const word = readWord(line, at, this.lookUp);
      if (word.end === at) {
        this.problem(`has \`${line[at]}\` in an array`);
        at += 1;
      } else {
        words.push(word);
        at = word.end;
      }
    }
  }

  private skipBlock([begins, ends]: (typeof BLOCKS)[number]): void {
    const began = this.number;
    for (let depth = 0; this.index < this.lines.length; this.index += 1) {
      const line = this.lines[this.index]!.trim();
      for (const [, name = ""] of line.matchAll(ASSIGNMENT_INSIDE)) {
        this.set(name, { line: this.number, words: [{ text: "", unknown: "a condition" }], isArray: false });
      }
      if (begins.test(line)) depth += 1;
      if (ends.test(line)) depth -= 1;
      if (depth <= 0) return;
    }
    this.problems.push({ line: began, message: "opens a block that is never closed" });
  }

  private set(name: string, variable: ShellVariable): void {
    this.variables.set(name, variable);
  }

  private problem(message: string): void {
    this.problems.push({ line: this.number, message });
  }
}
