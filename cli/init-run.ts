import { isAbsolute, relative, resolve } from "node:path";
import { type InitializedSite, initSite } from "../automation/init-site";
import { locateStack } from "../automation/locate-stack";
import { openEngine } from "../automation/open-engine";
import { Site } from "../automation/site";
import { assertOwnProject } from "../automation/site-project";
import { expandHostlist, foldHosts } from "../plan/hostlist/hostlist";
import { type AnswerProblem, checkAnswers, placeProblems } from "../plan/init/check-answers";
import { initConfig } from "../plan/init/init-config";
import { type Answers, completeAnswers, QUESTION_NAMES, QUESTIONS } from "../plan/init/questions";
import { ConfigError, type ConfigProblem } from "../plan/problems/errors";
import { countOf, showLines } from "../plan/text/text";
import { messageOf } from "../stack/engine-error";
import { findProjectFolder } from "../stack/find-project-folder";
import { askAnswers, onTerminal } from "./ask-answers";
import { checkFiles, checkOptions, checkPassphraseFile } from "./check-init-options";
import { EXIT } from "./exit-codes";
import type { InitOptions } from "./init-options";
import { print } from "./io";
import { printFiles, printNext, showFile } from "./print-initialized";
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
export function ofFolder(answers: Answers, folder: string): Answers {
  const place = (path: string) => (/^([~-]|$)/.test(path) || isAbsolute(path) ? path : relative(folder, resolve(path)) || ".");
  const entries = Object.entries(answers) as [keyof Answers, string][];
  return Object.fromEntries(entries.map(([name, value]) => [name, QUESTIONS[name].isPath ? place(value) : value]));
}

function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new ConfigError("the command line", problems);
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
