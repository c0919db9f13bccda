import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Violation } from "../../plan/errors";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI } from "../lab/find-pulumi";
import { type RunResult, start } from "../lab/ldms-process";
import { ProjectFolder } from "../lab/project-folder";
import { policyFindings } from "../lab/steps";

const SECONDS = 180;
/** Whatever could reach a host, or another engine. */
const FORBIDDEN = ["ssh", "docker", "clush", "pdsh", "pulumi", "git"];
const STRICT = { "image-pinned-by-digest": "mandatory" };

describe("ldms policy", function () {
  this.timeout(2 * SECONDS * 1000);
  const project = new ProjectFolder();
  // The lab has the passphrase's file, and here is none; cygnus has no secret.
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _, ...environmentOfLab } = project.environment;
  const withoutLab: Readonly<Record<string, string>> = { ...environmentOfLab, PULUMI_CONFIG_PASSPHRASE: "" };
  const called = join(project.path, "called");
  const reports = join(project.path, "reports");

  before(() => {
    const bin = join(project.path, "forbidden");
    mkdirSync(bin);
    for (const name of FORBIDDEN) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} "$@" >>${called}\nexit 1\n`);
      chmodSync(join(bin, name), 0o755);
    }
    writeFileSync(join(project.path, "strict.json"), JSON.stringify(STRICT));
  });
  after(() => project.remove());

  function policy(...args: readonly string[]): Promise<RunResult> {
    const { PATH, ...rest } = withoutLab;
    const environment = { ...rest, PATH: `${join(project.path, "forbidden")}${delimiter}${PATH}` };
    const argv = [process.execPath, "bin/ldms.js", "policy", "--out", reports, ...args] as const;
    return start([...argv], { folder: project.path, environment, timeoutSeconds: SECONDS }).ended;
  }
  const read = (name: string) => readFileSync(join(reports, name), "utf8");
  const violations = () => (JSON.parse(read("policy.json")) as { readonly violations: readonly Violation[] }).violations;

  it("judges cygnus without a host, an engine, a state or `pulumi`, and ends with 0 where only advice is broken", async () => {
    const { code, stdout } = await policy("-s", "cygnus");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^ {2}- cygnus-\[01-04\]: image is not pinned by digest: `ovishpc\/ldms-samp:4\.5\.3` \(image-pinned-by-digest\)$/m,
    );
    assert.equal(existsSync(called) ? readFileSync(called, "utf8") : "", "");
    assert.deepEqual(readdirSync(project.stateFolder), []);
    assert.ok(!/<failure/.test(read("policy.xml")));
  });

  it("ends with the worst severity of what is mandatory, and says it in all four reports", async () => {
    const { code, stdout } = await policy("-s", "cygnus", "--policy-pack-config", "strict.json");
    assert.equal(code, 11);
    assert.equal(read("policy.txt"), stdout);
    const mandatory = violations().filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
    assert.deepEqual([...new Set(mandatory.map(({ rule }) => rule))], ["image-pinned-by-digest"]);
    assert.match(read("policy.xml"), /<testcase classname="ldms" name="image-pinned-by-digest"><failure message="image is not pinned/);
    const { runs } = JSON.parse(read("policy.sarif")) as {
      readonly runs: readonly { readonly results: readonly { ruleId: string; level: string; suppressions?: unknown }[] }[];
    };
    const errors = runs[0]!.results.filter(({ level, suppressions }) => level === "error" && !suppressions).map(({ ruleId }) => ruleId);
    assert.deepEqual([...new Set(errors)], ["image-pinned-by-digest"]);
  });

  for (const [what, sources] of [
    ["a folder of binaries", undefined],
    ["sources", { ovis: { repo: "https://git.invalid/ovis" } }],
  ] as const) {
    it(`judges a stack whose images are built from ${what}, where there are none, and asks no repository`, async () => {
      const images = { registry: "reg.site:5000", source: "build", ovis: "no-ovis", ...(sources && { sources }) };
      project.writeStackFile("unbuilt", { "ldms:images": images });
      assert.equal((await policy("-s", "unbuilt")).code, 0);
      assert.equal(existsSync(called) ? readFileSync(called, "utf8") : "", "");
    });
  }

  it("is not the preview, which says in one error without a trace what is missing", async () => {
    project.writeStackFile("unbuilt", { "ldms:images": { registry: "reg.site:5000", source: "build", ovis: "no-ovis" } });
    const argv = [process.execPath, "bin/ldms.js", "preview", "-s", "unbuilt", "--engine", "embedded"] as const;
    const { code, stdout } = await start([...argv], { folder: project.path, environment: withoutLab, timeoutSeconds: SECONDS }).ended;
    assert.equal(code, 1);
    assert.match(stdout, /error: ldms-agg: there is no ovis tree: `.*\/no-ovis`\n +help: give `ldms:images.sources`/);
    assert.doesNotMatch(stdout, / at .*\.ts:/);
  });

  it("ends with 2 for a stack file that is wrong", async () => {
    writeFileSync(join(project.path, "Pulumi.wrong.yaml"), "config:\n  ldms:xprt: sock\n");
    assert.equal((await policy("-s", "wrong")).code, 2);
  });

  it("finds what `pulumi preview --policy-pack policies` finds, on the same resources", async function () {
    needPulumi.call(this, "runs the pack in the embedded engine alone");
    const log = join(project.path, "events.json");
    const environment = {
      ...withoutLab,
      ...QUIET_PULUMI,
      PATH: `${PULUMI_FOLDER}${delimiter}${project.environment["PATH"]}`,
      PULUMI_HOME: join(project.path, "pulumi-home"),
      // Shows the option --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
    };
    const run = (...args: readonly string[]) =>
      start([join(PULUMI_FOLDER!, "pulumi"), ...args, "--non-interactive"], { folder: project.path, environment, timeoutSeconds: SECONDS })
        .ended;
    await run("stack", "init", "cygnus");
    const pack = ["--policy-pack", "policies", "--policy-pack-config", "strict.json"];
    const real = await run("preview", "-s", "cygnus", ...pack, "--event-log", log);
    assert.notEqual(real.code, 0);
    const embedded = await start(
      [process.execPath, "bin/ldms.js", "preview", "-s", "cygnus", "--engine", "embedded", "--json", "--policy-pack", "policies"],
      { folder: project.path, environment, timeoutSeconds: SECONDS },
    ).ended;
    const strict = policyFindings(embedded.stdout).map((line) =>
      line.replace("image-pinned-by-digest advisory", "image-pinned-by-digest mandatory"),
    );
    assert.ok(strict.length > 0);
    assert.deepEqual(policyFindings(readFileSync(log, "utf8")), strict);
  });
});
