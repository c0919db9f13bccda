import { COMMAND_RULES, CONNECTION_RULES } from "./command-rules";
import { CONTAINER_RULES } from "./container-rules";
import { FILE_RULES } from "./file-rules";
import { IMAGE_RULES } from "./image-rules";
import type { RuleText } from "./rule";
import { STACK_RULES } from "./stack-rules";

/** What every rule says of itself, whatever it judges; in the order of the documentation. */
export const ALL_RULES: readonly RuleText[] = [
  ...CONTAINER_RULES,
  ...FILE_RULES,
  ...IMAGE_RULES,
  ...COMMAND_RULES,
  ...CONNECTION_RULES,
  ...STACK_RULES,
];

export const RULE_NAMES: readonly string[] = ALL_RULES.map(({ name }) => name);
