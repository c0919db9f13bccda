import type { Command } from "commander";
import { renderPlan } from "../plan/render-plan";
import { print, printJson, stackOption } from "./io";
import { openPlan } from "./stack";

interface PlanOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export function addPlanCommand(program: Command): void {
  program
    .command("plan")
    .description("print what a person would type: the docker run lines, folded by hostlist; contacts no host")
    .addOption(stackOption())
    .option("--json", "the whole plan as JSON")
    .addHelpText("after", "\nExamples:\n  ldms plan -s cygnus\n  ldms plan -s cygnus --json | jq '.containers[].name'")
    .action(async ({ stack, json }: PlanOptions) => {
      const { plan } = await openPlan(stack);
      if (json) printJson(plan);
      else print(renderPlan(plan));
    });
}
