import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { PlannedUpgrade, UpgradeHooks, UpgradeReport } from "../automation/verbs/upgrade-args";
import { renderGaps, renderOrder, renderUpgrade } from "../operations/upgrade/upgrade-words";
import { BadInputError } from "../plan/problems/errors";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, printJson, seconds, stackOption } from "./io";
import { openQuietSite } from "./stack";

const STEPS = ["status", "pause", "resume", "abort"] as const;

interface UpgradeOptions {
  readonly stack: string;
  readonly engine?: "pulumi" | "embedded";
  readonly to?: string;
  readonly maxFail?: number | string;
  readonly onFailure: "stop" | "rollback";
  readonly wait?: number;
  readonly fresh?: number;
  readonly message?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addUpgradeCommand(program: Command): void {
  program
    .command("upgrade")
    .description("give the images another tag: pull everywhere, then restart batch after batch, and compare the data with what came before")
    .addArgument(new Argument("[step]", "of an upgrade that was begun").choices(STEPS))
    .addOption(stackOption())
    .option("--to <tag>", "the tag, as the registry has it")
    .option("--max-fail <amount>", "samplers of a batch that may fail: `2`, `5%`; where nothing is said, as `fanOut.maxFail`", amount)
    .addOption(new Option("--on-failure <what>", "what is done where more fail").choices(["stop", "rollback"]).default("stop"))
    .option("--wait <seconds>", "how long the data may take after a batch: 120 where nothing is said", seconds)
    .option("--fresh <seconds>", "a row counts up to this age, and rows a second are those of that time", seconds)
    .addOption(new Option("--engine <name>", "`pulumi` where it is found, else `embedded`").choices(["pulumi", "embedded"]))
    .option("-m, --message <text>", "why, for `ldms history`")
    .option("-y, --yes", "do not ask")
    .option("--json", "the same as JSON, at its end")
    .addHelpText("after", `\nExamples:\n${EXAMPLES.map((line) => `  ${line}`).join("\n")}`)
    .action(runUpgrade);
}

const EXAMPLES = [
  "ldms upgrade -s cygnus --to 4.5.4",
  "ldms upgrade -s cygnus --to 4.5.4 --max-fail 2% --on-failure rollback",
  "ldms upgrade status -s cygnus   how far it is",
  "ldms upgrade pause -s cygnus    have it stop behind the batch that is under way",
  "ldms upgrade resume -s cygnus   go on, also after it was stopped or killed",
  "ldms upgrade abort -s cygnus    go back",
];

/** @throws InvalidArgumentError, which commander prints with the option's name */
function amount(text: string): number | string {
  if (/^(100|[0-9]{1,2})%$/.test(text)) return text;
  if (/^[0-9]{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a number of hosts, or a share of them like `5%`");
}

async function runUpgrade(step: (typeof STEPS)[number] | undefined, options: UpgradeOptions): Promise<void> {
  const { to } = options;
  if ((step === undefined) === (to === undefined))
    throw BadInputError.of("ldms upgrade", "wants `--to TAG`, or one of status, pause, resume, abort", "ldms upgrade --help");
  process.exitCode = step === "status" || step === "pause" ? await look(step, options) : await carryOut(step, options);
}

async function look(step: "status" | "pause", { stack, engine, json }: UpgradeOptions): Promise<number> {
  const site = await openQuietSite(stack, engine);
  const found = step === "pause" ? await site.pauseUpgrade() : await site.upgradeStatus();
  if (json) printJson(found ?? null);
  else if (found === undefined) print(`${stack}: has had no upgrade`);
  else {
    print(renderUpgrade(found, stack, found.isAlive));
    for (const line of renderGaps(found.gaps)) print(line);
    if (step === "pause") print("it stops behind the batch that is under way");
  }
  return EXIT.done;
}

async function carryOut(step: "resume" | "abort" | undefined, options: UpgradeOptions): Promise<number> {
  const { stack, engine, to = "", maxFail, onFailure, wait, fresh, message, yes, json } = options;
  const site = await openQuietSite(stack, engine);
  const say = (line: string) => (json ? process.stderr.write(`${line}\n`) : print(line));
  const hooks: UpgradeHooks = { say, signal: abortOnSignal() };
  const ask = async (planned: PlannedUpgrade) => {
    for (const line of renderPlanned(planned)) say(line);
    return confirm(`Upgrade ${stack}?`, yes === true);
  };
  const report = await {
    resume: () => site.resumeUpgrade(hooks),
    abort: () => site.abortUpgrade(hooks),
    begin: () =>
      site.upgrade({
        ...hooks,
        to,
        onFailure,
        confirm: ask,
        ...(maxFail !== undefined && { maxFail }),
        ...(wait !== undefined && { waitSeconds: wait }),
        ...(fresh !== undefined && { freshSeconds: fresh }),
        ...(message !== undefined && { message }),
      }),
  }[step ?? "begin"]();
  if (json) printJson(report);
  else if (report.outcome !== "declined") for (const line of renderReport(report, stack)) print(line);
  return report.outcome === "done" || (step === "abort" && report.outcome === "back") ? EXIT.done : EXIT.failed;
}

function renderPlanned({ from, to, batches, leftOut }: PlannedUpgrade): string[] {
  const digests = Object.entries(to.digests).map(([image, digest]) => `  ${image}:${to.tag}@${digest.slice(0, 19)}…`);
  const staying = leftOut.length > 0 ? [`  as it is, by its own reference: ${leftOut.join(", ")}`] : [];
  return [`upgrade ${from.tag} to ${to.tag}`, ...digests, ...staying, ...renderOrder(batches)];
}

function renderReport(report: UpgradeReport, stack: string): string[] {
  return [...renderGaps(report.gaps), renderUpgrade(report, stack, false)];
}
