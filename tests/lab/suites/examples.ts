import assert from "node:assert/strict";
import { runOnHost } from "../../../lab/lab";
import { PROJECT_FOLDER } from "../../../lab/names";
import { withoutPulumi } from "../find-pulumi";
import { containerIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { type RunResult, start } from "../ldms-process";

const LIMIT_SECONDS = 300;

/** The programs of examples/ that need hosts, on what `ldms up` has deployed. The other way round: tests/full/package.test.ts. */
export function describeExamples(lab: LabStack): void {
  describe("the examples", () => {
    before(() => lab.haveStandard());

    function run(example: string): Promise<RunResult> {
      const { path, environment } = lab.project;
      const argv = [process.execPath, "--import", "tsx", `examples/${example}.ts`, path, "lab"] as const;
      return start([...argv], { folder: PROJECT_FOLDER, environment: withoutPulumi(environment), timeoutSeconds: LIMIT_SECONDS }).ended;
    }

    it("deploy.ts finds unchanged what `ldms up` has deployed", async () => {
      const before = await containerIds();
      const { engine, changes } = JSON.parse(succeeded(await run("deploy")).stdout) as {
        readonly engine: string;
        readonly changes: object;
      };
      assert.deepEqual([engine, Object.keys(changes)], ["embedded", ["same"]]);
      assert.deepEqual(await containerIds(), before);
    });

    it("drift-report.ts has nothing to report of hosts that are as they were deployed", async () => {
      const { stack, drift } = JSON.parse(succeeded(await run("drift-report")).stdout) as Report;
      assert.deepEqual({ stack, drift }, { stack: "lab", drift: [] });
    });

    it("drift-report.ts names a container that was removed by hand, with exit code 1", async () => {
      await runOnHost("cygnus-02", "docker rm --force samp");
      lab.touch();
      const { code, stdout } = await run("drift-report");
      const { drift } = JSON.parse(stdout) as Report;
      assert.deepEqual([code, drift.map(({ op, name }) => `${op} ${name}`)], [1, ["create cygnus-02-samp"]]);
      succeeded(await lab.up({}, ["--refresh"]));
      lab.isStandardAgain();
    });
  });
}

interface Report {
  readonly stack: string;
  readonly drift: readonly { readonly op: string; readonly name: string }[];
}
