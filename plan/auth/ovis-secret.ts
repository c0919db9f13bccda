import type { SecretFacts } from "../model/plan-facts";

/** Config name of the word that daemons with `auth: ovis` share. */
export const OVIS_SECRET = "ovisSecret";

/**
 * Config name of the random text that fingerprints of the word, and of a site's own secrets, are made with. These may be a person's: by a fingerprint
 * that is made of one alone, who has the state could try a dictionary. Made with this, it says nothing to anybody who cannot decrypt the stack file, and
 * who can has the secrets.
 */
export const OVIS_SALT = "ovisSalt";
const MIN_SALT_CHARACTERS = 32;

/** @see ldms: lib/src/ovis_auth/auth.h, `MIN_SECRET_WORD_LEN` and `MAX_SECRET_WORD_LEN` */
const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 512;

type WordFacts = Pick<SecretFacts, "lengthBytes" | "isUniform" | "isWord">;

/** The word as the stack file keeps it: by itself, or as the line `secretword=WORD` of the file that a site has. */
export function readOvisSecret(text: string): { readonly word: string; readonly facts: WordFacts } {
  const word = text.replace(/\n$/, "").replace(/^secretword=/, "");
  // ldmsd ends it at a blank or a `#`.
  return { word, facts: { lengthBytes: word.length, isUniform: /^(.)\1*$/s.test(word), isWord: /^[!-"$-~]*$/.test(word) } };
}

/** What ldmsd, or anybody who means it well, would refuse in a word: the one place of this rule. Undefined: nothing. */
export function findOvisProblem({ lengthBytes, isUniform, isWord }: WordFacts): string | undefined {
  if (isWord === false) return "is not one word of printable ASCII without blanks and `#`";
  if (lengthBytes < MIN_CHARACTERS || lengthBytes > MAX_CHARACTERS)
    return `must be ${MIN_CHARACTERS} to ${MAX_CHARACTERS} characters: ${lengthBytes}`;
  return isUniform ? "is the same character throughout" : undefined;
}

export function findSaltProblem({ lengthBytes, isUniform }: Pick<SecretFacts, "lengthBytes" | "isUniform">): string | undefined {
  if (lengthBytes < MIN_SALT_CHARACTERS) return `must be at least ${MIN_SALT_CHARACTERS} random characters: ${lengthBytes}`;
  return isUniform ? "is the same character throughout" : undefined;
}

/** The file that ldmsd reads, which takes nobody's mode but the owner's. @see ldms_auth_ovis(7) */
export function renderOvisFile(secret: string): string {
  return `secretword=${readOvisSecret(secret).word}\n`;
}
