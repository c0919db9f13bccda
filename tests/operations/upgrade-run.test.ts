import assert from "node:assert/strict";
import type { DeployFailure } from "../../operations/upgrade/batch-end";
import { compareData, type DataLook } from "../../operations/upgrade/compare-data";
import type { BatchRecord, ImageChoice, UpgradeRecord } from "../../operations/upgrade/upgrade-record";
import { UpgradeRun, type UpgradeSteps } from "../../operations/upgrade/upgrade-run";
import { renderGaps, renderUpgrade } from "../../operations/upgrade/upgrade-words";

class Killed extends Error {}

const SAMPLERS = ["n1", "n2", "n3", "n4"];
const STORE = "sos";
const [OLD, NEW]: readonly ImageChoice[] = [
  { tag: "4.5.3", digests: { "ldms-samp": "sha256:old" } },
  { tag: "4.5.4", digests: { "ldms-samp": "sha256:new" } },
];

function batchOf(name: string, group: string, hosts: readonly string[], more: Partial<BatchRecord> = {}): BatchRecord {
  const state = "waiting" as const;
  return { name, group, hosts, resources: hosts, maxFailures: 0, isCanary: false, isChained: false, state, failed: [], ...more };
}

/** Five hosts, what they run, and a stack file; dies before the step of that number, as a killed process does. */
class World {
  readonly hosts: Record<string, string> = Object.fromEntries(["agg", ...SAMPLERS].map((host) => [host, "4.5.3"]));
  file = "4.5.3";
  /** Hosts that a version cannot be brought to, and those whose data does not come with it. */
  refusing: Readonly<Record<string, string>> = {};
  silent: Readonly<Record<string, string>> = {};
  failingLast: readonly string[] = [];
  /** Rows a second of each sampler, by version. */
  rate: Readonly<Record<string, number>> = {};
  kept: UpgradeRecord;
  pauseBefore = "";
  readonly said: string[] = [];
  readonly deployed: string[] = [];
  readonly abort = new AbortController();
  private steps = 0;

  constructor(change: Partial<UpgradeRecord> = {}) {
    this.kept = {
      version: 1,
      from: OLD!,
      to: NEW!,
      batches: [
        batchOf("agg-1", "agg", ["agg"]),
        batchOf("samp-1", "samp", ["n1"], { isCanary: true }),
        batchOf("samp-2", "samp", ["n2", "n3"], { maxFailures: 1 }),
        batchOf("samp-3", "samp", ["n4"]),
      ],
      baseline: { samplers: SAMPLERS, stores: [{ store: STORE, hosts: SAMPLERS, rowsPerSecond: 4 }], freshSeconds: 30 },
      onFailure: "stop",
      direction: "forward",
      state: "running",
      gaps: {},
      waitSeconds: 0,
      message: "",
      startTime: 0,
      ...change,
    };
  }

  diesBefore = Number.POSITIVE_INFINITY;

  private step(): void {
    if (this.steps++ >= this.diesBefore) throw new Killed();
  }

  run(change: Partial<UpgradeRecord> = {}): Promise<UpgradeRecord> {
    return new UpgradeRun({ ...this.kept, ...change }, this.bind()).run();
  }

  private bind(): UpgradeSteps {
    return {
      choose: async ({ tag }) => {
        this.step();
        this.file = tag;
      },
      deploy: async (batches) => {
        this.deployed.push(batches.map(({ name }) => name).join(" "));
        const failures: DeployFailure[] = [];
        for (const host of batches.flatMap(({ hosts }) => hosts)) {
          this.step();
          if (this.refusing[host] === this.file) failures.push({ host, message: `${host}-samp: no such image` });
          else this.hosts[host] = this.file;
        }
        return failures;
      },
      deployAll: async () => {
        this.step();
        return this.failingLast.map((host) => ({ host, message: `${host}-samp: no such image` }));
      },
      awaitData: async (): Promise<DataLook> => {
        this.step();
        const hosts = new Set(SAMPLERS.filter((host) => this.silent[host] !== this.hosts[host]));
        const rowsPerSecond = [...hosts].reduce((sum, host) => sum + (this.rate[this.hosts[host]!] ?? 1), 0);
        return { samplers: hosts, stores: [{ store: STORE, hosts, rowsPerSecond, faults: [] }], causes: [] };
      },
      takeGaps: () => ({ [STORE]: { n1: 3, n2: 4.5 } }),
      save: async (record) => {
        this.step();
        this.kept = record;
      },
      isPauseWanted: async () => this.kept.batches.find(({ state }) => state === "waiting")?.name === this.pauseBefore,
      say: (line) => void this.said.push(line),
      signal: this.abort.signal,
    };
  }

  async runKilled(diesBefore: number): Promise<boolean> {
    this.diesBefore = diesBefore;
    // What is written behind the kill would not be.
    const killed = await this.run().then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof Killed)) throw error;
        return true;
      },
    );
    this.diesBefore = Number.POSITIVE_INFINITY;
    return killed;
  }

  get versions(): string {
    return [...Object.values(this.hosts), this.file].join(" ");
  }
}

const all = (version: string) => Array(6).fill(version).join(" ");

describe("compareData", () => {
  const baseline = { samplers: ["n1"], stores: [{ store: STORE, hosts: ["n1"], rowsPerSecond: 1 }], freshSeconds: 30 };
  const look = (faults: readonly string[], rowsPerSecond = 1) => ({
    stores: [{ store: STORE, hosts: new Set(["n1"]), rowsPerSecond, faults }],
    causes: [],
  });

  it("tells a store that cannot be read any more, and none that could not be read before", () => {
    assert.deepEqual(compareData(baseline, look(["n9: no container"]), new Set()).stores, ["store `sos`: n9: no container"]);
    const unread = { ...baseline, stores: [{ store: STORE, hosts: [] }] };
    assert.deepEqual(compareData(unread, look(["n9: no container"]), new Set()), { lost: [], stores: [] });
  });

  it("takes nine rows of ten for as many as before", () => {
    assert.deepEqual(compareData(baseline, look([], 0.9), new Set()).stores, []);
    assert.deepEqual(compareData(baseline, look([], 0.89), new Set()).stores, ["store `sos`: 0.9 rows a second, 1 before"]);
  });
});

describe("UpgradeRun", () => {
  it("gives every host the new images, batch after batch, and tells the gaps", async () => {
    const world = new World();
    const end = await world.run();
    assert.deepEqual([end.state, end.direction, world.versions], ["ended", "forward", all("4.5.4")]);
    assert.deepEqual(world.deployed, ["agg-1", "samp-1", "samp-2", "samp-3"]);
    assert.match(world.said[1]!, /^batch 2 of 4, samp-1 \(n1\): data as before, \d+ s; longest gap 4\.5 s, n2$/);
    assert.deepEqual(renderGaps(end.gaps), ["longest time between two rows, store `sos`:", "  4.5 s: n2", "  3.0 s: n1"]);
  });

  it("stops at a canary that fails, says why, and touches no other host", async () => {
    const world = new World();
    world.refusing = { n1: "4.5.4" };
    const end = await world.run();
    assert.deepEqual([end.state, end.why], ["stopped", "samp-1: 1 host failed, and none may: n1: n1-samp: no such image"]);
    assert.deepEqual(world.said.slice(-2), [
      "stopped: samp-1: 1 host failed, and none may: n1: n1-samp: no such image",
      "n[2-4] untouched",
    ]);
    assert.deepEqual(world.hosts, { agg: "4.5.4", n1: "4.5.3", n2: "4.5.3", n3: "4.5.3", n4: "4.5.3" });
    assert.equal(
      renderUpgrade(end, "big", false),
      `upgrade 4.5.3 to 4.5.4: stopped, 1 of 4 batches done: samp-1: 1 host failed, and none may: n1: n1-samp: no such image
  begun or done: agg,n1
  untouched: n[2-4]
  \`ldms upgrade resume -s big\` goes on, \`ldms upgrade abort -s big\` goes back`,
    );
  });

  it("goes on where as many fail as may, and blames them no second time", async () => {
    const world = new World();
    world.silent = { n2: "4.5.4" };
    const end = await world.run();
    assert.deepEqual([end.state, end.batches[2]!.failed, world.versions], ["ended", ["n2"], all("4.5.4")]);
    assert.equal(end.why, "but for n2, which failed");
    assert.match(world.said[2]!, /^batch 3 of 4, samp-2 \(n\[2-3\]\): but for n2 data as before, /);
  });

  it("stops where one more fails than may, by its data alone", async () => {
    const world = new World();
    world.silent = { n2: "4.5.4", n3: "4.5.4" };
    const end = await world.run();
    assert.equal(end.why, "samp-2: 2 hosts failed, and 1 may: n[2-3]: no data from there in the time to wait");
    assert.equal(world.hosts["n4"], "4.5.3");
  });

  it("ends where in its last run those fail that have failed, as they may, and stops at another one", async () => {
    const world = new World();
    world.refusing = { n2: "4.5.4" };
    world.failingLast = ["n2"];
    assert.deepEqual([(await world.run()).state, world.hosts["n2"]], ["ended", "4.5.3"]);
    const other = new World();
    other.failingLast = ["n4"];
    assert.equal((await other.run()).why, "the last run, of the whole stack: n4-samp: no such image");
  });

  it("counts samplers of other hosts whose data stopped", async () => {
    const world = new World();
    world.silent = { n1: "4.5.3", n4: "4.5.3" };
    const end = await world.run();
    assert.equal(end.why, "agg-1: 2 hosts failed, and none may: n[1,4]: no data from there in the time to wait");
  });

  it("stops where fewer rows come than before", async () => {
    const world = new World();
    world.rate = { "4.5.4": 0.5 };
    const end = await world.run();
    assert.equal(end.why, "samp-1: store `sos`: 3.5 rows a second, 4 before");
  });

  it("goes back by itself where it is told to: no canary, the last ones first, past what fails", async () => {
    const world = new World({ onFailure: "rollback" });
    world.silent = { n2: "4.5.4", n3: "4.5.4" };
    const end = await world.run();
    assert.deepEqual([end.state, end.direction, world.versions], ["ended", "back", all("4.5.3")]);
    assert.deepEqual(world.deployed.slice(3), ["samp-1 samp-2", "agg-1"]);
    assert.match(world.said.join("\n"), /^going back to 4\.5\.3: agg,n\[1-3\]$/m);
    assert.match(renderUpgrade(end, "big", false), /^upgrade 4\.5\.3 to 4\.5\.4: went back to 4\.5\.3: samp-2: 2 hosts failed/);
  });

  it("goes back batch by batch where each needs the one before it", async () => {
    const batches = new World().kept.batches.map((batch) => ({ ...batch, isChained: true }));
    const world = new World({ onFailure: "rollback", batches });
    world.silent = { n2: "4.5.4", n3: "4.5.4" };
    await world.run();
    assert.deepEqual(world.deployed.slice(3), ["samp-2", "samp-1", "agg-1"]);
  });

  it("stays open where a host does not go back, takes the others back all the same, and ends when it does", async () => {
    const world = new World({ onFailure: "rollback" });
    world.silent = { n2: "4.5.4", n3: "4.5.4" };
    world.refusing = { n1: "4.5.3" };
    const end = await world.run();
    assert.deepEqual([end.state, end.direction], ["stopped", "back"]);
    assert.match(end.why ?? "", /; not all of it went back$/);
    assert.deepEqual(world.hosts, { agg: "4.5.3", n1: "4.5.4", n2: "4.5.3", n3: "4.5.3", n4: "4.5.3" });
    assert.match(renderUpgrade(end, "big", false), /`ldms upgrade resume -s big` goes on with the way back$/);
    world.refusing = {};
    assert.equal((await world.run()).state, "ended");
    assert.equal(world.versions, all("4.5.3"));
  });

  it("pauses behind a batch, and goes on from there", async () => {
    const world = new World();
    world.pauseBefore = "samp-2";
    const end = await world.run();
    assert.deepEqual([end.state, end.why], ["paused", "`ldms upgrade pause`"]);
    assert.deepEqual(world.deployed, ["agg-1", "samp-1"]);
    world.pauseBefore = "";
    assert.equal((await world.run()).state, "ended");
    assert.deepEqual(world.deployed, ["agg-1", "samp-1", "samp-2", "samp-3"]);
  });

  it("tries the batch that stopped it once more when it goes on", async () => {
    const world = new World();
    world.refusing = { n1: "4.5.4" };
    await world.run();
    world.refusing = {};
    assert.equal((await world.run()).why, undefined);
    assert.equal(world.versions, all("4.5.4"));
  });

  for (const [what, direction, wanted] of [
    ["goes on", "forward", "4.5.4"],
    ["goes back", "back", "4.5.3"],
  ] as const) {
    it(`${what} to its end wherever it was killed`, async () => {
      let kills = 0;
      for (let point = 0; ; point += 1) {
        const world = new World();
        if (!(await world.runKilled(point))) break;
        kills += 1;
        await world.run({ direction });
        assert.deepEqual([world.versions, world.kept.state], [all(wanted), "ended"], `killed before step ${point}`);
      }
      assert.ok(kills > 20, String(kills));
    });
  }

  it("goes on with a way back that was killed", async () => {
    for (let point = 12; ; point += 1) {
      const world = new World({ onFailure: "rollback" });
      world.silent = { n1: "4.5.4" };
      if (!(await world.runKilled(point))) break;
      await world.run();
      if (world.kept.direction === "back") assert.deepEqual([world.versions, world.kept.state], [all("4.5.3"), "ended"], `${point}`);
    }
  });

  it("stands as paused where it is ended from outside, and changes nothing more", async () => {
    const world = new World();
    world.abort.abort();
    const end = await world.run();
    assert.deepEqual([end.state, world.deployed], ["paused", []]);
  });
});
