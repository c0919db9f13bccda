import { progressOf, renderVerify } from "../operations/observe/render-verify";
import type { VerifyReport } from "../operations/observe/verify";

/** Prints reports on the stores as they come in: one of which only the rows' ages differ from the one before says nothing new. */
export class VerifyDisplay {
  private shown: string | undefined;

  constructor(private readonly print: (text: string) => void) {}

  show(report: VerifyReport): void {
    const progress = progressOf(report);
    if (progress !== this.shown) this.print(renderVerify(report));
    this.shown = progress;
  }
}
