import type { Command } from "commander";
import { BadInputError } from "../plan/problems/errors";
import { print, readInput, stackOption } from "./io";
import { openSite } from "./stack";

interface GetOptions {
  readonly stack: string;
  readonly showSecret?: boolean;
}

interface SetOptions {
  readonly stack: string;
  readonly secret?: boolean;
  readonly file?: string;
}

/** `ldms config get|set`, on Pulumi.STACK.yaml. */
export function addConfigCommands(program: Command): void {
  const config = program.command("config").description("read and write the stack file's values");
  config
    .command("get <key>")
    .description("print one value; a secret only with --show-secret")
    .addOption(stackOption())
    .option("--show-secret", "print a secret's value")
    .addHelpText("after", "\nExample:\n  ldms config get -s cygnus tolerate")
    .action(runGet);
  config
    .command("set <key> [value]")
    .description("set one value; a secret's is read from a file or standard input, never from the command line")
    .addOption(stackOption())
    .option("--secret", "encrypt it with the stack's passphrase")
    .option("--file <path>", "read the value from a file")
    .addHelpText(
      "after",
      "\nExamples:\n  ldms config set -s cygnus tolerate 2\n  base64 < munge.key | ldms config set -s cygnus --secret mungeKey\n  ldms config set -s cygnus --secret ovisSecret --file ldmsauth.conf",
    )
    .action(runSet);
}

async function runGet(key: string, { stack, showSecret }: GetOptions): Promise<void> {
  const { value, isSecret } = await (await openSite(stack)).config.get(key);
  print(isSecret && !showSecret ? "[secret]" : value);
}

async function runSet(key: string, value: string | undefined, { stack, secret = false, file }: SetOptions): Promise<void> {
  if (secret && value !== undefined) {
    throw BadInputError.of(key, "a secret on the command line is seen by `ps`", `ldms config set -s ${stack} --secret ${key} < FILE`);
  }
  const text = value ?? (await readInput(file)).replace(/\n$/, "");
  await (await openSite(stack)).config.set(key, { value: text, isSecret: secret });
}
