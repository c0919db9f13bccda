import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join, relative } from "node:path";
import type { ProgressLine } from "./image-pull";

const LINES_SHOWN = 30;

/** What a build says, in a file below `.ldms/logs/` as it is said: `tail -f` follows it, and a build that is killed leaves what it said until then. */
export class BuildLog {
  /** `.ldms/logs/build-ldms-build_ovis_3f1c….log` */
  readonly file: string;
  private readonly path: string;
  private readonly descriptor: number;

  constructor(projectFolder: string, imageName: string) {
    const folder = join(projectFolder, ".ldms", "logs");
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `build-${imageName.replace(/[^\w.-]+/g, "_")}.log`);
    this.file = relative(projectFolder, this.path);
    this.descriptor = openSync(this.path, "w");
  }

  add({ stream, error }: ProgressLine): void {
    if (stream !== undefined) writeSync(this.descriptor, stream);
    if (error !== undefined) writeSync(this.descriptor, `${error}\n`);
  }

  /** Its last 30 lines. */
  tail(): string {
    return readFileSync(this.path, "utf8").trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
