import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseControllerTables } from "../../../operations/chain/controller-tables";

/** As ldmsd_controller 4.5.3 printed it. */
const recorded = (...names: readonly string[]) =>
  names.flatMap((name) => readFileSync(join(__dirname, "../../fixtures/ldmsd", name), "utf8").split("\n"));

describe("parseControllerTables", () => {
  const tables = parseControllerTables(
    recorded("set_stats.samp", "prdcr_status.l1", "prdcr_set_status.l1", "updtr_status.l1", "strgp_status.l2"),
  );

  it("reads producers by the address at which they are dialled", () => {
    assert.deepEqual(tables.producers, [
      { name: "nid00001", address: "localhost:20501", state: "CONNECTED" },
      { name: "nid00002", address: "localhost:20502", state: "CONNECTED" },
    ]);
  });

  it("reads sets with the time of their sample", () => {
    assert.equal(tables.sets.length, 4);
    assert.deepEqual(tables.sets[0], {
      instance: "nid00001/meminfo",
      schema: "meminfo",
      state: "READY",
      producer: "nid00001",
      sampledAt: Date.UTC(2026, 10, 28, 4, 23, 32) / 1000 + 0.001218,
    });
  });

  it("reads which producers an updater updates", () => {
    assert.deepEqual(tables.updaters, [{ name: "all", state: "RUNNING", producers: ["nid00001", "nid00002"] }]);
  });

  it("reads whether a storage policy has met a set of its schema", () => {
    const [csv] = tables.policies;
    assert.deepEqual(csv, { name: "csv_meminfo", container: "c_csv", schema: "meminfo", state: "RUNNING", takesSets: true });
    assert.ok(tables.policies.length > 1);
  });

  it("reads that a storage policy with a decomposition does not tell", () => {
    const { policies } = parseControllerTables(recorded("strgp_status.decomp"));
    assert.deepEqual(
      policies.map(({ name, takesSets }) => [name, takesSets]),
      [
        ...[["alt", true] as const, ["buf", true] as const],
        ...["csv_asis", "csv_flex", "csv_static"].map((name) => [name, undefined]),
        ...[["ff", true] as const, ["roll", true] as const, ["sos_asis", undefined] as const],
      ],
    );
  });

  it("reads a producer that advertised itself, by its name", () => {
    const [first] = parseControllerTables(recorded("adv_prdcr_status")).producers;
    assert.deepEqual([first?.name, first?.state], ["vm:21121", "CONNECTED"]);
  });

  it("reads a set that nobody has looked up, which has no origin", () => {
    const head = recorded("prdcr_set_status.l1")[0]!;
    const row =
      "n1/meminfo                     meminfo          START                       n1               01-01-70 00:00:00 [0]     0.000000    ";
    const [set] = parseControllerTables([head, row]).sets;
    assert.deepEqual(set, { instance: "n1/meminfo", schema: "meminfo", state: "START", producer: "n1", sampledAt: 0 });
  });
});
