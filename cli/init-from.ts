import { existsSync } from "node:fs";
import { join } from "node:path";
import { initSite } from "../automation/init-site";
import { assertOwnProject } from "../automation/site-project";
import { readForeignText } from "../operations/common/read-foreign-text";
import { expandHostlist } from "../plan/hostlist/hostlist";
import { optionOf, QUESTION_NAMES } from "../plan/init/questions";
import { importLdms, type LdmsImport } from "../plan/ldms-import/import-ldms";
import { ConfigError, type ConfigProblem } from "../plan/problems/errors";
import { shellQuote } from "../plan/text/shell";
import { findProjectFolder } from "../stack/find-project-folder";
import { checkPassphraseFile } from "./check-init-options";
import { EXIT } from "./exit-codes";
import type { InitOptions } from "./init-options";
import { print } from "./io";
import { printFiles, printNext, showFile } from "./print-initialized";

/** `ldms init --from FILE...`: the stack file of what a site runs already. @returns the exit code */
export async function runInitFrom(options: InitOptions): Promise<number> {
  const { stack, from = [], passphraseFile } = options;
  const folder = findProjectFolder(process.cwd());
  await assertOwnProject(folder);
  const problems = [...checkOptions(options), ...checkPassphraseFile(options, folder)];
  if (stack === undefined || problems.length > 0) throw new ConfigError("the command line", problems);
  const imported = importLdms(
    from.map((name) => ({ name, text: readForeignText(name, "name an ldms_cfg.yaml, or .conf files of ldmsds") })),
  );
  assertDecompositions(imported, stack, folder);
  const unsaid = imported.unsaid.flatMap((problem) => linesOf(problem, stack));
  const made = await initSite({
    stack,
    folder,
    config: imported.config,
    notes: [`Made from ${from.join(", ")} by ldms init.`, ...(unsaid.length > 0 ? [titleOf(imported), ...unsaid] : [])],
    passphraseFile,
  });
  print(`${showFile(made)}: ${countsOf(imported)}`);
  printFiles(made);
  if (unsaid.length > 0) print(["", titleOf(imported), ...unsaid].join("\n"));
  printNext(stack, made, false);
  return EXIT.done;
}

/** @throws ConfigError for those that do not lie beside the stack file yet */
function assertDecompositions({ decompositions }: LdmsImport, stack: string, folder: string): void {
  const problems = decompositions.flatMap(({ path, source, name }) =>
    existsSync(join(folder, name))
      ? []
      : [
          {
            path,
            message: `there is no such file yet: \`${name}\``,
            help: `copy ${shellQuote(source)} to ${shellQuote(join(folder, name))}`,
          },
        ],
  );
  if (problems.length > 0) throw new ConfigError(`Pulumi.${stack}.yaml`, problems);
}

/** What the files say no option says again. */
function checkOptions(options: InitOptions): ConfigProblem[] {
  const others = QUESTION_NAMES.filter((name) => name !== "stack" && options[name] !== undefined);
  return [
    ...(options.stack === undefined ? [{ path: "--stack", message: "is missing", help: "give `-s mycluster`" }] : []),
    ...others.map((name) => ({
      path: optionOf(name),
      message: "has no effect with --from: its files say this",
      help: "leave it out, and change the stack file afterwards",
    })),
  ];
}

function countsOf({ config }: LdmsImport): string {
  const entries = (key: string) => (config[key] ?? []) as readonly unknown[];
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  return [
    count(expandHostlist(String(config["hosts"])).length, "host", "hosts"),
    count(entries("samplers").length, "group of samplers", "groups of samplers"),
    count(entries("aggregators").length, "group of aggregators", "groups of aggregators"),
  ].join(", ");
}

function titleOf({ unsaid }: LdmsImport): string {
  return unsaid.length === 1 ? "One thing is not as in the files:" : `${unsaid.length} things are not as in the files:`;
}

function linesOf({ path, message, help }: ConfigProblem, stack: string): string[] {
  return [`- ${path}: ${message}`, ...(help === undefined ? [] : [`    help: ${help.replace("-s STACK", `-s ${shellQuote(stack)}`)}`])];
}
