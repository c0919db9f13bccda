import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { findPrivateKeyProblem } from "../automation/private-key";
import type { AnswerProblem } from "../plan/init/check-answers";
import type { Answers } from "../plan/init/questions";
import type { ConfigProblem } from "../plan/problems/errors";
import { liesIn } from "../plan/text/host-path";
import { findNameProblem } from "../plan/text/stack-name";
import { passphraseFileOf } from "../stack/passphrase-file";
import type { InitOptions } from "./init-options";

/** What the answers name, and nothing but a look tells. */
export function checkFiles({ stack, sshKey }: Answers, folder: string): AnswerProblem[] {
  return [...(stack === undefined ? [] : checkStackFile(stack, folder)), ...(sshKey === undefined ? [] : checkKeyFile(sshKey, folder))];
}

function checkStackFile(stack: string, folder: string): AnswerProblem[] {
  const file = `Pulumi.${stack}.yaml`;
  if (stack.includes("/") || !lstatSync(join(folder, file), { throwIfNoEntry: false })) return [];
  const message = `\`${file}\` exists already, and is not overwritten`;
  return [{ question: "stack", path: "--stack", message, help: `take another name, or first: mv ${file} ${file}.old` }];
}

function checkKeyFile(key: string, folder: string): AnswerProblem[] {
  const message = key === "" || key.startsWith("~") ? undefined : findPrivateKeyProblem(resolve(folder, key));
  if (message === undefined) return [];
  const help = "name the private key that logs in to the hosts, or leave it out to use the agent's";
  return [{ question: "sshKey", path: "--ssh-key", message, help }];
}

export function checkOptions({ pin, yes, ...options }: InitOptions, folder: string): ConfigProblem[] {
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
