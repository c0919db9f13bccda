import type { SecretBox } from "./secrets";

/** One value as the program reads it (objects and lists are JSON text), and whether any part of it was encrypted. */
export interface ConfigValue {
  readonly value: string;
  readonly isSecret: boolean;
}

/** What a map of the stack file comes to. */
export type Values = Readonly<Record<string, unknown>>;

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of the stack file, decrypted. */
export async function readValue(value: unknown, openBox: () => Promise<SecretBox>): Promise<ConfigValue> {
  if (typeof value !== "object" || value === null) return { value: String(value ?? ""), isSecret: false };
  const secure = secureText(value);
  if (secure !== undefined) return { value: (await openBox()).decrypt(secure), isSecret: true };
  return { value: JSON.stringify(await decryptInside(value, openBox)), isSecret: hasSecureText(value) };
}

async function decryptInside(value: unknown, openBox: () => Promise<SecretBox>): Promise<unknown> {
  const secure = secureText(value);
  if (secure !== undefined) return (await openBox()).decrypt(secure);
  if (Array.isArray(value)) return Promise.all(value.map((item) => decryptInside(item, openBox)));
  if (!isValues(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await decryptInside(item, openBox)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Whether it is encrypted, or a part of it. */
export function hasSecureText(value: unknown): boolean {
  if (secureText(value) !== undefined) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSecureText);
}

/** The ciphertext of `{ secure: … }`. */
function secureText(value: unknown): string | undefined {
  if (!isValues(value) || !("secure" in value)) return undefined;
  return Object.keys(value).length === 1 && typeof value["secure"] === "string" ? value["secure"] : undefined;
}
