import assert from "node:assert/strict";
import { verify } from "../../operations/chain/verify-chain";
import { parseAggregatorWords, renderAggregatorScript } from "../../operations/observe/aggregator-script";
import { describeAggregator, isAggregatorWell } from "../../operations/observe/aggregators";
import { renderAggregators } from "../../operations/observe/render-aggregators";
import { isVerified } from "../../operations/observe/verify";
import { listContainers } from "../../plan/model/deployment-plan";
import { runProcess } from "../../processes/run-process";
import { changeContainers } from "../unit/change-containers";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

/** As ldmsd_controller 4.5.3 prints both tables. */
function statistics(total: number, used: number, active: number, known = active): string {
  const rule = "-------------------- ----------------";
  const row = (name: string, number: number) => `${name.padEnd(20)} ${String(number).padStart(16)}`;
  return [
    "Set Stats - 32us",
    "Name                 Count           ",
    rule,
    ...[row("active_count", active), row("deleting_count", 0), row("mem_total_kb", total), row("mem_free_kb", total - used)],
    ...[row("mem_used_kb", used), row("set_load", 4384)],
    "Producer Stats - 4us",
    "Name                 Count           ",
    rule,
    ...[row("prdcr_count", 1), row("connected_count", 1), row("set_count", known)],
  ].join("\n");
}

const refusal = (set: string) =>
  `    ERROR: updater: prdcr n1: Set memory allocation failure in lookup of set '${set}'. Consider changing the -m parameter on the command line to a larger value. The current value is 512k`;

/** What librdkafka says on a daemon's standard error. */
const FAILS = ["1795872583.341", "1795872584.340"].map(
  (time) =>
    `%3|${time}|FAIL|rdkafka#producer-1| [thrd:kafka1:9092/bootstrap]: kafka1:9092/bootstrap: Connect to ipv4#10.0.0.9:9092 failed: Connection refused (after 0ms in state CONNECT)`,
);

/** An engine whose aggregator prints these. */
const engine = (stats: string, log: string, health: string, code = 0) => `case "$*" in
*ldmsd_controller*) cat >/dev/null; cat <<'END'\n${stats}\nEND\n;;
logs*) cat >&2 <<'END'\n${log}\nEND\n;;
*health*) cat <<'END'\n${health}\nEND\nexit ${code} ;;
esac`;

const ARGS = {
  container: "agg1",
  controller: ["ldmsd_controller", "--port", "411"],
  health: "exec sh /etc/ldms/health sock 411 none 'a b'",
};

async function ask(docker: string) {
  const { stdout } = await withPrograms({ docker }, () =>
    runProcess(["dash", "-s"], { timeoutSeconds: 10, stdin: renderAggregatorScript(ARGS) }),
  );
  return parseAggregatorWords(stdout);
}

describe("renderAggregatorScript", () => {
  it("asks daemon, log and health check, and keeps of each what is told", async () => {
    const log = ["  INFO: updater: Set n1/meminfo is ready", ...["n2/meminfo", "n1/vmstat", "n2/meminfo"].map(refusal), ...FAILS].join(
      "\n",
    );
    const words = await ask(engine(statistics(512, 34, 4, 6), log, "no set of its producers is fresh: 4 listed", 1));
    assert.deepEqual(words, {
      stats: {
        ...{ active_count: 4, deleting_count: 0, mem_total_kb: 512, mem_free_kb: 478, mem_used_kb: 34, set_load: 4384 },
        ...{ prdcr_count: 1, connected_count: 1, set_count: 6 },
      },
      complaint: "",
      refused: ["n1/vmstat", "n2/meminfo"],
      unreached: ["kafka1:9092: Connect to ipv4#10.0.0.9:9092 failed: Connection refused"],
      received: new Map(),
      unconnected: [],
      health: "no set of its producers is fresh: 4 listed",
      isHealthy: false,
    });
  });

  it("tells the producers that it is not connected to, where they are asked for", async () => {
    const rows = [
      "node-1           n1-iw                   10411 sock         munge               1       -1       -1 CONNECTED    active      ",
      "    n1/meminfo       meminfo          READY",
      "node-2           n2-iw                   10411 sock         munge               1       -1       -1 DISCONNECTED active      ",
      "n3:10411         n3-iw                   51234 sock         DEFAULT             1       -1       -1 STANDBY      advertised, passive",
    ];
    const docker = `case "$*" in *ldmsd_controller*) printf '%s\n' ${rows.map((row) => `'${row}'`).join(" ")} ;; esac`;
    const { stdout } = await withPrograms({ docker }, () =>
      runProcess(["dash", "-s"], { timeoutSeconds: 10, stdin: renderAggregatorScript({ ...ARGS, asksProducers: true }) }),
    );
    assert.deepEqual(parseAggregatorWords(stdout).unconnected, ["n2-iw:10411", "n3-iw:51234"]);
  });

  it("takes those for daemons that run without the stack by the place at which it dials them, a listener or their own port", async () => {
    const rows = ["own-iw", "ib-ib0", "samp-iw"].map((host, i) => `node-${i} ${host} ${411 + i} sock munge 1 -1 -1 DISCONNECTED active`);
    const plan = sketchPlan([{ name: "cygnus-07", isLocal: true, containers: [["agg1", "aggregator"]] }], {
      externals: [
        {
          name: "node",
          argv: [],
          daemons: [
            { host: "own", componentId: 1, dialledAt: [{ host: "own-iw", port: 411 }] },
            { host: "ib", componentId: 2, dialledAt: [{ host: "ib-ib0", port: 412 }] },
          ],
        },
      ],
      daemons: [
        { host: "cygnus-07", container: "agg1", role: "aggregator", level: 1, xprt: "sock", port: 411, auth: "munge", componentId: 7 },
      ],
    });
    const head = "Name             Host             Port         Transport    auth";
    const docker = engine([statistics(512, 34, 4), head, ...rows].join("\n"), "", "");
    const { aggregators } = await withPrograms({ docker }, () => verify(plan, { waitSeconds: 0, freshSeconds: 30 }));
    assert.deepEqual(aggregators?.[0]?.unconnected, ["own", "ib"]);
  });

  it("quotes the health check once for the host and once for the container", async () => {
    const said = await ask('case "$*" in *health*) printf "%s|" "$@" ;; esac');
    assert.equal(said.health, "exec|--interactive|agg1|sh|-c|exec sh /etc/ldms/health sock 411 none 'a b'|");
  });

  it("says what the controller says of a daemon that does not answer", async () => {
    const words = await ask(
      engine(
        "[Errno 103] Connect error: ECONNABORTED(103)\nPlease verify the transport, hostname, port, and authentication method.",
        "",
        "listener sock:411: Connection failed/rejected.",
        1,
      ),
    );
    const { setMemory, fault } = describeAggregator(words);
    const expected = "its set memory is not known: [Errno 103] Connect error: ECONNABORTED(103)";
    assert.deepEqual([words.stats, setMemory, fault], [{}, undefined, expected]);
  });
});

const NOTHING: ReadonlyMap<string, number> = new Map();

describe("what an aggregator has received", () => {
  const subscriptions = [
    { service: "stream", name: "foo" },
    { service: "stream", name: "bar" },
    { service: "stream", name: "handed-on" },
    { service: "message", name: "slurm" },
  ] as const;
  /** As ldmsd_controller 4.5.3 prints them. */
  const STATUS = `name                           bytes/sec    count/sec    total bytes  count        first msg    last msg    
------------------------------ ------------ ------------ ------------ ------------ ------------ ------------
foo (subscribed)
   published                              -            -           29            1   1795874485   1795874485
   received                               -            -           58            2   1795874485   1795874485
      Producers
               n1                         -            -           29            1   1795874485   1795874485
handed-on (not subscribed)
   published                              -            -            -            -            -            -
   received                               -            -            9            3   1795883047   1795883047
      Producers
               vm:47811                   -            -            9            3   1795883047   1795883047
name                           bytes        count        first                      last                      
------------------------------ ------------ ------------ -------------------------- --------------------------
slurm                                    29            7 11-28-26 14:01:25 [449363] 11-28-26 14:01:25 [449363]
 - clients:
   - [slurm] remote_client:   
     - tx                                29            1 11-28-26 14:01:25 [449363] 11-28-26 14:01:25 [449363]`;

  it("is asked for and read by the names that the stack has", async () => {
    const asked = renderAggregatorScript({ ...ARGS, subscriptions });
    assert.ok(asked.includes("printf 'set_stats\\nprdcr_stats\\nstream_status\\nmsg_stats\\n' |"), asked);
    const words = await ask(engine(`${statistics(512, 34, 4)}\n${STATUS}`, "", "4 sets are fresh"));
    const check = { host: "h", container: "agg", ...describeAggregator(words, subscriptions) };
    assert.deepEqual(renderAggregators([check]), [
      "h: agg: stream `foo`: 2 received since its start",
      "h: agg: stream `bar`: nothing has come since its start",
      "h: agg: stream `handed-on`: 3 received since its start",
      "h: agg: message `slurm`: 7 received since its start",
    ]);
    assert.equal(isAggregatorWell(check), true);
  });
});

describe("describeAggregator", () => {
  const of = (total: number, used: number, sets: number, refused: readonly string[] = [], known = sets) =>
    describeAggregator({
      stats: { mem_total_kb: total, mem_used_kb: used, active_count: sets, set_count: known },
      refused,
      unreached: [],
      received: NOTHING,
      complaint: "",
      health: "4 sets are fresh",
      isHealthy: true,
    });

  for (const [title, found, expected] of [
    ["is content up to 80 %", of(1000, 800, 200), { totalKb: 1000, usedKb: 800, sets: 200, refused: 0 }],
    [
      "advises half as much again above it",
      of(16384, 14000, 3500),
      { totalKb: 16384, usedKb: 14000, sets: 3500, refused: 0, advised: "32M" },
    ],
    ["never advises what there is", of(1024, 830, 200), { totalKb: 1024, usedKb: 830, sets: 200, refused: 0, advised: "2M" }],
    [
      "counts all known sets where one is refused",
      of(512, 512, 128, ["n/x"], 500),
      { totalKb: 512, usedKb: 512, sets: 128, refused: 372, advised: "4M" },
    ],
    // As recorded of 16 kB with meminfo in it: vmstat needs more than the 12 that are left.
    [
      "tells a refused set though much is free",
      of(16, 4, 1, ["n1/vmstat"], 2),
      { totalKb: 16, usedKb: 4, sets: 1, refused: 1, advised: "1M" },
    ],
    ["takes no set for refused that only waits", of(512, 100, 25, [], 30), { totalKb: 512, usedKb: 100, sets: 25, refused: 0 }],
  ] as const) {
    it(title, () => assert.deepEqual(found, { setMemory: expected }));
  }

  it("takes an aggregator for unwell whose broker is not reached, and names it", () => {
    const unreached = ["kafka1:9092: Connection refused"];
    const check = {
      host: "h",
      container: "agg",
      ...describeAggregator({ stats: {}, refused: [], unreached, received: NOTHING, complaint: "", health: "", isHealthy: true }),
    };
    assert.equal(isAggregatorWell(check), false);
    assert.match(renderAggregators([check]).join("\n"), /^h: agg: broker kafka1:9092: Connection refused$/m);
  });

  it("has of the health check what is wrong or warned of", () => {
    const health = (said: string, isHealthy: boolean) =>
      describeAggregator({ stats: {}, refused: [], unreached: [], received: NOTHING, complaint: "", health: said, isHealthy }).health;
    assert.equal(health("2 sets are fresh", true), undefined);
    assert.deepEqual(health("warning: store /s: 8.1 % of its disk are free", true), {
      isWarning: true,
      message: "store /s: 8.1 % of its disk are free",
    });
    assert.deepEqual(health("set n1/vmstat: not there", false), { isWarning: false, message: "set n1/vmstat: not there" });
    assert.deepEqual(health("", false), { isWarning: false, message: "its health check fails and gives no reason" });
  });
});

describe("renderAggregators", () => {
  it("folds hosts, names the figure to set, and says nothing of what is well", () => {
    const memory = { totalKb: 512, usedKb: 512, sets: 128, refused: 372, advised: "4M" };
    const well = { totalKb: 512, usedKb: 34, sets: 4, refused: 0 };
    assert.deepEqual(
      renderAggregators([
        ...["cygnus-05", "cygnus-06"].map((host) => ({ host, container: "agg1", setMemory: memory })),
        {
          host: "cygnus-07",
          container: "agg2",
          setMemory: well,
          health: { isWarning: true, message: "store /s: 8.1 % of its disk are free" },
        },
        { host: "cygnus-08", container: "agg2", setMemory: { ...memory, refused: 0 } },
      ]),
      [
        "cygnus-[05-06]: agg1: set memory is full: 128 sets take 512 of 512 kB, 372 more are refused\n  help: `setMemory: 4M` for this aggregator",
        "cygnus-07: agg2: store /s: 8.1 % of its disk are free",
        "cygnus-08: agg2: set memory is short: 128 sets take 512 of 512 kB\n  help: `setMemory: 4M` for this aggregator",
      ],
    );
  });
});

describe("verify, of aggregators", () => {
  const plan = sketchPlan([{ name: "cygnus-07", isLocal: true, containers: [["agg2", "aggregator"]] }], {
    stores: [{ name: "s", host: "cygnus-07", container: "agg2", plugin: "store_sos", schema: "meminfo", path: "/s", samplerHosts: [] }],
    daemons: [
      { host: "cygnus-07", container: "agg2", role: "aggregator", level: 2, xprt: "sock", port: 411, auth: "munge", componentId: 7 },
    ],
  });
  const health = { ...listContainers(plan)[0]!.healthCheck, test: ["CMD-SHELL", "exec sh /etc/ldms/health"] };
  const checked = changeContainers(plan, (container) => ({ ...container, healthCheck: health }));
  const look = (docker: string) =>
    withPrograms({ docker: `case "$*" in *sos_cmd*) echo '{"data":[]}'; exit ;; esac\n${docker}` }, () =>
      verify(checked, { waitSeconds: 0, freshSeconds: 30 }),
    );

  it("holds with memory that is short and a store that warns", async () => {
    const report = await look(engine(statistics(1000, 900, 200), "", "warning: store /s: 8.1 % of its disk are free"));
    assert.equal(report.aggregators?.[0]?.setMemory?.advised, "2M");
    assert.equal(isVerified(report), true);
  });

  it("fails with a set that is refused, and with an aggregator that is unhealthy", async () => {
    assert.equal(isVerified(await look(engine(statistics(512, 512, 128, 129), refusal("n2/meminfo"), "128 sets are fresh"))), false);
    assert.equal(isVerified(await look(engine(statistics(512, 34, 4), "", "store /s: 1.3 % of its disk are free", 1))), false);
  });
});
