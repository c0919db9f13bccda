import type { EngineEvent } from "../engine/events/events";

/** Above this many unread events a run of the embedded engine begins no further step. */
const HIGH_WATER = 64;

/** The events of one run for one reader. Without a reader they are dropped; a slow one holds the run back. */
export class EventQueue implements AsyncIterable<EngineEvent> {
  private readonly waiting: EngineEvent[] = [];
  private isRead = false;
  private hasEnded = false;
  /** Told of every change: an event that came or went, the end. */
  private wake: (() => void)[] = [];

  push(event: EngineEvent): void {
    if (!this.isRead) return;
    this.waiting.push(event);
    this.changed();
  }

  end(): void {
    this.hasEnded = true;
    this.changed();
  }

  /** Fulfilled when the reader has caught up, or is gone. */
  async room(): Promise<void> {
    while (this.isRead && this.waiting.length >= HIGH_WATER) await this.change();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EngineEvent> {
    if (this.isRead) throw new Error("events: have a reader already");
    this.isRead = true;
    try {
      for (;;) {
        const event = this.waiting.shift();
        if (event !== undefined) {
          this.changed();
          yield event;
        } else if (this.hasEnded) return;
        else await this.change();
      }
    } finally {
      this.isRead = false;
      this.waiting.length = 0;
      this.changed();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  private changed(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}
