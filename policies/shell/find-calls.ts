import { readHostScript } from "../../plan/fan-out/host-script";
import type { ShellCommand } from "./command-list";
import { findClient, readCall } from "./engine-calls";
import { readCommands } from "./read-commands";
import type { ShellWord } from "./read-word";
import { findHiddenStarts, isAssignment, programName, readValue } from "./suspect-words";

/** What a script does with engines. */
export interface EngineCalls {
  /** The words behind each `docker run`. */
  readonly runs: readonly (readonly ShellWord[])[];
  /** "`podman run`" */
  readonly unread: readonly string[];
}

const MAX_NESTING = 20;
/** Their arguments are read by a shell once more, all together. */
const JOINING = /^(eval|echo|printf|ssh|pdsh|clush|dsh|xargs|watch|parallel)$/;
const PRINTING = /^(echo|printf|cat|logger)$/;
/** Their arguments are names and texts, and nothing that they start. */
const NAMING = new Set([
  ...["[", "[[", "test", ":", "for", "select", "case", "cd", "ls", "stat", "file", "cat", "head", "tail", "echo", "printf", "logger"],
  ...["mkdir", "rmdir", "rm", "du", "df", "chmod", "chown", "chgrp", "grep", "egrep", "fgrep", "type", "hash", "which", "whereis"],
  ...["readlink", "realpath", "basename", "dirname", "systemctl", "service", "rc-service", "journalctl", "pgrep", "pidof", "ps"],
  ...["id", "getent", "groupadd", "groupdel", "usermod", "useradd", "adduser", "addgroup", "gpasswd"],
  ...["apt", "apt-get", "apt-cache", "yum", "dnf", "zypper", "rpm", "dpkg", "apk", "snap", "modprobe"],
]);

/** Every start of an engine's client in a script, in the texts that it may hand to a shell among them. Of the plan's own for a host, by its table. */
export function findCalls(script: string): EngineCalls {
  const calls: FoundCalls = { runs: [], unread: [] };
  addCalls(script, calls, 0);
  return calls;
}

interface FoundCalls {
  readonly runs: (readonly ShellWord[])[];
  readonly unread: string[];
}

function addCalls(script: string, calls: FoundCalls, nesting: number): void {
  const own = readHostScript(script);
  if (own) {
    calls.runs.push(...own.runs.map((words) => words.map((text) => ({ source: text, text }))));
    for (const text of own.texts) addCalls(text, calls, nesting + 1);
    return;
  }
  const commands = nesting > MAX_NESTING ? undefined : readCommands(script);
  if (!commands) calls.unread.push("a script that is nested too deep to be read");
  for (const command of commands ?? []) {
    // What somebody only reads.
    if (command.isHeard && PRINTING.test(programName(command.words[0]))) continue;
    for (const text of addCommand(command, calls)) {
      // One that no quotes were taken from is a word by itself.
      if (text !== script) addCalls(text, calls, nesting + 1);
    }
  }
}

/** @returns what may be scripts in turn */
function addCommand(command: ShellCommand, calls: FoundCalls): readonly string[] {
  const { words: all, documents } = command;
  const first = all.findIndex((word) => !isAssignment(word));
  const assigned = first < 0 ? all : all.slice(0, first);
  const words = all.slice(assigned.length);
  const name = programName(words[0]);
  const isNaming = NAMING.has(name) || (name === "command" && /^-[vV]$/.test(words[1]?.text ?? ""));
  const at = isNaming ? -1 : words.findIndex((word, i) => !isAssignment(word) && findClient(word, i === 0));
  // What follows a client is the client's.
  const own = at < 0 ? words : words.slice(0, at);
  const call = at < 0 ? undefined : readCall(findClient(words[at]!, at === 0)!, words.slice(at + 1));
  if (call && "run" in call) calls.runs.push(call.run);
  else if (call) calls.unread.push(call.unread);
  const startsNothing = isNaming && name !== "for" && name !== "select";
  calls.unread.push(...findTakenNames(name, words), ...findHiddenStarts(name, assigned, startsNothing ? [] : own, command));
  return [...textsOf(assigned, own), ...documents];
}

/** A function or an alias of a name that is known to start nothing may start what follows it. */
function findTakenNames(name: string, words: readonly ShellWord[]): string[] {
  if (name !== "function" && name !== "alias") return [];
  const names = words.slice(1).map(({ source }) => source.split("=", 1)[0]!);
  return names.filter((one) => NAMING.has(one) || one === "command").map((one) => `another \`${one}\` than the shell's own`);
}

/** What a shell may be given as a script: words of several words. */
function textsOf(assigned: readonly ShellWord[], words: readonly ShellWord[]): string[] {
  const values = assigned.map(readValue);
  const joins = words.findIndex((word) => JOINING.test(programName(word)));
  const sources = words.map(readValue);
  const joined = joins < 0 ? [] : [sources.slice(joins + 1).join(" ")];
  return [...[...values, ...(joins < 0 ? sources : sources.slice(0, joins))].filter((text) => /\s/.test(text)), ...joined];
}
