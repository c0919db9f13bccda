import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { askFlows } from "../../operations/flow/ask-flows";
import { planDeployment } from "../../plan/plan";
import { listMembers, planTopology } from "../../plan/topology/plan-topology";
import type { SiteTopology } from "../../plan/topology/site-topology";
import { withPrograms } from "../operations/fake-programs";
import { NO_FACTS } from "../unit/example-stack";
import { type Daemons, freePorts, haveDaemons, list, waitFor } from "./daemons";
import { configHere, startPlanned } from "./planned-daemons";

/** What is to run in a container runs here. */
const ENGINE = 'case $1 in exec) shift 3; exec "$@" ;; esac';

describe("topology, with rates of real daemons", function () {
  this.timeout(120_000);
  let daemons: Daemons;

  haveDaemons((made) => {
    daemons = made;
  });

  it("counts who is connected, and what comes and is stored in a second", async () => {
    const [first, second, agg1, agg2] = (await freePorts(4)) as [number, number, number, number];
    const sampler = (name: string, port: number, plugins: readonly string[]) => ({
      ...{ name, container: name, hosts: "localhost", port },
      plugins: plugins.map((plugin) => ({ name: plugin, interval: "1s", offset: "0s" })),
    });
    const folder = join(daemons.folder, "csv");
    mkdirSync(folder);
    const store = { name: "csv-meminfo", plugin: "store_csv", schema: "meminfo", container: "meminfo", path: folder, hostPath: folder };
    const config = configHere({
      samplers: [sampler("s1", first, ["meminfo", "vmstat"]), sampler("s2", second, ["meminfo"])],
      aggregators: [
        { name: "agg1", level: 1, hosts: "localhost", port: agg1, interval: "1s", offset: "200ms" },
        { name: "agg2", level: 2, hosts: "localhost", port: agg2, interval: "1s", offset: "400ms", stores: [store] },
      ],
    });
    const plan = planDeployment(config, NO_FACTS);
    const started = await startPlanned(daemons, plan);
    await waitFor("all sets at the second level", 30, async () => (await list(agg2)).stdout.split("\n").filter(Boolean).length === 3);
    const look = (): Promise<SiteTopology> =>
      withPrograms({ docker: ENGINE }, () => askFlows(plan, planTopology(config), listMembers(config), { seconds: 5 }));

    const whole = await look();
    assert.deepEqual(whole.faults, []);
    const edge = ({ edges }: SiteTopology, from: string, to: string) => edges.find((one) => one.from === from && one.to === to)!;
    assert.equal(edge(whole, "samplers[0]", "aggregators[0]").connected, 1);
    assert.equal(edge(whole, "samplers[1]", "aggregators[0]").connected, 1);
    // Of two groups below, the aggregator says the sum.
    assert.equal(edge(whole, "samplers[0]", "aggregators[0]").setsPerSecond, undefined);
    near(whole.nodes.find(({ id }) => id === "aggregators[0]")!.setsPerSecond, 3);
    near(edge(whole, "aggregators[0]", "aggregators[1]").setsPerSecond, 3);
    near(edge(whole, "aggregators[1]", "aggregators[1].stores[0]").rowsPerSecond, 2);

    started.get("s2")!.kill("SIGKILL");
    await waitFor("the set to be gone", 10, async () => (await list(agg2)).stdout.split("\n").filter(Boolean).length === 2);
    const less = await look();
    assert.equal(edge(less, "samplers[0]", "aggregators[0]").connected, 1);
    assert.equal(edge(less, "samplers[1]", "aggregators[0]").connected, 0);
    near(edge(less, "aggregators[1]", "aggregators[1].stores[0]").rowsPerSecond, 1);

    started.get("agg2")!.kill("SIGKILL");
    const silent = await look();
    assert.deepEqual(
      silent.faults!.map(({ host }) => host),
      ["localhost"],
    );
    assert.match(silent.faults![0]!.message, /^agg2: .+/);
    assert.equal(edge(silent, "aggregators[0]", "aggregators[1]").connected, undefined);
    assert.equal(edge(silent, "samplers[0]", "aggregators[0]").connected, 1);
  });
});

/** A sample more or less may fall into the time. */
function near(found: number | undefined, expected: number): void {
  assert.ok(found !== undefined && Math.abs(found - expected) <= expected * 0.35, `${found} is not near ${expected}`);
}
