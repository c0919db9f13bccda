import assert from "node:assert/strict";
import { verify } from "../../operations/chain/verify-chain";
import { withPrograms } from "./fake-programs";
import { COUNT, HOSTS, planOf, STANDIN } from "./standin-aggregator";

describe("verify of a stand-in aggregator of 10,000 producers", function () {
  this.timeout(120_000);

  it("asks that one alone, once, and nobody else", async () => {
    const plan = planOf(HOSTS);
    const report = await withPrograms({ docker: STANDIN, ssh: "exit 255" }, () => verify(plan, { waitSeconds: 0, freshSeconds: 30 }));
    assert.deepEqual([report.causes, report.asked], [[], { aggregators: 1, hosts: 0 }]);
    assert.deepEqual([report.samplers.planned, report.samplers.fresh], [COUNT, COUNT]);
  });

  it("takes a few seconds of CPU here, whatever is waited for elsewhere", async () => {
    const plan = planOf(HOSTS);
    const before = process.cpuUsage();
    await withPrograms({ docker: STANDIN, ssh: "exit 255" }, () => verify(plan, { waitSeconds: 0, freshSeconds: 30 }));
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1e6 < 8, `${(user + system) / 1e6} s`);
  });

  it("takes no set for one from the future that was sampled while the answer was on its way", async () => {
    const slow = STANDIN.replace("cat >/dev/null\n", "cat >/dev/null; sleep 7\n");
    const report = await withPrograms({ docker: slow, ssh: "exit 255" }, () => verify(planOf(HOSTS), { waitSeconds: 0, freshSeconds: 30 }));
    assert.deepEqual([report.causes, report.samplers.fresh], [[], COUNT]);
  });

  it("asks the hosts of those that it misses, and of no other", async () => {
    // Three more than it has.
    const plan = planOf([...HOSTS, "x1", "x2", "x3"]);
    const report = await withPrograms({ docker: STANDIN, ssh: "exit 255" }, () => verify(plan, { waitSeconds: 0, freshSeconds: 30 }));
    assert.deepEqual(report.asked, { aggregators: 1, hosts: 3 });
    assert.deepEqual(
      report.causes.map(({ link, hosts, samplers }) => ({ link, hosts, samplers: samplers.length })),
      [{ link: "host", hosts: ["x1", "x2", "x3"], samplers: 3 }],
    );
  });
});
