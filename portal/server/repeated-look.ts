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

export function periodOf(kind: LookKind, hosts: number): number {
  return PERIODS[kind][hosts <= SMALL_HOSTS ? "small" : "large"];
}

/** Does a thing again and again while somebody wants it, never twice at once. */
export class RepeatedLook {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly abort = new AbortController();
  /** When the last one began. */
  private begunAt = 0;

  constructor(
    private readonly look: (signal: AbortSignal) => Promise<void>,
    private readonly periodSeconds: () => number,
    private readonly isWanted: () => boolean,
  ) {}

  /** Begins one where none goes on and the last one is older than the period. */
  wake(): void {
    if (this.timer !== undefined || this.running !== undefined || this.abort.signal.aborted || !this.isWanted()) return;
    const waitMs = Math.max(0, this.begunAt + this.periodSeconds() * 1000 - Date.now());
    this.timer = setTimeout(() => void this.now(), Math.min(waitMs, this.periodSeconds() * 1000));
  }

  /** Once at once; where one goes on, that one. */
  now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running ??= this.once();
    return this.running;
  }

  async end(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async once(): Promise<void> {
    this.begunAt = Date.now();
    await this.look(this.abort.signal);
    const tookMs = Date.now() - this.begunAt;
    this.begunAt += Math.max(0, PAUSE_OF_LENGTH * tookMs - this.periodSeconds() * 1000);
    this.running = undefined;
    this.wake();
  }
}
