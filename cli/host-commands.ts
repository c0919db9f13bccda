import Table from "cli-table3";
import type { Command } from "commander";
import type { Site } from "../automation/site";
import { renderChain } from "../operations/chain/render-causes";
import { isChainWhole } from "../operations/chain/verify-chain";
import { type DriftReport, isAsPlanned } from "../operations/drift/drift";
import { driftChanges, renderDrift } from "../operations/drift/render-drift";
import { isAllWell, renderExternalGroups, type StatusReport, statusTable } from "../operations/observe/status";
import { FRESH_SECONDS, isVerified } from "../operations/observe/verify";
import type { StackLook } from "../operations/overview/look-at-stack";
import { changesOf, renderLook } from "../operations/overview/render-summary";
import { renderPreflight } from "../operations/preflight/verdict";
import { foldByText } from "../operations/reach/fold-by-text";
import { EXIT } from "./exit-codes";
import { abortOnSignal, keeping, noKeepOption, print, printJson, seconds, stackOption } from "./io";
import { openSite } from "./stack";
import { VerifyDisplay } from "./verify-display";

interface HostOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly wait: number;
  readonly fresh: number;
  /** true: without a number. */
  readonly watch?: number | true;
}

const WATCH_OPTION = ["--watch [seconds]", "look again and again, every 5 seconds where nothing else is said, until Ctrl-C"] as const;
const JSON_OPTION = ["--json", "the same as JSON"] as const;

/** The verbs that ask hosts and change nothing. */
export function addHostCommands(program: Command): void {
  program
    .command("preflight")
    .description("look at every host as `up` does before it changes anything: reachable, engine, names, ports, munge")
    .addOption(stackOption())
    .option(...JSON_OPTION)
    .addOption(noKeepOption())
    .addHelpText("after", "\nExample:\n  ldms preflight -s cygnus && ldms up -s cygnus")
    .action(runPreflight);
  program
    .command("status")
    .description("what runs and is healthy: counts by role, and a line a cause")
    .addOption(stackOption())
    .option("--all", "ask every host, and list each with its containers")
    .option(...WATCH_OPTION, seconds)
    .option("--wait <seconds>", "wait until all is well, at most so long", seconds, 0)
    .option(...JSON_OPTION)
    .addOption(noKeepOption())
    .addHelpText(
      "after",
      "\nExamples:\n  ldms status -s cygnus --wait 60\n  ldms status -s cygnus --watch 10\n  ldms status -s cygnus --all",
    )
    .action(runStatus);
  program
    .command("drift")
    .description("where stack file, state and hosts differ: containers, files, and what the daemons run; and what mends it")
    .addOption(stackOption())
    .option(...WATCH_OPTION, seconds)
    .option(...JSON_OPTION)
    .addOption(noKeepOption())
    .addHelpText("after", "\nExamples:\n  ldms drift -s cygnus || ldms up -s cygnus --refresh\n  ldms drift -s cygnus --watch 60")
    .action(runDrift);
  program
    .command("verify")
    .description("does every sampler's data arrive in the stores, and where not, which link of its way is the first one broken?")
    .addOption(stackOption())
    .option("--wait <seconds>", "wait until all data arrives and nothing is broken, at most so long", seconds, 0)
    .option("--fresh <seconds>", "a row counts up to this age", seconds, FRESH_SECONDS)
    .option(...JSON_OPTION)
    .addOption(noKeepOption())
    .addHelpText("after", "\nExample:\n  ldms verify -s cygnus --wait 60   # exit code 1 where one sampler is missing")
    .action(runVerify);
}

async function runPreflight({ stack, json, keep }: HostOptions): Promise<void> {
  const report = await (await openSite(stack)).preflight({ signal: abortOnSignal(), ...keeping(keep) });
  const { verdict } = report;
  if (json) printJson(report);
  else print(renderPreflight(report));
  process.exitCode = verdict.decision === "stop" ? EXIT.failed : verdict.skipped.length ? EXIT.hostsSkipped : EXIT.done;
}

interface StatusOptions extends HostOptions {
  readonly all?: boolean;
}

const WATCH_SECONDS = 5;

async function runStatus({ stack, json, keep, wait, all = false, watch }: StatusOptions): Promise<void> {
  const site = await openSite(stack);
  const signal = abortOnSignal();
  const kept = keeping(keep);
  const report =
    watch === undefined
      ? await site.status({ waitSeconds: wait, all, signal, ...kept })
      : await watchStatus(site, { watch, all, json, signal, ...kept });
  if (watch === undefined) {
    if (json) printJson(report);
    else if (all) printStatus(report);
    else print(renderLook(report, Date.now()));
  }
  process.exitCode = isAllWell(report) ? EXIT.done : EXIT.failed;
}

interface WatchArgs {
  readonly watch: number | true;
  readonly all: boolean;
  readonly json: boolean | undefined;
  readonly signal: AbortSignal;
  readonly keep?: false;
}

async function watchStatus(site: Site, { watch, json, ...args }: WatchArgs): Promise<StackLook> {
  return showLooks({ watch, json, render: (look) => renderLook(look, Date.now()), changesOf }, (watching) =>
    site.status({ ...args, ...watching }),
  );
}

interface ShowArgs<T> extends Pick<WatchArgs, "watch" | "json"> {
  readonly render: (look: T) => string;
  readonly changesOf: (look: T) => string;
}

/** With --json a line a look. @returns the last one */
async function showLooks<T extends { readonly lookedAt: string }>(
  { watch, json, ...shown }: ShowArgs<T>,
  look: (watching: { readonly watchSeconds: number; readonly onLook: (look: T) => void }) => Promise<T>,
): Promise<T> {
  const { LookDisplay: Display } = require("./look-display") as typeof import("./look-display");
  const display = new Display<T>(process.stdout, shown);
  const onLook = (seen: T) => (json ? print(JSON.stringify(seen)) : display.show(seen));
  try {
    return await look({ watchSeconds: watch === true ? WATCH_SECONDS : watch, onLook });
  } finally {
    display.close();
  }
}

function printStatus(report: StatusReport): void {
  const { head, rows } = statusTable(report);
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => [...row]));
  print(table.toString());
  for (const line of foldByText(report.failures.map(({ host, message }) => ({ host, text: message })))) print(line);
  for (const line of renderExternalGroups(report)) print(line);
}

async function runDrift({ stack, json, keep, watch }: HostOptions): Promise<void> {
  const site = await openSite(stack);
  const args = { signal: abortOnSignal(), ...keeping(keep) };
  let report: DriftReport;
  if (watch !== undefined) {
    report = await showLooks({ watch, json, render: renderDrift, changesOf: driftChanges }, (watching) =>
      site.drift({ ...args, ...watching }),
    );
  } else {
    report = await site.drift(args);
    if (json) printJson(report);
    else print(renderDrift(report));
  }
  process.exitCode = isAsPlanned(report) ? EXIT.done : EXIT.failed;
}

async function runVerify({ stack, json, keep, wait, fresh }: HostOptions): Promise<void> {
  const site = await openSite(stack);
  const display = new VerifyDisplay(print);
  const report = await site.verify({
    waitSeconds: wait,
    freshSeconds: fresh,
    signal: abortOnSignal(),
    ...keeping(keep),
    onLook: (found) => {
      if (wait > 0 && !json && !isVerified(found)) display.show(found);
    },
  });
  if (json) printJson(report);
  else print(renderChain(report));
  process.exitCode = isChainWhole(report) ? EXIT.done : EXIT.failed;
}
