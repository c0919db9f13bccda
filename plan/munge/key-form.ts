import type { SecretFacts } from "../model/plan-facts";

/** munged 0.5.15 refuses a shorter one ("Keyfile must be at least 32 bytes"); it reads longer ones whole, upstream's 4096 bytes among them. */
export const MIN_KEY_BYTES = 32;

/** The longest that is made, and what is made where nobody says otherwise. */
export const MADE_KEY_BYTES = 1024;

/** Base64 of the key's bytes, in one line or in many, as `base64 < munge.key` prints it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

type KeyFacts = Pick<SecretFacts, "lengthBytes" | "isUniform" | "isBase64">;

/** A key as the stack file keeps it. */
export function readMungeKey(text: string): { readonly bytes: Buffer; readonly facts: KeyFacts } {
  const packed = text.replace(/\s/g, "");
  const bytes = Buffer.from(packed, "base64");
  return {
    bytes,
    facts: { lengthBytes: bytes.length, isUniform: isUniform(bytes), isBase64: BASE64.test(packed) },
  };
}

export function isUniform(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === bytes[0]);
}

/** What munge, or anybody who means it well, would refuse in a key: the one place of this rule. Undefined: nothing. */
export function findKeyProblem({ lengthBytes, isUniform, isBase64 }: KeyFacts): string | undefined {
  if (isBase64 === false) return "is not base64";
  if (lengthBytes < MIN_KEY_BYTES) return `must be at least ${MIN_KEY_BYTES} bytes, in base64: ${lengthBytes}`;
  return isUniform ? "is the same byte throughout, as the key in upstream's images" : undefined;
}
