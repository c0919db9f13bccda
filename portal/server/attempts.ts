/** Wrong words that one address may say in a minute. */
const MOST_WRONG = 10;
const WINDOW_MS = 60_000;
/** More addresses than this are one: who has that many gets no more room for it. */
const MOST_ADDRESSES = 1000;
const ALL_OTHERS = "others";

/** Counts wrong codes and sessions by address, so that guessing is slow; a right one is never refused for it. */
export class Attempts {
  private readonly wrong = new Map<string, { count: number; readonly since: number }>();

  /** @param now a clock that nobody sets, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes a wrong one. @returns false where there were too many */
  note(address: string): boolean {
    const now = this.now();
    for (const [one, { since }] of this.wrong) {
      // In the order of their time.
      if (now - since < WINDOW_MS) break;
      this.wrong.delete(one);
    }
    const key = this.wrong.has(address) || this.wrong.size < MOST_ADDRESSES ? address : ALL_OTHERS;
    const found = this.wrong.get(key) ?? { count: 0, since: now };
    found.count += 1;
    this.wrong.set(key, found);
    return found.count <= MOST_WRONG;
  }

  get size(): number {
    return this.wrong.size;
  }
}
