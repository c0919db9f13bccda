import type { ShellCommand } from "./command-list";
import { findClient, shown } from "./engine-calls";
import { CLIENT_NAME, ENGINE_ADDRESS, STARTING_VERBS } from "./engine-clients";
import type { ShellWord } from "./read-word";

const SHELLS = /^(sh|bash|dash|ash|ksh|mksh|zsh|rbash)$/;
const LANGUAGES = /^(python[0-9.]*|perl|ruby|node|lua|php|tclsh|expect|[gmn]?awk)$/;
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

export function isAssignment({ source }: ShellWord): boolean {
  return ASSIGNMENT.test(source);
}

/** `docker ps` of `LIST='docker ps'`, and any other word as it is. */
export function readValue({ source }: ShellWord): string {
  return source.replace(ASSIGNMENT, "");
}

/** `sh` of `/bin/sh`; empty where only a shell can tell. */
export function programName(word: ShellWord | undefined): string {
  return word?.text?.slice(word.text.lastIndexOf("/") + 1) ?? "";
}

/** What could start a container without a client's name in its place. @param words those in front of a client */
export function findHiddenStarts(
  name: string,
  assigned: readonly ShellWord[],
  words: readonly ShellWord[],
  { readsPipe, documents }: ShellCommand,
): string[] {
  const found: (string | undefined)[] = assigned.map(findHeld);
  for (const [i, word] of words.entries()) {
    found.push(isAssignment(word) || name === "for" || name === "select" ? findHeld(word) : findUntold(word, words, i));
    if (readsPipe && SHELLS.test(programName(word)) && readsItsStdin(words.slice(i + 1)))
      found.push("a script that a shell reads from a pipe");
  }
  if (name === "eval" && words.some(({ text }) => text === undefined)) found.push("an `eval` of words that only a shell can tell");
  const speaks = LANGUAGES.test(name);
  for (const text of [...words.flatMap((word) => (isAssignment(word) ? [] : [word.source])), ...documents]) {
    if (ENGINE_ADDRESS.test(text)) found.push("a talk with the engine past its client");
    if (speaks && CLIENT_NAME.test(text) && (!name.endsWith("awk") || /system|\|/.test(text)))
      found.push(`a program for \`${name}\` that names an engine's client`);
  }
  return found.filter((one) => one !== undefined);
}

/** `engine=docker` */
function findHeld(word: ShellWord): string | undefined {
  const value = readValue(word);
  const client = findClient({ source: value, text: value }, false);
  return client && `a variable that holds \`${client.program}\``;
}

/** `$engine --debug run`, `docker${IFS}run`, `curl --unix-socket $socket` */
function findUntold(word: ShellWord, words: readonly ShellWord[], at: number): string | undefined {
  if (word.text !== undefined) return undefined;
  if (words[at - 1]?.text === "--unix-socket") return "a socket that only a shell can tell";
  const others = words.slice(at + 1);
  const isOption = (one: ShellWord | undefined) => one?.source.startsWith("-") === true;
  // Behind options, each of which may have a value.
  const end = others.findIndex((one, i) => !isOption(one) && !isOption(others[i - 1]));
  const verb = others.slice(0, end < 0 ? undefined : end + 1).find(({ text }) => STARTING_VERBS.includes(text ?? ""));
  if (verb) return `\`${shown(word.source)} ${verb.text}\``;
  return at === 0 && CLIENT_NAME.test(word.source.split("$", 1)[0]!) ? `\`${shown(word.source)}\`` : undefined;
}

/** With neither a script of `-c` nor a file. */
function readsItsStdin(words: readonly ShellWord[]): boolean {
  if (words.some(({ text }) => text === "-s")) return true;
  return words.every(({ text }) => text?.startsWith("-") && !/^-[a-z]*c/.test(text));
}
