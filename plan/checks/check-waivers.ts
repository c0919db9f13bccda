import type { ClusterConfig } from "../config/config";
import { nearMiss } from "../config/near-miss";
import type { ConfigProblem } from "../problems/errors";
import { RULE_NAMES } from "../rules/all-rules";
import { CONTAINER_RULES } from "../rules/container-rules";
import { IMAGE_RULES } from "../rules/image-rules";
import { STACK_RULES } from "../rules/stack-rules";

const HOSTLESS: readonly string[] = [...IMAGE_RULES, ...STACK_RULES].map(({ name }) => name);
const OF_CONTAINERS: readonly string[] = CONTAINER_RULES.map(({ name }) => name);

/** A waiver that can never match would be believed to hold. */
export function checkWaivers({ waivers }: ClusterConfig): ConfigProblem[] {
  return waivers.flatMap(({ rule, hosts, containers }, index): ConfigProblem[] => {
    const path = `waivers[${index}]`;
    if (!RULE_NAMES.includes(rule)) {
      const near = nearMiss(rule, RULE_NAMES);
      return [
        { path: `${path}.rule`, message: `is no rule: \`${rule}\``, help: near ? `did you mean \`${near}\`?` : "see docs/policies.md" },
      ];
    }
    return [
      ...(hosts !== undefined && HOSTLESS.includes(rule)
        ? [{ path: `${path}.hosts`, message: `must be left out: \`${rule}\` is not about single hosts` }]
        : []),
      ...(containers && !OF_CONTAINERS.includes(rule)
        ? [{ path: `${path}.containers`, message: `must be left out: \`${rule}\` is not about single containers` }]
        : []),
    ];
  });
}
