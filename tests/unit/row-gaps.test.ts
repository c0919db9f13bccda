import assert from "node:assert/strict";
import { parseRowTimes } from "../../operations/observe/store-script";
import { parsePulled } from "../../operations/upgrade/pull-images";
import { RowGaps } from "../../operations/upgrade/row-gaps";
import { examplePlan } from "./example-stack";

describe("RowGaps", () => {
  /** Readings of one store, each of what it has of the last rows of cygnus-01 and of a component that nobody has. */
  function read(...readings: readonly (readonly number[])[]): RowGaps {
    const gaps = new RowGaps(examplePlan());
    for (const times of readings)
      gaps.add(
        "sos",
        new Map([
          [1, times],
          [99, times],
        ]),
        { nowSeconds: 1020, askedMs: 5_000_000 },
      );
    return gaps;
  }

  it("finds the longest time between two rows, whether one reading has them or two", () => {
    assert.deepEqual(read([1000, 1001, 1004, 1005]).take(), { sos: { "cygnus-01": 3 } });
    assert.deepEqual(read([1000, 1001], [1001, 1005.5, 1006]).take(), { sos: { "cygnus-01": 4.5 } });
    assert.deepEqual(read([1000], [1008]).take(), { sos: { "cygnus-01": 8 } });
  });

  it("tells each pause once", () => {
    const gaps = read([1000, 1001, 1004]);
    gaps.take();
    assert.deepEqual(gaps.take(), { sos: {} });
  });

  it("knows nothing of a pause before the first row that it has seen", () => {
    assert.deepEqual(read([1000]).take(), { sos: {} });
  });

  it("says whose rows are of behind a moment, by this machine's clock", () => {
    const gaps = read([1000, 1010]);
    assert.deepEqual([...gaps.hostsSince("sos", 4_990_000)], ["cygnus-01"]);
    assert.deepEqual([...gaps.hostsSince("sos", 4_990_001)], []);
    assert.deepEqual([...gaps.hostsSince("other", 0)], []);
  });
});

describe("parseRowTimes", () => {
  it("reads the times of every row of a component, in order", () => {
    const rows = [
      { timestamp: "12.5", component_id: "1" },
      { timestamp: "11", component_id: "1" },
      { timestamp: "12", component_id: "2" },
    ];
    assert.deepEqual(
      [...parseRowTimes(`20\n${JSON.stringify({ data: rows })}`)],
      [
        [1, [11, 12.5]],
        [2, [12]],
      ],
    );
    assert.deepEqual([...parseRowTimes("20\nno such schema")], []);
  });
});

describe("parsePulled", () => {
  it("reads which images did not come, and which digests run", () => {
    const said = "failed\tError: manifest unknown\nwas\tsamp\treg:5000/ovishpc/ldms-samp@sha256:1 other@sha256:2\nwas\told\t\nend\n";
    assert.deepEqual(parsePulled(said), {
      failed: ["Error: manifest unknown"],
      was: new Map([
        ["samp", ["reg:5000/ovishpc/ldms-samp@sha256:1", "other@sha256:2"]],
        ["old", []],
      ]),
    });
  });

  it("takes no answer that was cut off", () => assert.equal(parsePulled("was\tsamp\tx@sha256:1\n"), undefined));
});
