import assert from "node:assert/strict";
import { runOnHost } from "../../../lab/lab";
import { statusTable } from "../../../operations/observe/status";
import { awaitStatus as status } from "../../../operations/overview/await-status";
import { sketchPlan } from "../lab-plan";
import { DEAD_ADDRESS, needLab, SPARE_HOST } from "./need-lab";

describe("status, on the lab", function () {
  this.timeout(30_000);
  before(needLab);

  it("tells a container that was made, one that is missing and one on a dead host apart", async () => {
    const containers = [
      ["ops-one", "sampler"],
      ["ops-two", "sampler"],
    ] as const;
    const plan = sketchPlan([
      { name: SPARE_HOST, containers },
      { name: "cygnus-09", address: DEAD_ADDRESS, containers },
    ]);
    const make = "docker create --name ops-one --label ldms.stack=sketch --label ldms.role=sampler ops-status /none";
    await runOnHost(SPARE_HOST, `tar -c -T /dev/null | docker import - ops-status >/dev/null && ${make}`);
    try {
      const report = await status(plan);
      assert.deepEqual(statusTable(report).rows, [
        [SPARE_HOST, "created", "missing"],
        ["cygnus-09", "unknown", "unknown"],
      ]);
      assert.deepEqual(
        report.failures.map(({ host, kind }) => [host, kind]),
        [["cygnus-09", "unreachable"]],
      );
      assert.equal(report.containers[0]?.image, "ops-status");
    } finally {
      await runOnHost(SPARE_HOST, "docker rm --force ops-one >/dev/null; docker rmi ops-status >/dev/null");
    }
  });
});
