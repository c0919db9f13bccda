import type { Command, Option } from "commander";

/** Names that only the project's folder knows. */
export interface ProjectNames {
  stacks(): readonly string[];
  /** Of a stack's hosts; with `hasDaemon` those that `ldms controller` reaches. */
  hosts(stack: string, which: { readonly hasDaemon: boolean }): Promise<readonly string[]>;
}

/** What the words before the cursor come to. */
interface Place {
  readonly command: Command;
  /** Words that are neither options nor names of commands. */
  readonly positionals: number;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly stack: string | undefined;
}

/**
 * What the last word may become, sorted; empty where it is a file, or nothing that is known here.
 * @param words behind `ldms`; the last one is what is being typed, or empty
 */
export async function completeWords(program: Command, words: readonly string[], names: ProjectNames): Promise<string[]> {
  const begun = words.at(-1) ?? "";
  const place = readWords(program, words.slice(0, -1));
  const candidates = await candidatesAt(place, begun, program, names);
  return [...new Set(candidates)].filter((word) => word.startsWith(begun)).sort();
}

function readWords(program: Command, words: readonly string[]): Place {
  let [command, positionals] = [program, 0];
  let pending: Option | undefined;
  let stack: string | undefined;
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word);
    if (pending !== undefined) {
      if (isOf(pending, "--stack")) stack = word;
      pending = undefined;
    } else if (word.startsWith("-")) {
      const option = optionsOf(command, program).find((one) => isOf(one, word));
      pending = option?.required ? option : undefined;
    } else if (child !== undefined) command = child;
    else positionals++;
  }
  return { command, positionals, pending, stack };
}

function optionsOf(command: Command, program: Command): readonly Option[] {
  return [...command.options, ...(command === program ? [] : program.options)];
}

function isOf({ long, short }: Option, word: string): boolean {
  return word === long || word === short;
}

async function candidatesAt(place: Place, begun: string, program: Command, names: ProjectNames): Promise<readonly string[]> {
  const { command, pending, stack } = place;
  const hosts = (hasDaemon: boolean) => (stack === undefined ? [] : names.hosts(stack, { hasDaemon }));
  if (pending !== undefined) {
    if (isOf(pending, "--stack")) return names.stacks();
    return isOf(pending, "--replace") || isOf(pending, "--hosts") ? hosts(false) : (pending.argChoices ?? []);
  }
  if (begun.startsWith("-")) return [...optionsOf(command, program).flatMap(({ long }) => long ?? []), "--help"];
  const children = visible(command);
  if (children.length > 0) return children;
  // Which names are asked about are those of the whole command.
  if (command.name() === "help") return visible(program);
  const argument = command.registeredArguments[place.positionals];
  return argument?.name() === "host" ? hosts(true) : (argument?.argChoices ?? []);
}

function visible(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
}
