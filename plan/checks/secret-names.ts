import { OVIS_SALT, OVIS_SECRET } from "../auth/ovis-secret";
import { MIN_KEY_BYTES } from "../munge/key-form";
import { MUNGE_KEY_BEFORE_SECRET, MUNGE_KEY_SECRET } from "../munge/munge";
import { UI_SECRET } from "../ui/ui";

/** Config keys whose values are Pulumi secrets: accepted here, never looked at, never part of the parsed config. */
export const SECRET_NAMES = [MUNGE_KEY_SECRET, MUNGE_KEY_BEFORE_SECRET, OVIS_SECRET, OVIS_SALT, "sshKey", UI_SECRET] as const;

/** What each is, for `ldms schema` and docs/stack-file.md. */
export const SECRET_TEXTS: Readonly<Record<(typeof SECRET_NAMES)[number], string>> = {
  [MUNGE_KEY_SECRET]: `The munge key, base64 of ${MIN_KEY_BYTES} bytes or more; \`ldms munge-key generate\` makes one.`,
  [MUNGE_KEY_BEFORE_SECRET]: "The munge key before the last change, which `ldms munge-key rotate` keeps while it works.",
  [OVIS_SECRET]:
    "The word that daemons with `auth: ovis` share: 8 to 512 characters without blanks and `#`, or the file with its line `secretword=WORD`.",
  [OVIS_SALT]:
    "A random text that fingerprints of the word and of a site's own secrets are made with; `ldms config set` makes it with the first of them.",
  sshKey: "A private ssh key without a passphrase, instead of `ssh.key`.",
  [UI_SECRET]: "The secret key of the UI's sessions; absent: the UI's host makes one for itself, once.",
};

export function isSecretName(key: string): boolean {
  return SECRET_NAMES.some((name) => name === key);
}
