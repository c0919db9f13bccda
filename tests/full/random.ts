/** A generator of numbers from 0 up to 1: same seed, same numbers. @see mulberry32, Tommy Ettinger */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `$LDMS_TEST_SEED`, else one of the clock's; printed, so that a failure can be had again. */
export function testSeed(): number {
  const seed = Number(process.env["LDMS_TEST_SEED"] ?? Date.now() % 1_000_000);
  console.log(`    seed: LDMS_TEST_SEED=${seed}`);
  return seed;
}
