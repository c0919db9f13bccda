import assert from "node:assert/strict";
import { checkPlan } from "../../../plan/rules/check-plan";
import { examplePlan, textOf, type Values } from "../example-stack";

const PLUGINS = [
  { name: "meminfo", interval: "1s" },
  { name: "vmstat", interval: "60s" },
];
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
const BARE: Values = { maestro: undefined, ui: undefined, grafana: undefined };
const RULES = ["updaters-pull-what-changes", "sets-pulled-by-one-updater"];
const stack = (aggregator: Values, plugins: readonly Values[] = PLUGINS, more: Values = {}): Values => ({
  ...BARE,
  samplers: [{ hosts: "cygnus-[01-04]", plugins }],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-[05-06]", stores: [STORE], ...aggregator }],
  ...more,
});
const updatersOf = (changes: Values) =>
  textOf(examplePlan(changes), "/var/lib/ldms/cygnus/agg1/ldmsd.conf")
    .split("\n")
    .filter((line) => line.startsWith("updtr"));
const findings = (changes: Values) =>
  checkPlan(examplePlan(changes), "2026-11-28").flatMap(({ rule, message }) => (RULES.includes(rule) ? [`${rule}: ${message}`] : []));

const BY_SCHEMA = {
  updaters: [
    { interval: "1s", offset: "200ms", sets: [{ schema: "meminfo" }] },
    { interval: "60s", sets: [{ schema: "vmstat" }] },
  ],
};

describe("ldms#987, nersc-ldms: several updaters, each with an interval for its schemas", () => {
  it("has one after the other in the aggregator's file", () =>
    assert.deepEqual(updatersOf(stack(BY_SCHEMA)), [
      "updtr_add name=agg1 interval=1s offset=200ms",
      "updtr_match_add name=agg1 regex=^meminfo$ match=schema",
      "updtr_prdcr_add name=agg1 regex=.*",
      "updtr_start name=agg1",
      "updtr_add name=agg1-2 interval=60s",
      "updtr_match_add name=agg1-2 regex=^vmstat$ match=schema",
      "updtr_prdcr_add name=agg1-2 regex=.*",
      "updtr_start name=agg1-2",
    ]));

  it("selects by a schema, by what a plugin is called, and by a regular expression of either", () => {
    const sets = [{ schema: "a.b" }, { instance: "meminfo-60s" }, { regex: "^vm", field: "schema" }, { regex: "/loadavg$" }];
    assert.deepEqual(
      updatersOf(stack({ interval: "1s", sets })).filter((line) => line.startsWith("updtr_match_add")),
      [
        "updtr_match_add name=agg1 regex=^a[.]b$ match=schema",
        "updtr_match_add name=agg1 regex=/meminfo-60s$ match=inst",
        "updtr_match_add name=agg1 regex=^vm match=schema",
        "updtr_match_add name=agg1 regex=/loadavg$ match=inst",
      ],
    );
  });

  it("has no finding where each is as slow as what it takes", () => assert.deepEqual(findings(stack(BY_SCHEMA)), []));

  it("is the same as the keys of the group where there is one", () =>
    assert.deepEqual(
      updatersOf(stack({ updaters: [{ interval: "1s", mode: "auto" }] })),
      updatersOf(stack({ interval: "1s", mode: "auto" })),
    ));
});

describe("ldms#987: an updater that runs each second over what is sampled each minute", () => {
  it("is advice, on every level, with the mode that goes by each set's own interval", () => {
    const aggregators = [
      { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "60s" },
      { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE] },
    ];
    const [found] = checkPlan(examplePlan(stack({}, [PLUGINS[1]!], { aggregators })), "2026-11-28").filter(({ rule }) => rule === RULES[0]);
    assert.equal(found!.message, "updaters mostly pull nothing new: `agg2-7` each 1 s what is sampled each 60 s");
    assert.equal(found!.enforcement, "advisory");
    assert.match(found!.help, /`mode: auto`/);
  });

  it("is none where something that it takes is sampled as often, or where it goes by the sets themselves", () => {
    assert.deepEqual(findings(stack({ interval: "1s" })), []);
    for (const mode of ["auto", "push", "onchange"]) assert.deepEqual(findings(stack({ interval: "1s", mode }, [PLUGINS[1]!])), []);
  });

  it("is told of a maestro's updaters, too", () => {
    const { maestro: _, ...changes } = stack({ interval: "1s" }, [PLUGINS[1]!]);
    assert.deepEqual(findings(changes), [
      "updaters-pull-what-changes: updaters mostly pull nothing new: `agg1-[5-6]` each 1 s what is sampled each 60 s",
    ]);
  });
});

describe("a set that no updater takes, or two do", () => {
  it("is advice that names its schema", () => {
    const [first] = BY_SCHEMA.updaters;
    assert.deepEqual(findings(stack({ updaters: [first!] })), [
      "sets-pulled-by-one-updater: sets are not pulled once: `agg1-[5-6]` do not pull `vmstat`",
    ]);
    const both = [
      { interval: "1s", sets: [{ regex: "." }] },
      { interval: "60s", sets: [{ schema: "vmstat" }] },
    ];
    assert.deepEqual(findings(stack({ updaters: both })), [
      "sets-pulled-by-one-updater: sets are not pulled once: `agg1-[5-6]` pull `vmstat` by several updaters",
    ]);
  });
});
