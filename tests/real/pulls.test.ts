import assert from "node:assert/strict";
import { type Daemons, freePorts, haveDaemons, list, waitFor } from "./daemons";
import { planHere, startPlanned } from "./planned-daemons";

describe("who pulls whom, by the plan's files on real ldmsds", function () {
  this.timeout(60_000);
  let daemons: Daemons;

  haveDaemons((made) => {
    daemons = made;
  });

  it("brings advertised and dialled sets over two aggregators on a host, a listener and three levels, by updaters of one schema each", async () => {
    const [first, second, third, agg1, agg2, agg3, further] = (await freePorts(7)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const sampler = (name: string, port: number, plugin: string, more: object = {}) => ({
      ...{ name, container: name, hosts: "localhost", port },
      plugins: [{ name: plugin, interval: "1s", offset: "0s" }],
      ...more,
    });
    const plan = planHere({
      samplers: [
        sampler("s1", first, "meminfo", { discovery: "advertise" }),
        sampler("s2", second, "vmstat", { discovery: "advertise" }),
        sampler("s3", third, "loadavg"),
      ],
      aggregators: [
        { name: "agg1", level: 1, hosts: "localhost", port: agg1, perHost: 2, interval: "1s", offset: "200ms" },
        {
          ...{ name: "agg2", level: 2, hosts: "localhost", port: agg2, listeners: [{ name: "up", port: further }] },
          updaters: [
            { interval: "1s", offset: "300ms", sets: [{ schema: "meminfo" }] },
            { interval: "2s", offset: "300ms", sets: [{ schema: "vmstat" }, { instance: "loadavg" }] },
          ],
        },
        { name: "agg3", level: 3, hosts: "localhost", port: agg3, interval: "1s", offset: "400ms", via: "up" },
      ],
    });
    await startPlanned(daemons, plan);
    const arrived = async () => (await list(agg3)).stdout.split("\n").filter(Boolean).sort();
    await waitFor("all sets at the third level", 30, async () => (await arrived()).length === 3);
    assert.deepEqual(await arrived(), ["s1/meminfo", "s2/vmstat", "s3/loadavg"]);
  });
});
