import { type Command, Option } from "commander";
import { findMethod, type Method, moveState } from "../operations/move";
import { exportStack, findStateWriter, importStack } from "../stack/stack-admin";
import { holdStackFile } from "../stack/stack-config";
import { print, stackOption } from "./io";
import { locateStack, openPlan } from "./stack";

interface MoveOptions {
  readonly stack: string;
  readonly to: Method;
}

export function addMoveCommand(program: Command): void {
  program
    .command("move")
    .description("hand the hosts from one method to the other; no container is restarted")
    .addOption(stackOption())
    .addOption(new Option("--to <method>", "the method that deploys from now on").choices(["docker", "fan-out"]).makeOptionMandatory())
    .addHelpText(
      "after",
      "\nChanges the stack file's `method` and the state, and contacts no host; the next `ldms up` finds the containers as they are.\n\nExample:\n  ldms move -s cygnus --to fan-out && ldms up -s cygnus",
    )
    .action(runMove);
}

async function runMove({ stack, to }: MoveOptions): Promise<void> {
  const location = await locateStack(stack);
  const { plan } = await openPlan(stack);
  const { version, deployment } = await exportStack(location);
  const resources = deployment.resources ?? [];
  const from = findMethod(resources);
  if (from === to && plan.method === to) return print(`${stack}: its method is ${to} already; nothing was changed`);
  if (deployment.pending_operations?.length) {
    throw new Error(`state: the last run was cut off\n  help: ldms up -s ${stack}, with the method as it was`);
  }
  if (to === "docker" && (await findStateWriter(location)) === "pulumi") {
    throw new Error(`state: was written by \`pulumi\`, which cannot take containers over by their labels
  help: ldms up -s ${stack} --engine embedded --take-over, then move`);
  }
  const { kept, adopted } = moveState(resources, plan, to);
  const moved = {
    ...deployment,
    resources: kept,
    pending_operations: adopted.map((resource) => ({ resource, type: "creating" as const })),
  };
  await holdStackFile(location, async (file) => {
    await importStack(location, JSON.stringify({ version, deployment: moved }));
    await file.set("method", { value: to, isSecret: false });
  });
  print(
    `${stack}: ${resources.length - kept.length} resources left the state, Pulumi.${stack}.yaml says \`method: ${to}\`; next: ldms up -s ${stack}`,
  );
}
