import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost, startHost, stopHost } from "../../lab/lab";
import { waitForHost } from "../../lab/lab-hosts";
import { nowSeconds } from "../lab/lab-facts";
import { keepRow } from "./kept-rows";
import { type Configure, deployAnew, describeReal, realStack } from "./real-stack";
import { longestGaps, waitForRowsSince } from "./stored";

const IDS = [1, 2, 3, 4];
/** After the process listens again, or the host's engine answers. */
const BACK_SECONDS = 15;

interface Restart {
  readonly what: string;
  readonly act: () => Promise<unknown>;
  /** False: no row of anybody may be missing. */
  readonly losesRows: boolean;
  /** Those of the method `files` need no maestro. */
  readonly only?: Configure;
}

const restart = (host: string, container: string) => runOnHost(host, `docker restart ${container}`, { timeoutSeconds: 60 });
/** `docker stop` ends the daemon in order; this is a crash, after which its restart policy acts. */
const crash = (host: string, container: string) =>
  runOnHost(host, `kill -9 $(docker inspect --format '{{.State.Pid}}' ${container})`, { timeoutSeconds: 60 });
const reboot = async (host: string) => {
  await stopHost(host);
  await startHost(host);
  await waitForHost(host);
};
/** The init of the lab's hosts starts it again. */
const restartEngine = (host: string) =>
  runOnHost(host, "kill $(pidof dockerd); for i in $(seq 60); do sleep 0.5; docker version >/dev/null 2>&1 && break; done", {
    timeoutSeconds: 60,
  });

const RESTARTS: readonly Restart[] = [
  { what: "a sampler", act: () => restart("cygnus-01", "samp"), losesRows: true },
  { what: "a sampler that crashes", act: () => crash("cygnus-02", "samp"), losesRows: true },
  { what: "an aggregator of level 1", act: () => restart("cygnus-05", "agg1"), losesRows: true },
  { what: "the aggregator of level 2, with the store", act: () => restart("cygnus-07", "agg2"), losesRows: true },
  { what: "dsosd", act: () => restart("cygnus-07", "dsosd"), losesRows: false },
  // It stops and starts every producer when it begins.
  { what: "maestro", act: () => restart("cygnus-07", "maestro"), losesRows: true, only: "maestro" },
  { what: "the Docker engine of a sampler's host", act: () => restartEngine("cygnus-01"), losesRows: true },
  { what: "a sampler's host", act: () => reboot("cygnus-03"), losesRows: true },
  { what: "an aggregator's host", act: () => reboot("cygnus-06"), losesRows: true },
  { what: "the store's host", act: () => reboot("cygnus-07"), losesRows: true },
  {
    what: "a sampler and its aggregator at once",
    act: () => Promise.all([restart("cygnus-01", "samp"), restart("cygnus-05", "agg1")]),
    losesRows: true,
  },
  {
    what: "both aggregators of level 1 at once",
    act: () => Promise.all([restart("cygnus-05", "agg1"), restart("cygnus-06", "agg1")]),
    losesRows: true,
  },
  {
    what: "maestro and an aggregator at once",
    act: () => Promise.all([restart("cygnus-07", "maestro"), restart("cygnus-06", "agg1")]),
    losesRows: true,
    only: "maestro",
  },
];

for (const configure of ["files", "maestro"] as const) {
  describeReal(`after a restart, configured by ${configure}`, (lab) => {
    before(async () => {
      await deployAnew(lab, realStack(configure));
      await waitForRowsSince(nowSeconds(), IDS, 60);
    });

    for (const { what, act, losesRows } of RESTARTS.filter((one) => one.only === undefined || one.only === configure)) {
      it(`${what}: all as before`, async () => {
        const began = nowSeconds();
        await act();
        const back = nowSeconds();
        await waitForRowsSince(back, IDS, 90);
        // What comes late, as maestro's next look, is seen too.
        await sleep(12_000);
        const longest = Math.max(...(await longestGaps(began, IDS)).values());
        keepRow(`restarts ${configure}`, [what, longest.toFixed(1)], 1);
        // What the restart itself took, as the boot of a host, is no part of it.
        assert.ok(longest - (back - began) <= BACK_SECONDS, `${longest.toFixed(1)} s without a row of one of them`);
        if (!losesRows) assert.ok(longest < 3, `${longest.toFixed(1)} s without a row`);
      });
    }
  });
}
