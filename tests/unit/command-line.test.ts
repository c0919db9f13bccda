import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { completeWords, type ProjectNames } from "../../cli/completion/complete";
import { PROJECT_NAMES } from "../../cli/completion/project-names";
import { createProgram } from "../../cli/create-program";
import { readVersion } from "../../cli/version";
import { version } from "../../package.json";

/** Each verb with its own words: `["images lock", command]`. */
function verbsOf(command: Command, path: readonly string[] = []): (readonly [string, Command])[] {
  return command.commands.flatMap((one) => {
    const at = [...path, one.name()];
    return one.commands.length > 0 ? verbsOf(one, at) : [[at.join(" "), one] as const];
  });
}

function helpOf(command: Command): string {
  const said: string[] = [];
  command.configureOutput({ writeOut: (text) => said.push(text) });
  command.outputHelp();
  return said.join("");
}

/** The `ldms …` of a help text's examples, each up to what the shell does with it, and the remark behind it. */
function examplesOf(help: string): string[][] {
  const [, examples = ""] = help.split(/^Examples?[^\n]*:\n/m);
  const lines = [...examples.matchAll(/^ {2}.*?\bldms ([^\n]*)$/gm)].map(([, line]) => line!.split(/ {2,}|[)#<>|&]/)[0]!);
  return lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => (quoted ?? word)!));
}

/** Parses a line as `ldms` does, and carries nothing out. @returns the verb that would be */
async function parse(words: readonly string[]): Promise<string | undefined> {
  const program = createProgram();
  let carried: string | undefined;
  for (const [verb, command] of verbsOf(program)) {
    command.action(() => {
      carried = verb;
    });
  }
  await program.parseAsync(words, { from: "user" });
  return carried;
}

async function saidBy(words: readonly string[]): Promise<string> {
  const program = createProgram();
  const said: string[] = [];
  const listen = (command: Command) => {
    command.configureOutput({ writeOut: (text) => said.push(text), writeErr: (text) => said.push(text) });
    command.commands.forEach(listen);
  };
  listen(program);
  await program.parseAsync(words, { from: "user" }).catch(() => undefined);
  return said.join("");
}

describe("ldms", () => {
  const shown = verbsOf(createProgram()).filter(([verb]) => verb !== "complete");

  it("is with one verb alone what it is with all", () => {
    const all = createProgram().commands.filter((one) => !["help", "completion", "complete"].includes(one.name()));
    for (const command of all) {
      const alone = createProgram([command.name()]);
      assert.equal(helpOf(alone.commands.find((one) => one.name() === command.name())!), helpOf(command));
      assert.ok(alone.commands.length < all.length, command.name());
    }
  });

  for (const [verb, command] of shown) {
    it(`has an example of ${verb}, and takes it`, async () => {
      const examples = examplesOf(helpOf(command));
      assert.ok(examples.length > 0);
      const carried = await Promise.all(examples.map(parse));
      assert.ok(carried.includes(verb), JSON.stringify(examples));
    });
  }

  it("takes the examples of its own help", async () => {
    const examples = examplesOf(helpOf(createProgram()));
    assert.ok(examples.length >= 4);
    for (const words of examples) assert.equal(await parse(words), words[0]);
  });

  it("says its version, which is the package's", async () => {
    assert.equal(readVersion(), version);
    assert.equal(await saidBy(["--version"]), `ldms ${version}\n`);
  });

  it("helps with a verb of two words", async () => {
    assert.match(await saidBy(["help", "images", "lock"]), /^Usage: ldms images lock /);
    assert.match(await saidBy(["help", "plan"]), /^Usage: ldms plan /);
    assert.match(await saidBy(["help"]), /^Usage: ldms \[options\] \[command\]/);
  });

  for (const [when, expected] of [
    ["always", { FORCE_COLOR: "1" }],
    ["never", { NO_COLOR: "1" }],
    ["auto", { NO_COLOR: "yes" }],
  ] as const) {
    it(`takes --color ${when} behind a verb, for itself and what it starts`, async () => {
      const before = { ...process.env };
      try {
        delete process.env["FORCE_COLOR"];
        process.env["NO_COLOR"] = "yes";
        await parse(["plan", "-s", "cygnus", "--color", when]);
        const { NO_COLOR, FORCE_COLOR } = process.env;
        assert.deepEqual({ ...(NO_COLOR && { NO_COLOR }), ...(FORCE_COLOR && { FORCE_COLOR }) }, expected);
      } finally {
        process.env = before;
      }
    });
  }
});

describe("completeWords", () => {
  const NAMES: ProjectNames = {
    stacks: () => ["cygnus", "lab"],
    hosts: async (stack, { hasDaemon }) => (stack !== "cygnus" ? [] : ["cygnus-01", "cygnus-02", ...(hasDaemon ? [] : ["cygnus-08"])]),
  };
  const complete = (line: string) => completeWords(createProgram(), line.split(" "), NAMES);

  for (const [line, expected] of [
    ["pla", ["plan"]],
    ["st", ["status"]],
    ["images l", ["lock"]],
    ["plan -s ", ["cygnus", "lab"]],
    ["plan --stack l", ["lab"]],
    ["plan --js", ["--json"]],
    ["plan -s cygnus --col", ["--color"]],
    ["plan --color ", ["always", "auto", "never"]],
    ["up --engine ", ["embedded", "pulumi"]],
    ["tunnel ", ["grafana", "ui"]],
    ["tunnel -s cygnus g", ["grafana"]],
    ["move -s cygnus --to ", ["docker", "fan-out"]],
    ["controller -s cygnus ", ["cygnus-01", "cygnus-02"]],
    ["controller -s cygnus cygnus-01 ", []],
    ["controller ", []],
    ["hosts trust -s cygnus --replace cygnus-0", ["cygnus-01", "cygnus-02", "cygnus-08"]],
    ["completion ", ["bash", "fish", "zsh"]],
    ["help pla", ["plan"]],
    ["nonsense -x -", ["--color", "--help", "--version"]],
  ] as const) {
    it(`completes \`ldms ${line}\``, async () => assert.deepEqual(await complete(line), expected));
  }

  it("offers every verb that the help shows, and not what only scripts ask", async () => {
    const verbs = await complete("");
    assert.ok(verbs.includes("up") && verbs.includes("munge-key") && verbs.length > 15, verbs.join(" "));
    assert.ok(!verbs.includes("complete"));
  });

  it("has no names where there is no project", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-nowhere-"));
    const before = process.cwd();
    try {
      mkdirSync(join(folder, "below"));
      process.chdir(join(folder, "below"));
      assert.deepEqual(PROJECT_NAMES.stacks(), []);
      assert.deepEqual(await PROJECT_NAMES.hosts("cygnus", { hasDaemon: true }), []);
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
    assert.ok(PROJECT_NAMES.stacks().includes("cygnus"));
    assert.equal((await PROJECT_NAMES.hosts("cygnus", { hasDaemon: true })).length, 7);
  });
});
