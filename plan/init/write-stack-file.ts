import { Document, isCollection, isMap, isPair, type Node, visit } from "yaml";
import { ClusterConfigSchema } from "../config/config";
import { NAMESPACE } from "../config/namespace";
import { hasControls, showControls } from "../text/text";
import { isPlainText } from "../yaml/plain-text";

/** A stack file as plain data. */
export interface StackDocument {
  /** `cygnus`, for the first line. */
  readonly name?: string;
  /** What stands below `ldms:`, without the prefix: `{ xprt: "rdma", ports: { ldmsd: 411 } }`; secrets as `{ secure: "v1:…" }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Comments at the top, a line each. */
  readonly notes?: readonly string[];
  /** What the secrets of the stack are under. */
  readonly encryptionsalt?: string;
}

/** Of a line, with its key: what is longer goes below it, part by part. */
const LINE_CHARACTERS = 110;
const INDENT = "  ";

/**
 * The text of `Pulumi.STACK.yaml`: keys in the order of docs/stack-file.md, each below what it is for. Whoever parses it gets the same data,
 * whichever reader of YAML they have. Keys without a value are left out.
 */
export function writeStackFile({ name, config, notes = [], encryptionsalt }: StackDocument): string {
  const title = name === undefined ? "LDMS on a cluster." : `LDMS on the cluster ${name}.`;
  const head = [`${title} Every key: docs/stack-file.md`, ...notes].flatMap((note) => commentLines(note, ""));
  const salt = encryptionsalt === undefined ? [] : [render({ encryptionsalt }, "")];
  const known = Object.keys(ClusterConfigSchema.shape);
  const rank = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length);
  const given = Object.keys(config).filter((key) => config[key] !== undefined);
  const keys = given.toSorted((a, b) => rank(a) - rank(b));
  const parts = keys.map((key) => [...aboutLines(key), render({ [`${NAMESPACE}${key}`]: config[key] }, INDENT)].join("\n"));
  return [...head, ...salt, keys.length > 0 ? "config:" : "config: {}", ...parts, ""].join("\n");
}

/** What the schema says of the key, in its own words. */
function aboutLines(key: string): string[] {
  const { shape } = ClusterConfigSchema;
  const about = Object.hasOwn(shape, key) ? shape[key as keyof typeof shape].meta()?.description : undefined;
  return about === undefined ? [] : commentLines(about, INDENT);
}

/** No text of others ends its comment. */
function commentLines(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of showControls(text).split(/ +/)) {
    if (line !== "" && line.length + word.length >= LINE_CHARACTERS) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => `${indent}# ${part}`.trimEnd());
}

function render(value: Readonly<Record<string, unknown>>, indent: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, scalar) => {
      const { value: text } = scalar;
      if (typeof text === "string" && (hasControls(text) || !isPlainText(text))) scalar.type = "QUOTE_DOUBLE";
    },
  });
  if (isMap(document.contents)) for (const { key, value: node } of document.contents.items) layOut(node as Node, indent + key);
  const text = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }).replace(/\n$/, "");
  return text
    .split("\n")
    .map((line) => indent + escapeControls(line))
    .join("\n");
}

/** Those that JSON leaves as they are; they stand in quotes. */
function escapeControls(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

/** What fits stands on one line. */
function layOut(node: Node, before: string): void {
  if (!isCollection(node)) return;
  node.flow = true;
  const alone = new Document(node.toJSON());
  if (isCollection(alone.contents)) alone.contents.flow = true;
  if (before.length + alone.toString({ lineWidth: 0 }).length <= LINE_CHARACTERS) return;
  node.flow = false;
  for (const item of node.items) layOut((isPair(item) ? item.value : item) as Node, before + INDENT);
}
