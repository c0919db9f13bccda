import { type Document, isAlias, isMap, isPair, isScalar, visit, type YAMLMap } from "yaml";
import { parseYamlDocument } from "../../plan/yaml/yaml";

export interface CleanedStackFile {
  readonly text: string;
  /** Paths of the secrets that were left out: `ldms:mungeKey`. */
  readonly secrets: readonly string[];
}

/** What unlocks a stack's secrets: of no use, or too much, at another place. */
const LOCKS = ["encryptionsalt", "secretsprovider", "encryptedkey"];
/** What of `images` says where they come from; written anew. */
const ORIGIN = ["source", "registry", "mirrors", "archive", "digests", "references", "sources", "ovis", "dsosds", "base", "grafanaBase"];

/** Lines as long as people have made them; what is added in quotes, in which a day is a text to every reader. */
const AS_WRITTEN = { lineWidth: 0, flowCollectionPadding: true, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;

/** A stack file without its encrypted secrets; comments stay. @throws Error that says why it is no stack file */
export function leaveSecretsOut(text: string): CleanedStackFile {
  const document = parseStackFile(text);
  const secrets: string[] = [];
  /** Names of secrets that stand in the file once more. */
  const anchors = new Set<string | undefined>();
  const isSecret = (value: unknown) => (isAlias(value) ? anchors.has(value.source) : isMap(value) && value.has("secure"));
  const leaveOut = (value: unknown, path: readonly unknown[]) => {
    if (!isSecret(value)) return undefined;
    if (isMap(value) && value.anchor) anchors.add(value.anchor);
    const names = path.filter(isPair).map(({ key }) => String(key));
    secrets.push(names.filter((name) => name !== "config").join("."));
    return visit.REMOVE;
  };
  for (const lock of LOCKS) document.delete(lock);
  visit(document, {
    Pair: (_, pair, path) => leaveOut(pair.value, [...path, pair]),
    // Of a list.
    Node: (key, node, path) => (typeof key === "number" ? leaveOut(node, path) : undefined),
  });
  return { text: document.toString(AS_WRITTEN), secrets };
}

/** The stack file with the images from where they are at the site; it may have said nothing of them. @throws Error that says why it is no stack file */
export function settleImages(text: string, images: Readonly<Record<string, unknown>>): string {
  const document = parseStackFile(text);
  mapAt(document, ["config"]);
  const own = mapAt(document, ["config", "ldms:images"]);
  for (const key of ORIGIN) own.delete(key);
  for (const [key, value] of Object.entries(images)) own.set(key, document.createNode(value));
  return document.toString(AS_WRITTEN);
}

function parseStackFile(text: string): Document {
  const { document } = parseYamlDocument(text, "go");
  document.contents ??= document.createNode({});
  if (!isMap(document.contents)) throw new Error("is no mapping");
  return document;
}

/** The mapping there, made where there is none, and of its own where an alias stands for it. */
function mapAt(document: Document, path: readonly string[]): YAMLMap {
  const node = document.getIn(path, true);
  if (isMap(node)) return node;
  const shared = isAlias(node) ? node.resolve(document) : undefined;
  if (node !== undefined && !(isScalar(node) && node.value === null) && !isMap(shared))
    throw new Error(`\`${path.join(".")}\` is no mapping`);
  const own = (isMap(shared) ? shared.clone() : document.createNode({})) as YAMLMap;
  delete own.anchor;
  document.setIn(path, own);
  return own;
}
