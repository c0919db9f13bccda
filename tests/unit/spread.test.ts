import assert from "node:assert/strict";
import fc from "fast-check";
import { spread } from "../../plan/daemons/spread";

const counts = (owners: readonly number[], count: number) =>
  Array.from({ length: count }, (_, index) => owners.filter((one) => one === index).length);
const producers = fc.integer({ min: 0, max: 600 });
const aggregators = fc.integer({ min: 1, max: 40 });

describe("spread", () => {
  it("gives one aggregator all, and two every second one", () => {
    assert.deepEqual(spread(4, 1), [0, 0, 0, 0]);
    assert.deepEqual(spread(5, 2), [0, 1, 0, 1, 0]);
  });

  it("is even to within some per cent", () => {
    for (const [all, count] of [
      [500, 3],
      [1000, 16],
      [10_000, 64],
      [10_000, 128],
    ] as const) {
      const shares = counts(spread(all, count), count);
      assert.ok(Math.max(...shares) <= Math.ceil((1.07 * all) / count), `${all} over ${count}: ${Math.max(...shares)}`);
      assert.ok(Math.min(...shares) >= Math.floor((0.9 * all) / count), `${all} over ${count}: ${Math.min(...shares)}`);
    }
  });

  it("moves at most a share of 1/(n + 1), to within one, to an aggregator that is added, and nothing else", () =>
    fc.assert(
      fc.property(producers, aggregators, (all, count) => {
        const [before, after] = [spread(all, count), spread(all, count + 1)];
        const moved = after.filter((owner, index) => owner !== before[index]);
        return moved.every((owner) => owner === count) && moved.length <= all / (count + 1) + 1;
      }),
    ));

  it("moves no other producer where one is added at the end", () =>
    fc.assert(
      fc.property(producers, aggregators, (all, count) => {
        assert.deepEqual(spread(all + 1, count).slice(0, all), spread(all, count));
      }),
    ));
});
