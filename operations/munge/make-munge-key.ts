import { randomBytes } from "node:crypto";
import { MADE_KEY_BYTES } from "../../plan/munge/key-form";

/** A random key, as the stack file keeps it. @param bytes 32 to 1024 */
export function makeMungeKey(bytes = MADE_KEY_BYTES): string {
  return randomBytes(bytes).toString("base64");
}
