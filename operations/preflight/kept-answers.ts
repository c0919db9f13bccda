import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SWEEP_GOOD_SECONDS } from "../../plan/fan-out/head-script";

/** What the hosts have answered, for whoever acts on it next: the update behind its preview, the program behind `ldms up`. */
export class KeptAnswers<T> {
  private readonly path: string;
  private readonly key: string;

  /** @param subject what was asked about; answers about another one are none */
  constructor(projectFolder: string, stack: string, file: string, subject: unknown) {
    this.path = join(projectFolder, ".ldms", stack, file);
    this.key = keyOf(subject);
  }

  /** In a folder that cannot be written the hosts are asked a second time instead. */
  keep(answers: T): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      this.drop();
      writeFileSync(this.path, JSON.stringify({ key: this.key, answers }), { mode: 0o600, flag: "wx" });
    } catch {}
  }

  /** What nobody has taken is of no use to a later run. */
  drop(): void {
    rmSync(this.path, { force: true });
  }

  /** The kept one, which is gone then; undefined where there is none or it is too old. */
  take(): T | undefined {
    try {
      const isGood = Date.now() - statSync(this.path).mtimeMs < SWEEP_GOOD_SECONDS * 1000;
      const { key, answers } = JSON.parse(readFileSync(this.path, "utf8")) as { key: string; answers: T };
      rmSync(this.path, { force: true });
      return isGood && key === this.key ? answers : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Equal for equal questions. */
export function keyOf(subject: unknown): string {
  return createHash("sha256").update(JSON.stringify(subject)).digest("hex");
}
