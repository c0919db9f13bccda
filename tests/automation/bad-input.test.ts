import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CommanderError } from "commander";
import { createProgram } from "../../cli/create-program";
import { exitCodeOf } from "../../cli/exit-code-of";
import { EXIT } from "../../cli/exit-codes";
import { withoutPulumi } from "../lab/find-pulumi";
import { start } from "../lab/ldms-process";

const REPOSITORY = resolve(__dirname, "../..");
const LDMS = join(REPOSITORY, "bin/ldms.js");
const CYGNUS = readFileSync(join(REPOSITORY, "Pulumi.cygnus.yaml"), "utf8");
const PROJECT = readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8");

/** What stands in the project's folder besides Pulumi.yaml and Pulumi.cygnus.yaml. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  "Pulumi.noyaml.yaml": "config: [",
  "Pulumi.flow.yaml": "config: { ldms:hosts: cygnus-[01-09] }",
  "Pulumi.list.yaml": "- 1\n",
  "Pulumi.empty.yaml": "",
  "Pulumi.bytes.yaml": Buffer.from([0xff, 0xfe]),
  "Pulumi.typo.yaml": CYGNUS.replace("ldms:samplers", "ldms:sampler"),
  "Pulumi.keyless.yaml": CYGNUS.replace(/^ {2}ldms:ssh: .*$/m, "  ldms:ssh: { user: root, key: none }"),
  "Pulumi.uiless.yaml": CYGNUS.replace(/^ {2}ldms:ui: .*\n/m, ""),
  "settings.json": '{ "nonsense": "advisory" }',
};

/** Words of a command line, and how its error begins. Hosts of cygnus are nowhere: a look at them would end otherwise. */
const BAD: readonly (readonly [string, string])[] = [
  ["", "Usage: ldms"],
  ["nonsense", "error: unknown command 'nonsense'"],
  ["help images nonsense", "error: there is no such verb: `ldms images nonsense`"],
  ["completion sh", "error: command-argument value 'sh' is invalid"],
  ["plan -s cygnus --color sometimes", "error: option '--color <when>' argument 'sometimes' is invalid"],
  ["plan", "error: required option '-s, --stack <name>' not specified"],
  ["plan -s", "error: option '-s, --stack <name>' argument missing"],
  ["plan -s cygnus more", "error: too many arguments for 'plan'"],
  ["plan -s cygnus --nonsense", "error: unknown option '--nonsense'"],
  ["plan -s nowhere", "Pulumi.nowhere.yaml is not valid:"],
  ["plan -s noyaml", "Pulumi.noyaml.yaml is not valid:\n  - line 1: is not YAML: "],
  ["up -s noyaml --yes", "Pulumi.noyaml.yaml is not valid:\n  - line 1: is not YAML: "],
  ["preview -s flow", "Pulumi.flow.yaml is not valid:\n  - line 1: has brackets without quotes"],
  ["plan -s list", "PROJECT/Pulumi.list.yaml: is not a map of settings"],
  ["status -s empty", "Pulumi.empty.yaml is not valid:\n  - xprt: is missing"],
  ["plan -s bytes", "PROJECT/Pulumi.bytes.yaml: is not UTF-8 text"],
  ["up -s typo --yes", "Pulumi.typo.yaml is not valid:\n  - samplers: is missing"],
  ["preview -s cygnus --engine pulumi", "engine: there is no `pulumi` on PATH"],
  ["preview -s cygnus --policy-pack nowhere", "error: option '--policy-pack <folder>' argument 'nowhere' is invalid. must be a folder"],
  ["up -s cygnus --wait soon", "error: option '--wait <seconds>' argument 'soon' is invalid"],
  ["up -s cygnus --yes --only-failed --target x", "error: option '--only-failed' cannot be used with option '--target <urn>'"],
  ["up -s cygnus --yes --only-failed", "onlyFailed: no run has deployed the stack yet\nhelp: ldms up -s cygnus"],
  ["controller -s cygnus nowhere", "ldms controller: no ldmsd of the stack's on this host: `nowhere`"],
  ["controller -s cygnus cygnus-01 --container x", "ldms controller: `cygnus-01` has no ldmsd in this container: `x`"],
  ["tunnel -s cygnus nonsense", "error: command-argument value 'nonsense' is invalid"],
  ["tunnel -s uiless ui", "ldms tunnel: the stack `uiless` has no ui"],
  ["tunnel -s cygnus ui --via a/b", "ldms tunnel: not a login node: `a/b`"],
  ["images sbom -s cygnus nonsense", "ldms images sbom: no container of the stack runs `nonsense`"],
  ["images build -s cygnus", "images build: the stack builds no image: `cygnus`"],
  ["images build -s cygnus --ovis nowhere", "images build: --ovis packages one image, and none is named"],
  ["images build -s cygnus ldms-samp --ovis nowhere", "ldms-samp: there is no ovis tree: `PROJECT/nowhere`"],
  ["images import nowhere", "nowhere: cannot be read (ENOENT)"],
  ["hosts import nowhere", "nowhere: cannot be read (ENOENT)"],
  ["hosts trust -s cygnus --replace n[1", "hostlist: the bracket is never closed"],
  ["bundle load nowhere", "bundle: check ...\nnowhere: there is no such file"],
  ["bundle create -s cygnus -o a", "bundle: takes a checkout of ldms along, and this folder is none"],
  ["config get -s cygnus nonsense", "config: is not set for the stack `cygnus`: `nonsense`"],
  ["config set -s cygnus --secret mungeKey seen", "mungeKey: a secret on the command line is seen by `ps`"],
  ["config set -s cygnus tolerate --file nowhere", "nowhere: cannot be read (ENOENT)"],
  ["munge-key rotate -s cygnus --yes", "ldms munge-key rotate: no container has a key of the stack"],
  ["export -s cygnus", "stack: has no state yet: `cygnus`"],
  ["import -s cygnus --file nowhere", "nowhere: cannot be read (ENOENT)"],
  ["import -s cygnus --file Pulumi.yaml", "import: is not JSON"],
  ["forget -s cygnus", "error: missing required argument 'hostlist'"],
  ["forget cygnus-[02 -s cygnus --yes", "hostlist: the bracket is never closed"],
  [
    "forget cygnus-02 -s cygnus --yes",
    "forget: Pulumi.cygnus.yaml still names cygnus-02; nothing was changed\n  - hosts: `cygnus-[01-08]`: write",
  ],
  ["forget cygnus-99 -s cygnus --yes", "forget: cygnus knows nothing of cygnus-99\nhelp: look for a slip of the pen"],
  ["move -s cygnus --to nonsense", "error: option '--to <method>' argument 'nonsense' is invalid"],
  ["policy -s cygnus --policy-pack-config Pulumi.yaml", "--policy-pack-config: is no JSON: `Pulumi.yaml`"],
  ["policy -s cygnus --policy-pack-config settings.json", "settings.json is not valid:\n  - nonsense: is the name of no rule"],
  ["up -s keyless --yes", "ssh.key: cannot be read"],
];

describe("a bad command line or stack file", function () {
  this.timeout(60_000);
  const { env } = process;
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-bad-"));
    mkdirSync(join(folder, "state"));
    symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    for (const [name, text] of Object.entries({ ...FILES, "Pulumi.yaml": PROJECT, "Pulumi.cygnus.yaml": CYGNUS }))
      writeFileSync(join(folder, name), text);
    const { PATH = "", HOME = "" } = env;
    const given = { PULUMI_BACKEND_URL: `file://${join(folder, "state")}`, PULUMI_CONFIG_PASSPHRASE: "p" };
    process.env = { ...withoutPulumi({ PATH, HOME }), ...given };
    process.chdir(folder);
  });
  after(() => {
    process.chdir(REPOSITORY);
    process.env = env;
    rmSync(folder, { recursive: true });
  });

  /** As cli.ts does, within this process: forty starts would take a minute. */
  async function run(words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const said: string[] = [];
    const { stdout, stderr } = process;
    const writes = [stdout.write, stderr.write] as const;
    const keep = (text: unknown) => said.push(String(text)) > 0;
    [stdout.write, stderr.write] = [keep, keep];
    try {
      await createProgram().parseAsync(words, { from: "user" });
      return { code: EXIT.done, said: said.join("") };
    } catch (error) {
      return { code: exitCodeOf(error), said: `${said.join("")}${error instanceof CommanderError ? "" : (error as Error).message}` };
    } finally {
      [stdout.write, stderr.write] = writes;
    }
  }

  function assertUntouched(): void {
    assert.deepEqual(readdirSync(join(folder, "state")), []);
    assert.equal(readFileSync(join(folder, "Pulumi.cygnus.yaml"), "utf8"), CYGNUS);
    assert.equal(existsSync(join(folder, ".ldms")), false);
  }

  for (const [line, begins] of BAD) {
    it(`is one error and exit code 2, and nothing is written: ldms ${line}`, async () => {
      const { code, said } = await run(line.split(" ").filter(Boolean));
      const expected = begins.replace("PROJECT", folder);
      assert.equal(said.slice(0, expected.length), expected, said);
      assert.equal(code, EXIT.badInput);
      assertUntouched();
    });
  }

  it("is a folder that is no project, or a Pulumi.yaml that cannot be read, and ends the command so", async () => {
    const other = mkdtempSync(join(tmpdir(), "ldms-no-project-"));
    const environment = withoutPulumi({ PATH: process.env["PATH"] ?? "" });
    const plan = () => start([process.execPath, LDMS, "plan", "-s", "cygnus"], { folder: other, environment, timeoutSeconds: 60 }).ended;
    try {
      const { code, stdout, stderr } = await plan();
      assert.deepEqual([code, stdout], [EXIT.badInput, ""]);
      assert.equal(
        stderr,
        `${other}/Pulumi.yaml: cannot be read\nhelp: run this in the folder of a Pulumi project, or below it; \`ldms init\` makes one\n`,
      );
      writeFileSync(join(other, "Pulumi.yaml"), "- [");
      const second = await plan();
      assert.match(second.stderr, /^Pulumi\.yaml is not valid:\n {2}- line 1: is not YAML: /);
      assert.equal(second.code, EXIT.badInput);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
