import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { EXPAND_ROWS_AWK, readHostRows, renderHostRows } from "../../plan/fan-out/host-rows";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import type { PlannedMember } from "../../plan/model/fan-out";

/** The awks of heads; one that is not here is left out. */
const AWKS = [["awk"], ["mawk"], ["gawk"], ["busybox", "awk"]].filter(([program]) => spawnSync(program!, ["true"]).error === undefined);

/** The same by every awk. */
function expand(rows: readonly string[]): string[] {
  const outputs = AWKS.map(([program, ...words]) =>
    execFileSync(program!, [...words, EXPAND_ROWS_AWK], { input: `${rows.join("\n")}\n`, encoding: "utf8" }),
  );
  for (const output of outputs) assert.equal(output, outputs[0]);
  return outputs[0]!.trimEnd().split("\n");
}

const byName = (name: string): PlannedMember => ({ name, address: name });
const lines = (hosts: readonly PlannedMember[]) => hosts.map(({ name, address }) => `${name} ${address}`);

describe("renderHostRows", () => {
  it("makes one row of names and their addresses", () => {
    const addresses = expandHostlist("198.18.0.[11-14]");
    const hosts = expandHostlist("cygnus-[01-04]").map((name, i) => ({ name, address: addresses[i]! }));
    assert.deepEqual(renderHostRows(hosts), ["cygnus-[01-04] 198.18.0.[11-14]"]);
    assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
  });

  it("breaks the row where an address comes again", () => {
    const hosts = [
      { name: "n1", address: "10.0.0.1" },
      { name: "n2", address: "10.0.0.1" },
    ];
    assert.deepEqual(renderHostRows(hosts), ["n1 10.0.0.1", "n2 10.0.0.1"]);
    assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
  });

  it("keeps a few bytes for 10,000 hosts whose names are regular, in every column", () => {
    for (const hostlist of ["r[1-10]n[0001-1000]-ib", "nid[000001-010000]", "x[1000-1024]c[0-7]s[0-7]b[0-1]n[0-3]"]) {
      const hosts = expandHostlist(hostlist).map(byName);
      assert.deepEqual(renderHostRows(hosts), [`${hostlist} =`]);
      assert.deepEqual(expand(renderHostRows(hosts)), lines(hosts));
    }
  });

  it("fits into an argument with 5,000 hosts whose addresses follow no rule", () => {
    const hosts = expandHostlist("nid[00001-05000]").map((name, i) => ({
      name,
      address: `10.${(i * 7919) % 251}.${(i * 104_729) % 241}.${i % 239}`,
    }));
    const rows = renderHostRows(hosts);
    assert.ok(rows.join("\n").length < 100_000, `${rows.join("\n").length}`);
    assert.deepEqual(expand(rows), lines(hosts));
  });

  it("breaks the row where another mirror begins, and tells it", () => {
    const hosts = expandHostlist("n[1-4]").map((name, i) => ({ name, address: name, mirror: i < 2 ? "rack1:5000" : "rack2:5000" }));
    assert.deepEqual(renderHostRows(hosts), ["n[1-2] = rack1:5000", "n[3-4] = rack2:5000"]);
    assert.deepEqual(
      expand(renderHostRows(hosts)),
      hosts.map(({ name, mirror }) => `${name} ${name} ${mirror} =`),
    );
  });

  it("has a column of ids where some are not the numbers in the names, and nothing more where all are", () => {
    const names = expandHostlist("r[01-40]n[001-256]");
    const hosts = names.map((name, i) => ({ name, address: name, ...(i >= 256 && { componentId: String(i + 1) }) }));
    const rows = renderHostRows(hosts);
    assert.deepEqual(rows, ["r[01-40]n[001-256] = = [1-10240]"]);
    assert.deepEqual(
      expand(rows),
      names.map((name, i) => `${name} ${name} = ${i + 1}`),
    );
    assert.deepEqual(
      readHostRows(rows),
      names.map((name, i) => ({ name, componentId: String(i + 1) })),
    );
    assert.deepEqual(renderHostRows(hosts.slice(0, 256)), ["r01n[001-256] ="]);
  });

  it("keeps each host's id beside its address and its mirror", () => {
    const hosts = expandHostlist("n[1-4]").map((name, i) => ({
      name,
      address: `10.0.0.${i + 1}`,
      componentId: String(40 - i),
      ...(i > 1 && { mirror: "rack2:5000" }),
    }));
    const rows = renderHostRows(hosts);
    assert.deepEqual(rows, ["n[1-2] 10.0.0.[1-2] = [40,39]", "n[3-4] 10.0.0.[3-4] rack2:5000 [38,37]"]);
    assert.deepEqual(
      expand(rows),
      hosts.map(({ name, address, mirror, componentId }) => `${name} ${address} ${mirror ?? "="} ${componentId}`),
    );
  });

  it("keeps a name that reads as a range without brackets", () => {
    const rows = renderHostRows([byName("c0-c1"), { name: "n1", address: "n1-n2" }]);
    assert.deepEqual(rows, ["c0-c[1],n1 c0-c[1],n1-n[2]"]);
    assert.deepEqual(expand(rows), ["c0-c1 c0-c1", "n1 n1-n2"]);
    assert.deepEqual(readHostRows(rows), [{ name: "c0-c1" }, { name: "n1" }]);
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
          assert.deepEqual(
            readHostRows(renderHostRows(hosts)),
            names.map((one) => ({ name: one })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
