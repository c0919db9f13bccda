import { createLogUpdate } from "log-update";

interface Shown<T> {
  render(look: T): string;
  /** Tells two looks apart, but for how old what they say is. */
  changesOf(look: T): string;
}

/** Shows looks as they come: redrawn in place on a terminal, elsewhere one when something has changed. */
export class LookDisplay<T extends { readonly lookedAt: string }> {
  private readonly live: ReturnType<typeof createLogUpdate> | undefined;
  private seen: string | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly shown: Shown<T>,
  ) {
    const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
    this.live = isTerminal ? createLogUpdate(stream) : undefined;
  }

  show(look: T): void {
    const changes = this.shown.changesOf(look);
    const at = look.lookedAt.slice(11, 19);
    const text = `${this.shown.render(look)}\n(${at} UTC; Ctrl-C ends it)`;
    if (this.live) this.live(text);
    else if (changes !== this.seen) this.stream.write(`${text}\n`);
    this.seen = changes;
  }

  close(): void {
    this.live?.done();
  }
}
