import assert from "node:assert/strict";
import { addFlows } from "../../operations/flow/add-flows";
import { type AggregatorFlow, parseFlow, renderFlowScript } from "../../operations/flow/flow-script";
import { listMembers, planTopology } from "../../plan/topology/plan-topology";
import type { TopologyEdge } from "../../plan/topology/site-topology";
import { runProcess } from "../../processes/run-process";
import { exampleConfig, examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

const PRODUCERS = [
  "Name             Host             Port         Transport    auth             Rail quota    rx_rate  State        Type                ",
  "---------------- ---------------- ------------ ------------ ---------------- ---- -------- -------- ------------ --------------------",
  "n1               n1-iw                     411 rdma         munge               1       -1       -1 CONNECTED    active    ",
  "    n1/meminfo       meminfo          READY",
];

/** As ldmsd_controller 4.5.3 prints both, of two stores, one called as the schema of the other. */
const counters = (updates: number, csv: number, vmstat: number) => [
  "Updater         Min(usec)       Max(usec)       Average(usec)   Count      Skipped Count   Oversampled Count",
  "--------------- --------------- --------------- --------------- ---------- --------------- ---------------",
  `all                    143.6160      47997.4400      22258.8800 ${String(updates).padStart(10)}               0               0`,
  "slow                        inf          0.0000          0.0000          0               0               0",
  "            Schema           Min (us)        Avg (us)        Max (us)        Min Timestamp        Max Timestamp     # of Sets    Count   ",
  "------------------------- --------------- --------------- --------------- -------------------- -------------------- ---------- ----------",
  " <>-              meminfo         34.0480        927.9083      41891.3280           1795839790           1795839790          2        999",
  "        Storage Policy       Min (us)        Avg (us)        Max (us)        Min Timestamp        Max Timestamp     # of Sets    Count   ",
  "------------------------- --------------- --------------- --------------- -------------------- -------------------- ---------- ----------",
  `       csv_meminfo                34.0480        927.9083      41891.3280           1795839790           1795839790          2 ${String(csv).padStart(10)}`,
  "     -------------------- --------------- --------------- --------------- -------------------- -------------------- ---------- ----------",
  "    <>-+ vmstat                   34.0480        927.9083      41891.3280           1795839790           1795839790          2        777",
  "        <>-+        32008         34.0480        927.9083      41891.3280           1795839790           1795839790          2        777",
  "       ------------------ --------------- --------------- --------------- -------------------- -------------------- ---------- ----------",
  `    +  vmstat                    145.1520       1138.2357       4133.3760           1795839803           1795839817          2 ${String(vmstat).padStart(10)}`,
  "     -------------------- --------------- --------------- --------------- -------------------- -------------------- ---------- ----------",
];
const lines = (kind: string, texts: readonly string[]) => texts.map((text) => `${kind}\t${text}`);

function answer(first: readonly string[], last: readonly string[]): AggregatorFlow | string | undefined {
  const producers = PRODUCERS.filter((line) => !line.startsWith(" "));
  const all = [...lines("stat", producers), "first-at\t100.00", ...lines("first", first), "last-at\t110.00", ...lines("last", last), "end"];
  return parseFlow(all.join("\n"));
}

describe("parseFlow", () => {
  it("makes rates of the counters of updaters and stores, by the host's own clock", () => {
    const flow = answer(counters(100, 50, 7), counters(180, 60, 12));
    assert.ok(typeof flow === "object");
    assert.equal(flow.setsPerSecond, 8);
    assert.deepEqual(
      [...flow.rowsPerSecond],
      [
        ["csv_meminfo", 1],
        ["vmstat", 0.5],
      ],
    );
    assert.deepEqual(flow.producers, [{ name: "n1", address: "n1-iw:411", state: "CONNECTED" }]);
  });

  it("has no rates of a daemon that does not count", () => {
    const none = ["*** Unknown syntax: update_time_stats"];
    const flow = answer(none, none) as AggregatorFlow;
    assert.deepEqual([flow.setsPerSecond, flow.rowsPerSecond.size, flow.producers.length], [undefined, 0, 1]);
  });

  it("takes one that was started anew for one that stored nothing before", () => {
    const flow = answer(counters(100, 50, 7), counters(3, 2, 1)) as AggregatorFlow;
    assert.deepEqual([flow.setsPerSecond, flow.rowsPerSecond.get("csv_meminfo")], [0, 0]);
  });

  it("says why one does not answer, and knows an answer that was cut off", () => {
    assert.equal(parseFlow("stat\tError connecting to daemon\nend"), "Error connecting to daemon");
    assert.equal(parseFlow("first-at\t1\nend"), "ldmsd_controller says nothing");
    assert.equal(parseFlow("stat\tName "), undefined);
  });
});

describe("renderFlowScript", () => {
  it("keeps the lines of sets on the host, and hands quotes on", async () => {
    const docker = `input=$(cat)
case $input in prdcr_status) printf '%s\\n' ${PRODUCERS.map((line) => `'${line}'`).join(" ")} ;; *) printf '%s|' "$@"; echo ;; esac`;
    const controller = "ldmsd_controller --auth-arg 'a b'";
    const { stdout } = await withPrograms({ docker }, () =>
      runProcess(["dash", "-s"], { timeoutSeconds: 10, stdin: renderFlowScript({ container: "agg1", controller, seconds: 1 }) }),
    );
    assert.deepEqual(stdout.match(/^stat\t.*/gm)!.length, 3);
    assert.match(stdout, /^first\texec\|--interactive\|agg1\|sh\|-c\|timeout 10 ldmsd_controller --auth-arg 'a b'\|$/m);
    assert.match(stdout, /^last-at\t[0-9.]+$/m);
    assert.equal(stdout.split("\n").at(-1), "end");
  });
});

describe("addFlows", () => {
  const config = exampleConfig();
  const plan = examplePlan();
  const rows = (hosts: readonly string[]) => hosts.map((host) => ({ name: host, address: `${host}-iw:411`, state: "CONNECTED" }));
  const flows: Readonly<Record<string, AggregatorFlow>> = {
    "cygnus-05": { producers: rows(["cygnus-01", "cygnus-02"]), setsPerSecond: 2, rowsPerSecond: new Map() },
    "cygnus-06": { producers: rows(["cygnus-03"]), setsPerSecond: 1, rowsPerSecond: new Map() },
    "cygnus-07": { producers: rows(["cygnus-05", "cygnus-06"]), setsPerSecond: 3, rowsPerSecond: new Map([["sos-meminfo", 3]]) },
  };
  const tell = (silent?: string) => {
    const asked = plan.daemons
      .filter(({ role }) => role === "aggregator")
      .map((daemon) => (daemon.host === silent ? { daemon, fault: "no answer" } : { daemon, flow: flows[daemon.host]! }));
    return addFlows(planTopology(config), plan, listMembers(config), asked);
  };
  const figures = ({ connected, daemons, setsPerSecond, rowsPerSecond }: TopologyEdge) => [
    connected,
    daemons,
    setsPerSecond,
    rowsPerSecond,
  ];

  it("counts each daemon once, whichever aggregator of the group has it", () => {
    const { edges, faults } = tell();
    assert.deepEqual(edges.map(figures), [
      [3, 4, 3, undefined],
      [2, 2, 3, undefined],
      [undefined, 1, undefined, 3],
      [undefined, 1, undefined, undefined],
      [undefined, 1, undefined, undefined],
    ]);
    assert.deepEqual(faults, []);
  });

  it("has no figures of a group of which one did not tell, for they would look like losses", () => {
    const { edges, faults } = tell("cygnus-06");
    assert.deepEqual(edges.slice(0, 2).map(figures), [
      [undefined, 4, undefined, undefined],
      [2, 2, 3, undefined],
    ]);
    assert.deepEqual(faults, [{ host: "cygnus-06", message: "agg1: no answer" }]);
  });
});
