import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Of the user's own: what a variable such as XDG_CONFIG_HOME names, else the usual one in the home folder. A relative one counts as none.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function userFolder(named: string | undefined, usual: ".config" | ".cache"): string {
  return named !== undefined && isAbsolute(named) ? named : join(homedir(), usual);
}
