import assert from "node:assert/strict";
import type { HostPreflight, PreflightReport } from "../../operations/preflight/preflight";
import { decideVerdict, renderPreflight } from "../../operations/preflight/verdict";
import { sketchPlan } from "./lab-plan";

const HOSTS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-05"];
const sketch = HOSTS.map((name) => ({
  name,
  containers: [name === "cygnus-05" ? (["agg1", "aggregator"] as const) : (["samp", "sampler"] as const)],
}));
const plan = (toleratedDeadHosts: number) => sketchPlan(sketch, { toleratedDeadHosts });

function report(changes: Readonly<Record<string, Partial<HostPreflight>>> = {}): PreflightReport {
  const hosts = HOSTS.map((host): HostPreflight => ({ host, state: "ok", problems: [], engineVersion: "26.1.5", ...changes[host] }));
  return { stack: "sketch", hosts };
}

const dead: Partial<HostPreflight> = { state: "dead", problems: [{ subject: "ssh", message: "unreachable: connection timed out" }] };
const faulty: Partial<HostPreflight> = { state: "problems", problems: [{ subject: "munge", message: "no munge", help: "start it" }] };

describe("decideVerdict", () => {
  it("goes where all is well", () => {
    assert.deepEqual(decideVerdict(report(), plan(0)), { decision: "go", skipped: [] });
  });

  it("skips as many dead sampler hosts as the stack tolerates", () => {
    assert.deepEqual(decideVerdict(report({ "cygnus-03": dead, "cygnus-01": dead }), plan(2)), {
      decision: "go",
      skipped: ["cygnus-01", "cygnus-03"],
    });
  });

  it("stops at one dead sampler host more", () => {
    const reason = "cygnus-[01,03]: 2 dead of the samplers, `ldms:tolerate` is 1";
    assert.deepEqual(decideVerdict(report({ "cygnus-03": dead, "cygnus-01": dead }), plan(1)), { decision: "stop", reasons: [reason] });
  });

  it("stops at a dead aggregator however many dead hosts are tolerated", () => {
    assert.deepEqual(decideVerdict(report({ "cygnus-05": dead }), plan(9)), {
      decision: "stop",
      reasons: ["cygnus-05: dead, and not only samplers"],
    });
  });

  it("stops at any problem of a host that answers", () => {
    assert.deepEqual(decideVerdict(report({ "cygnus-02": faulty }), plan(9)), { decision: "stop", reasons: ["cygnus-02: not ready"] });
  });
});

describe("renderPreflight", () => {
  it("folds hosts with the same problem and gives its help once", () => {
    const text = renderPreflight(report({ "cygnus-01": faulty, "cygnus-02": faulty, "cygnus-05": dead }));
    assert.equal(
      text,
      [
        "1 of 4 hosts are ready: Docker 26.1.5",
        "cygnus-[01-02]: no munge",
        "  help: start it",
        "cygnus-05: unreachable: connection timed out",
      ].join("\n"),
    );
  });

  it("says how many are ready where all are", () => {
    const all = report();
    const lines = [all, { ...all, hosts: all.hosts.slice(0, 1) }].map(renderPreflight);
    assert.deepEqual(lines, ["4 hosts are ready: Docker 26.1.5", "1 host is ready: Docker 26.1.5"]);
  });
});
