import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { type Dialled, EXPAND_ROWS_AWK, expandHostNames, renderHostRows } from "../../plan/fan-out/host-rows";
import { expandHostlist } from "../../plan/hostlist/hostlist";

function expand(rows: readonly string[]): string[] {
  const output = execFileSync("awk", [EXPAND_ROWS_AWK], { input: `${rows.join("\n")}\n`, encoding: "utf8" });
  return output.trimEnd().split("\n");
}

const byName = (name: string): Dialled => ({ name, address: name });
const lines = (hosts: readonly Dialled[]) => hosts.map(({ name, address }) => `${name} ${address}`);

describe("renderHostRows", () => {
  it("makes one row of names and addresses that count up together", () => {
    const addresses = expandHostlist("198.18.0.[11-14]");
    const hosts = expandHostlist("cygnus-[01-04]").map((name, i) => ({ name, address: addresses[i]! }));
    assert.deepEqual(renderHostRows(hosts), ["4 cygnus- 2 1 = 198.18.0. 2 11 ="]);
    assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
  });

  it("breaks the row where an address does not follow", () => {
    const hosts = [
      { name: "n1", address: "10.0.0.255" },
      { name: "n2", address: "10.0.1.0" },
    ];
    assert.equal(renderHostRows(hosts).length, 2);
    assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
  });

  it("needs as many rows for 10,000 hosts as there are runs", () => {
    assert.equal(renderHostRows(expandHostlist("r[1-10]n[0001-1000]-ib").map(byName)).length, 10);
  });

  it("breaks the row where another mirror begins, and tells it", () => {
    const hosts = expandHostlist("n[1-4]").map((name, i) => ({ name, address: name, mirror: i < 2 ? "rack1:5000" : "rack2:5000" }));
    assert.deepEqual(renderHostRows(hosts), ["2 n 1 1 = n 1 1 = rack1:5000", "2 n 1 3 = n 1 3 = rack2:5000"]);
    assert.deepEqual(
      expand(renderHostRows(hosts)),
      hosts.map(({ name, mirror }) => `${name} ${name} ${mirror}`),
    );
  });

  it("comes back as the same hosts in the same order, whatever their names", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}[0-9]{0,12}[a-z-]{0,3}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 30 }),
        fc.array(name, { minLength: 30, maxLength: 30 }),
        (names, others) => {
          const hosts = names.map((one, i) => ({ name: one, address: i % 3 === 0 ? others[i]! : one }));
          assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
          assert.deepEqual(expandHostNames(renderHostRows(hosts)), names);
        },
      ),
      { numRuns: 60 },
    );
  });
});
