import { findMethod } from "../operations/move";
import { findPulumi } from "../operations/pulumi-cli";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { BadInputError } from "../plan/problems/errors";
import { OtherEngineError } from "../stack/engine-error";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { findStateWriter, readStateResources } from "../stack/stack-admin";

export type EngineChoice = "pulumi" | "embedded";

/**
 * Pulumi deletes after it creates: the containers that the new method has found in their places would go with the old one's resources.
 * @throws BadInputError where the state was made by the other method
 */
export async function assertSameMethod(location: StackLocation, { stack, method, hosts }: DeploymentPlan): Promise<void> {
  if (!isInFiles(location)) return;
  const deployed = findMethod(await readStateResources(location));
  if (deployed === undefined || deployed === method) return;
  const problem = `the stack was deployed by \`${deployed}\`, and for ${hosts.length} hosts its file says \`${method}\`; nothing was changed`;
  throw BadInputError.of(
    "method",
    problem,
    `ldms move -s ${stack} --to ${method}, which restarts no container; or \`method: ${deployed}\` in the stack file`,
  );
}

/** The `pulumi` to run; undefined: the embedded engine. @throws BadInputError where `pulumi` is asked for and not there. */
export function choosePulumi(engine: EngineChoice | undefined): string | undefined {
  const program = engine === "embedded" ? undefined : findPulumi(process.env["PATH"] ?? "");
  if (engine === "pulumi" && !program)
    throw BadInputError.of("engine", "there is no `pulumi` on PATH", "leave it out to use the embedded engine");
  return program;
}

/**
 * Whether `pulumi` would go on with a state that the embedded engine wrote: everything is refreshed first then.
 * @throws OtherEngineError where it would, and nobody said so
 */
export async function assertPulumiMayRun(location: StackLocation, verb: string, isTakingOver: boolean): Promise<boolean> {
  const isOther = isInFiles(location) && (await findStateWriter(location)) === "embedded";
  if (isOther && !isTakingOver && verb !== "preview") {
    throw new OtherEngineError(`state: was written by the embedded engine, and \`pulumi\` is on PATH
  help: go on with --engine embedded, or take it over with --take-over, which refreshes first`);
  }
  return isOther && isTakingOver;
}
