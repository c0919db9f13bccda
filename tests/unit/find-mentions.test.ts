import assert from "node:assert/strict";
import { findMentions } from "../../plan/checks/find-mentions";
import { exampleConfig, type Values } from "./example-stack";

/** `samplers[0].hosts: cygnus-[01-04] -> cygnus-[02-04]` */
function mentions(hosts: readonly string[], changes: Values = {}): string[] {
  return findMentions(exampleConfig(changes), new Set(hosts)).map(({ path, text, without }) => `${path}: ${text} -> ${without}`);
}

describe("findMentions", () => {
  it("has every list with what it is without them", () => {
    assert.deepEqual(mentions(["cygnus-02"]), [
      "hosts: cygnus-[01-08] -> cygnus-[01,03-08]",
      "samplers[0].hosts: cygnus-[01-04] -> cygnus-[01,03-04]",
    ]);
  });

  it("has places that name nobody else, those of services among them", () => {
    const found = mentions(["cygnus-07"]);
    for (const path of ["maestro.host", "ui.host", "grafana.host"])
      assert.ok(found.includes(`${path}: cygnus-07 -> undefined`), found.join("\n"));
  });

  it("has addresses by their place among the hosts", () => {
    const ssh = { user: "root", address: "10.0.0.[1-8]", overrides: [{ hosts: "cygnus-[01-02]", address: "10.1.0.[1-2]" }] };
    const found = mentions(["cygnus-02"], { ssh });
    assert.deepEqual(
      found.filter((line) => line.startsWith("ssh")),
      [
        "ssh.overrides[0].hosts: cygnus-[01-02] -> cygnus-01",
        "ssh.address: 10.0.0.[1-8] -> 10.0.0.[1,3-8]",
        "ssh.overrides[0].address: 10.1.0.[1-2] -> 10.1.0.1",
      ],
    );
  });

  it("takes an address that is called as a host for no host, and no group for one", () => {
    const ssh = { user: "root", address: "cygnus-[11-18]" };
    assert.deepEqual(mentions(["cygnus-12", "samp", "agg1"], { ssh }), []);
  });

  it("has ids, heads and mirrors", () => {
    const found = mentions(["cygnus-02"], {
      method: "fan-out",
      componentIds: { "cygnus-[01-02]": "1-2" },
      fanOut: { heads: [{ host: "cygnus-06", hosts: "cygnus-[02,06]" }] },
    });
    assert.ok(found.includes("componentIds: cygnus-[01-02] -> cygnus-01"), found.join("\n"));
    assert.ok(found.includes("fanOut.heads[0].hosts: cygnus-[02,06] -> cygnus-06"), found.join("\n"));
  });

  it("is empty for hosts that are nowhere", () => {
    assert.deepEqual(mentions(["cygnus-99", "n1"]), []);
  });
});
