import assert from "node:assert/strict";
import { findDrift } from "../../operations/drift/drift";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { withPrograms } from "../operations/fake-programs";
import { control, type Daemons, freePorts, haveDaemons, list, waitFor } from "./daemons";
import { planHere, startPlanned } from "./planned-daemons";

/** An engine with the plan's containers; what is to run in one runs here. */
function engineOf(plan: DeploymentPlan): string {
  const rows = plan.hosts[0]!.containers.map(
    ({ name, labels }) => `container\\t/${name}\\t${labels["ldms.spec"]}\\trunning\\t${name}\\t\\n`,
  );
  return `case $1 in
ps) echo x ;;
inspect) printf '${rows.join("")}' ;;
exec) shift 2; exec "$@" ;;
*) exit 1 ;;
esac`;
}

describe("drift, on real daemons", function () {
  this.timeout(60_000);
  let daemons: Daemons;
  let plan: DeploymentPlan;
  let sampler: number;

  haveDaemons((made) => {
    daemons = made;
  });
  beforeEach(async () => {
    const [samplerPort, aggregator] = await freePorts(2);
    sampler = samplerPort!;
    plan = planHere({
      ports: { ldmsd: sampler },
      samplers: [
        {
          hosts: "localhost",
          plugins: [
            { name: "meminfo", interval: "1s", offset: "0s" },
            { name: "vmstat", instance: "vm", interval: "2s", offset: "100ms" },
            { name: "loadavg", interval: "1s" },
          ],
        },
      ],
      aggregators: [{ name: "agg1", level: 1, hosts: "localhost", port: aggregator, interval: "1s" }],
    });
    await startPlanned(daemons, plan);
    await waitFor("all sets", 10, async () => (await list(sampler)).stdout.split("\n").length === 3);
  });

  /** What is said of plugins and sets; there are no files here. */
  async function drift() {
    const { differences, unknown } = await withPrograms({ docker: engineOf(plan) }, () => findDrift(plan));
    return [
      ...differences.flatMap(({ kind, subject, message }) => (kind === "plugin" || kind === "set" ? [`${subject}: ${message}`] : [])),
      ...unknown.map(({ message }) => message),
    ];
  }

  it("is none where each runs what its file says", async () => {
    // Each plugin is to have sampled.
    await waitFor("no difference", 10, async () => (await drift()).length === 0);
    assert.deepEqual(await drift(), []);
  });

  it("names another interval, another offset, what was stopped, loaded, and taken away by hand", async () => {
    for (const line of [
      "stop name=vm",
      "start name=vm interval=5s offset=100ms",
      "stop name=loadavg",
      "stop name=meminfo",
      "term name=meminfo",
    ])
      await control(sampler, line);
    for (const line of ["load name=more plugin=lnet_stats", "load name=p plugin=procstat"]) await control(sampler, line);
    let said: readonly string[] = [];
    await waitFor("what was stopped is old", 30, async () => {
      said = await drift();
      return said.includes("samp: plugin loadavg does not sample") && !said.includes("samp: plugin vm does not sample");
    });
    assert.deepEqual(said, [
      "samp: plugin meminfo is not loaded",
      "samp: plugin vm samples every 5 s, in the stack every 2 s",
      "samp: plugin loadavg does not sample",
      "samp: plugin more is not in the stack",
      "samp: plugin p is not in the stack",
    ]);
  });

  it("names another offset, and another plugin of the same name", async () => {
    for (const line of ["stop name=vm", "start name=vm interval=2s offset=300ms", "stop name=loadavg", "term name=loadavg"])
      await control(sampler, line);
    for (const line of ["load name=loadavg plugin=procstat"]) await control(sampler, line);
    await waitFor("a sample", 10, async () => !(await drift()).some((line) => line.includes("vm does not sample")));
    assert.deepEqual(await drift(), [
      "samp: plugin vm samples at an offset of 0.3 s, in the stack 0.1 s",
      "samp: plugin loadavg is procstat, in the stack loadavg",
    ]);
  });

  it("says of a daemon that does not answer that nothing is known", async () => {
    await daemons.stop();
    const said = await drift();
    assert.equal(said.length, 2);
    for (const line of said) assert.match(line, /^(samp|agg1) does not say what it runs: .*Connect error/);
  });
});
