import { type Command, Option } from "commander";
import type { Method } from "../operations/move";
import { print, stackOption } from "./io";
import { openSite } from "./stack";

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
  const { isMoved, resourcesLeft } = await (await openSite(stack)).move(to);
  if (!isMoved) return print(`${stack}: its method is ${to} already; nothing was changed`);
  print(`${stack}: ${resourcesLeft} resources left the state, Pulumi.${stack}.yaml says \`method: ${to}\`; next: ldms up -s ${stack}`);
}
