import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { pauseHost, resumeHost } from "../../lab/lab";
import { waitForHost } from "../../lab/lab-hosts";
import { inspectAll, nowSeconds, STACK_HOSTS, waitForIds } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import { needLab } from "../operations/on-lab/need-lab";

const FROZEN = "cygnus-03";
const FROZEN_ADDRESS = "198.18.0.13";
/** ssh gives a silent host up after 15 s, a container's start may be tried once more, and the rest of the run goes on meanwhile. */
const LIMIT_SECONDS = 180;

describe("a host that freezes during an up", function () {
  this.timeout(600_000);
  let lab: LabStack;

  before(async function () {
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
  });
  after(() => lab?.remove());

  it("fails by name, in time, and holds up nothing else", async () => {
    lab.touch();
    const run = lab.start(["up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait"], { timeoutSeconds: LIMIT_SECONDS });
    // Behind the look at the hosts, before anything of theirs is made.
    while (!run.stdout().includes("Updating (lab)")) {
      assert.equal(run.child.exitCode, null, run.stdout());
      await sleep(50);
    }
    await pauseHost(FROZEN);
    try {
      const result = await run.ended;
      console.log(`      ${result.seconds.toFixed(1)} s`);
      assert.equal(result.code, 1);
      assert.match(result.stdout, new RegExp(`error: .*${FROZEN}.*${FROZEN_ADDRESS}`));
      const others = STACK_HOSTS.filter((host) => host !== FROZEN);
      assert.equal((await inspectAll(others)).size, 10);
    } finally {
      await resumeHost(FROZEN);
      await waitForHost(FROZEN);
    }
  });

  it("is done by the next run", async () => {
    succeeded(await lab.up());
    assert.equal((await inspectAll()).size, 11);
    assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
  });
});
