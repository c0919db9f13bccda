import assert from "node:assert/strict";
import { isOlderTag } from "../../plan/images/upstream-versions";
import { planUpgrade } from "../../plan/upgrade/plan-upgrade";
import { exampleConfig, examplePlan, type Values } from "./example-stack";

function batches(changes: Values, isToOlder = false) {
  return planUpgrade(exampleConfig(changes), examplePlan(changes), isToOlder);
}

const names = (changes: Values, isToOlder?: boolean) => batches(changes, isToOlder).map(({ name }) => name);

describe("planUpgrade", () => {
  const serial = { fanOut: { serial: [1, "100%"], maxFail: "50%" } };

  it("has the aggregators of the highest level first, and the samplers behind them, by either method", () => {
    const inOrder = ["agg2-dsosd-maestro-ui-grafana-1", "agg1-1", "agg1-2", "samp-1", "samp-2"];
    assert.deepEqual(names({ ...serial, method: "docker" }), inOrder);
    assert.deepEqual(names({ ...serial, method: "fan-out" }), inOrder);
  });

  it("has the samplers first on the way to an older version: who pulls is never older than who is pulled", () => {
    assert.deepEqual(names({ ...serial, method: "docker" }, true), [
      "samp-1",
      "samp-2",
      "agg1-1",
      "agg1-2",
      "agg2-dsosd-maestro-ui-grafana-1",
    ]);
  });

  it("has services on hosts of their own last", () => {
    const own = { hosts: "cygnus-[01-09]", ui: { host: "cygnus-08" }, grafana: { host: "cygnus-09" } };
    assert.deepEqual(
      batches({ ...own, method: "docker" })
        .map(({ group }) => group)
        .slice(-2),
      ["ui", "grafana"],
    );
  });

  it("says of each batch its hosts, what it may touch, how many may fail, and whether it is a canary", () => {
    const [, , , canary, rest] = batches({ ...serial, method: "docker" });
    assert.deepEqual(canary, {
      name: "samp-1",
      group: "samp",
      hosts: ["cygnus-01"],
      resources: ["cygnus-01", "cygnus-01-files", "cygnus-01-ldms-samp", "cygnus-01-samp", "cygnus-01-deployed"],
      maxFailures: 0,
      isCanary: true,
      isChained: false,
    });
    assert.deepEqual([rest?.hosts, rest?.maxFailures, rest?.isCanary], [["cygnus-02", "cygnus-03", "cygnus-04"], 1, false]);
  });

  it("touches a batch's own resource by the method fan-out", () => {
    const found = batches({ ...serial, method: "fan-out" }).at(-1);
    assert.deepEqual([found?.resources, found?.isChained], [["fan-out-samp-2"], true]);
  });

  it("lets no aggregator fail", () => {
    const some = batches({ method: "docker", fanOut: { serial: ["100%"], maxFail: "50%" } });
    assert.deepEqual(
      some.map(({ group, maxFailures }) => [group, maxFailures]),
      [
        ["agg2-dsosd-maestro-ui-grafana", 0],
        ["agg1", 0],
        ["samp", 2],
      ],
    );
  });
});

describe("isOlderTag", () => {
  it("compares versions by their numbers, and knows nothing of other tags", () => {
    assert.equal(isOlderTag("4.4.6", "4.5.3"), true);
    assert.equal(isOlderTag("4.5.10", "4.5.9-amd64"), false);
    assert.equal(isOlderTag("4.5.3", "4.5.3"), false);
    assert.equal(isOlderTag("OVIS-4", "4.5.3"), false);
    assert.equal(isOlderTag("4.4.6", "site-7"), false);
  });
});
