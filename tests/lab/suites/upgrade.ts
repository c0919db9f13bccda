import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { UpgradeReport } from "../../../automation/verbs/upgrade-args";
import { changedPlaces, containerIds, nowSeconds, storedRows } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { RunResult, StartedProcess } from "../ldms-process";
import { pushTags } from "../upgrade-tags";

const SAMPLERS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"];
const SECONDS = 400;
/** What a loaded machine takes for a restart, and its daemons to find each other again. */
const LONGEST_GAP_SECONDS = 90;
const INTERVAL_SECONDS = 1;

/** An upgrade of the stack `lab` from one tag of its registry to another, and what stops it. */
export function describeUpgrade(lab: LabStack): void {
  describe("ldms upgrade, by the method docker", () => {
    before(async () => {
      await lab.haveNothing();
      lab.project.writeStackFile("lab", {});
      succeeded(await lab.ldms(["images", "build", "-s", "lab", "--engine", "embedded"], { timeoutSeconds: 300 }));
      pushTags();
      await haveTag("first");
    });

    /** Everything is there by that tag, and its data arrives. */
    async function haveTag(tag: string): Promise<void> {
      await lab.haveNothing();
      const images = { registry: "198.18.0.5:5000", tag, source: "registry" };
      succeeded(await lab.up({ "ldms:images": images, "ldms:fanOut": { serial: [1, "100%"], maxFail: 1 } }));
      succeeded(await lab.ldms(["verify", "-s", "lab", "--wait", "60"]));
    }

    const ldms = (...args: readonly string[]) => lab.ldms([...args, "-s", "lab"], { timeoutSeconds: SECONDS });
    const upgrade = (...args: readonly string[]) => [
      "upgrade",
      "-s",
      "lab",
      "--engine",
      "embedded",
      "--fresh",
      "10",
      "--wait",
      "60",
      ...args,
    ];
    const begin = (...args: readonly string[]) => lab.start(upgrade(...args, "--yes"), { timeoutSeconds: SECONDS });
    const stackFile = () =>
      (parse(readFileSync(lab.project.stackFile("lab"), "utf8")) as { config: { "ldms:images": { tag: string; digests: object } } }).config[
        "ldms:images"
      ];

    /** The longest pause of each sampler's rows that an upgrade told, against what the store has. */
    async function assertGaps(gaps: UpgradeReport["gaps"], sinceSeconds: number): Promise<void> {
      const told = gaps["sos-meminfo"] ?? {};
      assert.deepEqual(Object.keys(told).sort(), SAMPLERS);
      const rows = await storedRows(sinceSeconds);
      for (const [index, host] of SAMPLERS.entries()) {
        const times = rows.filter(({ componentId }) => componentId === index + 1).map(({ timestamp }) => timestamp);
        const pauses = times.sort((a, b) => a - b).map((time, i) => time - (times[i - 1] ?? time));
        const longest = Math.max(...pauses);
        assert.ok(Math.abs(told[host]! - longest) <= 0.2, `${host}: told ${told[host]} s, stored ${longest} s`);
        assert.ok(longest < LONGEST_GAP_SECONDS && longest > INTERVAL_SECONDS / 2, `${host}: ${longest} s`);
      }
    }

    async function untilSaid(run: StartedProcess, text: RegExp): Promise<void> {
      while (!text.test(run.stdout())) {
        const end = await Promise.race([run.ended, sleep(100)]);
        if (end) assert.fail(`ended before it said ${text}: ${end.stdout}${end.stderr}`);
      }
    }

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

    it("stops at a canary that fails, says why, touches no other host, and goes back when it is told to", async () => {
      const before = await containerIds();
      const { code, stdout } = await begin("--to", "bad-canary", "--wait", "20").ended;
      assert.equal(code, 1, stdout);
      assert.match(stdout, /^stopped: samp-1: .*cygnus-01.*$/m);
      assert.match(stdout, /^cygnus-\[02-04\] untouched$/m);
      assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-01/samp"]);
      succeeded(await ldms("upgrade", "abort", "--engine", "embedded"));
      assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-01/samp"]);
      succeeded(await ldms("verify", "--wait", "30"));
      assert.equal(stackFile().tag, "first");
    });

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
