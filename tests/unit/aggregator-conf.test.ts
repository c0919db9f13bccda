import assert from "node:assert/strict";
import { dialDaemon } from "../../plan/daemons/dial";
import { planPulls } from "../../plan/daemons/pulls";
import { renderPullLines } from "../../plan/ldmsd/aggregator-conf";
import { readLines, renderLine } from "../../plan/ldmsd/conf-line";
import { renderListenLines } from "../../plan/ldmsd/listen-conf";
import { exampleGroups, examplePlan, textOf, type Values } from "./example-stack";

const BARE: Values = { maestro: undefined };
const MEMINFO = { name: "meminfo", interval: "1s" };
const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s" };

/** What each aggregator of the first group pulls, as its file says it. */
function pullsOf(changes: Values): string[][] {
  const groups = exampleGroups({ ...BARE, ...changes });
  const group = groups.find(({ level }) => level === 1)!;
  return planPulls(group, groups).map((pulls) => [
    ...renderListenLines(
      group,
      pulls.map((place) => dialDaemon(group, place)),
    ),
    ...renderPullLines(group, groups, pulls),
  ]);
}
const updaterOf = (changes: Values) => pullsOf({ aggregators: [{ ...AGG1, ...changes }] })[0]!.filter((line) => line.startsWith("updtr"));

describe("the configuration file of an aggregator without maestro", () => {
  it("has stores, producers and the updater, each started", () => {
    assert.equal(
      textOf(examplePlan(BARE), "/var/lib/ldms/cygnus/agg2/ldmsd.conf"),
      `# Made from Pulumi.cygnus.yaml; a change made here is lost at the next deployment.
load name=store_sos
config name=store_sos path=/store
strgp_add name=sos-meminfo plugin=store_sos container=meminfo schema=meminfo flush=10s
strgp_start name=sos-meminfo
prdcr_add name=agg-11 type=active xprt=rdma host=cygnus-05-iw port=411 reconnect=1s
prdcr_start name=agg-11
prdcr_add name=agg-12 type=active xprt=rdma host=cygnus-06-iw port=411 reconnect=1s
prdcr_start name=agg-12
updtr_add name=agg2 interval=1s offset=400ms
updtr_prdcr_add name=agg2 regex=.*
updtr_start name=agg2
`,
    );
  });

  it("is each one's own: every second sampler", () => {
    const producersOf = (host: number) => {
      const { content } = examplePlan(BARE).hosts[host]!.files.find(({ path }) => path.endsWith("/ldmsd.conf"))!;
      return readLines(content.kind === "text" ? content.text : "").flatMap(({ verb, attributes }) =>
        verb === "prdcr_add" ? attributes["name"] : [],
      );
    };
    assert.deepEqual(
      [producersOf(4), producersOf(5)],
      [
        ["samp-1", "samp-3"],
        ["samp-2", "samp-4"],
      ],
    );
  });

  it("pulls from every group of the level below, by its own transport and port", () => {
    const samplers = [
      { hosts: "cygnus-01", plugins: [MEMINFO] },
      { hosts: "cygnus-01", name: "slow", container: "slow", xprt: "sock", port: 412, plugins: [MEMINFO] },
    ];
    assert.deepEqual(
      pullsOf({ samplers, aggregators: [{ ...AGG1, reconnect: "20s" }] })[0]!.filter((line) => line.startsWith("prdcr_add")),
      [
        "prdcr_add name=samp-1 type=active xprt=rdma host=cygnus-01-iw port=411 reconnect=20s",
        "prdcr_add name=slow-1 type=active xprt=sock host=cygnus-01-iw port=412 reconnect=20s",
      ],
    );
  });

  it("waits for passive producers", () => {
    const samplers = [{ name: "samp", external: true, hosts: "cygnus-01", plugins: [MEMINFO] }];
    const [lines] = pullsOf({ samplers, aggregators: [{ ...AGG1, type: "passive" }] });
    assert.equal(lines![0], "prdcr_add name=samp-1 type=passive xprt=rdma host=cygnus-01-iw port=411 reconnect=1s");
  });

  it("names the authentication of a producer that has another one than itself, and of no other", () => {
    const samplers = [
      { hosts: "cygnus-01", plugins: [MEMINFO] },
      { hosts: "cygnus-[02-03]", name: "open", munge: "none", plugins: [MEMINFO] },
    ];
    assert.deepEqual(pullsOf({ samplers, aggregators: [AGG1] })[0]!.slice(0, 7), [
      "auth_add name=none plugin=none",
      "prdcr_add name=samp-1 type=active xprt=rdma host=cygnus-01-iw port=411 reconnect=1s",
      "prdcr_start name=samp-1",
      "prdcr_add name=open-2 type=active xprt=rdma host=cygnus-02-iw port=411 reconnect=1s auth=none",
      "prdcr_start name=open-2",
      "prdcr_add name=open-3 type=active xprt=rdma host=cygnus-03-iw port=411 reconnect=1s auth=none",
      "prdcr_start name=open-3",
    ]);
  });

  const MODES = [
    ["pull", "updtr_add name=agg1 interval=1s"],
    ["push", "updtr_add name=agg1 interval=1s push=true"],
    ["onchange", "updtr_add name=agg1 interval=1s push=onchange"],
    ["auto", "updtr_add name=agg1 interval=1s auto_interval=true"],
  ] as const;
  for (const [mode, line] of MODES) {
    it(`updates by the mode ${mode}`, () => assert.equal(updaterOf({ mode })[0], line));
  }

  it("takes the sets that the stack selects, and all where one of them is all", () => {
    const sets = [{ regex: "^mem", field: "schema" }, { regex: "vmstat$" }];
    const all = ["updtr_add name=agg1 interval=1s", "updtr_prdcr_add name=agg1 regex=.*", "updtr_start name=agg1"];
    assert.deepEqual(updaterOf({ sets }), [
      "updtr_add name=agg1 interval=1s",
      "updtr_match_add name=agg1 regex=^mem match=schema",
      "updtr_match_add name=agg1 regex=vmstat$ match=inst",
      "updtr_prdcr_add name=agg1 regex=.*",
      "updtr_start name=agg1",
    ]);
    assert.deepEqual(updaterOf({}), all);
    assert.deepEqual(updaterOf({ sets: [...sets, { regex: ".*" }] }), all);
  });
});

describe("readLines", () => {
  it("reads back what renderLine has written, and passes over comments and empty lines", () => {
    const lines = [renderLine("updtr_match_add", { name: "a", regex: "a=b", match: undefined, port: 411 }), renderLine("msg_enable", {})];
    assert.deepEqual(lines, ["updtr_match_add name=a regex=a=b port=411", "msg_enable"]);
    assert.deepEqual(readLines(["# load name=no", "", ...lines, "   \t", "  load   name=x\tplugin=y  ", ""].join("\n")), [
      { verb: "updtr_match_add", attributes: { name: "a", regex: "a=b", port: "411" } },
      { verb: "msg_enable", attributes: {} },
      { verb: "load", attributes: { name: "x", plugin: "y" } },
    ]);
  });

  it("has an attribute without a value as an empty one", () =>
    assert.deepEqual(readLines("config name=x verbose perm="), [{ verb: "config", attributes: { name: "x", verbose: "", perm: "" } }]));
});
