import assert from "node:assert/strict";
import type { PlannedPull } from "../../plan/model/daemon";
import { examplePlan, type Values } from "./example-stack";

const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", offset: "200ms", reconnect: "1s" };
const STORE = { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
const AGG2 = { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", offset: "400ms", stores: [STORE], dsosd: true };

const pullsOf = (changes: Values): readonly PlannedPull[] => examplePlan(changes).pulls;
const filesWith = (agg1: Values): Values => ({ configure: "files", maestro: undefined, aggregators: [{ ...AGG1, ...agg1 }, AGG2] });
const hostsOf = ({ aggregators, producers }: PlannedPull) => [aggregators.map(({ host }) => host), producers.map(({ host }) => host)];

describe("planPulledDaemons", () => {
  it("has an entry an aggregator where files say who pulls whom", () => {
    assert.deepEqual(pullsOf(filesWith({})).map(hostsOf), [
      [["cygnus-05"], ["cygnus-01", "cygnus-03"]],
      [["cygnus-06"], ["cygnus-02", "cygnus-04"]],
      [["cygnus-07"], ["cygnus-05", "cygnus-06"]],
    ]);
  });

  it("has an entry a group where maestro spreads the producers", () => {
    assert.deepEqual(pullsOf({}).map(hostsOf), [
      [
        ["cygnus-05", "cygnus-06"],
        ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"],
      ],
      [["cygnus-07"], ["cygnus-05", "cygnus-06"]],
    ]);
  });

  it("tells a producer by the place at which it is dialled", () => {
    const [first] = pullsOf({});
    assert.deepEqual(first?.producers[0], { host: "cygnus-01", container: "samp", dialledAt: "cygnus-01-iw:411" });
  });

  it("tells one that advertises itself by none", () => {
    const samplers = [
      { name: "samp", hosts: "cygnus-[01-04]", container: "samp", discovery: "advertise", plugins: [{ name: "meminfo", interval: "1s" }] },
    ];
    const [first] = pullsOf({ ...filesWith({}), samplers });
    assert.deepEqual(first?.producers[0], { host: "cygnus-01", container: "samp" });
  });

  it("has what an aggregator takes of its producers' sets, and how slow its slowest updater is", () => {
    const { interval: _interval, offset: _offset, ...rest } = AGG1;
    const updaters = [
      { interval: "1s", sets: [{ schema: "meminfo" }] },
      { interval: "60s", sets: [{ schema: "vmstat" }] },
    ];
    const [first] = pullsOf({ configure: "files", maestro: undefined, aggregators: [{ ...rest, updaters }, AGG2] });
    assert.equal(first?.updateSeconds, 60);
    assert.deepEqual(first?.selections, [
      { regex: "^meminfo$", field: "schema" },
      { regex: "^vmstat$", field: "schema" },
    ]);
  });
});
