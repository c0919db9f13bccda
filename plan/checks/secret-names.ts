import { OVIS_SALT, OVIS_SECRET } from "../auth/ovis-secret";
import { MUNGE_KEY_BEFORE_SECRET, MUNGE_KEY_SECRET } from "../munge/munge";
import { UI_SECRET } from "../ui/ui";

/** Config keys whose values are Pulumi secrets: accepted here, never looked at, never part of the parsed config. */
export const SECRET_NAMES = [MUNGE_KEY_SECRET, MUNGE_KEY_BEFORE_SECRET, OVIS_SECRET, OVIS_SALT, "sshKey", UI_SECRET] as const;

export function isSecretName(key: string): boolean {
  return SECRET_NAMES.some((name) => name === key);
}
