import type { QuestionName } from "../plan/init/questions";

/** Of `ldms init`. */
export interface InitOptions extends Readonly<Partial<Record<QuestionName, string>>> {
  /** Files of a site that runs LDMS already. */
  readonly from?: readonly string[];
  readonly passphraseFile?: string;
  readonly pin: boolean;
  readonly yes?: boolean;
}
