import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runOnHost } from "../../lab/lab";
import { PackageFolder } from "../automation/package-folder";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI, withoutPulumi } from "../lab/find-pulumi";
import { containerIds } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import type { RunResult } from "../lab/ldms-process";
import { ProjectFolder } from "../lab/project-folder";
import { needLab } from "../operations/on-lab/need-lab";

const LIMIT_SECONDS = 600;

interface Deployed {
  readonly engine: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, string>>;
}

// A folder outside of the checkout with nothing in it but the package, its example, and what a site has: a stack file, an ssh key, binaries.
for (const engine of ["embedded", "pulumi"]) {
  describe(`the installed package on the lab: ${engine}`, function () {
    this.timeout(1_200_000);
    let project: ProjectFolder;
    let folder: PackageFolder;
    let environment: Readonly<Record<string, string>>;

    before(async function () {
      if (engine === "pulumi")
        needPulumi.call(this, "is the embedded engine, and does not prove that the real CLI deploys from the package");
      await needLab.call(this);
      const lab = new LabStack();
      await lab.prepare().finally(() => lab.remove());
      project = new ProjectFolder(() => undefined);
      project.writeStackFile("lab", {});
      folder = new PackageFolder(project.path);
      await folder.install();
      folder.writeProject();
      for (const name of ["deploy.ts", "drift-report.ts"]) copyFileSync(join(folder.installed, "examples", name), join(folder.path, name));
      mkdirSync(join(folder.path, "home"));
      environment = environmentOf(project);
    });
    after(async () => {
      if (environment !== undefined) await ldms("destroy", "--yes");
      project?.remove();
    });

    function environmentOf({ environment: plain, path }: ProjectFolder): Readonly<Record<string, string>> {
      if (engine === "embedded") return withoutPulumi(plain);
      return { ...plain, ...QUIET_PULUMI, PATH: `${PULUMI_FOLDER}${delimiter}${plain["PATH"]}`, PULUMI_HOME: join(path, "home") };
    }

    function example(name: string): Promise<RunResult> {
      return folder.run([process.execPath, "node_modules/.bin/tsx", `${name}.ts`, ".", "lab"], LIMIT_SECONDS, environment);
    }

    function ldms(verb: string, ...args: readonly string[]): Promise<RunResult> {
      return folder.run([process.execPath, "node_modules/.bin/ldms", verb, "-s", "lab", ...args], LIMIT_SECONDS, environment);
    }

    async function deploy(): Promise<Deployed & { readonly said: string }> {
      const said = succeeded(await example("deploy")).stdout;
      return { ...(JSON.parse(said.trim().split("\n").at(-1) ?? "") as Deployed), said };
    }

    async function driftReport(): Promise<{ readonly code: number | undefined; readonly drift: readonly string[] }> {
      const { code, stdout, stderr } = await example("drift-report");
      assert.notEqual(code, 2, stderr);
      const { drift } = JSON.parse(stdout) as { readonly drift: readonly { readonly op: string; readonly name: string }[] };
      return { code, drift: drift.map(({ op, name }) => `${op} ${name}`) };
    }

    it("deploys by the example, which prints what was done", async () => {
      const { said, engine: used, changes, outputs } = await deploy();
      assert.deepEqual([used, Object.keys(changes)], [engine, ["create"]]);
      assert.match(said, /^create: docker:index\/container:Container \(11\)$/m);
      assert.equal(outputs["ui"], "http://198.18.0.17:80");
      assert.equal(Object.keys(await containerIds()).length, 11);
    });

    it("leaves a state of which `ldms up` says 0 changes", async () => {
      const before = await containerIds();
      const { stdout } = succeeded(await ldms("up", "--yes", "--no-wait"));
      // On a terminal `pulumi` shows its runs itself.
      assert.match(stdout, engine === "pulumi" ? /Resources:\s+\d+ unchanged/ : /nothing to do: \d+ unchanged/);
      assert.deepEqual(await containerIds(), before);
    });

    it("reports no drift, and then the container that somebody removed", async () => {
      assert.deepEqual(await driftReport(), { code: 0, drift: [] });
      await runOnHost("cygnus-03", "docker rm --force samp");
      assert.deepEqual(await driftReport(), { code: 1, drift: ["create cygnus-03-samp"] });
      succeeded(await ldms("up", "--refresh", "--yes", "--no-wait"));
    });

    it("finds 0 changes by the example in what `ldms up` has deployed", async () => {
      succeeded(await ldms("destroy", "--yes"));
      assert.deepEqual(await containerIds(), {});
      succeeded(await ldms("up", "--yes", "--no-wait"));
      const before = await containerIds();
      assert.deepEqual(Object.keys((await deploy()).changes), ["same"]);
      assert.deepEqual(await containerIds(), before);
    });
  });
}
