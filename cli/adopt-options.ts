import type { QuestionName } from "../plan/init/questions";

/** What no container says, as `ldms init` asks it. */
export const ASKED = [
  "hosts",
  "sshUser",
  "become",
  "sshKey",
  "knownHosts",
  "sshAddress",
  "sshPort",
  "sshJump",
  "method",
  "head",
] as const satisfies readonly QuestionName[];

/** Of `ldms adopt`. */
export interface AdoptOptions extends Readonly<Partial<Record<QuestionName, string>>> {
  readonly stack: string;
  readonly passphraseFile?: string;
  readonly engine?: "pulumi" | "embedded";
  readonly yes?: boolean;
  readonly json?: boolean;
}
