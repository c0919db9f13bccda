import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Violation } from "../../plan/rules/violation";
import { needPulumi, PULUMI_FOLDER } from "../lab/find-pulumi";
import { succeeded } from "../lab/lab-stack";
import { type RunResult, start } from "../lab/ldms-process";
import { ProjectFolder } from "../lab/project-folder";
import { PulumiProject } from "../lab/pulumi-project";
import { policyVerdicts, reportedVerdicts } from "../lab/steps";

const SECONDS = 180;
/** Whatever could reach a host, or another engine. */
const FORBIDDEN = ["ssh", "docker", "clush", "pdsh", "pulumi", "git"];
const STRICT = { "image-pinned-by-digest": "mandatory" };

describe("ldms policy", function () {
  this.timeout(2 * SECONDS * 1000);
  const project = new ProjectFolder();
  // The lab has the passphrase's file, and here is none; cygnus has no secret.
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _, ...environmentOfLab } = project.environment;
  const ownPassphrase = { PULUMI_CONFIG_PASSPHRASE: "" };
  const withoutLab: Readonly<Record<string, string>> = { ...environmentOfLab, ...ownPassphrase };
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
  const violationsIn = (folder: string) =>
    (JSON.parse(readFileSync(join(folder, "policy.json"), "utf8")) as { readonly violations: readonly Violation[] }).violations;
  const violations = () => violationsIn(reports);

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
    // The file has in full what the terminal counts in one line.
    const [found, waived] = read("policy.txt").split(/^waived:\n/m);
    assert.equal(stdout, `${found}18 findings waived by design: ldms policy -s cygnus --waived\n`);
    assert.match(waived!, /^ {2}- cygnus-\[01-04\]: sampler `samp` is privileged \(not-privileged\)$/m);
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
    it(`judges a stack whose images are built from ${what}, where there are none and no ssh keys, and asks no repository`, async () => {
      const images = { registry: "reg.site:5000", source: "build", ovis: "no-ovis", ...(sources && { sources }) };
      const ssh = { user: "ops", key: "no-key", knownHosts: "no-hosts", address: "reg.[1-8]", jump: "login" };
      project.writeStackFile("unbuilt", { "ldms:images": images, "ldms:ssh": ssh });
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

  it("is not the preview, which wants the ssh key that the stack file names", async () => {
    project.writeStackFile("keyless", { "ldms:images": {}, "ldms:ssh": { user: "ops", key: "no-key" } });
    const argv = [process.execPath, "bin/ldms.js", "preview", "-s", "keyless", "--engine", "embedded"] as const;
    const { code, stdout } = await start([...argv], { folder: project.path, environment: withoutLab, timeoutSeconds: SECONDS }).ended;
    assert.equal(code, 1);
    assert.match(stdout, /error: ssh\.key: cannot be read: `.*\/no-key`\n +help: name the private key/);
    assert.doesNotMatch(stdout, / at .*\.ts:/);
  });

  it("ends with 2 for a stack file that is wrong", async () => {
    writeFileSync(join(project.path, "Pulumi.wrong.yaml"), "config:\n  ldms:xprt: sock\n");
    assert.equal((await policy("-s", "wrong")).code, 2);
  });

  for (const method of ["docker", "fan-out"]) {
    it(`finds what \`pulumi preview --policy-pack policies\` finds, by the method ${method}`, async function () {
      needPulumi.call(this, "runs the pack in the embedded engine alone");
      const real = new PulumiProject();
      // Names of hosts that there are not: with the method docker nothing looks for them, with the other one the sweep is off.
      const environment = { ...real.environment, ...ownPassphrase, LDMS_SWEEP: "off", PULUMI_DEBUG_COMMANDS: "true" };
      const run = (argv: readonly [string, ...string[]], stdin = "") =>
        start(argv, { folder: real.path, environment, timeoutSeconds: SECONDS, stdin }).ended;
      try {
        const { config } = parse(readFileSync(join(real.path, "Pulumi.cygnus.yaml"), "utf8")) as { readonly config: object };
        const changed = {
          ...config,
          "ldms:method": method,
          "ldms:munge": { mode: "key" },
          "ldms:ports": { ldmsd: 411, ui: 81, grafana: 3000 },
        };
        writeFileSync(join(real.path, "Pulumi.site.yaml"), stringify({ config: changed }));
        writeFileSync(join(real.path, "strict.json"), JSON.stringify(STRICT));
        const ldms = (...args: readonly string[]) => [process.execPath, "bin/ldms.js", ...args, "-s", "site"] as const;
        succeeded(await run(ldms("config", "set", "--secret", "mungeKey"), randomBytes(64).toString("base64")));

        const strict = ["--policy-pack-config", "strict.json"];
        const log = join(real.path, "events.json");
        const pulumi = [join(PULUMI_FOLDER!, "pulumi"), "--non-interactive", "--stack", "site"] as const;
        await run([pulumi[0], "stack", "init", "site", "--non-interactive"]);
        const preview = await run([...pulumi, "preview", "--policy-pack", "policies", ...strict, "--event-log", log]);
        assert.notEqual(preview.code, 0);
        const found = policyVerdicts(readFileSync(log, "utf8"));
        for (const rule of ["image-pinned-by-digest mandatory", "low-ports-listed advisory"])
          assert.ok(
            found.some((line) => line.startsWith(rule)),
            `${rule} is not in\n${found.join("\n")}`,
          );

        const own = await run(ldms("policy", "--out", "reports", ...strict));
        assert.equal(own.code, 11);
        assert.deepEqual(reportedVerdicts(violationsIn(join(real.path, "reports"))), found);
      } finally {
        real.remove();
      }
    });
  }
});
