import { createLogUpdate } from "log-update";
import type { StackLook } from "../operations/overview/look-at-stack";
import { changesOf, renderLook } from "../operations/overview/render-summary";

/** Shows looks as they come: redrawn in place on a terminal, elsewhere one when something has changed. */
export class StatusDisplay {
  private readonly live: ReturnType<typeof createLogUpdate> | undefined;
  private seen: string | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {
    const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
    this.live = isTerminal ? createLogUpdate(stream) : undefined;
  }

  show(look: StackLook): void {
    const changes = changesOf(look);
    const at = look.lookedAt.slice(11, 19);
    const text = `${renderLook(look, Date.now())}\n(${at} UTC; Ctrl-C ends it)`;
    if (this.live) this.live(text);
    else if (changes !== this.seen) this.stream.write(`${text}\n`);
    this.seen = changes;
  }

  close(): void {
    this.live?.done();
  }
}
