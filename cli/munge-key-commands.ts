import { type Command, InvalidArgumentError, Option } from "commander";
import { renderMungeReport } from "../operations/munge/munge-places";
import { foldHosts } from "../plan/hostlist/fold";
import { MADE_KEY_BYTES, MIN_KEY_BYTES } from "../plan/munge/key-form";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, printJson, stackOption } from "./io";
import type { RotateOptions } from "./munge-key-rotate";
import { openSite } from "./stack";

interface GenerateOptions {
  readonly stack: string;
  readonly bytes: number;
  readonly replace?: boolean;
}

interface CheckOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export function addMungeKeyCommands(program: Command): void {
  const key = program.command("munge-key").description("the key of `munge: { mode: key }`, by which the daemons trust each other");
  key
    .command("generate")
    .description("make a random key and encrypt it into the stack file; it is shown nowhere")
    .addOption(stackOption())
    .option("--bytes <n>", `${MIN_KEY_BYTES} to ${MADE_KEY_BYTES}`, keyBytes, MADE_KEY_BYTES)
    .option("--replace", "replace the key that is there, where nothing is deployed; otherwise use `rotate`")
    .addHelpText("after", "\nExample:\n  ldms munge-key generate -s cygnus && ldms up -s cygnus")
    .action(runGenerate);
  key
    .command("check")
    .description("does every munged of the stack answer, and do all have one key? reads and changes nothing")
    .addOption(stackOption())
    .option("--json", "the same as JSON")
    .addHelpText("after", "\nExample:\n  ldms munge-key check -s cygnus")
    .action(runCheck);
  key
    .command("rotate")
    .description("a new key for every munged of the stack, or the old one again where a host does not take it")
    .addOption(stackOption())
    .addOption(new Option("--engine <name>", "`pulumi` where it is found, else `embedded`").choices(["pulumi", "embedded"]))
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      `
No container restarts. Daemons that are connected stay so: munge is asked when a connection is made. Those that connect while one side has the
new key and the other the old are refused, and try again.
A rotation that was killed is finished by the next one.

Example:
  ldms munge-key rotate -s cygnus && git commit -m "Rotate the munge key" Pulumi.cygnus.yaml`,
    )
    .action(async (options: RotateOptions) => {
      // Loaded for this verb only: the engine takes half a second.
      const { runRotate } = require("./munge-key-rotate") as typeof import("./munge-key-rotate");
      process.exitCode = await runRotate(options);
    });
}

/** Parses a key's length. @throws InvalidArgumentError */
function keyBytes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= MIN_KEY_BYTES && value <= MADE_KEY_BYTES) return value;
  throw new InvalidArgumentError(`must be ${MIN_KEY_BYTES} to ${MADE_KEY_BYTES} bytes`);
}

async function runGenerate({ stack, bytes, replace }: GenerateOptions): Promise<void> {
  await (await openSite(stack)).mungeKey.generate({ bytes, isReplacing: replace === true });
  print(`${stack}: a munge key of ${bytes} random bytes is in Pulumi.${stack}.yaml, encrypted`);
}

async function runCheck({ stack, json }: CheckOptions): Promise<void> {
  const { isAgreed, tolerableDead, ...report } = await (await openSite(stack)).mungeKey.check({ signal: abortOnSignal() });
  if (json) printJson(report);
  else print(report.places.length === 0 ? `${stack}: uses no munge` : renderMungeReport(report));
  if (tolerableDead?.length) process.stderr.write(`left out, dead: ${foldHosts([...tolerableDead])}\n`);
  const isWell = isAgreed && tolerableDead !== undefined;
  process.exitCode = !isWell ? EXIT.failed : tolerableDead.length > 0 ? EXIT.hostsSkipped : EXIT.done;
}
