import { renderOvisFile } from "../../plan/auth/ovis-secret";
import { readMungeKey } from "../../plan/munge/key-form";
import type { StackConfig } from "../../stack/stack-file";

/** Shorter texts occur by chance; blanking them would blank half of every message. */
const SHORTEST_LENGTH = 4;
/** Of a part of a secret, or of another form of it. */
const SHORTEST_PART = 12;
/** `base64` of coreutils breaks its lines here, OpenSSL 12 characters before. */
const LINE_LENGTHS = [64, 76];

/**
 * Texts that must not appear in any message: the secret values of the configuration, of structured ones every text inside, and the forms in which
 * somebody may come to see them. Longest first.
 */
export function secretTextsOf(config: StackConfig): readonly string[] {
  const values = Object.values(config).flatMap(({ value, isSecret }) => (isSecret ? [value, ...textsInside(value)] : []));
  const long = (texts: readonly string[], least: number) => texts.filter((text) => text.length >= least);
  const texts = [...long(values, SHORTEST_LENGTH), ...long(values.flatMap(formsOf), SHORTEST_PART)];
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
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

/** As JSON, line by line, and encoded; of base64, as a munge key is kept, the same of what it stands for, which is what lies on a host; so does the file of an ovis word. */
function formsOf(value: string): readonly string[] {
  const { bytes, facts } = readMungeKey(value);
  const delivered = facts.isBase64 && bytes.length > 0 ? [bytes.toString(), ...linesOf(bytes.toString()), ...encodingsOf(bytes)] : [];
  return [
    JSON.stringify(value).slice(1, -1),
    ...linesOf(value),
    ...encodingsOf(Buffer.from(value)),
    ...encodingsOf(Buffer.from(renderOvisFile(value))),
    ...delivered,
  ];
}

/** Without the first and last line of a private key, which say only what it is. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => !line.startsWith("-----"));
}

function encodingsOf(bytes: Buffer): readonly string[] {
  const base64 = bytes.toString("base64");
  const lines = LINE_LENGTHS.flatMap((length) => base64.match(new RegExp(`.{1,${length}}`, "g")) ?? []);
  const hex = bytes.toString("hex");
  return [base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), ...lines, hex, hex.toUpperCase()];
}
