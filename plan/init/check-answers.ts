import { z } from "zod";
import { parseClusterConfig } from "../checks/parse";
import { wordDefault, wordIssue } from "../config/wording";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { initConfig } from "./init-config";
import { type Answers, optionOf, QUESTION_NAMES, QUESTIONS, type Question, type QuestionName } from "./questions";

/** One thing that is wrong with the answers; its path is the option, where one made it. */
export interface AnswerProblem extends ConfigProblem {
  readonly question?: QuestionName;
}

/** Stands for the name while there is none. */
const NO_NAME = "site";

/** Everything that is missing, and what the stack file of the rest would be told, in its words. */
export function checkAnswers(given: Answers): AnswerProblem[] {
  const missing = QUESTION_NAMES.filter((name) => QUESTIONS[name].isNeededAs !== undefined && given[name] === undefined);
  const misformed = QUESTION_NAMES.flatMap((name) => checkForm(name, given[name]));
  const wrong = new Set(misformed.map(({ question }) => question));
  const formed: Answers = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name as QuestionName)));
  const inFile = placeProblems(checkFile(formed)).filter(({ question }) => question === undefined || !missing.includes(question));
  // What follows from hosts that nobody can read helps nobody.
  const areHostsKnown = given.hosts !== undefined && !inFile.some(({ question }) => question === "hosts");
  const isOwn = ({ question }: AnswerProblem) => question !== undefined && given[question] !== undefined;
  return [
    ...missing.map((name) => ({
      question: name,
      path: optionOf(name),
      message: "is missing",
      help: `give \`${QUESTIONS[name].isNeededAs}\``,
    })),
    ...misformed,
    ...withoutRepeated(inFile.filter((problem) => areHostsKnown || isOwn(problem))),
  ];
}

/** One answer may make several places. */
function withoutRepeated(problems: readonly AnswerProblem[]): AnswerProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

/** Problems of a stack file, each by the option that made its place. */
export function placeProblems(problems: readonly ConfigProblem[]): AnswerProblem[] {
  return problems.map((problem) => {
    const question = QUESTION_NAMES.find((name) => QUESTIONS[name].makes.test(problem.path));
    return question === undefined ? problem : { ...problem, question, path: optionOf(question) };
  });
}

function checkForm(question: QuestionName, value: string | undefined): AnswerProblem[] {
  const form = formOf(QUESTIONS[question]);
  const issues = form.safeParse(value, { error: wordDefault, reportInput: true }).error?.issues ?? [];
  return issues.flatMap((issue) => wordIssue(issue, form)).map((problem) => ({ ...problem, question, path: optionOf(question) }));
}

function formOf({ choices, pattern }: Question): z.ZodType {
  if (choices !== undefined) return z.enum(choices).optional();
  return pattern === undefined
    ? z.unknown()
    : z
        .string()
        .regex(...pattern)
        .optional();
}

function checkFile(given: Answers): readonly ConfigProblem[] {
  const stack = given.stack ?? NO_NAME;
  try {
    parseClusterConfig(stack, `Pulumi.${stack}.yaml`, initConfig(given));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
