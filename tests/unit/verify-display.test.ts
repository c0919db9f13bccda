import assert from "node:assert/strict";
import { VerifyDisplay } from "../../cli/verify-display";
import type { VerifyReport } from "../../operations/observe/verify";

function reportOf(present: number, newestAgeSeconds: number, changes: Partial<VerifyReport> = {}): VerifyReport {
  const hosts = ["n-1", "n-2"];
  const missing = hosts.slice(present).map((host, i) => ({ host, componentId: present + i + 1 }));
  const store = { store: "sos", hosts: ["n-3"], present: hosts.slice(0, present), missing, strangers: [], newestAgeSeconds, faults: [] };
  return { stack: "s", stores: [store], unread: [], handedOver: [], ...changes };
}

describe("VerifyDisplay", () => {
  function shown(...reports: readonly VerifyReport[]): readonly string[] {
    const lines: string[] = [];
    const display = new VerifyDisplay((text) => lines.push(text));
    for (const report of reports) display.show(report);
    return lines;
  }

  const ONE = "1 of 2 samplers in the store on n-3, newest row 1 s old; missing: n-2 (component 2)";

  it("has one line for sixteen reports that say nothing new", () => {
    const reports = Array.from({ length: 16 }, (_, i) => reportOf(1, i + 1));
    assert.deepEqual(shown(...reports), [ONE]);
  });

  it("has a line when something changes", () => {
    assert.deepEqual(shown(reportOf(1, 1), reportOf(1, 2), reportOf(2, 3)), [
      ONE,
      "2 of 2 samplers in the store on n-3, newest row 3 s old",
    ]);
  });

  it("has the last report again where the aggregators are in trouble", () => {
    const aggregators = [{ host: "n-3", container: "agg", fault: "no such container" }];
    const last = shown(reportOf(1, 1), reportOf(1, 2, { aggregators }))[1];
    assert.match(last ?? "", /newest row 2 s old.*\nn-3: agg: no such container$/s);
  });
});
