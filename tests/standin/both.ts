import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeStandinTree } from "../../lab/standin/tree";
import { Daemons } from "./daemons";

const FIXTURES = path.join(__dirname, "../fixtures/ldmsd");

const STANDINS = path.join(os.tmpdir(), `ldms-standins-${process.pid}`);

/** What the real programs printed, of ldms 4.5.3. */
export const recorded = (name: string): string => fs.readFileSync(path.join(FIXTURES, name), "utf8");

/**
 * The same tests on the stand-ins and, where LDMS_OVIS names an install prefix of the real ones, on those.
 * `cases` registers them; it gets the daemons when they run.
 */
export function onBoth(title: string, cases: (daemons: () => Daemons) => void): void {
  suite(`${title}: the stand-ins`, (context) => {
    needProgram(context, ["/usr/bin/python3", "--version"], "/usr/bin/python3");
    writeStandinTree(STANDINS);
    return STANDINS;
  });
  suite(`${title}: the real LDMS`, (context) => {
    const prefix = process.env["LDMS_OVIS"];
    if (prefix) return prefix;
    console.warn("!!!! LDMS_OVIS names no install prefix of LDMS: the same tests on the real ldmsd are SKIPPED !!!!");
    return context.skip();
  });

  function suite(name: string, findPrefix: (context: Mocha.Context) => string): void {
    describe(name, function () {
      this.timeout(60_000);
      let daemons: Daemons;
      before(function () {
        daemons = new Daemons(findPrefix(this));
      });
      after(() => {
        daemons?.end();
        fs.rmSync(STANDINS, { recursive: true, force: true });
      });
      cases(() => daemons);
    });
  }
}

/** What maestro reads its file with. */
export const YAML = ["/usr/bin/python3", "-c", "import yaml"] as const;

/** For a suite's `before`: skips it, loudly, where this machine has not got a program that its daemons need. */
export function needProgram(context: Mocha.Context, argv: readonly [string, ...string[]], what: string): void {
  const [program, ...args] = argv;
  if (spawnSync(program, args).status === 0) return;
  console.warn(`!!!! ${what} is not on this machine: its tests are SKIPPED !!!!`);
  context.skip();
}

/** The parts of a table that every daemon has alike: the title lines, up to the line of dashes. */
export function head(table: string): string {
  const lines = table.split("\n");
  const rule = lines.findIndex((line) => /^-[- ]*-$/.test(line));
  return lines.slice(0, rule + 1).join("\n");
}

/** The rows below it, their figures and times as `N`, their blanks as one. */
export function shape(table: string): string[] {
  const lines = table.trimEnd().split("\n");
  const rule = lines.findIndex((line) => /^-[- ]*-$/.test(line));
  return lines.slice(rule + 1).map((line) =>
    line
      .replace(/\d+(\.\d+)?/g, "N")
      .replace(/ +/g, " ")
      .trimEnd(),
  );
}
