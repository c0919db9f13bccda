import assert from "node:assert/strict";
import { changedPlaces, containerIds, deliveredFiles, nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { changedResources, stepLines } from "../steps";
import { SLOW_SAMPLING, WITHOUT_CYGNUS_02 } from "../variants";

/** What a changed stack file changes on the hosts. */
export function describeChanges(lab: LabStack): void {
  describe("a changed sampling interval", () => {
    const steps = ["update cygnus-07-files", "replace cygnus-07-maestro"];
    before(() => lab.haveStandard());

    it("is one file and the container that mounts it, in preview as in up", async () => {
      const preview = succeeded(await lab.preview(SLOW_SAMPLING, ["--json"]));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), steps);

      const [ids, files] = [await containerIds(), await deliveredFiles("cygnus-07")];
      const up = succeeded(await lab.up(SLOW_SAMPLING, ["--json"]));
      assert.deepEqual(changedResources(up.stdout, "done"), changedResources(preview.stdout, "planned"));
      assert.deepEqual(changedPlaces(ids, await containerIds()), ["cygnus-07/maestro"]);
      assert.deepEqual(changedPlaces(files, await deliveredFiles("cygnus-07")), ["/var/lib/ldms/lab/maestro/ldms_cfg.yaml"]);
    });

    it("goes back the same way", async () => {
      const up = succeeded(await lab.up({}, ["--json"]));
      lab.isStandardAgain();
      assert.deepEqual(stepLines(changedResources(up.stdout, "done")), steps);
    });
  });

  describe("cygnus-02 taken out of the stack", () => {
    before(() => lab.haveStandard());

    it("takes exactly what is of cygnus-02, and its daemon out of maestro's file", async () => {
      const before = await containerIds();
      const up = succeeded(await lab.up(WITHOUT_CYGNUS_02, ["--json"]));
      assert.deepEqual(stepLines(changedResources(up.stdout, "done")), [
        "delete cygnus-02",
        "delete cygnus-02",
        "delete cygnus-02-ldms-samp",
        "delete cygnus-02-samp",
        "update cygnus-07-files",
        "replace cygnus-07-maestro",
        // The component that lists the hosts; nothing on any of them.
        "update lab",
      ]);
      const after = await containerIds();
      assert.deepEqual(changedPlaces(before, after), ["cygnus-02/samp", "cygnus-07/maestro"]);
      assert(!("cygnus-02/samp" in after));
      assert.deepEqual(await deliveredFiles("cygnus-02"), {});
    });

    it("stops the rows of component 2 only", async () => {
      const since = nowSeconds() + 3;
      await new Promise((resolve) => setTimeout(resolve, 8000));
      assert.deepEqual(await waitForIds([1, 3, 4], since), [1, 3, 4]);
    });

    it("comes back with what was taken", async () => {
      const before = await containerIds();
      succeeded(await lab.up());
      lab.isStandardAgain();
      const after = await containerIds();
      assert.deepEqual(changedPlaces(before, after), ["cygnus-02/samp", "cygnus-07/maestro"]);
      const since = nowSeconds();
      assert.deepEqual(await waitForIds([1, 2, 3, 4], since), [1, 2, 3, 4]);
    });
  });
}
