import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChainReport } from "../../../operations/chain/verify-chain";
import { nowSeconds, type StoredRow, storedRows } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { BACK_SECONDS, LINK_FAULT_PAIRS, LINK_FAULTS, type LinkFault } from "./link-faults";

/** From a fault to the answer that names it. */
const MOST_SECONDS = 30;
/** Below it an answer has what it takes to ask hosts that are silent. */
const MOST_ANSWER_SECONDS = 30;

/** Breaks the lab link by link, alone and in pairs, from a lab that is well: what each verb says, what `up` mends, and that no stored row is lost. */
export function describeFirstBrokenLink(lab: LabStack): void {
  describe("a broken link", () => {
    before(async () => {
      await lab.haveStandard();
      await untilWhole();
    });
    after(() => lab.touch());

    async function look(): Promise<ChainReport> {
      const { stdout, stderr } = await lab.ldms(["verify", "-s", "lab", "--fresh", "8", "--json"]);
      assert.notEqual(stdout, "", stderr);
      return JSON.parse(stdout) as ChainReport;
    }

    async function untilWhole(): Promise<void> {
      const words = ["verify", "-s", "lab", "--fresh", "8", "--wait", String(BACK_SECONDS)];
      const result = await lab.ldms(words, { timeoutSeconds: BACK_SECONDS + 60 });
      assert.equal(result.code, 0, result.stdout);
    }

    /** The look that has these and nothing else, or the last one: where daemons start again, what is on its way may be told for a moment. */
    async function untilTold(wanted: readonly RegExp[]): Promise<{ readonly causes: ChainReport["causes"]; readonly seconds: number }> {
      const begun = Date.now();
      for (;;) {
        const { causes } = await look();
        const seconds = (Date.now() - begun) / 1000;
        const found = causes.map(tellCause);
        const isWhole = found.length === wanted.length && wanted.every((one) => found.some((told) => one.test(told)));
        if (isWhole || seconds > MOST_SECONDS) return { causes, seconds };
        await sleep(500);
      }
    }

    /** Each verb ends in time, has a line of each fault that it can see, and says that something is wrong where one of them is. */
    async function assertAnswers(faults: readonly LinkFault[]): Promise<void> {
      for (const verb of ["status", "preflight", "drift"] as const) {
        const lines = faults.flatMap((fault) => fault[verb] ?? []);
        const began = Date.now();
        const { code, stdout, stderr } = await lab.ldms([verb, "-s", "lab"]);
        assert.ok(Date.now() - began <= MOST_ANSWER_SECONDS * 1000, `${verb}: ${(Date.now() - began) / 1000} s`);
        for (const line of lines) assert.match(`${stdout}\n${stderr}`, line);
        if (lines.length > 0) assert.equal(code, 1, verb);
      }
      for (const { preview } of faults) if (preview) assert.match(succeeded(await lab.preview({}, ["--refresh"])).stdout, preview);
    }

    async function mend(faults: readonly LinkFault[]): Promise<void> {
      for (const { mends } of faults) await mends?.();
      if (faults.some(({ mends }) => mends === undefined)) succeeded(await lab.up({}, ["--refresh"]));
      await untilWhole();
    }

    for (const faults of [...LINK_FAULTS.map((fault) => [fault]), ...LINK_FAULT_PAIRS]) {
      const title = faults.map((fault) => fault.title).join(", and ");
      it(`${title}: is named first and alone, mended, and no row is lost`, async () => {
        const since = nowSeconds() - 20;
        const stored = await storedRows(since);
        assert.notEqual(stored.length, 0);
        for (const { breaks } of faults) await breaks();
        try {
          const wanted = faults.flatMap(({ told, message }) => (told && message ? [{ told, message }] : []));
          const { causes, seconds } = await untilTold(wanted.map(({ told }) => told));
          const all = JSON.stringify(causes, undefined, 1);
          assert.equal(causes.length, wanted.length, all);
          for (const { told, message } of wanted)
            assert.match(causes.find((cause) => told.test(tellCause(cause)))?.message ?? "", message, `${told}: ${all}`);
          assert.ok(seconds <= MOST_SECONDS, `${seconds} s`);
          await assertAnswers(faults);
        } finally {
          await mend(faults);
        }
        const kept = new Set((await storedRows(since)).map(keyOf));
        assert.deepEqual(
          stored.filter((row) => !kept.has(keyOf(row))),
          [],
        );
      });
    }
  });
}

/** `authentication agg1 cygnus-06` */
function tellCause({ link, container = "-", hosts }: ChainReport["causes"][number]): string {
  return `${link} ${container} ${hosts.join(",")}`;
}

function keyOf({ timestamp, componentId }: StoredRow): string {
  return `${componentId} ${timestamp}`;
}
