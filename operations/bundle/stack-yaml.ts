import { type Document, isMap, isPair, visit } from "yaml";
import { BadInputError } from "../../plan/errors";
import { parseYamlDocument } from "../../plan/yaml";

export interface CleanedStackFile {
  readonly text: string;
  /** Paths of the secrets that were left out: `ldms:mungeKey`. */
  readonly secrets: readonly string[];
}

/** What unlocks a stack's secrets: of no use, or too much, at another place. */
const LOCKS = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/** Lines as long as people have made them; what is added in quotes, in which a day is a text to every reader. */
const AS_WRITTEN = { lineWidth: 0, flowCollectionPadding: true, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;

/** @throws BadInputError for a file with aliases, by which a part of it stands in several places; YamlError */
function parseWrittenOut(text: string): Document {
  const { document } = parseYamlDocument(text, "go");
  visit(document, {
    Alias: (_, { source }) => {
      throw BadInputError.of("stack file", `has the alias \`*${source}\`, and a bundle takes none`, "write out what it stands for");
    },
  });
  return document;
}

/** A stack file without what is secret in it, encrypted or not; comments stay. */
export function leaveSecretsOut(text: string): CleanedStackFile {
  const document = parseWrittenOut(text);
  const secrets: string[] = [];
  for (const lock of LOCKS) document.delete(lock);
  visit(document, {
    Pair(_, pair, path) {
      if (!isMap(pair.value) || !pair.value.has("secure")) return undefined;
      const names = [...path.filter(isPair), pair].map(({ key }) => String(key));
      secrets.push(names.filter((name) => name !== "config").join("."));
      return visit.REMOVE;
    },
  });
  return { text: document.toString(AS_WRITTEN), secrets };
}

/** The stack file with the images from where they are at the site. */
export function settleImages(text: string, images: Readonly<Record<string, unknown>>, dropped: readonly string[]): string {
  const document = parseWrittenOut(text);
  const path = ["config", "ldms:images"];
  for (const key of dropped) document.deleteIn([...path, key]);
  for (const [key, value] of Object.entries(images)) document.setIn([...path, key], document.createNode(value));
  return document.toString(AS_WRITTEN);
}
