import type { QuestionName } from "../plan/init/questions";

/** Of `ldms init`. */
export interface InitOptions extends Readonly<Partial<Record<QuestionName, string>>> {
  readonly passphraseFile?: string;
  readonly pin: boolean;
  readonly yes?: boolean;
}
