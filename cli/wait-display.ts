import { createLogUpdate } from "log-update";
import type { ServiceReport } from "../operations/observe/await-service";
import { renderService } from "../operations/observe/render-service";
import { progressOf } from "../operations/observe/render-verify";

/** Shows what is waited for: redrawn in place on a terminal, elsewhere lines when something changes. */
export class WaitDisplay {
  private readonly live: ReturnType<typeof createLogUpdate> | undefined;
  private readonly started = Date.now();
  private seen = "";

  constructor(private readonly stream: NodeJS.WriteStream) {
    const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
    this.live = isTerminal ? createLogUpdate(stream) : undefined;
  }

  show(report: ServiceReport): void {
    if (report.isWell) return;
    const progress = `${progressOf(report)}${JSON.stringify(report.troubles)}`;
    if (this.live) this.live(`waiting for data, ${Math.round((Date.now() - this.started) / 1000)} s\n${renderService(report)}`);
    else if (progress !== this.seen) this.stream.write(`waiting for data: ${renderService(report)}\n`);
    this.seen = progress;
  }

  /** What was waited for, at the end; the cause is the last line where there is one. */
  close(report: ServiceReport): void {
    this.live?.clear();
    if (!report.isWell) this.stream.write("deployed, but not all is well:\n");
    this.stream.write(`${renderService(report)}\n`);
  }
}
