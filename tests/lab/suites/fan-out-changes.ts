import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { runOnHost } from "../../../lab/lab";
import { clearHeads, equipHeads, FAN_OUT, SECOND_HEAD, TWO_HEADS, upByFanOut } from "../fan-out-stack";
import { changedPlaces, containerIds } from "../lab-facts";
import type { LabStack } from "../lab-stack";
import type { StackChanges } from "../project-folder";
import { SLOW_SAMPLING, WITHOUT_CYGNUS_02 } from "../variants";

const CHANGED: StackChanges = { ...FAN_OUT, "ldms:munge": { mode: "none" } };

/** What changes in a stack of the method `fan-out`: its images, its hosts, its heads; batch after batch. */
export function describeFanOutChanges(lab: LabStack): void {
  describe("changes by the method fan-out", () => {
    const upLines = (changes?: StackChanges) => upByFanOut(lab, changes);

    before(async () => {
      await lab.haveNothing();
      await equipHeads();
      await upLines();
    });
    after(async () => {
      await lab.haveNothing();
      await clearHeads();
    });

    it("rolls an image out that was built anew", async () => {
      const before = await containerIds();
      appendFileSync(join(lab.project.path, ".ldms/lab/ovis/sbin/ldmsd"), "\n");
      await upLines();
      const after = await containerIds();
      const samplers = changedPlaces(before, after).filter((place) => place.endsWith("/samp"));
      assert.deepEqual(
        samplers,
        [1, 2, 3, 4].map((number) => `cygnus-0${number}/samp`),
      );
      assert.deepEqual(await upLines(), []);
    });

    it("leaves the following batches undone when the first one fails, and goes on from there", async () => {
      const before = await containerIds();
      await runOnHost("cygnus-01", "mv /usr/bin/docker /usr/bin/docker.away");
      const failed = await lab.up(CHANGED);
      await runOnHost("cygnus-01", "mv /usr/bin/docker.away /usr/bin/docker");
      assert.equal(failed.code, 1);
      assert.match(failed.stdout + failed.stderr, /cygnus-01: failed: docker: sh: \d+: docker: not found/);
      assert.match(failed.stdout + failed.stderr, /more than 0 of 1 hosts failed; the following batches are left undone/);
      const samplers = changedPlaces(before, await containerIds()).filter((place) => place.endsWith("/samp"));
      assert.deepEqual(samplers, []);
      const steps = await upLines(CHANGED);
      assert.deepEqual(
        steps.filter((line) => line.includes("samp")),
        [1, 2, 3].map((number) => `update fan-out-samp-${number}`),
      );
      await upLines();
    });

    it("takes its containers and files off a host that leaves the stack, and touches no other", async () => {
      const before = await containerIds();
      await upLines({ ...WITHOUT_CYGNUS_02, ...FAN_OUT });
      assert.deepEqual(
        changedPlaces(before, await containerIds()).filter((place) => place.endsWith("/samp")),
        ["cygnus-02/samp"],
      );
      await upLines({ ...FAN_OUT, ...SLOW_SAMPLING });
      assert.deepEqual(Object.keys(await containerIds(["cygnus-02"])), ["cygnus-02/samp"]);
    });

    it("lets a second head take hosts over, and the first one take them back, and restarts no container", async function () {
      // Five runs.
      this.timeout(300_000);
      await upLines();
      const before = await containerIds();
      const taken = await upLines(TWO_HEADS);
      assert.ok(taken.includes(`create fan-out.${SECOND_HEAD}-samp-1`), taken.join());
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
      await runOnHost("cygnus-03", "docker rm --force samp");
      assert.deepEqual(await upLines(TWO_HEADS), [`update fan-out.${SECOND_HEAD}-samp-1`]);
      const mended = await containerIds();
      assert.deepEqual(changedPlaces(before, mended), ["cygnus-03/samp"]);
      const back = await upLines();
      assert.ok(back.includes(`delete fan-out.${SECOND_HEAD}-members`), back.join());
      assert.deepEqual(changedPlaces(mended, await containerIds()), []);
      assert.deepEqual(await upLines(), []);
    });
  });
}
