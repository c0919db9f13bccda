import { isMap, isPair, parseDocument, visit } from "yaml";

export interface CleanedStackFile {
  readonly text: string;
  /** Paths of the secrets that were left out: `ldms:mungeKey`. */
  readonly secrets: readonly string[];
}

/** What unlocks a stack's secrets: of no use, or too much, at another place. */
const LOCKS = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/** Lines as long as people have made them. */
const AS_WRITTEN = { lineWidth: 0, flowCollectionPadding: true };

/** A stack file without what is secret in it, encrypted or not; comments stay. */
export function leaveSecretsOut(text: string): CleanedStackFile {
  const document = parseDocument(text);
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
  const document = parseDocument(text);
  const path = ["config", "ldms:images"];
  for (const key of dropped) document.deleteIn([...path, key]);
  for (const [key, value] of Object.entries(images)) document.setIn([...path, key], document.createNode(value));
  return document.toString(AS_WRITTEN);
}
