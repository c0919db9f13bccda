import { CODE_RULES } from "./code-rules";
import type { ContainerFacts } from "./facts";
import { MEMORY_RULES } from "./memory-rules";
import { MOUNT_RULES } from "./mount-rules";
import { NAMESPACE_RULES } from "./namespace-rules";
import { OPERATION_RULES } from "./operation-rules";
import { PRIVILEGE_RULES } from "./privilege-rules";
import type { Rule } from "./rule";
import { SECRET_RULES } from "./secret-rules";

export const CONTAINER_RULES: readonly Rule<ContainerFacts>[] = [
  ...NAMESPACE_RULES,
  ...PRIVILEGE_RULES,
  ...MOUNT_RULES,
  ...OPERATION_RULES,
  ...MEMORY_RULES,
  ...SECRET_RULES,
  ...CODE_RULES,
];
