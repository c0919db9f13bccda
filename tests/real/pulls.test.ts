import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess } from "../../processes/run-process";
import { control, type Daemons, freePorts, haveDaemons, list, waitFor } from "./daemons";
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

  it("brings a stream through each of two aggregators on a host, of producers that the level above does not know", async () => {
    const [first, second, agg1, agg2] = (await freePorts(4)) as [number, number, number, number];
    const plan = planHere({
      samplers: [first, second].map((port, i) => ({
        ...{ name: `s${i + 1}`, container: `s${i + 1}`, hosts: "localhost", port },
        plugins: [{ name: "meminfo", interval: "1s" }],
      })),
      aggregators: [
        { name: "agg1", level: 1, hosts: "localhost", port: agg1, perHost: 2, interval: "1s" },
        { name: "agg2", level: 2, hosts: "localhost", port: agg2, interval: "1s", subscribe: [{ stream: "jobs", regex: "^agg1" }] },
      ],
    });
    await startPlanned(daemons, plan);
    await waitFor("both sets", 30, async () => (await list(agg2)).stdout.trim().split("\n").length === 2);
    const file = join(daemons.folder, "job.json");
    writeFileSync(file, '{"id":1}');
    const publish = (port: number) => {
      const to = ["-x", "sock", "-h", "localhost", "-p", String(port), "-a", "none"];
      return runProcess(["timeout", "5", "ldmsd_stream_publish", ...to, "-s", "jobs", "-t", "json", "-f", file], { timeoutSeconds: 10 });
    };
    // What is published before the subscriptions have gone down the path is lost.
    await waitFor("the stream of both aggregators", 20, async () => {
      await Promise.all([first, second].map(publish));
      const { stdout } = await control(agg2, "stream_status");
      return ["agg1-1", "agg1-1-2"].every((name) => new RegExp(`^ +${name} .* [1-9][0-9]* +[0-9]+ +[0-9]+$`, "m").test(stdout));
    });
  });
});
