import { parseYaml } from "./yaml";

/** False for what would be read as a number, a truth value, a date, nothing, or not at all without quotes. */
export function isPlainText(value: unknown): boolean {
  try {
    return parseYaml(String(value), "go") === value;
  } catch {
    return false;
  }
}
