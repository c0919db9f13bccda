import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { BadInputError } from "../plan/problems/errors";
import { PassphraseError } from "./engine-error";

const deriveKey = promisify(pbkdf2);

// Pulumi's own parameters: pkg/secrets/passphrase, sdk/go/common/resource/config/crypt.go.
const KEY_ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_TEXT = "pulumi";

const FROM_BEFORE = "take the line `encryptionsalt` from an older version of the file";
const SET_AGAIN = "set it again, or take the line from an older version of the file";

/** Encrypts and decrypts with one passphrase and salt, as Pulumi's passphrase provider does. */
export interface SecretBox {
  /** What the stack file and the state keep: `v1:SALT:v1:NONCE:CIPHERTEXT`, the ciphertext of a known word. */
  readonly saltState: string;
  /** `v1:NONCE:CIPHERTEXT`, base64. */
  encrypt(plaintext: string): string;
  /** @throws BadInputError for text that this passphrase did not encrypt. */
  decrypt(ciphertext: string): string;
}

/** Takes about 0.4 s, on a thread of its own. */
export async function createSecretBox(passphrase: string): Promise<SecretBox> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(passphrase, salt, KEY_ITERATIONS, KEY_BYTES, "sha256");
  return makeBox(key, `v1:${salt.toString("base64")}:${encryptWith(key, CHECK_TEXT)}`);
}

/** Takes about 0.4 s, on a thread of its own. @throws PassphraseError; BadInputError for a salt that is none. */
export async function openSecretBox(passphrase: string, saltState: string): Promise<SecretBox> {
  const [version, salt, ...check] = saltState.split(":");
  if (version !== "v1" || salt === undefined || check.length !== 3) {
    throw BadInputError.of("secrets", "the encryption salt is not of the form `v1:SALT:v1:NONCE:TEXT`", FROM_BEFORE);
  }
  const key = await deriveKey(passphrase, Buffer.from(salt, "base64"), KEY_ITERATIONS, KEY_BYTES, "sha256");
  const box = makeBox(key, saltState);
  let word: string | undefined;
  try {
    word = box.decrypt(check.join(":"));
  } catch {
    word = undefined;
  }
  if (word !== CHECK_TEXT) {
    throw new PassphraseError(
      "wrong",
      "incorrect passphrase\nhelp: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's passphrase",
    );
  }
  return box;
}

function makeBox(key: Buffer, saltState: string): SecretBox {
  return { saltState, encrypt: (plaintext) => encryptWith(key, plaintext), decrypt: (ciphertext) => decryptWith(key, ciphertext) };
}

function encryptWith(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function decryptWith(key: Buffer, ciphertext: string): string {
  const [version, nonce, sealedText] = ciphertext.split(":");
  const sealed = Buffer.from(sealedText ?? "", "base64");
  if (version !== "v1" || nonce === undefined || sealed.length < TAG_BYTES) {
    throw BadInputError.of("secrets", "an encrypted value is not of the form `v1:NONCE:TEXT`", SET_AGAIN);
  }
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw BadInputError.of("secrets", "an encrypted value does not belong to this stack's passphrase", SET_AGAIN, { cause });
  }
}
