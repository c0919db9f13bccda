import assert from "node:assert/strict";
import { clearHeads, equipHeads, FAN_OUT } from "../lab/fan-out-stack";
import { nowSeconds, storedRows } from "../lab/lab-facts";
import { eventually, statusRows } from "./asked";
import { AGG1, AGG2, deployAnew, describeReal, realStack, SOS_MEMINFO } from "./real-stack";
import { waitForRowsSince } from "./stored";

const PLUGINS = ["meminfo", "vmstat", "procnetdev2", "loadavg", "jobid", "procstat2"];
const HOSTS = 6;
const GROUPS = 17;
/** 102 samplers of six plugins: 612 sets, where ldmsd's own 512 kB hold 128 of meminfo. */
const SAMPLERS = HOSTS * GROUPS;
/** A hundred daemons start on two cores. */
const ALL_SECONDS = 120;
const SETS = SAMPLERS * PLUGINS.length;

/** Groups of six samplers, each at a port of its own; on the aggregator's host too. */
function samplers(): object[] {
  return Array.from({ length: GROUPS }, (_, index) => ({
    name: `s${index}`,
    container: `samp${index}`,
    hosts: "cygnus-[01-06]",
    port: 500 + index,
    plugins: PLUGINS.map((name) => ({ name, interval: "5s", offset: "0s" })),
  }));
}

function stores(): object[] {
  return PLUGINS.map((schema) => ({ ...SOS_MEMINFO, name: `sos-${schema}`, schema, container: schema }));
}

for (const configure of ["files", "maestro"] as const) {
  describeReal(`${SETS} sets in one aggregator of level 1, configured by ${configure}`, (lab) => {
    before(async () => {
      await equipHeads();
      await deployAnew(
        lab,
        realStack(configure, {
          ...FAN_OUT,
          "ldms:samplers": samplers(),
          "ldms:aggregators": [
            { ...AGG1, hosts: "cygnus-05", interval: "5s", offset: "500ms" },
            { ...AGG2, interval: "5s", offset: "1s", stores: stores() },
          ],
        }),
      );
      await waitForRowsSince(nowSeconds(), [1, 2, 3, 4, 5, 6], 90);
    });
    after(clearHeads);

    it("are all there, and on the level above", () =>
      eventually(async () => {
        for (const [host, container] of [
          ["cygnus-05", "agg1"],
          ["cygnus-07", "agg2"],
        ] as const) {
          const sets = (await statusRows(host, container, "prdcr_set_status")).length;
          assert.equal(sets, SETS, `${container}: ${sets} sets`);
        }
      }, ALL_SECONDS));

    it("are all stored", () =>
      eventually(async () => {
        const moments = new Map<string, number>();
        for (const { timestamp, componentId } of await storedRows(nowSeconds() - 20)) {
          const moment = `${Math.round(timestamp / 5)} ${componentId}`;
          moments.set(moment, (moments.get(moment) ?? 0) + 1);
        }
        // Each host has as many samplers of meminfo as there are groups: a whole moment has a row of each.
        const whole = [...moments].filter(([, count]) => count === GROUPS).map(([moment]) => moment.split(" ")[1]);
        assert.equal(new Set(whole).size, HOSTS, JSON.stringify([...moments]));
      }, ALL_SECONDS));
  });
}
