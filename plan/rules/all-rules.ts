import { CONTAINER_RULES } from "./container-rules";
import { FILE_RULES } from "./file-rules";
import { IMAGE_RULES } from "./image-rules";
import type { RuleText } from "./rule";
import { STACK_RULES } from "./stack-rules";

/** What every rule says of itself, whatever it judges. */
export const ALL_RULES: readonly RuleText[] = [...CONTAINER_RULES, ...FILE_RULES, ...IMAGE_RULES, ...STACK_RULES];
