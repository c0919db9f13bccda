import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { runOnHost } from "../../lab/lab";
import { needPulumi } from "../lab/find-pulumi";
import { inspectAll, nowSeconds, waitForIds } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import type { StackChanges } from "../lab/project-folder";
import { PulumiProject } from "../lab/pulumi-project";
import { plannedSteps } from "../lab/steps";
import { ARCHIVE, FAN_OUT, makeHead, REMOVE_SAMP, removeAllImages, unmakeHead } from "../lab/suites/archive";
import { needLab } from "../operations/on-lab/need-lab";

const STACK = "labfiles";

describe("images from archives under the real pulumi", function () {
  this.timeout(1_200_000);
  let lab: LabStack;
  let project: PulumiProject;

  before(async function () {
    needPulumi.call(this, "deploys archives with the embedded engine alone");
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    project = new PulumiProject();
    succeeded(await lab.ldms(["images", "build", "-s", "lab", "--engine", "embedded"], { timeoutSeconds: 300 }));
    succeeded(await lab.ldms(["images", "save", "-s", "lab", "-o", "archives"]));
    cpSync(join(lab.project.path, "archives"), join(project.path, "archives"), { recursive: true });
    await removeAllImages();
  });
  after(async () => {
    // Skipped.
    if (!project) return;
    succeeded(await ldms("destroy", "--yes"));
    await unmakeHead();
    assert.deepEqual([...(await inspectAll()).keys()], []);
    project.remove();
    await lab.remove();
  });

  const ldms = (verb: string, ...args: readonly string[]) => project.startLdms([verb, "-s", STACK, "--engine", "pulumi", ...args]).ended;

  async function planned(changes: StackChanges, ...args: readonly string[]): Promise<readonly string[]> {
    project.writeStackFile(STACK, changes);
    return plannedSteps(succeeded(await ldms("preview", "--json", ...args)).stdout);
  }

  it("are sent to each host that runs them, shown before, and bring data to the store", async () => {
    const steps = await planned(ARCHIVE);
    assert.deepEqual(
      steps.filter((step) => step.endsWith("-ldms-samp")),
      [1, 2, 3, 4].map((number) => `create cygnus-0${number}-ldms-samp`),
    );
    succeeded(await ldms("up", "--yes", "--no-wait"));
    assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
    assert.deepEqual(await planned(ARCHIVE), []);
  });

  it("come back to the one host that has lost its image", async () => {
    await runOnHost("cygnus-03", REMOVE_SAMP);
    succeeded(await ldms("up", "--yes", "--no-wait", "--refresh"));
    assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
    assert.deepEqual(await planned(ARCHIVE), []);
  });

  it("go by the method fan-out through the head", async () => {
    succeeded(await ldms("destroy", "--yes"));
    await removeAllImages();
    await makeHead();
    const steps = await planned(FAN_OUT);
    assert.ok(steps.includes("create fan-out-ldms-samp"), steps.join("\n"));
    succeeded(await ldms("up", "--yes", "--no-wait"));
    assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
    assert.deepEqual(await planned(FAN_OUT), []);
  });
});
