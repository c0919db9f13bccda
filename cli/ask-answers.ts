import { createInterface } from "node:readline";
import type { AnswerProblem } from "../plan/init/check-answers";
import { type Answers, completeAnswers, QUESTION_NAMES, QUESTIONS, type QuestionName } from "../plan/init/questions";
import { BadInputError } from "../plan/problems/errors";

/** Who is asked. */
export interface Dialogue {
  readonly ask: (question: string) => Promise<string>;
  readonly say: (text: string) => void;
}

/**
 * Asks for what is not given, one by one; an answer that is wrong is asked for again.
 * @param check what is wrong with the answers so far, with the proposals for the rest
 */
export async function askAnswers(
  given: Answers,
  check: (answers: Answers) => readonly AnswerProblem[],
  dialogue: Dialogue,
): Promise<Answers> {
  const askOne = async (name: QuestionName, { [name]: _, ...before }: Answers): Promise<Answers> => {
    for (;;) {
      const proposed = completeAnswers(before)[name];
      const typed = (await dialogue.ask(`${QUESTIONS[name].asks}${renderProposal(proposed, name)}: `)).trim();
      const answer = typed === "" ? proposed : typed;
      const answers: Answers = answer === undefined ? before : { ...before, [name]: answer };
      const problems = check(answers).filter(({ question }) => question === name);
      if (problems.length === 0) return answers;
      dialogue.say(problems.map(renderProblem).join("\n"));
    }
  };
  let answers = given;
  for (const name of QUESTION_NAMES) {
    const { asks, isOpen } = QUESTIONS[name];
    if (asks !== undefined && answers[name] === undefined && isOpen?.(completeAnswers(answers)) !== false)
      answers = await askOne(name, answers);
  }
  const isAsked = (name: QuestionName) => QUESTIONS[name].asks !== undefined && given[name] === undefined;
  for (;;) {
    // What only all of them together show.
    const wrong = check(answers).find(({ question }) => question !== undefined && isAsked(question));
    if (wrong?.question === undefined) return answers;
    dialogue.say(renderProblem(wrong));
    answers = await askOne(wrong.question, answers);
  }
}

function renderProposal(proposed: string | undefined, name: QuestionName): string {
  const shown = proposed ?? QUESTIONS[name].without;
  return shown === undefined ? "" : ` [${shown}]`;
}

function renderProblem({ message, help }: AnswerProblem): string {
  return `  ${message}${help === undefined ? "" : `\n  help: ${help}`}`;
}

/** Has somebody at this terminal answer. */
export async function onTerminal<T>(
  use: (dialogue: Dialogue) => Promise<T>,
  { stdin: input, stdout: output }: Pick<NodeJS.Process, "stdin" | "stdout"> = process,
): Promise<T> {
  const terminal = createInterface({ input, output });
  // To a terminal that reads key by key it is a key.
  terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // A pipe's end may come before the last question is asked, with the answer to it.
  let isClosed = false;
  terminal.once("close", () => {
    isClosed = true;
  });
  const lines = terminal[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    if (isClosed) {
      output.write(question);
    } else {
      terminal.setPrompt(question);
      terminal.prompt();
    }
    const { value, done } = await lines.next();
    if (done !== true) return value;
    throw BadInputError.of(
      "ldms init",
      "not everything was answered; nothing was written",
      "run it again, or give options: ldms init --help",
    );
  };
  try {
    return await use({ ask, say: (text) => output.write(`${text}\n`) });
  } finally {
    terminal.close();
  }
}
