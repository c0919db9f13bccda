import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LAB_FILES, REGISTRY } from "../../lab/names";
import { writeStandinTree } from "../../lab/standin/tree";
import { shellLine } from "../../plan/text/shell";
import { PackageFolder } from "../automation/package-folder";
import { withoutPulumi } from "../lab/find-pulumi";
import { containerIds, nowSeconds, storedIds } from "../lab/lab-facts";
import { succeeded } from "../lab/lab-stack";
import type { RunResult } from "../lab/ldms-process";
import { needLab } from "../operations/on-lab/need-lab";

const LIMIT_SECONDS = 500;
const README = readFileSync(join(__dirname, "../../README.md"), "utf8");

/** What the README has people type for a cluster of theirs. */
const LINES = /^## On your cluster\n\n((?: {4}.*\n|\n)+)/m
  .exec(README)![1]!
  .split("\n")
  .map((line) => line.trim())
  .filter(Boolean);
const [INSTALL, INIT, ...AFTER] = LINES;

/** No spinner, and no news about npm. */
const QUIET_NPM = { NPM_CONFIG_PROGRESS: "false", NPM_CONFIG_UPDATE_NOTIFIER: "false" };

/** What somebody would answer whose cluster is the lab. */
const FLAGS = [
  ...["--hosts", "cygnus-[01-07]", "--ssh-address", "198.18.0.[11-17]", "--ssh-key", LAB_FILES.privateKey, "--interconnect", "{host}-iw"],
  ...["--images", "build", "--registry", REGISTRY, "--tag", "standin", "--yes"],
];

// A folder with nothing but the package, and a home with nothing at all.
describe("the README's way to a cluster of one's own", function () {
  this.timeout(1_200_000);
  let folder: PackageFolder;
  let home: string;
  let began: number;

  before(async function () {
    await needLab.call(this);
    assert.deepEqual(await containerIds(), {}, "the lab's hosts have containers already; `npm run demo:down` makes it anew");
    folder = new PackageFolder();
    home = mkdtempSync(join(tmpdir(), "ldms-home-"));
    // The package by its tarball, in place of `npm ci` in a checkout: with the command where npm puts it.
    await folder.unpack();
    const command = join(folder.path, "node_modules/.bin/ldms");
    mkdirSync(dirname(command));
    symlinkSync("../ldms/bin/ldms.js", command);
    rmSync(join(folder.path, "tarball"), { recursive: true });
    writeStandinTree(join(folder.path, "ovis"));
    began = nowSeconds();
  });
  after(async () => {
    if (folder === undefined) return;
    if (existsSync(join(folder.path, "Pulumi.mycluster.yaml"))) await typed([AFTER[0]!, "npx ldms destroy -s mycluster --yes"]);
    folder.remove();
    rmSync(home, { recursive: true });
  });

  /** At a terminal, one line after the other until one fails; a question is answered by yes. */
  async function typed(lines: readonly string[]): Promise<RunResult> {
    writeFileSync(join(home, "lines"), lines.map((line) => `${line}\n`).join(""));
    const argv = [
      "/usr/bin/script",
      "--quiet",
      "--return",
      "--command",
      `bash -ev ${shellLine([join(home, "lines")])}`,
      "/dev/null",
    ] as const;
    const environment = { ...withoutPulumi({ PATH: process.env["PATH"] ?? "", HOME: home }), ...QUIET_NPM };
    return folder.run([...argv], LIMIT_SECONDS, environment, "y\n");
  }

  it("is seven lines, of which the first two install and begin", () => {
    assert.equal(INSTALL, "npm ci --ignore-scripts");
    assert.match(INIT!, /^npx ldms init -s mycluster +#/);
    assert.deepEqual(
      AFTER.map((line) => line.replace(/ +#.*/, "")),
      [
        "export PULUMI_CONFIG_PASSPHRASE_FILE=~/.config/ldms/mycluster.passphrase",
        ...["plan", "preflight", "up", "verify"].map((verb) => `npx ldms ${verb} -s mycluster`),
      ],
    );
  });

  it("begins with `ldms init`, which ends with the lines that follow in the README", async () => {
    const { stdout } = succeeded(await typed([`npx ldms init -s mycluster ${shellLine(FLAGS)}`]));
    const shown = stdout.replaceAll("\r", "");
    assert.match(shown, /^Pulumi\.mycluster\.yaml: 7 hosts; cygnus-\[01-06\] are sampled, cygnus-07 aggregates and stores$/m);
    assert.match(shown, /^known_hosts\.mycluster: has the keys of cygnus-\[01-07\]$/m);
    const next = shown.split("\nNext:\n")[1]!.trimEnd().split("\n");
    assert.deepEqual(
      next.map((line) => line.trim()),
      AFTER.slice(0, -1).map((line) => line.replace(/ +#.*/, "").replace("~", home)),
    );
    assert.equal(statSync(join(home, ".config/ldms/mycluster.passphrase")).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder.path).sort(), [
      ...["Pulumi.mycluster.yaml", "Pulumi.yaml", "index.js", "known_hosts.mycluster", "node_modules", "ovis"],
    ]);
  });

  it("ends with rows of every sampler in the store, by the README's lines as they stand there", async () => {
    const { stdout } = succeeded(await typed(AFTER));
    assert.match(stdout, /6 of 6 samplers in the store on cygnus-07/);
    assert.deepEqual(await storedIds(began, "agg1"), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(Object.keys(await containerIds()).length, 7);
  });
});
