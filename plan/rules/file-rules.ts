import type { FileFacts } from "./facts";
import { MUNGE_RULES } from "./munge-rules";
import type { Rule } from "./rule";
import { UI_RULES } from "./ui-rules";

export const FILE_RULES: readonly Rule<FileFacts>[] = [...MUNGE_RULES, ...UI_RULES];
