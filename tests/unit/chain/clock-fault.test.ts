import assert from "node:assert/strict";
import { clockAhead } from "../../../operations/chain/clock-fault";

/** A question put at 1000 s, and answered at 1020 s. */
const ask = (nowSeconds: number, tookSeconds: number) => clockAhead({ nowSeconds, tookSeconds }, 1_000_000, 1_020_000);

describe("clockAhead", () => {
  it("is nothing where the time that the answer took explains it", () => {
    assert.deepEqual([ask(1000, 20), ask(1000, 0), ask(1019, 0), ask(1001, 2)], [0, 0, 0, 0]);
  });

  it("is what is left of it, on either side", () => {
    assert.deepEqual([ask(1600, 20), ask(1600, 0), ask(400, 20)], [600, 580, -600]);
  });
});
