import assert from "node:assert/strict";
import { planLoads } from "../../plan/ldmsd/loads";
import { exampleGroups, type Values } from "./example-stack";
import { aggregator, SETS, samplers, unknown } from "./unknown-plugins";

/** `agg1: 20`: the most that a daemon of each group holds, in sets of one plugin. */
function loadsOf(changes: Values, isSpreadByMaestro: boolean): string[] {
  const groups = exampleGroups({ ui: undefined, ...changes });
  const loads = planLoads(groups, isSpreadByMaestro);
  return groups.map((group) => {
    const { sets, kib } = loads.get(group)!;
    assert.equal(kib / 64, sets / SETS);
    return `${group.name}: ${sets / SETS}`;
  });
}

describe("planLoads", () => {
  const levels = [aggregator("agg1", 1, "cygnus-[05-06]"), aggregator("agg2", 2, "cygnus-07")];

  it("has each aggregator hold its share of the samplers', and the second level all of the first's", () =>
    assert.deepEqual(loadsOf({ samplers: [samplers("cygnus-[01-03]", 10)], aggregators: levels }, false), [
      "samp: 10",
      "agg1: 20",
      "agg2: 30",
    ]));

  it("has each aggregator hold all where maestro spreads them, for the last one left", () =>
    assert.deepEqual(loadsOf({ samplers: [samplers("cygnus-[01-03]", 10)], aggregators: levels }, true), [
      "samp: 10",
      "agg1: 30",
      "agg2: 30",
    ]));

  it("takes the aggregator with most where samplers differ, and its own plugins with it", () => {
    const groups = [samplers("cygnus-01", 1), samplers("cygnus-02", 5, { name: "more" })];
    const own = [
      aggregator("agg1", 1, "cygnus-[05-06]", { plugins: unknown(2) }),
      aggregator("agg2", 2, "cygnus-07", { plugins: unknown(1) }),
    ];
    assert.deepEqual(loadsOf({ samplers: groups, aggregators: own }, false), ["samp: 1", "more: 5", "agg1: 7", "agg2: 11"]);
    assert.deepEqual(loadsOf({ samplers: groups, aggregators: own }, true), ["samp: 1", "more: 5", "agg1: 8", "agg2: 11"]);
  });

  it("has the second level hold what each group of the first has", () => {
    const twice = [aggregator("agg1", 1, "cygnus-05"), aggregator("agg1b", 1, "cygnus-06"), aggregator("agg2", 2, "cygnus-07")];
    for (const isSpreadByMaestro of [false, true])
      assert.deepEqual(loadsOf({ samplers: [samplers("cygnus-[01-03]", 1)], aggregators: twice }, isSpreadByMaestro), [
        "samp: 1",
        "agg1: 3",
        "agg1b: 3",
        "agg2: 6",
      ]);
  });
});
