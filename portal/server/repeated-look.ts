import type { LookKind } from "../api";

/** From one look to the next, by how many hosts a stack has: a small one is asked in one round trip, a large one by way of its aggregators. */
const PERIODS: Readonly<Record<LookKind, { readonly small: number; readonly large: number }>> = {
  status: { small: 5, large: 10 },
  data: { small: 10, large: 30 },
  // Every host is asked.
  drift: { small: 5, large: 120 },
};
const SMALL_HOSTS = 64;
/** A look that takes long is not begun again at once: hosts have other work. */
const PAUSE_OF_LENGTH = 2;
/** Whoever asks for one more often gets the one before. */
const LEAST_PAUSE_MS = 1000;

export function periodOf(kind: LookKind, hosts: number): number {
  return PERIODS[kind][hosts <= SMALL_HOSTS ? "small" : "large"];
}

/** Does a thing again and again while somebody wants it, never twice at once. Its clock is one that nobody sets. */
export class RepeatedLook {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly abort = new AbortController();
  private endedAt = Number.NEGATIVE_INFINITY;
  private dueAt = 0;

  constructor(
    private readonly look: (signal: AbortSignal) => Promise<void>,
    private readonly periodSeconds: () => number,
    private readonly isWanted: () => boolean,
  ) {}

  /** Begins one when the next one is due, where none goes on. */
  wake(): void {
    if (this.timer !== undefined || this.running !== undefined || this.abort.signal.aborted || !this.isWanted()) return;
    this.timer = setTimeout(() => void this.now(), Math.max(0, this.dueAt - performance.now()));
  }

  /** Once at once; where one goes on, that one. */
  now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.running === undefined && performance.now() - this.endedAt < LEAST_PAUSE_MS) {
      this.wake();
      return Promise.resolve();
    }
    this.running ??= this.once();
    return this.running;
  }

  async end(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async once(): Promise<void> {
    const begunAt = performance.now();
    await this.look(this.abort.signal);
    this.endedAt = performance.now();
    this.dueAt = Math.max(begunAt + this.periodSeconds() * 1000, this.endedAt + PAUSE_OF_LENGTH * (this.endedAt - begunAt));
    this.running = undefined;
    this.wake();
  }
}
