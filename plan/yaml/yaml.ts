import { CST, type Document, Lexer, LineCounter, Parser, parseDocument, type YAMLError } from "yaml";
import type { ConfigProblem } from "../problems/errors";
import { checkSize, MAX_DEPTH } from "./data-shape";
import { checkNodes, type YamlReader } from "./yaml-nodes";

export type { YamlReader } from "./yaml-nodes";

/** A file of other people's that cannot be read, or is not read by all in one way; carries every problem found. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  }
}

/** More than any stack file or ldms_cfg.yaml of ten thousand hosts. */
export const MAX_TEXT_LENGTH = 1 << 20;
/** Looking one up takes as long as the document is. */
const MAX_ALIASES = 1000;
/** With what stands for aliases counted at every place. */
const MAX_VALUES = 1_000_000;
/** What follows from the first mistakes helps nobody. */
const MAX_PROBLEMS = 10;

export interface ParsedYaml {
  readonly document: Document;
  /** Aliases and merge keys resolved. */
  readonly value: unknown;
}

/** @throws YamlError */
export function parseYaml(text: string, reader: YamlReader): unknown {
  return parseYamlDocument(text, reader).value;
}

/** The same with its comments and places. @throws YamlError */
export function parseYamlDocument(text: string, reader: YamlReader): ParsedYaml {
  refuse(checkText(text));
  const lines = new LineCounter();
  const version = reader === "python" ? "1.1" : "1.2";
  // Keys that are there twice are found faster below.
  const document: Document = parseDocument(text, { version, merge: true, uniqueKeys: false, lineCounter: lines });
  refuse(wordErrors(document.errors, text));
  refuse(document.directives?.yaml.explicit ? [{ path: "line 1", message: "has a `%YAML` line", help: "take it out" }] : []);
  refuse(checkNodes(document, reader, lines));
  const value = resolve(document);
  refuse(checkSize(value, MAX_VALUES));
  return { document, value };
}

function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new YamlError(problems.slice(0, MAX_PROBLEMS));
}

/** What would take the parser too long, or end the process: its depth is that of the text. */
function checkText(text: string): ConfigProblem[] {
  const whole = "the file";
  if (text.length > MAX_TEXT_LENGTH) return [{ path: whole, message: `is longer than ${MAX_TEXT_LENGTH} characters` }];
  const control = /[^\P{Cc}\n\r\t\u0085]/u.exec(text);
  if (control) return [{ path: lineOf(text, control.index), message: "has a control character, which is no text", help: "take it out" }];
  const parser = new Parser();
  let [end, aliases] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    // The parser works while it is asked for the next token.
    for (const _ of parser.next(lexeme));
    end += lexeme.length;
    if (parser.stack.length > MAX_DEPTH) return [{ path: lineOf(text, end), message: `is nested deeper than ${MAX_DEPTH} levels` }];
    if (CST.tokenType(lexeme) === "alias") aliases++;
    if (aliases > MAX_ALIASES) return [{ path: lineOf(text, end), message: `has more than ${MAX_ALIASES} aliases` }];
  }
  return [];
}

function lineOf(text: string, index: number): string {
  return `line ${text.slice(0, index).split("\n").length}`;
}

/** A hostlist in brackets that stands in a flow map or list, without quotes. */
const UNQUOTED = /(?:^|[[{,])\s*(?:[\w.:-]+:\s+)?([\w.-]+\[[\w,.-]*\][\w.-]*)/;

/** The parser tells what follows from such a hostlist, and not the hostlist. What is wrong above it is told as well. */
function wordErrors(errors: readonly YAMLError[], text: string): ConfigProblem[] {
  const rows = text.split("\n");
  const lines = [...new Set(errors.map(lineOfError))];
  const unquoted = lines.flatMap((line) => {
    const [, hostlist] = UNQUOTED.exec(rows[line - 1] ?? "") ?? [];
    return hostlist === undefined ? [] : [{ line, hostlist }];
  });
  const first = unquoted[0]?.line ?? Number.POSITIVE_INFINITY;
  return [
    ...errors.filter((error) => lineOfError(error) < first).map(wordError),
    ...unquoted.map(({ line, hostlist }) => ({
      path: `line ${line}`,
      message: `has brackets without quotes within \`{ }\` or \`[ ]\`: \`${hostlist}\``,
      help: `write "${hostlist}"`,
    })),
  ];
}

function lineOfError({ linePos }: YAMLError): number {
  return linePos?.[0].line ?? 1;
}

function wordError(error: YAMLError): ConfigProblem {
  const { code, message } = error;
  const path = `line ${lineOfError(error)}`;
  if (code === "MULTIPLE_DOCS") return { path, message: "begins a second document, which nobody would read", help: "take the `---` out" };
  return { path, message: `is not YAML: ${message.split("\n", 1)[0]!.replace(/ at line \d+, column \d+:$/, "")}` };
}

function resolve(document: Document): unknown {
  try {
    // How far aliases may grow is counted in values.
    return document.toJS({ maxAliasCount: -1 });
  } catch {
    return refuse([{ path: "the file", message: "has a `<<` with something else than maps", help: "write its keys out" }]);
  }
}
