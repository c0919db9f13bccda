import assert from "node:assert/strict";
import { PROJECT_FOLDER } from "../../../lab/names";
import { withoutPulumi } from "../find-pulumi";
import { containerIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { type RunResult, start } from "../ldms-process";

const LIMIT_SECONDS = 300;

export interface DriftReport {
  readonly stack: string;
  readonly drift: readonly { readonly op: string; readonly name: string }[];
}

export function runExample(lab: LabStack, example: string): Promise<RunResult> {
  const { path, environment } = lab.project;
  const argv = [process.execPath, "--import", "tsx", `examples/${example}.ts`, path, "lab"] as const;
  return start([...argv], { folder: PROJECT_FOLDER, environment: withoutPulumi(environment), timeoutSeconds: LIMIT_SECONDS }).ended;
}

/** The programs of examples/ that need hosts, on what `ldms up` has deployed. The other way round: tests/full/package.test.ts. */
export function describeExamples(lab: LabStack): void {
  describe("the examples", () => {
    before(() => lab.haveStandard());

    it("deploy.ts finds unchanged what `ldms up` has deployed", async () => {
      const before = await containerIds();
      const { engine, changes } = JSON.parse(succeeded(await runExample(lab, "deploy")).stdout) as {
        readonly engine: string;
        readonly changes: object;
      };
      assert.deepEqual([engine, Object.keys(changes)], ["embedded", ["same"]]);
      assert.deepEqual(await containerIds(), before);
    });

    it("drift-report.ts has nothing to report of hosts that are as they were deployed", async () => {
      const { stack, drift } = JSON.parse(succeeded(await runExample(lab, "drift-report")).stdout) as DriftReport;
      assert.deepEqual({ stack, drift }, { stack: "lab", drift: [] });
    });
  });
}
