import { type Command, InvalidArgumentError } from "commander";
import { addRunOptions } from "./deploy-commands";
import type { DeployOptions } from "./deploy-options";
import { print, printJson, stackOption } from "./io";
import { renderHistory, renderRestored, renderRun } from "./render-history";
import { openSite } from "./stack";

interface HistoryOptions {
  readonly stack: string;
  readonly diff?: boolean;
  readonly json?: boolean;
}

export function addHistoryCommands(program: Command): void {
  program
    .command("history")
    .description("the runs so far: who, when, why, what changed; or one of them")
    .argument("[run]", "a run's number", runNumber)
    .addOption(stackOption())
    .option("--diff", "of one run: its files against those of the run before it, and what changed on the hosts")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExamples:\n  ldms history -s cygnus\n  ldms history 57 -s cygnus --diff")
    .action(runHistory);
  const rollback = program
    .command("rollback")
    .description("deploy once more what an earlier run deployed; without a number, list the runs to choose from")
    .argument("[run]", "a run's number", runNumber)
    .addOption(stackOption());
  addRunOptions(rollback, "up");
  rollback.addHelpText("after", "\nExamples:\n  ldms rollback -s cygnus\n  ldms rollback 55 -s cygnus -m regression").action(runRollback);
}

/** @throws InvalidArgumentError, which commander prints with the argument's name */
function runNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("must be a run's number, as `ldms history` has it");
  return Number(text);
}

async function runHistory(run: number | undefined, { stack, diff, json }: HistoryOptions): Promise<void> {
  const site = await openSite(stack);
  if (run !== undefined) {
    const details = await site.runDetails(run);
    if (json) printJson(details);
    else print(renderRun(details, { diff: diff === true }));
    return;
  }
  const entries = await site.history();
  if (json) printJson(entries);
  else print(entries.length > 0 ? renderHistory(entries) : `${stack}: has no runs yet`);
}

async function runRollback(run: number | undefined, options: DeployOptions): Promise<void> {
  const { stack, json } = options;
  if (run === undefined) {
    const candidates = await (await openSite(stack)).rollbackCandidates();
    if (json) printJson(candidates);
    else if (candidates.length === 0) print(`${stack}: there is no run to go back to`);
    else print(`${renderHistory(candidates)}\nto go back to one of them: ldms rollback RUN -s ${stack}`);
    return;
  }
  const { deploy } = require("./show-run") as typeof import("./show-run");
  process.exitCode = await deploy("up", options, (site, how) =>
    site.rollback(run, { ...how, ...(!json && { onRestored: (restored) => print(renderRestored(restored)) }) }),
  );
}
