import assert from "node:assert/strict";
import { measureRun } from "../../bench/measured-run";

describe("measureRun", () => {
  it("sees the memory of a run of half a second, that of what it starts among it", async () => {
    const holds = `const held = Buffer.alloc(100 * 2 ** 20, 1); setTimeout(() => held.length, 500)`;
    const { peakMb, code } = await measureRun(["sh", "-c", `${JSON.stringify(process.execPath)} --eval '${holds}'; true`]);
    assert.equal(code, 0);
    assert.ok(peakMb > 100, `${peakMb} MB`);
  });
});
