import type { Command } from "commander";
import { redact } from "../engine/provider/property-secrets";
import { showControls } from "../plan/text/text";
import { cancelStack, exportStack, importStack, readOutputs } from "../stack/stack-admin";
import { print, printJson, readInput, stackOption } from "./io";
import { locateStack } from "./stack";

interface StateOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly file?: string;
}

/** The verbs on a stack's state, which is Pulumi's own; all but `import` and `cancel` change nothing. */
export function addStateCommands(program: Command): void {
  program
    .command("outputs")
    .description("what the stack's last deployment told: addresses of ui and grafana")
    .addOption(stackOption())
    .option("--json", "as JSON")
    .action(runOutputs);
  program
    .command("export")
    .description("print the state as `pulumi stack export` does; secrets stay encrypted")
    .addOption(stackOption())
    .action(runExport);
  program
    .command("import")
    .description("replace the state by one that `ldms export` or `pulumi stack export` printed")
    .addOption(stackOption())
    .option("--file <path>", "read it from a file instead of standard input")
    .addHelpText("after", "\nExample:\n  ldms export -s cygnus > cygnus.json\n  ldms import -s cygnus --file cygnus.json")
    .action(runImport);
  program.command("cancel").description("remove the lock that a killed run left behind").addOption(stackOption()).action(runCancel);
}

async function runOutputs({ stack, json }: StateOptions): Promise<void> {
  const outputs = Object.entries(await readOutputs(await locateStack(stack))).map(([name, value]) => [name, redact(value)] as const);
  if (json) printJson(Object.fromEntries(outputs));
  else for (const [name, value] of outputs) print(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
}

async function runExport({ stack }: StateOptions): Promise<void> {
  printJson(await exportStack(await locateStack(stack)));
}

async function runImport({ stack, file }: StateOptions): Promise<void> {
  await importStack(await locateStack(stack), readInput(file));
  print(`${stack}: state imported`);
}

async function runCancel({ stack }: StateOptions): Promise<void> {
  const locks = await cancelStack(await locateStack(stack));
  for (const lock of locks) {
    const { holder, problem } = lock;
    if (holder) print(`removed the lock of ${holder.username}@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`);
    else print(`removed \`${showControls(lock.path)}\`, a lock that ${problem}`);
  }
  if (!locks.length) print(`${stack}: nothing holds a lock`);
}
