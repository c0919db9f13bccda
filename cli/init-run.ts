import { existsSync, lstatSync, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join, relative, resolve } from "node:path";
import { type InitializedSite, initSite } from "../automation/init-site";
import { locateStack } from "../automation/locate-stack";
import { openEngine } from "../automation/open-engine";
import { findPrivateKeyProblem } from "../automation/private-key";
import { Site } from "../automation/site";
import { assertOwnProject } from "../automation/site-project";
import { foldHosts } from "../plan/hostlist/fold";
import { expandHostlist } from "../plan/hostlist/hostlist";
import { type AnswerProblem, checkAnswers, placeProblems } from "../plan/init/check-answers";
import { initConfig } from "../plan/init/init-config";
import { type Answers, completeAnswers, QUESTION_NAMES, QUESTIONS } from "../plan/init/questions";
import { ConfigError, type ConfigProblem } from "../plan/problems/errors";
import { liesIn } from "../plan/text/host-path";
import { shellLine, shellQuote } from "../plan/text/shell";
import { findNameProblem } from "../plan/text/stack-name";
import { countOf, showLines } from "../plan/text/text";
import { messageOf } from "../stack/engine-error";
import { passphraseFileOf } from "../stack/passphrase-file";
import { findProjectFolder } from "../stack/project-file";
import { askAnswers, onTerminal } from "./ask-answers";
import { EXIT } from "./exit-codes";
import type { InitOptions } from "./init-options";
import { print } from "./io";
import { trustOnTerminal } from "./trust-command";

/** @returns the exit code */
export async function runInit(options: InitOptions): Promise<number> {
  const folder = findProjectFolder(process.cwd());
  await assertOwnProject(folder);
  const answers = await answer(options, folder);
  const stack = answers.stack!;
  // Which file it is follows from the name, which may just have been typed.
  refuse(checkPassphraseFile({ ...options, stack }, folder));
  const made = await initAnswered(stack, folder, answers, options);
  printMade(made, completeAnswers(answers));
  const isPinned = options.pin && (await pin(stack, made, options));
  printNext(stack, made, isPinned);
  return options.pin && !isPinned ? EXIT.failed : EXIT.done;
}

async function answer(options: InitOptions, folder: string): Promise<Answers> {
  const given: Answers = Object.fromEntries(QUESTION_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  const check = (typed: Answers) => {
    const answers = ofFolder(typed, folder);
    return [...checkAnswers(answers), ...checkFiles(answers, folder)];
  };
  if (process.stdin.isTTY !== true || options.yes) {
    refuse([...check(given), ...checkOptions(options, folder)]);
    return ofFolder(given, folder);
  }
  const isGiven = ({ question }: AnswerProblem) => question === undefined || given[question] !== undefined;
  refuse([...check(given).filter(isGiven), ...checkOptions({ ...options, yes: true }, folder)]);
  const answers = await onTerminal((dialogue) => askAnswers(given, check, dialogue));
  refuse(check(answers));
  return ofFolder(answers, folder);
}

/** What is typed is of the folder in which it is typed, what the stack file has is of its own. */
function ofFolder(answers: Answers, folder: string): Answers {
  const place = (path: string) => (/^([~-]|$)/.test(path) || isAbsolute(path) ? path : relative(folder, resolve(path)) || ".");
  const entries = Object.entries(answers) as [keyof Answers, string][];
  return Object.fromEntries(entries.map(([name, value]) => [name, QUESTIONS[name].isPath ? place(value) : value]));
}

function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new ConfigError("the command line", problems);
}

/** What the answers name, and nothing but a look tells. */
function checkFiles({ stack, sshKey }: Answers, folder: string): AnswerProblem[] {
  const file = `Pulumi.${stack}.yaml`;
  const key = sshKey === undefined || sshKey.startsWith("~") ? undefined : resolve(folder, sshKey);
  const keyProblem = key === undefined || sshKey === "" ? undefined : findPrivateKeyProblem(key);
  return [
    ...(stack !== undefined && !stack.includes("/") && lstatSync(join(folder, file), { throwIfNoEntry: false })
      ? [
          {
            question: "stack" as const,
            path: "--stack",
            message: `\`${file}\` exists already, and is not overwritten`,
            help: `take another name, or first: mv ${file} ${file}.old`,
          },
        ]
      : []),
    ...(keyProblem === undefined
      ? []
      : [
          {
            question: "sshKey" as const,
            path: "--ssh-key",
            message: keyProblem,
            help: "name the private key that logs in to the hosts, or leave it out to use the agent's",
          },
        ]),
  ];
}

function checkOptions({ pin, yes, ...options }: InitOptions, folder: string): ConfigProblem[] {
  const help = "--yes keeps the ssh keys that the hosts give; --no-pin asks no host";
  return [...(pin && !yes ? [{ path: "--yes", message: "is missing", help }] : []), ...checkPassphraseFile(options, folder)];
}

/** Where a passphrase would be seen by others, or by nobody. */
export function checkPassphraseFile(
  { stack, passphraseFile }: Pick<InitOptions, "stack" | "passphraseFile">,
  folder: string,
): ConfigProblem[] {
  const path = "--passphrase-file";
  const liesInside = (file: string) => liesIn(resolve(folder), resolve(file));
  const where = "lies in the project's folder, and could go into its repository";
  if (passphraseFile === undefined) {
    const isGiven = process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
    const own = isGiven || stack === undefined || findNameProblem(stack) !== undefined ? undefined : passphraseFileOf(stack, process.env);
    const message = `is missing: the passphrase's own place, \`${own}\`, ${where}`;
    return own !== undefined && liesInside(own)
      ? [{ path, message, help: "name a file elsewhere, or begin in a folder of the stack's own" }]
      : [];
  }
  return [
    ...(liesInside(passphraseFile) ? [{ path, message: `${where}: \`${passphraseFile}\``, help: "name a file elsewhere" }] : []),
    ...(process.env["PULUMI_CONFIG_PASSPHRASE"] === undefined
      ? []
      : [{ path, message: "PULUMI_CONFIG_PASSPHRASE is set, and comes first", help: "unset it, or leave the option out" }]),
  ];
}

/** @throws ConfigError by the options, for what only the whole plan shows */
async function initAnswered(stack: string, folder: string, answers: Answers, { passphraseFile }: InitOptions): Promise<InitializedSite> {
  try {
    return await initSite({ stack, folder, config: initConfig(answers), passphraseFile });
  } catch (error) {
    if (error instanceof ConfigError) refuse(placeProblems(error.problems));
    throw error;
  }
}

function printMade(made: InitializedSite, { hosts, samplers, aggregators, storeOn }: Answers): void {
  const sampled = tell(samplers!, "is sampled", "are sampled");
  const [one, other] = [tell(aggregators!, "aggregates", "aggregate"), tell(storeOn!, "stores", "store")];
  const isSame = tell(aggregators!, "", "") === tell(storeOn!, "", "");
  const pulled = isSame ? `${one} and ${expandHostlist(storeOn!).length === 1 ? "stores" : "store"}` : `${one}, ${other}`;
  print(`${showFile(made)}: ${countOf(expandHostlist(hosts!).length, "host")}; ${sampled}, ${pulled}`);
  printFiles(made);
}

/** What becomes of hosts, in the singular or plural. */
function tell(hostlist: string, one: string, several: string): string {
  const hosts = expandHostlist(hostlist);
  return `${foldHosts(hosts)} ${hosts.length === 1 ? one : several}`;
}

/** The stack file, where it is: the project may be a folder above. */
export function showFile({ folder, files: [file = ""] }: InitializedSite): string {
  return folder === process.cwd() ? file : join(folder, file);
}

/** What was made beside the stack file. */
export function printFiles({ folder, files, passphraseFile }: InitializedSite): void {
  const project = files.slice(1);
  if (project.length > 0) print(`${folder}: is a Pulumi project now (${project.join(", ")})`);
  if (passphraseFile?.isNew) print(`${passphraseFile.path}: the passphrase of its secrets; keep a copy, without it nobody can read them`);
  else if (passphraseFile) print(`${passphraseFile.path}: was there, and is the passphrase of its secrets`);
}

/** @returns whether every host's key is kept */
async function pin(stack: string, { folder, passphrase }: InitializedSite, { yes }: InitOptions): Promise<boolean> {
  try {
    const site = new Site(openEngine(await locateStack({ projectFolder: folder, stack, passphrase }), "embedded"));
    return await trustOnTerminal(site, { yes });
  } catch (error) {
    // The stack file is whole without them.
    process.stderr.write(`${showLines(messageOf(error))}\n`);
    return false;
  }
}

/** Exactly as to be typed. */
export function printNext(stack: string, { folder, passphraseFile }: InitializedSite, isPinned: boolean): void {
  const ldms = ldmsWord(folder);
  const verbs = [...(isPinned ? [] : ["hosts trust"]), "plan", "preflight", "up"];
  print("\nNext:");
  if (passphraseFile) print(`  export ${shellLine([`PULUMI_CONFIG_PASSPHRASE_FILE=${passphraseFile.path}`])}`);
  for (const verb of verbs) print(`  ${ldms} ${verb} -s ${shellQuote(stack)}`);
}

/** How `ldms` is called in a project: by npx where it has the command, else as it was called now; by its name alone where the shell finds this very file. */
function ldmsWord(folder: string): string {
  if (["node_modules/.bin/ldms", "bin/ldms.js"].some((file) => existsSync(join(folder, file)))) return "npx ldms";
  const called = process.argv[1] ?? "ldms";
  const found = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "ldms"));
  const first = found.find((file) => existsSync(file));
  return first !== undefined && existsSync(called) && realpathSync(first) === realpathSync(called) ? "ldms" : shellQuote(called);
}
