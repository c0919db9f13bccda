import {
  ASKING_OPTIONS,
  type ClientKind,
  EXEC_FLAGS,
  EXEC_VALUED,
  GLOBAL_FLAGS,
  GLOBAL_VALUED,
  HARMLESS_VERBS,
  readClient,
  TALK,
  VERB_GROUPS,
  VOLUME_VALUED,
} from "./engine-clients";
import type { ShellWord } from "./read-word";

/** What a command does with an engine: nothing that a rule asks for, a `docker run` to be judged, or something that cannot be. */
export type EngineCall = { readonly run: readonly ShellWord[] } | { readonly unread: string } | undefined;

interface Client {
  readonly kind: ClientKind;
  /** `podman` */
  readonly program: string;
  /** It is the first word of its command. */
  readonly isCommand: boolean;
  /** It is said where it lies. */
  readonly isPath: boolean;
}

/** A program's place is no matter, and a variable in it neither: `/usr/bin/docker`, `$bin/docker`. */
function programOf({ source, text }: ShellWord): string {
  const program = source.slice(source.lastIndexOf("/") + 1);
  return text === undefined && /[$`*?[{]/.test(program) ? "" : program;
}

/** @param isCommand it is the first word; any other may be a folder of that name, or a program that the first one starts */
export function findClient(word: ShellWord, isCommand: boolean): Client | undefined {
  const program = programOf(word);
  const isPath = word.source.includes("/");
  const kind = isCommand || !isPath || /bin\/[^/]+$/.test(word.source) ? readClient(program) : undefined;
  return kind && { kind, program, isCommand, isPath };
}

/** @param words what follows the client */
export function readCall({ kind, program, isCommand, isPath }: Client, words: readonly ShellWord[]): EngineCall {
  const isAsking = ASKING_OPTIONS.includes(words[0]?.text ?? "");
  if (words.length === 0) return isCommand ? undefined : { unread: `\`${program}\` without its verb` };
  if (kind === "other") return isAsking || words[0]?.text === "version" ? undefined : { unread: `\`${program}\`` };
  if (isAsking) return undefined;
  const options = readOptions(words, GLOBAL_FLAGS, GLOBAL_VALUED);
  if (options.stranger) return { unread: `${nameOption(options.stranger)} of \`${program}\`` };
  const [verb, ...others] = words.slice(options.count);
  if (verb === undefined) return undefined;
  if (verb.text === undefined) return { unread: `\`${program}\` with a verb that only a shell can tell` };
  if (TALK.test(verb.text)) return undefined;
  // No verb: `docker: not found`, or the new name of a `cp /usr/bin/docker`.
  if (!/^[a-z][a-z-]*$/.test(verb.text)) return isCommand || !isPath ? undefined : { unread: `\`${program}\` by another name` };
  const isPlain = kind === "docker" && options.count === 0;
  return VERB_GROUPS.includes(verb.text)
    ? readVerb(program, `${verb.text} ${others[0]?.text ?? "…"}`, others.slice(1), isPlain)
    : readVerb(program, verb.text, others, isPlain);
}

function readVerb(program: string, path: string, words: readonly ShellWord[], isPlain: boolean): EngineCall {
  const verb = path.replace(/^container (?=run$|create$|exec$)/, "");
  if (verb === "run" || verb === "create") {
    if (isPlain) return { run: words };
    return { unread: program === "docker" ? `a \`docker ${verb}\` with options before it` : `\`${program} ${verb}\`` };
  }
  if (verb === "exec") return readLimited(`${program} exec`, words, EXEC_FLAGS, EXEC_VALUED);
  if (verb === "volume create") return readLimited(`${program} volume create`, words, [], VOLUME_VALUED);
  return HARMLESS_VERBS.has(verb) ? undefined : { unread: `\`${program} ${shown(verb)}\`` };
}

/** A verb that is harmless with some options only. What its operand is does not matter, if it cannot be an option. */
function readLimited(name: string, words: readonly ShellWord[], flags: readonly string[], valued: readonly string[]): EngineCall {
  const { stranger } = readOptions(words, flags, valued);
  return stranger ? { unread: `${nameOption(stranger)} of a \`${name}\`` } : undefined;
}

/** @returns how many words the options are, or the first that is not known */
function readOptions(words: readonly ShellWord[], flags: readonly string[], valued: readonly string[]) {
  let count = 0;
  while (count < words.length) {
    const { text } = words[count]!;
    if (text === "--") return { count: count + 1 };
    if (text === undefined) return { count, stranger: words[count]! };
    if (!text.startsWith("-")) return { count };
    if (flags.includes(text)) count += 1;
    else if (valued.includes(text)) {
      const value = words[count + 1];
      // Without quotes it may be more words than one.
      if (value && value.text === undefined) return { count, stranger: value };
      count += 2;
    } else if (valued.includes(text.split("=", 1)[0]!)) count += 1;
    else return { count, stranger: words[count]! };
  }
  return { count };
}

function nameOption({ text }: ShellWord): string {
  return text === undefined ? "a word that only a shell can tell" : `the option \`${shown(text.split("=", 1)[0]!)}\``;
}

/** A word of a script in a message: without what a terminal would act on. */
export function shown(text: string): string {
  return /^[\w.+:/$@{}… -]{1,40}$/.test(text) ? text : "…";
}
