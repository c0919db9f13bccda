import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpgradeReport } from "../../../automation/verbs/upgrade-args";
import { clearHeads, equipHeads, FAN_OUT } from "../fan-out-stack";
import { changedPlaces, containerIds, nowSeconds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { RunResult } from "../ldms-process";
import { haveTags, upgradeKit } from "./upgrade-kit";

/** An upgrade of the stack `lab` from one tag of its registry to another, and what stops it. */
export function describeUpgrade(lab: LabStack): void {
  describe("ldms upgrade, by the method docker", () => {
    const { haveTag, ldms, begin, stackFile, assertGaps, assertCanaryStops, untilSaid } = upgradeKit(lab, {
      "ldms:fanOut": { serial: [1, "100%"], maxFail: 1 },
    });
    before(async () => {
      await haveTags(lab);
      await haveTag("first");
    });

    it("is killed in the middle, says so, keeps other runs away, and is gone on with", async () => {
      const [before, since] = [await containerIds(), nowSeconds()];
      const run = begin("--to", "second");
      await untilSaid(run, /^batch 3 of 5, agg1-2/m);
      await sleep(1500);
      run.kill("SIGKILL");
      await run.ended;
      const { stdout } = await ldms("status");
      assert.match(stdout, /^upgrade first to second: cut off, 3 of 5 batches done$/m);
      assert.match(stdout, /^ {2}`ldms upgrade resume -s lab` goes on, `ldms upgrade abort -s lab` goes back$/m);
      const up = await ldms("up", "--engine", "embedded", "--yes");
      assert.equal(up.code, 2);
      assert.match(up.stderr, /^upgrade: an upgrade from first to second has not come to its end$/m);
      const half = changedPlaces(before, await containerIds());
      assert.deepEqual(
        half.filter((place) => !place.startsWith("cygnus-01/")),
        ["cygnus-05/agg1", "cygnus-06/agg1", ...["agg2", "dsosd", "grafana", "maestro", "ui"].map((name) => `cygnus-07/${name}`)],
      );
      const resumed = succeeded(await ldms("upgrade", "resume", "--engine", "embedded", "--json"));
      const report = JSON.parse(resumed.stdout) as UpgradeReport;
      assert.equal(report.outcome, "done");
      assert.deepEqual(changedPlaces(before, await containerIds()).length, 11);
      assert.deepEqual(
        report.batches.map(({ name, state }) => `${name} ${state}`),
        [`${report.batches[0]!.name} done`, "agg1-1 done", "agg1-2 done", "samp-1 done", "samp-2 done"],
      );
      await assertGaps(report.gaps, since);
      assert.equal(stackFile().tag, "second");
      succeeded(await ldms("verify", "--wait", "30"));
      assert.match(succeeded(await ldms("preview", "--engine", "embedded")).stdout, /0 to |unchanged/);
    });

    it("goes to the tag of before, pausing where it is told to", async () => {
      const before = await containerIds();
      const run = begin("--to", "first");
      await untilSaid(run, /^before: 4 samplers/m);
      succeeded(await ldms("upgrade", "pause"));
      const paused = await run.ended;
      assert.equal(paused.code, 1);
      assert.match(paused.stdout, /^upgrade second to first: paused, [01] of 5 batches done: `ldms upgrade pause`$/m);
      assert.ok(changedPlaces(before, await containerIds()).every((place) => place.startsWith("cygnus-07/")));
      succeeded(await ldms("upgrade", "resume", "--engine", "embedded"));
      assert.equal(changedPlaces(before, await containerIds()).length, 11);
      assert.equal(stackFile().tag, "first");
    });

    it("stops at a canary that fails, says why, touches no other host, and goes back when it is told to", () => assertCanaryStops("first"));

    it("goes back by itself from a batch that fails where it is told to, and says why", async () => {
      const before = await containerIds();
      const ended: RunResult = await begin("--to", "bad-batch", "--wait", "20", "--on-failure", "rollback").ended;
      assert.equal(ended.code, 1, ended.stdout);
      assert.match(ended.stdout, /^stopped: samp-2: .*cygnus-\[02-03\].*$/m);
      assert.match(ended.stdout, /^went back in \d+ s$/m);
      assert.match(ended.stdout, /^upgrade first to bad-batch: went back to first: samp-2: /m);
      assert.deepEqual(changedPlaces(before, await containerIds()), [
        "cygnus-01/samp",
        "cygnus-02/samp",
        "cygnus-03/samp",
        "cygnus-04/samp",
      ]);
      succeeded(await ldms("verify", "--wait", "30"));
      assert.match(succeeded(await ldms("history")).stdout, /upgrade first to bad-batch, back, samp-/);
    });
  });
}

/** The same by batches on a head. */
export function describeUpgradeByFanOut(lab: LabStack): void {
  describe("ldms upgrade, by the method fan-out", () => {
    const { haveTag, ldms, begin, stackFile, assertGaps, assertCanaryStops, untilSaid } = upgradeKit(lab, FAN_OUT);
    before(async () => {
      await haveTags(lab);
      await equipHeads();
      await haveTag("first");
    });
    after(async () => {
      await lab.haveNothing();
      await clearHeads();
    });

    it("stops at a canary that fails, says why, touches no other host, and goes back when it is told to", () => assertCanaryStops("first"));

    it("goes from one tag to the other", async () => {
      const [before, since] = [await containerIds(), nowSeconds()];
      const { stdout } = succeeded(await begin("--to", "second", "--json").ended);
      const report = JSON.parse(stdout) as UpgradeReport;
      assert.equal(report.outcome, "done");
      assert.deepEqual(
        report.batches.map(({ state }) => state),
        report.batches.map(() => "done"),
      );
      assert.equal(changedPlaces(before, await containerIds()).length, 11);
      await assertGaps(report.gaps, since);
      assert.equal(stackFile().tag, "second");
      assert.match(succeeded(await ldms("preview", "--engine", "embedded")).stdout, /nothing to do/);
    });

    it("is killed between its batches, and goes back when it is told to", async () => {
      const before = await containerIds();
      const run = begin("--to", "first");
      await untilSaid(run, /^batch 3 of \d+, /m);
      run.kill("SIGKILL");
      await run.ended;
      assert.match((await ldms("status")).stdout, /^upgrade second to first: cut off, [23] of \d+ batches done$/m);
      succeeded(await ldms("upgrade", "abort", "--engine", "embedded"));
      assert.ok(changedPlaces(before, await containerIds()).every((place) => !/cygnus-0[234]/.test(place)));
      assert.equal(stackFile().tag, "second");
      succeeded(await ldms("verify", "--wait", "30"));
    });
  });
}
