import type { StackConfig } from "./stack-file";

/** Shorter texts occur by chance; blanking them would blank half of every message. */
const SHORTEST_LENGTH = 4;

/** Texts that must not appear in any message: the secret values of the configuration, of structured ones every text inside. Longest first. */
export function secretTextsOf(config: StackConfig): readonly string[] {
  const texts = Object.values(config).flatMap(({ value, isSecret }) => (isSecret ? [value, ...textsInside(value)] : []));
  return [...new Set(texts)].filter((text) => text.length >= SHORTEST_LENGTH).sort((a, b) => b.length - a.length);
}

function textsInside(json: string): readonly string[] {
  const found: string[] = [];
  try {
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value === "string") found.push(value);
      return value;
    });
  } catch {
    return [];
  }
  return found;
}
