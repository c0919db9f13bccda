import { isMap, isPair, isScalar, type Pair, parseDocument, visit } from "yaml";
import type { PlacedProblem } from "./placed-problem";

/** A value of the file that stands there encrypted, or the salt that it is encrypted with. */
export interface KeptSecret {
  /** Keys from the top: `config / ldms:mungeKey / secure`. */
  readonly place: string;
  /** As it stands in the file. */
  readonly value: string;
  readonly range: readonly [number, number];
}

const PLACEHOLDER = /^\[secret ([1-9][0-9]{0,5})\]$/;
const MOVED = "set it there anew, with `ldms config set --secret`";

/** In the order of the text. */
export function findSecrets(text: string): readonly KeptSecret[] {
  const found: KeptSecret[] = [];
  visit(parseDocument(text, { uniqueKeys: false }), {
    Pair(_, { key, value }, path) {
      const name = isScalar(key) ? String(key.value) : "";
      if (!isScalar(value) || typeof value.value !== "string" || !value.range) return;
      const place = [...path.filter((one) => isPair(one)).map(nameOf), name].join(" / ");
      const parent = path.at(-1);
      const isSecure = name === "secure" && isMap(parent) && parent.items.length === 1;
      if (!isSecure && place !== "encryptionsalt") return;
      found.push({ place, value: value.value, range: [value.range[0], value.range[1]] });
    },
  });
  return found;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "?";
}

/** A ciphertext tells nobody anything, and lets somebody try passphrases on it for years. */
export function hideSecrets(text: string): string {
  return replaceRanges(
    text,
    findSecrets(text).map(({ range }, i) => ({ range, text: `"[secret ${i + 1}]"` })),
  );
}

/** Two forms of a file for who compares them: of what is encrypted they tell whether it is the same. */
export function hideSecretsInBoth(old: string, next: string): readonly [old: string, next: string] {
  const known = new Set(findSecrets(old).map(({ value }) => value));
  const hide = (text: string) =>
    replaceRanges(
      text,
      findSecrets(text).map(({ range, value }) => ({ range, text: known.has(value) ? '"[encrypted]"' : '"[encrypted anew]"' })),
    );
  return [hide(old), hide(next)];
}

/**
 * Puts back what the placeholders stand for. One that stands at another key than its secret did is a problem: as another key's value a secret would be
 * shown to whoever may edit the file.
 */
export function showSecrets(
  text: string,
  kept: readonly KeptSecret[],
): { readonly text: string; readonly problems: readonly PlacedProblem[] } {
  const problems: PlacedProblem[] = [];
  const changes = findSecrets(text).flatMap(({ place, value, range }) => {
    const number = Number(PLACEHOLDER.exec(value)?.[1] ?? 0);
    if (number === 0) return [];
    const one = kept[number - 1];
    if (one?.place === place) return [{ range, text: JSON.stringify(one.value) }];
    problems.push({ path: place, message: `is not the place of \`${value}\``, help: MOVED, ...placeOf(text, range) });
    return [];
  });
  return { text: replaceRanges(text, changes), problems };
}

function replaceRanges(text: string, changes: readonly { readonly range: readonly [number, number]; readonly text: string }[]): string {
  return [...changes].reverse().reduce((rest, change) => rest.slice(0, change.range[0]) + change.text + rest.slice(change.range[1]), text);
}

/** From 1, as editors count. */
export function placeOf(
  text: string,
  [start, end]: readonly [number, number],
): Required<Pick<PlacedProblem, "line" | "column" | "endLine" | "endColumn">> {
  const [line, column] = lineAndColumn(text, start);
  const [endLine, endColumn] = lineAndColumn(text, Math.max(start, end));
  return { line, column, endLine, endColumn };
}

function lineAndColumn(text: string, offset: number): [number, number] {
  const before = text.slice(0, offset);
  return [before.split("\n").length, offset - before.lastIndexOf("\n")];
}
