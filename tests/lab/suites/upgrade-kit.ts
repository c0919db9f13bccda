import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { UpgradeReport } from "../../../automation/verbs/upgrade-args";
import { REGISTRY } from "../../../lab/lab";
import { changedPlaces, containerIds, storedRows } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { StartedProcess } from "../ldms-process";
import type { StackChanges } from "../project-folder";
import { pushTags } from "../upgrade-tags";

const SAMPLERS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"];
const SECONDS = 400;
/** What a loaded machine takes for a restart, and its daemons to find each other again. */
const LONGEST_GAP_SECONDS = 90;
const INTERVAL_SECONDS = 1;

/** Has the tags of upgrades in the lab's registry, and nothing deployed. */
export async function haveTags(lab: LabStack): Promise<void> {
  await lab.haveNothing();
  lab.project.writeStackFile("lab", {});
  succeeded(await lab.ldms(["images", "build", "-s", "lab", "--engine", "embedded"], { timeoutSeconds: 300 }));
  pushTags();
}

/** What upgrades of the stack `lab` are driven and judged by. @param changes of the stack file, its method for one */
export function upgradeKit(lab: LabStack, changes: StackChanges) {
  /** Everything is there by that tag, and its data arrives. */
  async function haveTag(tag: string): Promise<void> {
    await lab.haveNothing();
    const images = { registry: REGISTRY, tag, source: "registry" };
    succeeded(await lab.up({ ...changes, "ldms:images": images }));
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

  /** At a sampler that does not start. @param tag that the stack has, and has again */
  async function assertCanaryStops(tag: string): Promise<void> {
    const before = await containerIds();
    const { code, stdout } = await begin("--to", "bad-canary", "--wait", "20").ended;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^stopped: samp-1: .*cygnus-01.*$/m);
    assert.match(stdout, /^cygnus-\[02-04\] untouched$/m);
    assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-01/samp"]);
    succeeded(await ldms("upgrade", "abort", "--engine", "embedded"));
    assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-01/samp"]);
    succeeded(await ldms("verify", "--wait", "30"));
    assert.equal(stackFile().tag, tag);
  }

  async function untilSaid(run: StartedProcess, text: RegExp): Promise<void> {
    while (!text.test(run.stdout())) {
      const end = await Promise.race([run.ended, sleep(100)]);
      if (end) assert.fail(`ended before it said ${text}: ${end.stdout}${end.stderr}`);
    }
  }

  return { haveTag, ldms, begin, stackFile, assertGaps, assertCanaryStops, untilSaid };
}
