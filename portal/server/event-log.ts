import { randomBytes } from "node:crypto";
import type { PortalChange, PortalEvent } from "../api";

interface Entry {
  readonly number: number;
  readonly event: PortalEvent;
  /** As it goes out, the same for every reader. */
  readonly text: string;
}

/** What is behind a cursor; `isLost`: something in between is no longer kept. */
export interface Behind {
  readonly entries: readonly { readonly event: PortalEvent; readonly text: string }[];
  readonly cursor: string;
  readonly isLost: boolean;
}

const MOST_EVENTS = 1000;
const MOST_CHARACTERS = 8 << 20;

/**
 * The last events of one stack, numbered. Each reader keeps its own place in it and asks for more when it has room, so that a slow one costs nothing:
 * what it misses is lost to it alone, and it is told so.
 */
export class EventLog {
  /** Numbers of another start of the server are none of ours. */
  private readonly epoch = randomBytes(6).toString("hex");
  private readonly entries: Entry[] = [];
  private characters = 0;
  private last = 0;
  private wake: (() => void)[] = [];

  get cursor(): string {
    return this.cursorOf(this.last);
  }

  add(change: PortalChange): void {
    this.last += 1;
    const event: PortalEvent = { cursor: this.cursor, at: Date.now() / 1000, ...change };
    const text = renderFrame(event);
    this.entries.push({ number: this.last, event, text });
    this.characters += text.length;
    while (this.entries.length > MOST_EVENTS || (this.characters > MOST_CHARACTERS && this.entries.length > 1))
      this.characters -= this.entries.shift()!.text.length;
    for (const wake of this.wake.splice(0)) wake();
  }

  /** @param most characters, of which one event may be more */
  readBehind(cursor: string, most = 256 << 10): Behind {
    const number = this.numberOf(cursor);
    const first = this.entries[0]?.number ?? this.last + 1;
    if (number === undefined || number > this.last || number + 1 < first) return { entries: [], cursor: this.cursor, isLost: true };
    const entries: Entry[] = [];
    let length = 0;
    for (const entry of this.entries.slice(number + 1 - first)) {
      if (entries.length > 0 && length + entry.text.length > most) break;
      entries.push(entry);
      length += entry.text.length;
    }
    return { entries, cursor: this.cursorOf(entries.at(-1)?.number ?? number), isLost: false };
  }

  /** Fulfilled when something has come behind the cursor, or the time is over. */
  async change(cursor: string, milliseconds: number): Promise<void> {
    if (this.numberOf(cursor) !== this.last) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake.push(resolve);
      timer = setTimeout(() => {
        this.wake = this.wake.filter((one) => one !== resolve);
        resolve();
      }, milliseconds);
    });
    clearTimeout(timer);
  }

  private cursorOf(number: number): string {
    return `${this.epoch}-${number}`;
  }

  private numberOf(cursor: string): number | undefined {
    const [epoch, number] = cursor.split("-");
    return epoch === this.epoch ? Number(number) : undefined;
  }
}

/** JSON has no line of its own in it, so that no text can begin another field or event. */
export function renderFrame(event: PortalEvent): string {
  return `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`;
}
