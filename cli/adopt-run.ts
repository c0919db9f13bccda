import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FoundSite, findSite, writeSite } from "../automation/adopt-site";
import { locateStack } from "../automation/locate-stack";
import { openEngine } from "../automation/open-engine";
import { Site } from "../automation/site";
import { assertOwnProject } from "../automation/site-project";
import { assertCanAdopt } from "../automation/verbs/adopt-stack";
import { renderAdoption } from "../operations/adopt/render-adoption";
import { initConfig } from "../plan/init/init-config";
import { optionOf } from "../plan/init/questions";
import { BadInputError, ConfigError } from "../plan/problems/errors";
import { renderViolations } from "../plan/rules/violation";
import { showLines } from "../plan/text/text";
import { findProjectFolder } from "../stack/find-project-folder";
import { type AdoptOptions, ASKED } from "./adopt-options";
import { EXIT } from "./exit-codes";
import { ofFolder } from "./init-run";
import { print, printJson } from "./io";
import { printFiles } from "./print-initialized";

const NOTHING_CHANGED = "Nothing was changed; with --yes it is done.";

/** @returns the exit code */
export async function runAdopt(options: AdoptOptions): Promise<number> {
  const folder = findProjectFolder(process.cwd());
  const isThere = existsSync(join(folder, `Pulumi.${options.stack}.yaml`));
  return isThere ? adoptAgain(options, folder) : adoptNew(options, folder);
}

/** The stack file is there: only the state is made. */
async function adoptAgain(options: AdoptOptions, folder: string): Promise<number> {
  const { stack, yes = false, json } = options;
  const given = ASKED.filter((name) => options[name] !== undefined);
  if (given.length > 0)
    throw new ConfigError(
      "the command line",
      given.map((name) => ({ path: optionOf(name), message: `Pulumi.${stack}.yaml is there, and says it`, help: "leave it out" })),
    );
  const adopted = await (await openOwn(options, folder)).adopt({ yes });
  if (json) printJson(adopted);
  else print(renderAdoption(adopted, yes));
  if (!yes && !json) print(NOTHING_CHANGED);
  return EXIT.done;
}

async function adoptNew(options: AdoptOptions, folder: string): Promise<number> {
  const { yes = false, json, passphraseFile, engine: _, ...answers } = options;
  const { stack, hosts } = options;
  if (hosts === undefined)
    throw BadInputError.of("--hosts", "is missing", `give all hosts: ldms adopt -s ${stack} --hosts 'cygnus-[01-07]'`);
  // Before anything is written.
  if (yes) assertCanAdopt(options.engine ?? "embedded");
  await assertOwnProject(folder);
  const { ssh, method, fanOut } = initConfig(ofFolder(answers, folder)) as Readonly<
    Record<string, Readonly<Record<string, unknown>> | undefined>
  >;
  const config = { ...(method !== undefined && { method }), ...(fanOut !== undefined && { fanOut }) };
  const found = await findSite({ stack, folder, hosts, ssh: ssh ?? {}, config });
  if (!yes) {
    if (json) printJson(found);
    else printFound(found);
    return EXIT.done;
  }
  const made = await writeSite(found, { stack, folder, passphraseFile });
  if (!json) printFiles(made);
  const site = new Site(openEngine(await locateStack({ projectFolder: folder, stack, passphrase: made.passphrase }), "embedded"));
  const adopted = await site.adopt({ yes: true });
  if (json) printJson({ ...found, ...adopted });
  else print([...tellUnsaid(found), renderAdoption(adopted, true)].join("\n"));
  return EXIT.done;
}

async function openOwn({ stack, engine = "embedded" }: AdoptOptions, folder: string): Promise<Site> {
  return new Site(openEngine(await locateStack({ projectFolder: folder, stack }), engine));
}

function printFound(found: FoundSite): void {
  print([found.stackFile, ...tellUnsaid(found), ...tellBroken(found), renderAdoption(found, false), NOTHING_CHANGED].join("\n"));
}

function tellBroken({ violations }: FoundSite): string[] {
  const broken = violations.filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
  return broken.length > 0 ? ["Rules that the stack breaks, and without which nothing is taken over:", renderViolations(broken), ""] : [];
}

function tellUnsaid({ unsaid }: FoundSite): string[] {
  if (unsaid.length === 0) return [];
  const lines = unsaid.flatMap(({ path, message, help }) => [
    `- ${path}: ${message}`,
    ...(help === undefined ? [] : [`    help: ${help}`]),
  ]);
  return ["What the stack file does not say as it was found:", ...lines.map(showLines), ""];
}
