import { type Command, InvalidArgumentError, Option } from "commander";
import type { LogPlace } from "../automation/verbs/talk";
import { foldGathered } from "../operations/gather/fold-gathered";
import { type GatheredReport, isGood } from "../operations/gather/gather";
import type { Selection } from "../operations/gather/pick-targets";
import { ROLES } from "../plan/containers/roles";
import { foldHosts } from "../plan/hostlist/hostlist";
import type { Role } from "../plan/model/container";
import { BadInputError } from "../plan/problems/errors";
import { showControls, showOutput } from "../plan/text/text";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, printJson, stackOption, wholeSeconds } from "./io";
import { openSite } from "./stack";

interface TalkOptions {
  readonly stack: string;
  readonly hosts?: string;
  readonly role?: Role;
  readonly container?: string;
  readonly diff?: boolean;
  readonly json?: boolean;
}

interface ExecOptions extends TalkOptions {
  readonly timeout: number;
  readonly yes?: boolean;
}

interface LogsOptions extends TalkOptions {
  readonly tail: number | "all";
  readonly since?: string;
  readonly follow?: boolean;
}

/** The verbs that bring together what many hosts say. */
export function addTalkCommands(program: Command): void {
  addSelection(program.command("exec <command...>"))
    .description("run a command on the stack's hosts, or inside their containers, and print each output once")
    .option("--timeout <seconds>", "for each host, on top of connecting", wholeSeconds, 60)
    .option("-y, --yes", "do not ask, where it is more than 16 hosts")
    .showHelpAfterError("(put -- before a command with options: ldms exec -s STACK -- ls -l)")
    .addHelpText(
      "after",
      `
One word is a line for the shell, several are a program and its arguments. Options of ldms stand before the command; put -- between them and a
command with options of its own.
With --role or --container it runs inside these containers, else on the hosts themselves.

Examples:
  ldms exec -s cygnus uptime
  ldms exec -s cygnus --hosts cygnus-[05-07] 'ls -d /store/*'
  ldms exec -s cygnus --role sampler --diff -- ldmsd -V`,
    )
    .action(runExec);
  addSelection(program.command("logs"))
    .description("the last lines of the stack's containers, each text once; -f goes on")
    .option("--tail <lines>", "so many lines of each container, or all", lines, 20)
    .option("--since <time>", "no older ones: 10m, 2026-11-28T21:00:00", dockerTime)
    .addOption(new Option("-f, --follow", "print each line as it comes; of 32 containers at most").conflicts(["diff", "json"]))
    .addHelpText("after", "\nExamples:\n  ldms logs -s cygnus --role aggregator --since 10m\n  ldms logs -s cygnus --hosts cygnus-05 -f")
    .action(runLogs);
}

function addSelection(command: Command): Command {
  return command
    .addOption(stackOption())
    .option("-w, --hosts <hostlist>", "only these hosts: cygnus-[01-04]")
    .addOption(new Option("--role <role>", "only containers of this role").choices(Object.keys(ROLES)))
    .option("--container <name>", "only containers of this name")
    .option("--diff", "the most frequent output, and what differs from it")
    .addOption(new Option("--json", "each host's output as JSON").conflicts("diff"));
}

async function runExec(command: readonly [string, ...string[]], options: ExecOptions, { parent }: Command): Promise<void> {
  assertLast(command, parent?.args ?? []);
  const { stack, timeout, yes } = options;
  const report = await (await openSite(stack)).exec({
    ...selectionOf(options),
    ...{ command, timeoutSeconds: timeout, signal: abortOnSignal() },
    confirm: (hosts) => confirm(`Run \`${showControls(command.join(" "))}\` on ${hosts.length} hosts, ${foldHosts(hosts)}?`, yes === true),
  });
  if (report.unkept !== undefined) process.stderr.write(`history: this command cannot be kept: ${showControls(report.unkept)}\n`);
  if (report.isDeclined) process.exitCode = EXIT.failed;
  else printGathered(report, options);
}

async function runLogs(options: LogsOptions): Promise<void> {
  const { stack, tail, since, follow } = options;
  const site = await openSite(stack);
  const wanted = { ...selectionOf(options), tail, ...(since !== undefined && { since }), signal: abortOnSignal() };
  if (!follow) return printGathered(await site.logs(wanted), options);
  const show = shownAs();
  let isBroken = false;
  await site.followLogs({
    ...wanted,
    onLine: (place, line) => writeLine(`${nameOf(place)}: ${show(line)}`),
    onEnd: (place, reason) => {
      isBroken = true;
      process.stderr.write(`${nameOf(place)}: ended: ${showControls(reason)}\n`);
    },
    onCap: (followed, all) => {
      const hosts = foldHosts(followed.map(({ host }) => host));
      process.stderr.write(`follows ${followed.length} of ${all} containers, on ${hosts}; --hosts names others\n`);
    },
  });
  process.exitCode = isBroken ? EXIT.failed : EXIT.done;
}

/** In `ls -w x` the option would be ours, and in `rm -y x` nobody would be asked. @throws BadInputError */
function assertLast(command: readonly string[], given: readonly string[]): void {
  if (command.every((word, i) => word === given.at(i - command.length))) return;
  const help = "options of ldms stand before the command: `ldms exec -s STACK --hosts HOSTS -- ls -l`";
  throw BadInputError.of("ldms exec", `an option stands behind \`${showControls(command[0]!)}\``, help);
}

function selectionOf({ hosts, role, container }: TalkOptions): Selection {
  return { ...(hosts !== undefined && { hosts }), ...(role !== undefined && { role }), ...(container !== undefined && { container }) };
}

function printGathered(report: GatheredReport, { diff, json }: TalkOptions): void {
  if (json) printJson(report);
  else for (const line of foldGathered(report, { isDiff: diff === true, show: shownAs() })) print(line);
  process.exitCode = isGood(report) ? EXIT.done : EXIT.failed;
}

/** On a terminal what hosts print must not steer it; a pipe gets it as it is. */
function shownAs(): (output: string) => string {
  return process.stdout.isTTY ? showOutput : (output) => output;
}

function nameOf({ host, container }: LogPlace): string {
  return `${host}:${container}`;
}

/** Waits for a slow reader. */
async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** @throws InvalidArgumentError */
function lines(text: string): number | "all" {
  if (text === "all") return text;
  if (!/^[0-9]{1,7}$/.test(text)) throw new InvalidArgumentError("must be a number of lines, or `all`");
  return Number(text);
}

/** Docker's forms begin with a digit. @throws InvalidArgumentError */
function dockerTime(text: string): string {
  if (!/^[0-9][0-9A-Za-z.:+-]*$/.test(text))
    throw new InvalidArgumentError("must be a duration, as 10m, or a time, as 2026-11-28T21:00:00");
  return text;
}
