import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderProgram } from "../../automation/own-program";
import { settledPath, writeSettled } from "../../automation/settled-file";

const REPOSITORY = process.cwd();

describe("beginEarly", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "ldms-early-"));
  after(() => rmSync(folder, { recursive: true }));

  before(() => {
    for (const name of ["none", "site", "other", "bin"]) mkdirSync(join(folder, name));
    for (const name of ["site", "other"]) {
      writeFileSync(join(folder, name, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\nmain: index.js\n");
      symlinkSync(join(REPOSITORY, "node_modules"), join(folder, name, "node_modules"));
    }
    writeFileSync(join(folder, "site/index.js"), renderProgram());
    writeFileSync(join(folder, "other/index.js"), "module.exports = {};\n");
    writeFileSync(join(folder, "bin/pulumi"), "", { mode: 0o755 });
  });

  /** What a process of these words has started, with what it loads while it waits. */
  function startedBy(words: string, { cwd = REPOSITORY, PATH = "/usr/bin:/bin" } = {}): string | undefined {
    const early = JSON.stringify(join(REPOSITORY, "cli/begin-early"));
    const show = 'require("node:child_process").execFileSync("ps", ["--ppid", String(process.pid), "-o", "args="], { encoding: "utf8" })';
    const script = `require(${early}).beginEarly(${JSON.stringify(words.split(" "))}); console.log(${show});`;
    const argv = ["--require", require.resolve("tsx/cjs"), "--eval", script];
    const shown = execFileSync(process.execPath, argv, { cwd, env: { ...process.env, PATH }, encoding: "utf8" });
    const line = shown.split("\n").find((one) => one.includes("child-begin.cjs"));
    return line && [...line.matchAll(/--require (\S+)/g)].map(([, path = ""]) => path.replace(`${REPOSITORY}/`, "")).join(" ");
  }

  const [bootstrap, begin] = ["engine/children/child-bootstrap.cjs", "engine/children/child-begin.cjs"];
  const parts = "bin/sources.js operations/plan-stack operations/observe/sweep plan/rules/check-plan";

  for (const words of ["up -s lab", "preview --stack lab --engine embedded"])
    it(`has the checkout's program load for \`${words}\``, () => assert.equal(startedBy(words), `${bootstrap} ${parts} ${begin}`));

  it("has it load for a site that `ldms init` has made", () =>
    assert.equal(startedBy("up -s lab", { cwd: join(folder, "site") }), `${bootstrap} ${parts} ${begin}`));

  it("has none load for a stack that looks settled, but for an `up` that asks it in any case", async () => {
    const place = { projectFolder: join(folder, "site"), stack: "lab" };
    writeFileSync(join(folder, "site/Pulumi.lab.yaml"), "config: {}\n");
    await writeSettled(place, { asked: "", state: "", generations: {} });
    const started = ["up -s lab", "up -slab", "up --stack=lab --yes"].map((words) => startedBy(words, { cwd: place.projectFolder }));
    assert.deepEqual(started, [undefined, undefined, undefined]);
    for (const words of ["up -s lab --refresh", "up -s other", "preview -s lab"])
      assert.notEqual(startedBy(words, { cwd: place.projectFolder }), undefined, words);
    rmSync(settledPath(place));
  });

  it("has the SDK alone load for another program", () =>
    assert.equal(startedBy("up -s lab", { cwd: join(folder, "other") }), `${bootstrap} ${begin}`));

  for (const words of ["status -s up", "up --help", "up -s lab --engine pulumi", "plan -s lab", "--version"])
    it(`starts nothing for \`${words}\``, () => assert.equal(startedBy(words), undefined));

  it("starts nothing where `pulumi` will run, nor where there is no project", () => {
    const PATH = `/usr/bin:/bin:${join(folder, "bin")}`;
    assert.equal(startedBy("up -s lab", { PATH }), undefined);
    assert.notEqual(startedBy("up -s lab --engine embedded", { PATH }), undefined);
    assert.equal(startedBy("up -s lab", { cwd: join(folder, "none") }), undefined);
  });
});
