import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type LineCounter,
  type Node,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { ConfigProblem } from "../problems/errors";

/** Who reads it besides: `go` is yaml.v3, of Pulumi and of Grafana; `python` is PyYAML, of maestro. */
export type YamlReader = "go" | "python";

/**
 * Unquoted, these are numbers or dates to yaml.v3 and something else here, or nothing that JSON knows.
 * @see https://github.com/go-yaml/yaml/blob/v3/resolve.go
 */
const READ_OTHERWISE: readonly RegExp[] = [
  /^[-+]?0[0-7_]+$/,
  /^[-+]?0[bB][01_]+$/,
  /^([-+]0[xX]|0X)[0-9a-fA-F_]+$/,
  /^([-+]0[oO]|0O)[0-7_]+$/,
  /^(?=.*_)(0x[0-9a-fA-F_]+|0o[0-7_]+|[-+]?\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?)$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$/,
  /^[-+]?\.(inf|Inf|INF|nan|NaN|NAN)$/,
];
const TEXT_TAG = "tag:yaml.org,2002:str";

/** Whether every reader takes it for the same without quotes. */
function isReadAlike({ source = "", value }: Pick<Scalar, "source" | "value">): boolean {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return !READ_OTHERWISE.some((pattern) => pattern.test(source));
}

/** What is YAML, and that one of its readers would read otherwise, or pass over without a word. */
export function checkNodes(document: Document, reader: YamlReader, lines: LineCounter): ConfigProblem[] {
  const check = new NodeCheck(reader, lines);
  visit(document, (_, node, path) => {
    if (isNode(node)) check.take(node, path);
  });
  return check.problems;
}

class NodeCheck {
  readonly problems: ConfigProblem[] = [];
  private readonly anchors = new Set<string>();

  constructor(
    private readonly reader: YamlReader,
    private readonly lines: LineCounter,
  ) {}

  take(node: Node, path: readonly unknown[]): void {
    if (isAlias(node)) this.takeAlias(node, path);
    else this.takeContent(node);
  }

  private takeContent(node: Exclude<Node, Alias>): void {
    if (node.anchor !== undefined) this.anchors.add(node.anchor);
    if (node.tag !== undefined && node.tag !== TEXT_TAG)
      this.say(node, `has the tag \`${node.tag.replace(/^tag:yaml.org,2002:/, "!!")}\``, "leave it out; `!!str` makes a text of a number");
    if (isMap(node)) this.takeKeys(node);
    if (this.reader === "go" && isScalar(node) && node.type === "PLAIN" && node.tag === undefined && !isReadAlike(node))
      this.say(node, `\`${node.source}\` is not the same to every reader of YAML`, "put it in quotes, or write a plain number");
  }

  private takeAlias(node: Alias, path: readonly unknown[]): void {
    const { source } = node;
    if (path.some((outer) => isNode(outer) && !isAlias(outer) && outer.anchor === source))
      this.say(node, `\`*${source}\` stands inside what it stands for`);
    else if (!this.anchors.has(source)) this.say(node, `\`*${source}\` stands for nothing: there is no \`&${source}\` before it`);
  }

  private takeKeys({ items }: YAMLMap): void {
    const seen = new Set<string>();
    for (const { key } of items as readonly { readonly key: unknown }[]) {
      if (!isScalar(key)) {
        if (isNode(key)) this.say(key, "a key is a list, a map or an alias", "write a text");
        continue;
      }
      const name = key.source ?? String(key.value);
      if (seen.has(name)) this.say(key, `the key \`${name}\` is there twice`, "keep one of the two");
      seen.add(name);
      if (key.value === "<<") this.say(key, "the key `<<` is in quotes, which not every reader heeds", "choose another name");
      else if (!isTextKey(key)) this.say(key, `the key \`${name}\` is no text`, "put it in quotes");
    }
  }

  private say(node: Node, message: string, help?: string): void {
    const { line } = this.lines.linePos(node.range?.[0] ?? 0);
    this.problems.push({ path: `line ${line}`, message, ...(help !== undefined && { help }) });
  }
}

/** A whole number is the same text again; `<<` has a value of its own. */
function isTextKey({ value, source }: Scalar): boolean {
  return typeof value === "string" || typeof value === "symbol" || (typeof value === "number" && String(value) === source);
}
