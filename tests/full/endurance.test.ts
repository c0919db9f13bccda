import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Held, HeldAfter } from "../automation/endurance";
import { start } from "../lab/ldms-process";

const REPOSITORY = resolve(__dirname, "../..");
const ROUNDS = 50;
const TIMEOUT_SECONDS = 3_000;
/** Code that is compiled as it is first used, and what a collection leaves to the next one. */
const HEAP_SPREAD_MIB = 2;

describe("50 rounds of preview, up and cancel in one process", function () {
  this.timeout((TIMEOUT_SECONDS + 60) * 1000);
  let held: readonly HeldAfter[] = [];

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-endurance-"));
    try {
      const argv = ["--expose-gc", "--require", "tsx/cjs", "tests/automation/endurance.ts", String(ROUNDS)] as const;
      const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TMPDIR: folder };
      const run = start([process.execPath, ...argv], { folder: REPOSITORY, environment, timeoutSeconds: TIMEOUT_SECONDS });
      const { stdout, stderr, code } = await run.ended;
      assert.equal(code, 0, stderr);
      held = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as HeldAfter);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.equal(held.length, ROUNDS);
    for (const { round, ...rest } of held.filter(({ round }) => round === 1 || round % 10 === 0))
      console.log(`      round ${round}: ${JSON.stringify(rest)}`);
  });

  const KINDS = ["children", "descriptors", "listeners", "resources", "tempFiles"] as const satisfies readonly (keyof Held)[];
  for (const kind of KINDS) {
    it(`leaves no more ${kind} than after the first round`, () => {
      assert.deepEqual(
        held.filter((later) => later[kind] > (held[0]?.[kind] ?? 0)),
        [],
      );
    });
  }

  it("holds as much memory after 45 to 50 rounds as after 10 to 15", () => {
    const early = mean(held.slice(9, 15));
    const late = mean(held.slice(44, 50));
    console.log(`      heap: ${early.toFixed(1)} MiB, then ${late.toFixed(1)} MiB`);
    assert.ok(late - early < HEAP_SPREAD_MIB, `the heap grew from ${early} to ${late} MiB`);
  });
});

function mean(rounds: readonly Held[]): number {
  return rounds.reduce((sum, { heapMib }) => sum + heapMib, 0) / rounds.length;
}
