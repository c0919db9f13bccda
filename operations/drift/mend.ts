import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { type Finding, NOT_IN_STACK } from "./compare-host";

/**
 * What brings it to what the stack file says. By the method `fan-out` every `up` looks at all containers and files; by `docker` it goes by the state, asks
 * what containers are like with `--refresh`, and can read no file.
 */
export function mendOf({ stack, method }: Pick<DeploymentPlan, "stack" | "method">, finding: Finding): string {
  const { kind, subject, differs } = finding;
  if (kind === "plugin" || kind === "set") return `there: \`docker restart ${subject}\`, which has it read its file again`;
  const up = `ldms up -s ${stack}`;
  if (method === "fan-out" || differs === "stack-file") return up;
  if (isStranger(finding)) return kind === "container" ? `there: \`docker rm --force ${subject}\`` : `there: \`rm ${subject}\``;
  if (kind === "container") return `${up} --refresh`;
  // A run brings all files of a host once one of them is another one than in the state.
  return differs === "all" || differs === "state" ? up : `the lines of \`ldms plan -s ${stack}\` that deliver it`;
}

/** Neither the stack file nor the state knows of it, so that no run takes it away. */
function isStranger({ message, differs }: Finding): boolean {
  return message === NOT_IN_STACK && differs !== "all";
}
