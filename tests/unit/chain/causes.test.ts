import assert from "node:assert/strict";
import type { AggregatorAnswer } from "../../../operations/chain/aggregator-answer";
import type { Fault } from "../../../operations/chain/cause";
import { findStoreFaults } from "../../../operations/chain/store-faults";
import { examplePlan } from "../example-stack";
import { causesIn, filesPlan, POLICY, RUNS, type Scene, type ToldProducer, tell, well } from "./chain-kit";

const AGG1 = "cygnus-05/agg1";
const AGG2 = "cygnus-07/agg2";
const AGG1_GROUP = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" };
const STORE = { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
const AGG2_GROUP = { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE], dsosd: true };
const ALL = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"];

/** The producers of an aggregator, each changed alike, or only that of one host. */
function changed(place: string, change: Partial<ToldProducer>, host?: string): readonly ToldProducer[] {
  return well(place).producers.map((one) => (host === undefined || one.host === `${host}-iw` ? { ...one, ...change } : one));
}

const UNREACHABLE: Fault = { link: "host", message: "unreachable: it accepts the connection, then nothing answers", help: "bring it back" };
const ENGINE: Fault = {
  link: "engine",
  message: "its Docker engine does not answer: no answer within 4 s",
  help: "`systemctl start docker` there",
};

/** One fault each, in words that ldmsd 4.5.3 has for it. */
const CASES: readonly (readonly [title: string, scene: Scene, told: readonly string[]])[] = [
  ["a stack that is well", {}, []],
  [
    "a sampler's host that is gone: its producer stays CONNECTED, and its set stands still",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { setState: "UPDATING", ageSeconds: 25 }, "cygnus-03") } },
      containers: { "cygnus-03/samp": UNREACHABLE },
      missing: ["cygnus-03"],
    },
    ["host: cygnus-03: unreachable: it accepts the connection, then nothing answers"],
  ],
  [
    "a sampler's engine that hangs",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ENGINE },
      missing: ["cygnus-03"],
    },
    ["engine: cygnus-03: its Docker engine does not answer: no answer within 4 s"],
  ],
  [
    "a sampler that is not there",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ["state\tsamp\tmissing"] },
      missing: ["cygnus-03"],
    },
    ["container: samp on cygnus-03: is missing"],
  ],
  [
    "a sampler that ends at its memory limit",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ["state\tsamp\texited\t137\ttrue\t3\t"] },
      missing: ["cygnus-03"],
    },
    ["container: samp on cygnus-03: exited (137): killed at its memory limit"],
  ],
  [
    "a sampler that ends at an option",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }) } },
      containers: Object.fromEntries(
        ["cygnus-01", "cygnus-03"].map((host) => [
          `${host}/samp`,
          ["state\tsamp\trestarting\t101\tfalse\t4\t", "log\tsamp\tCRITICAL: ldmsd: option --nonsense not recognized"],
        ]),
      ),
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["container: samp on cygnus-[01,03]: has been restarted 4 times: CRITICAL: ldmsd: option --nonsense not recognized"],
  ],
  [
    "a plugin that has stopped: producer CONNECTED, set READY, updater RUNNING",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { ageSeconds: 30 }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ["state\tsamp\trunning\t0\tfalse\t0\t", "health\tsamp\t1\tset cygnus-03/meminfo: 28 intervals old"] },
      missing: ["cygnus-03"],
    },
    ["sets: samp on cygnus-03: set cygnus-03/meminfo: 28 intervals old"],
  ],
  [
    "a plugin that was never started: READY, and its time is 1970",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { isUnsampled: true }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ["state\tsamp\trunning\t0\tfalse\t0\t", "health\tsamp\t1\tset cygnus-03/meminfo: never sampled"] },
      missing: ["cygnus-03"],
    },
    ["sets: samp on cygnus-03: set cygnus-03/meminfo: never sampled"],
  ],
  [
    "a network that is cut between the daemons: the set is UPDATING for ever",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { setState: "UPDATING", ageSeconds: 40 }, "cygnus-03") } },
      missing: ["cygnus-03"],
    },
    [
      "transport: agg1 on cygnus-05: 1 of 2 producers CONNECTED (samp on cygnus-03): set `meminfo` stands still: no answer comes back; behind it 1 sampler",
    ],
  ],
  [
    "a port at which nobody listens, though the sampler is well",
    { aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } }, missing: ["cygnus-03"] },
    ["transport: agg1 on cygnus-05: 1 of 2 producers DISCONNECTED (samp on cygnus-03): no connection to port 411; behind it 1 sampler"],
  ],
  [
    "a port of something else, which takes the connection and says nothing",
    { aggregators: { [AGG1]: { producers: changed(AGG1, { state: "CONNECTING" }, "cygnus-03") } }, missing: ["cygnus-03"] },
    [
      "transport: agg1 on cygnus-05: 1 of 2 producers CONNECTING (samp on cygnus-03): port 411 takes the connection and says nothing; behind it 1 sampler",
    ],
  ],
  [
    "names that do not resolve on the aggregator's host",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { state: "DISCONNECTED" }),
          log: ["unresolved\tcygnus-01-iw:411", "unresolved\tcygnus-03-iw:411"],
        },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["transport: agg1 on cygnus-05: 2 of 2 producers DISCONNECTED: their names do not resolve there; behind it 2 samplers"],
  ],
  [
    "an aggregator with another munge key: nobody takes its proof",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { state: "DISCONNECTED" }),
          log: ["munge-said\tInvalid credential", "rejected\tsamp-1", "rejected\tsamp-3"],
        },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    [
      "authentication: agg1 on cygnus-05: 2 of 2 producers DISCONNECTED: authentication failed: munge key of cygnus-05 differs; behind it 2 samplers",
    ],
  ],
  [
    "a sampler with another munge key",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03"),
          log: ["munge-said\tInvalid credential", "rejected\tsamp-3"],
        },
      },
      missing: ["cygnus-03"],
    },
    [
      "authentication: agg1 on cygnus-05: 1 of 2 producers DISCONNECTED (samp on cygnus-03): authentication failed: munge key of cygnus-03 differs; behind it 1 sampler",
    ],
  ],
  [
    "a sampler whose clock makes its credentials worthless",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03"),
          log: ["munge-said\tExpired credential", "rejected\tsamp-3"],
        },
      },
      clockAheadSeconds: { "cygnus-03": -598 },
      missing: ["cygnus-03"],
    },
    [
      "authentication: agg1 on cygnus-05: 1 of 2 producers DISCONNECTED (samp on cygnus-03): authentication failed: cygnus-03: its clock is 10 min behind this machine's; behind it 1 sampler",
    ],
  ],
  [
    "a sampler whose clock went wrong while it was connected",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { ageSeconds: 601 }, "cygnus-03") } },
      clockAheadSeconds: { "cygnus-03": -600 },
      missing: ["cygnus-03"],
    },
    ["host: cygnus-03: its clock is 10 min behind this machine's"],
  ],
  [
    "a sampler whose clock is ahead",
    { aggregators: { [AGG1]: { producers: changed(AGG1, { ageSeconds: -599 }, "cygnus-03") } }, clockAheadSeconds: { "cygnus-03": 600 } },
    ["host: cygnus-03: its clock is 10 min ahead of this machine's"],
  ],
  [
    "an aggregator whose own clock is wrong: no sampler is blamed",
    { aggregators: { [AGG1]: { clockAheadSeconds: 600 } } },
    ["host: cygnus-05: its clock is 10 min ahead of this machine's; behind it 2 samplers"],
  ],
  [
    "a munged of a sampler's host that has stopped",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: {
        "cygnus-03/samp": [
          "state\tsamp\trunning\t0\tfalse\t0\t",
          "health\tsamp\t1\tlistener sock:411: Connection failed/rejected.",
          'munge\tsamp\tmunge: Error: Failed to access "/run/munge/munge.socket.2": No such file or directory',
        ],
      },
      missing: ["cygnus-03"],
    },
    [
      'authentication: samp on cygnus-03: its munge makes no credential: Failed to access "/run/munge/munge.socket.2": No such file or directory',
    ],
  ],
  [
    "a sampler that ends again and again, and has since its engine was asked for its state",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: {
        "cygnus-03/samp": [
          "state\tsamp\trunning\t0\tfalse\t3\t",
          "health\tsamp\t1\tError response from daemon: Container 287df51caf23 is restarting, wait until the container is running",
          "log\tsamp\tERROR: ldms: munge has neither the host's socket nor a key",
        ],
      },
      missing: ["cygnus-03"],
    },
    ["container: samp on cygnus-03: has been restarted 3 times: ERROR: ldms: munge has neither the host's socket nor a key"],
  ],
  [
    "a sampler that has ended for the first time since its engine was asked for its state",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: {
        "cygnus-03/samp": [
          "state\tsamp\trunning\t0\tfalse\t0\t",
          "health\tsamp\t1\tError response from daemon: container 287df51caf23 is not running",
        ],
      },
      missing: ["cygnus-03"],
    },
    ["container: samp on cygnus-03: has just ended"],
  ],
  [
    "a sampler that ended again while its check ran, which then says nothing",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03") } },
      containers: {
        "cygnus-03/samp": [
          "state\tsamp\trunning\t0\tfalse\t2\t",
          "health\tsamp\t137\t",
          "log\tsamp\tERROR: ldmsd: Error 8 Listening on sock:411",
        ],
      },
      missing: ["cygnus-03"],
    },
    ["container: samp on cygnus-03: has been restarted 2 times: ERROR: ldmsd: Error 8 Listening on sock:411"],
  ],
  [
    "a producer that nobody has started",
    { aggregators: { [AGG1]: { producers: changed(AGG1, { state: "STOPPED" }) } }, missing: ["cygnus-01", "cygnus-03"] },
    ["producer: agg1 on cygnus-05: 2 of 2 producers STOPPED: nobody has started them; behind it 2 samplers"],
  ],
  [
    "a producer that the aggregator does not know",
    { aggregators: { [AGG1]: { producers: well(AGG1).producers.slice(0, 1) } }, missing: ["cygnus-03"] },
    ["producer: agg1 on cygnus-05: 1 of 2 producers unknown to it (samp on cygnus-03); behind it 1 sampler"],
  ],
  [
    "a producer that the aggregator dials at another port",
    {
      aggregators: {
        [AGG1]: { producers: well(AGG1).producers.map((one) => ({ ...one, port: 412 })) },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    [
      "producer: agg1 on cygnus-05: 2 of 2 producers unknown to it: it dials port 412, in the stack file they listen at 411; behind it 2 samplers",
    ],
  ],
  [
    "nothing of a producer that it has by another address, whose rows arrive",
    { aggregators: { [AGG1]: { producers: well(AGG1).producers.slice(0, 1) } } },
    [],
  ],
  [
    "a plugin that has stopped in a sampler that was restarted some time ago",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { ageSeconds: 30 }, "cygnus-03") } },
      containers: { "cygnus-03/samp": ["state\tsamp\trunning\t0\tfalse\t2\t", "health\tsamp\t1\tset cygnus-03/meminfo: 28 intervals old"] },
      missing: ["cygnus-03"],
    },
    ["sets: samp on cygnus-03: set cygnus-03/meminfo: 28 intervals old"],
  ],
  [
    "nothing of a set that is handed on when it changes, however old it is",
    {
      plan: filesPlan({ aggregators: [{ ...AGG1_GROUP, mode: "onchange" }, AGG2_GROUP] }),
      aggregators: {
        [AGG1]: { producers: changed(AGG1, { ageSeconds: 3000 }) },
        [AGG2]: { producers: changed(AGG2, { ageSeconds: 3000 }) },
      },
    },
    [],
  ],
  [
    "nothing of a slow plugin whose first sample is still to come",
    {
      plan: filesPlan({
        samplers: [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins: [{ name: "meminfo", interval: "60s" }] }],
      }),
      aggregators: { [AGG1]: { producers: changed(AGG1, { isUnsampled: true }) } },
    },
    [],
  ],
  [
    "an updater that is stopped: sets are READY and stand still",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { ageSeconds: 60 }),
          updaters: ["u                1.0s:200.0ms     false  Pull            STOPPED   "],
        },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["updater: agg1 on cygnus-05: 2 of 2 producers without an updater: updater `u` is STOPPED; behind it 2 samplers"],
  ],
  [
    "no updater: sets are START",
    {
      aggregators: { [AGG1]: { producers: changed(AGG1, { setState: "START", isUnsampled: true }), updaters: [] } },
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["updater: agg1 on cygnus-05: 2 of 2 producers without an updater: it has no updater; behind it 2 samplers"],
  ],
  [
    "an updater that matches no producer: it is RUNNING",
    {
      aggregators: {
        [AGG1]: {
          producers: changed(AGG1, { setState: "START", isUnsampled: true }),
          updaters: ["u                1.0s:200.0ms     false  Pull            RUNNING   "],
        },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["updater: agg1 on cygnus-05: 2 of 2 producers without an updater: its updaters match none of them; behind it 2 samplers"],
  ],
  [
    "an aggregator without room for a set",
    {
      aggregators: {
        [AGG1]: { producers: changed(AGG1, { setState: "LOOKUP", isUnsampled: true }, "cygnus-03"), log: ["refused\tcygnus-03/meminfo"] },
      },
      missing: ["cygnus-03"],
    },
    ["updater: agg1 on cygnus-05: 1 of 2 producers CONNECTED (samp on cygnus-03): its set memory is full; behind it 1 sampler"],
  ],
  [
    "a level-1 aggregator whose host is gone: nothing behind it is blamed",
    {
      aggregators: {
        [AGG1]: UNREACHABLE,
        [AGG2]: { producers: changed(AGG2, { state: "DISCONNECTED" }, "cygnus-05"), health: "no set of its producers is fresh: 2 listed" },
      },
      missing: ["cygnus-01", "cygnus-03"],
    },
    ["host: cygnus-05: unreachable: it accepts the connection, then nothing answers; behind it 2 samplers"],
  ],
  [
    "the next level that does not reach an aggregator",
    { aggregators: { [AGG2]: { producers: changed(AGG2, { state: "DISCONNECTED" }, "cygnus-05") } }, missing: ["cygnus-01", "cygnus-03"] },
    ["transport: agg2 on cygnus-07: 1 of 2 producers DISCONNECTED (agg1 on cygnus-05): no connection to port 411; behind it 2 samplers"],
  ],
  [
    "the aggregator of the store that is gone: neither store nor pages are blamed",
    {
      aggregators: { [AGG2]: UNREACHABLE },
      containers: Object.fromEntries(["dsosd", "ui", "grafana"].map((name) => [`cygnus-07/${name}`, UNREACHABLE])),
      missing: ALL,
      storeFault: "unreachable: it accepts the connection, then nothing answers",
    },
    ["host: cygnus-07: unreachable: it accepts the connection, then nothing answers; behind it 4 samplers"],
  ],
  [
    "a storage policy that is stopped",
    { aggregators: { [AGG2]: { policies: [POLICY.replace("RUNNING", "STOPPED"), "    producers: ", "    metrics: "] } }, missing: ALL },
    ["policy: agg2 on cygnus-07: storage policy `sos-meminfo` is STOPPED; behind it 4 samplers"],
  ],
  [
    "a storage policy that is not there",
    { aggregators: { [AGG2]: { policies: [] } }, missing: ALL },
    ["policy: agg2 on cygnus-07: has no storage policy `sos-meminfo`; behind it 4 samplers"],
  ],
  [
    "a schema that nothing has: RUNNING, without metrics",
    {
      aggregators: { [AGG2]: { policies: [POLICY.replace(/meminfo( +)-/, "memoryinfo$1-"), "    producers: ", "    metrics: "] } },
      missing: ALL,
    },
    ["policy: agg2 on cygnus-07: storage policy `sos-meminfo` takes none of the sets of `meminfo`; behind it 4 samplers"],
  ],
  [
    "a storage policy with a decomposition, which tells of no metrics whatever it takes",
    { aggregators: { [AGG2]: { policies: [POLICY.replace(/-\s*$/, "/etc/ldms/small.json"), "    producers: ", "    metrics: "] } } },
    [],
  ],
  [
    "a store that cannot be written: ldmsd itself says nothing",
    { aggregators: { [AGG2]: { health: "store /store/meminfo: cannot be written: Read-only file system" } }, missing: ALL },
    ["rows: agg2 on cygnus-07: store /store/meminfo: cannot be written: Read-only file system; behind it 4 samplers"],
  ],
  [
    "rows that are missing where all before them is well",
    { aggregators: { [AGG2]: { policies: [POLICY, ...RUNS] } }, missing: ["cygnus-03"] },
    ["rows: agg2 on cygnus-07: store `sos-meminfo` has no fresh row of 1 sampler whose sets arrive; behind it 1 sampler"],
  ],
  [
    "a dsosd that is gone",
    { containers: { "cygnus-07/dsosd": ["state\tdsosd\texited\t0\tfalse\t0\t"] } },
    ["dsosd: dsosd on cygnus-07: exited (0)"],
  ],
  [
    "a UI that answers with an error",
    { containers: { "cygnus-07/ui": ["state\tui\trunning\t0\tfalse\t0\t", "health\tui\t1\tthe UI answers with status 500"] } },
    ["ui: ui on cygnus-07: the UI answers with status 500"],
  ],
  [
    "a data source that does not answer Grafana",
    {
      containers: {
        "cygnus-07/grafana": [
          "state\tgrafana\trunning\t0\tfalse\t0\t",
          "health\tgrafana\t0\t",
          "url\tgrafana\tcurl: (6) Could not resolve host: cygnus-07",
        ],
      },
    },
    ["grafana: grafana on cygnus-07: its data source does not answer: curl: (6) Could not resolve host: cygnus-07"],
  ],
  [
    "a UI that is down: Grafana is not blamed for its data source",
    {
      containers: {
        "cygnus-07/ui": ["state\tui\texited\t1\tfalse\t0\t", "log\tui\tImproperlyConfigured: The SECRET_KEY setting must not be empty."],
        "cygnus-07/grafana": [
          "state\tgrafana\trunning\t0\tfalse\t0\t",
          "health\tgrafana\t0\t",
          "url\tgrafana\tcurl: (7) Failed to connect",
        ],
      },
    },
    ["ui: ui on cygnus-07: exited (1): ImproperlyConfigured: The SECRET_KEY setting must not be empty."],
  ],
];

describe("findCauses", () => {
  for (const [title, scene, told] of CASES) {
    it(`tells ${title}`, () => assert.deepEqual(tell(causesIn(scene)), told));
  }

  it("looks for no storage policy of a store that a stream feeds", () => {
    const answer = { policies: [], sets: [], producers: [], updaters: [] } as unknown as AggregatorAnswer;
    const answers = { aggregators: new Map([["cygnus-07/agg2", answer]]), containers: new Map() };
    const evidence = { answers, checks: [], aggregators: [], broken: new Set<string>() };
    const faultsOf = (plugin: string) => {
      const store = { name: "jobs", host: "cygnus-07", container: "agg2", plugin, path: "/store/jobs", samplerHosts: [] };
      return findStoreFaults({ stack: "lab", stores: [store] }, evidence).map(({ message }) => message);
    };
    assert.deepEqual([faultsOf("stream_csv_store"), faultsOf("store_csv")], [[], ["has no storage policy `jobs`"]]);
  });

  it("has in a remedy the command as it is to be typed", () => {
    const updaters = ["u                1.0s:200.0ms     false  Pull            STOPPED   "];
    const helps = (scene: Scene) => causesIn(scene).map(({ help }) => help);
    const late = { producers: changed(AGG1, { state: "DISCONNECTED" }, "cygnus-03"), log: ["rejected\tsamp-3"] };
    assert.deepEqual(helps({ aggregators: { [AGG1]: late }, clockAheadSeconds: { "cygnus-03": -598 }, missing: ["cygnus-03"] }), [
      "set the clock there; nothing is to be deployed",
    ]);
    assert.deepEqual(helps({ aggregators: { [AGG1]: { updaters } } }), ["`echo updtr_start name=u | ldms controller -s lab cygnus-05`"]);
    const policies = [POLICY.replace("RUNNING", "STOPPED")];
    assert.deepEqual(helps({ aggregators: { [AGG2]: { policies } } }), [
      "`echo strgp_start name=sos-meminfo | ldms controller -s lab cygnus-07`",
    ]);
  });

  it("gives each cause a remedy", () => {
    for (const [title, scene] of CASES) {
      for (const { help } of causesIn(scene)) assert.match(help, /\S/, title);
    }
  });
});

describe("findCauses of two faults at once", () => {
  const PAIRS: readonly (readonly [title: string, scene: Scene, told: readonly string[]])[] = [
    [
      "a dead sampler behind a dead aggregator",
      {
        aggregators: { [AGG1]: UNREACHABLE },
        containers: { "cygnus-03/samp": ["state\tsamp\tmissing"] },
        missing: ["cygnus-01", "cygnus-03"],
      },
      [
        "host: cygnus-05: unreachable: it accepts the connection, then nothing answers; behind it 1 sampler",
        "container: samp on cygnus-03: is missing",
      ],
    ],
    [
      "a sampler's plugin and the store's disk",
      {
        aggregators: {
          [AGG1]: { producers: changed(AGG1, { ageSeconds: 30 }, "cygnus-03") },
          [AGG2]: { health: "store /store/meminfo: 1.3 % of its disk are free" },
        },
        containers: {
          "cygnus-03/samp": ["state\tsamp\trunning\t0\tfalse\t0\t", "health\tsamp\t1\tset cygnus-03/meminfo: 28 intervals old"],
        },
        missing: ALL,
      },
      [
        "sets: samp on cygnus-03: set cygnus-03/meminfo: 28 intervals old",
        "rows: agg2 on cygnus-07: store /store/meminfo: 1.3 % of its disk are free; behind it 3 samplers",
      ],
    ],
    [
      "two samplers of one aggregator, each for a reason of its own",
      {
        aggregators: {
          [AGG1]: {
            producers: changed(AGG1, { state: "DISCONNECTED" }),
            log: ["munge-said\tInvalid credential", "rejected\tsamp-1"],
          },
        },
        containers: { "cygnus-03/samp": UNREACHABLE },
        missing: ["cygnus-01", "cygnus-03"],
      },
      [
        "host: cygnus-03: unreachable: it accepts the connection, then nothing answers",
        "authentication: agg1 on cygnus-05: 1 of 2 producers DISCONNECTED (samp on cygnus-01): authentication failed: munge key of cygnus-01 differs; behind it 1 sampler",
      ],
    ],
    [
      "dsosd, and a level-1 aggregator's key",
      {
        aggregators: {
          [AGG2]: {
            producers: changed(AGG2, { state: "DISCONNECTED" }, "cygnus-05"),
            log: ["munge-said\tInvalid credential", "rejected\tagg1-5"],
          },
        },
        containers: { "cygnus-07/dsosd": ["state\tdsosd\tmissing"] },
        missing: ["cygnus-01", "cygnus-03"],
      },
      [
        "authentication: agg2 on cygnus-07: 1 of 2 producers DISCONNECTED (agg1 on cygnus-05): authentication failed: munge key of cygnus-05 differs; behind it 2 samplers",
        "dsosd: dsosd on cygnus-07: is missing",
      ],
    ],
  ];
  for (const [title, scene, told] of PAIRS) {
    it(`tells both: ${title}`, () => assert.deepEqual(tell(causesIn(scene)), told));
  }
});

describe("findCauses where maestro spreads the producers", () => {
  const plan = examplePlan({}, undefined, "lab");
  const taken = { producers: [...well(AGG1).producers, ...well("cygnus-06/agg1").producers] };

  it("finds a producer at whichever aggregator has it", () => {
    assert.deepEqual(tell(causesIn({ plan, aggregators: { [AGG1]: { producers: [] }, "cygnus-06/agg1": taken } })), [
      // What it has been given, the next level has from the other one.
      "sets: agg2 on cygnus-07: 1 of 2 producers CONNECTED (agg1 on cygnus-06): offer no set `meminfo`; behind it 2 samplers",
    ]);
  });

  it("blames a dead aggregator, and none that takes over from it, for sets that are on their way", () => {
    const next = well(AGG1).producers.map((one) => ({ ...one, setState: "LOOKUP" }));
    const looked = { producers: [...next, ...well("cygnus-06/agg1").producers] };
    const idle = { producers: [...changed(AGG1, { state: "STOPPED" }), ...well("cygnus-06/agg1").producers] };
    for (const survivor of [taken, looked, idle]) {
      assert.deepEqual(tell(causesIn({ plan, aggregators: { [AGG1]: UNREACHABLE, "cygnus-06/agg1": survivor } })), [
        "host: cygnus-05: unreachable: it accepts the connection, then nothing answers; behind it 2 samplers",
      ]);
    }
  });

  it("asks the aggregator that dials a producer, and none that only knows it", () => {
    const rejected = changed("cygnus-06/agg1", { state: "DISCONNECTED" }, "cygnus-02");
    const idle = { producers: [...well(AGG1).producers, ...changed("cygnus-06/agg1", { state: "STOPPED" })] };
    const log = ["munge-said\tInvalid credential", "rejected\tsamp-2"];
    const scene = { plan, aggregators: { [AGG1]: idle, "cygnus-06/agg1": { producers: rejected, log } }, missing: ["cygnus-02"] };
    assert.deepEqual(tell(causesIn(scene)), [
      "authentication: agg1 on cygnus-06: 1 of 2 producers DISCONNECTED (samp on cygnus-02): authentication failed: munge key of cygnus-02 differs; behind it 1 sampler",
    ]);
  });

  it("blames maestro, where that is gone, for what no aggregator has been told", () => {
    const containers = {
      "cygnus-07/maestro": ["state\tmaestro\texited\t1\tfalse\t0\t", "log\tmaestro\tmaestro_ctrl could not load /etc/ldms_cfg.yaml"],
    };
    const scene = { plan, containers, aggregators: { [AGG1]: { producers: [] }, "cygnus-06/agg1": { producers: [] } }, missing: ALL };
    assert.deepEqual(tell(causesIn(scene)), [
      "producer: maestro on cygnus-07: exited (1): maestro_ctrl could not load /etc/ldms_cfg.yaml; behind it 4 samplers",
    ]);
  });
});
