import Table from "cli-table3";
import type { Command } from "commander";
import { renderChain } from "../operations/chain/render-causes";
import { isChainWhole } from "../operations/chain/verify-chain";
import { isAsPlanned, renderDrift } from "../operations/observe/drift";
import { isAllWell, renderExternalGroups, type StatusReport, statusTable } from "../operations/observe/status";
import { FRESH_SECONDS, isVerified } from "../operations/observe/verify";
import { renderPreflight } from "../operations/preflight/verdict";
import { foldByText } from "../operations/reach/fold-by-text";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, printJson, seconds, stackOption } from "./io";
import { openSite } from "./stack";
import { VerifyDisplay } from "./verify-display";

interface HostOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly wait: number;
  readonly fresh: number;
}

const JSON_OPTION = ["--json", "the same as JSON"] as const;

/** The verbs that ask hosts and change nothing. */
export function addHostCommands(program: Command): void {
  program
    .command("preflight")
    .description("look at every host as `up` does before it changes anything: reachable, engine, names, ports, munge")
    .addOption(stackOption())
    .option(...JSON_OPTION)
    .addHelpText("after", "\nExample:\n  ldms preflight -s cygnus && ldms up -s cygnus")
    .action(runPreflight);
  program
    .command("status")
    .description("hosts by container with their health")
    .addOption(stackOption())
    .option("--wait <seconds>", "wait until all is well, at most so long", seconds, 0)
    .option(...JSON_OPTION)
    .addHelpText("after", "\nExample:\n  ldms status -s cygnus --wait 60")
    .action(runStatus);
  program
    .command("drift")
    .description("which containers and files on the hosts differ from the stack file")
    .addOption(stackOption())
    .option(...JSON_OPTION)
    .addHelpText("after", "\nExample:\n  ldms drift -s cygnus || ldms up -s cygnus --refresh")
    .action(runDrift);
  program
    .command("verify")
    .description("does every sampler's data arrive in the stores, and where not, which link of its way is the first one broken?")
    .addOption(stackOption())
    .option("--wait <seconds>", "wait for the samplers that are missing, at most so long", seconds, 0)
    .option("--fresh <seconds>", "a row counts up to this age", seconds, FRESH_SECONDS)
    .option(...JSON_OPTION)
    .addHelpText("after", "\nExample:\n  ldms verify -s cygnus --wait 60   # exit code 1 where one sampler is missing")
    .action(runVerify);
}

async function runPreflight({ stack, json }: HostOptions): Promise<void> {
  const report = await (await openSite(stack)).preflight({ signal: abortOnSignal() });
  const { verdict } = report;
  if (json) printJson(report);
  else print(renderPreflight(report));
  process.exitCode = verdict.decision === "stop" ? EXIT.failed : verdict.skipped.length ? EXIT.hostsSkipped : EXIT.done;
}

async function runStatus({ stack, json, wait }: HostOptions): Promise<void> {
  const report = await (await openSite(stack)).status({ waitSeconds: wait, signal: abortOnSignal() });
  if (json) printJson(report);
  else printStatus(report);
  process.exitCode = isAllWell(report) ? EXIT.done : EXIT.failed;
}

function printStatus(report: StatusReport): void {
  const { head, rows } = statusTable(report);
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => [...row]));
  print(table.toString());
  for (const line of foldByText(report.failures.map(({ host, message }) => ({ host, text: message })))) print(line);
  for (const line of renderExternalGroups(report)) print(line);
}

async function runDrift({ stack, json }: HostOptions): Promise<void> {
  const report = await (await openSite(stack)).drift({ signal: abortOnSignal() });
  if (json) printJson(report);
  else print(renderDrift(report));
  process.exitCode = isAsPlanned(report) ? EXIT.done : EXIT.failed;
}

async function runVerify({ stack, json, wait, fresh }: HostOptions): Promise<void> {
  const site = await openSite(stack);
  const display = new VerifyDisplay(print);
  const report = await site.verify({
    waitSeconds: wait,
    freshSeconds: fresh,
    signal: abortOnSignal(),
    onLook: (found) => {
      if (wait > 0 && !json && !isVerified(found)) display.show(found);
    },
  });
  if (json) printJson(report);
  else print(renderChain(report));
  process.exitCode = isChainWhole(report) ? EXIT.done : EXIT.failed;
}
