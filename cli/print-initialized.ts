import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { InitializedSite } from "../automation/init-site";
import { shellLine, shellQuote } from "../plan/text/shell";
import { print } from "./io";

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
