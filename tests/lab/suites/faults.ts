import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost, startHost, stopHost } from "../../../lab/lab";
import { waitForHost } from "../../../lab/lab-hosts";
import { changedPlaces, containerIds, nowSeconds, STACK_HOSTS, storedIds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { SLOW_SAMPLING } from "../variants";

const ALL = [1, 2, 3, 4];
/** What is on its way when a fault begins: an interval, the offsets of two levels. */
const SETTLE_SECONDS = 3;
const LOOK_SECONDS = 6;

/** The ids that still come while nothing is done, from a moment after the last one that was on its way. */
async function idsThatCome(): Promise<readonly number[]> {
  const since = nowSeconds() + SETTLE_SECONDS;
  await sleep((SETTLE_SECONDS + LOOK_SECONDS) * 1000);
  return storedIds(since);
}

function allCome(): Promise<readonly number[]> {
  return waitForIds(ALL, nowSeconds());
}

/** What stops the data, and what a fault leaves untouched. */
export function describeFaults(lab: LabStack): void {
  describe("the data's way", () => {
    before(() => lab.haveStandard());

    it("leads through agg1 on cygnus-05 for exactly its samplers", async () => {
      assert.deepEqual(await allCome(), ALL);
      await runOnHost("cygnus-05", "docker pause agg1");
      try {
        assert.deepEqual(await idsThatCome(), [3, 4]);
      } finally {
        await runOnHost("cygnus-05", "docker unpause agg1");
      }
      assert.deepEqual(await allCome(), ALL);
    });

    it("is made by maestro: daemons that start without it give no rows", async () => {
      const restart = (host: string, name: string) => runOnHost(host, `docker restart --time 5 ${name}`);
      await runOnHost("cygnus-07", "docker stop maestro");
      try {
        await Promise.all(["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"].map((host) => restart(host, "samp")));
        await Promise.all([restart("cygnus-05", "agg1"), restart("cygnus-06", "agg1"), restart("cygnus-07", "agg2")]);
        assert.deepEqual(await idsThatCome(), []);
      } finally {
        await runOnHost("cygnus-07", "docker start maestro");
      }
      assert.deepEqual(await allCome(), ALL);
    });
  });

  describe("another munge key on cygnus-03", () => {
    const key = "/etc/munge/munge.key";
    const restart = "kill $(cat /run/munge/munged.pid); sleep 2; docker restart --time 5 samp";
    before(async () => {
      await lab.haveStandard();
      await runOnHost("cygnus-03", `cp -p ${key} ${key}.right && head -c 128 /dev/urandom >${key}; ${restart}`);
      await waitForHost("cygnus-03");
    });
    after(async () => {
      await runOnHost("cygnus-03", `mv ${key}.right ${key}; ${restart}`);
      await waitForHost("cygnus-03");
      assert.deepEqual(await allCome(), ALL);
    });

    it("lets none of its rows through", async () => {
      assert.deepEqual(await idsThatCome(), [1, 2, 4]);
    });

    it("is seen before any change, as a failure of that host by name", async () => {
      const before = await containerIds();
      const up = await lab.up(SLOW_SAMPLING);
      // Nothing was changed, so what is deployed is still the standard.
      lab.isStandardAgain();
      assert.equal(up.code, 1);
      assert.match(up.stderr, /^cygnus-03: munge credential of cygnus-01 is refused: Invalid credential$/m);
      assert.match(up.stderr, /^nothing was changed: cygnus-03: munge credential of cygnus-01 is refused: Invalid credential$/m);
      assert.deepEqual(await containerIds(), before);
    });
  });

  describe("a dead sampler host", () => {
    const others = STACK_HOSTS.filter((host) => host !== "cygnus-04");
    before(async () => {
      await lab.haveStandard();
      await stopHost("cygnus-04");
    });
    after(async () => {
      await startHost("cygnus-04");
      await waitForHost("cygnus-04");
      await lab.haveStandard();
      assert.deepEqual(await allCome(), ALL);
    });

    it("stops everything where the stack tolerates none", async () => {
      const before = await containerIds(others);
      const up = await lab.up(SLOW_SAMPLING);
      assert.equal(up.code, 1);
      assert.match(up.stderr, /^cygnus-04: unreachable: /m);
      assert.match(up.stderr, /^cygnus-04: 1 dead of the samplers, `ldms:tolerate` is 0$/m);
      assert.deepEqual(await containerIds(others), before);
    });

    it("is left out and reported where the stack tolerates one, and the rest is deployed", async () => {
      const before = await containerIds(others);
      const up = await lab.up({ ...SLOW_SAMPLING, "ldms:tolerate": 1 });
      assert.equal(up.code, 3, up.stdout.slice(-4000) + up.stderr);
      assert.match(up.stderr, /^left out, dead: cygnus-04$/m);
      assert.deepEqual(changedPlaces(before, await containerIds(others)), ["cygnus-01/samp", "cygnus-02/samp", "cygnus-03/samp"]);
    });

    it("keeps its resources in the state, for it is not gone", async () => {
      const { stdout } = succeeded(await lab.ldms(["export", "-s", "lab"]));
      assert.match(stdout, /::cygnus-04-samp"/);
    });
  });
}
