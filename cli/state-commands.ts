import type { Command } from "commander";
import { showControls } from "../plan/text/text";
import { print, printJson, readInput, stackOption } from "./io";
import { openSite } from "./stack";

interface StateOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly file?: string;
}

/** The verbs on a stack's state, which is Pulumi's own; all but `import` and `cancel` change nothing. */
export function addStateCommands(program: Command): void {
  program
    .command("outputs")
    .description("what the last deployment gave: the addresses of the UI and Grafana")
    .addOption(stackOption())
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  ldms outputs -s cygnus --json | jq .grafana")
    .action(runOutputs);
  program
    .command("export")
    .description("print the state as `pulumi stack export` does; secrets stay encrypted")
    .addOption(stackOption())
    .addHelpText("after", "\nExample:\n  ldms export -s cygnus > cygnus.json")
    .action(runExport);
  program
    .command("import")
    .description("replace the state with one that `ldms export` or `pulumi stack export` printed")
    .addOption(stackOption())
    .option("--file <path>", "read it from a file instead of standard input")
    .addHelpText("after", "\nExample:\n  ldms export -s cygnus > cygnus.json\n  ldms import -s cygnus --file cygnus.json")
    .action(runImport);
  program
    .command("cancel")
    .description("remove the lock that a killed run left behind")
    .addOption(stackOption())
    .addHelpText("after", "\nExample:\n  ldms cancel -s cygnus")
    .action(runCancel);
}

async function runOutputs({ stack, json }: StateOptions): Promise<void> {
  const outputs = await (await openSite(stack)).outputs();
  if (json) printJson(outputs);
  else for (const [name, value] of Object.entries(outputs)) print(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
}

async function runExport({ stack }: StateOptions): Promise<void> {
  printJson(await (await openSite(stack)).export());
}

async function runImport({ stack, file }: StateOptions): Promise<void> {
  const site = await openSite(stack);
  await site.import(await readInput(file));
  print(`${stack}: state imported`);
}

async function runCancel({ stack }: StateOptions): Promise<void> {
  const locks = await (await openSite(stack)).removeLocks();
  for (const lock of locks) {
    const { holder, problem } = lock;
    if (holder) print(`removed the lock of ${holder.username}@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`);
    else print(`removed \`${showControls(lock.path)}\`, a lock that ${problem}`);
  }
  if (!locks.length) print(`${stack}: nothing holds a lock`);
}
