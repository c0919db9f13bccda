import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EngineEvent } from "../engine/events/events";
import { tellDifferences } from "../engine/events/tell-differences";

/** What `pulumi` is told to write beside what it shows: for its owner alone, and gone afterwards. */
export class PulumiRunFiles {
  private constructor(private readonly folder: string) {}

  static async use<T>(work: (files: PulumiRunFiles) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "ldms-pulumi-"));
    try {
      return await work(new PulumiRunFiles(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** What the next update is bound to. */
  get plan(): string {
    return join(this.folder, "plan.json");
  }

  /** The option that Pulumi's own Automation API takes, in the form that a `pulumi` without it passes over. */
  get environment(): Readonly<Record<string, string>> {
    return { PULUMI_OPTION_EVENT_LOG: this.events, PULUMI_DEBUG_COMMANDS: "true" };
  }

  private get events(): string {
    return join(this.folder, "events.jsonl");
  }

  /** Hands on the events of the command that ran last; none of one that it was killed in the middle of. */
  async tellEvents(onEvent: (event: EngineEvent) => void): Promise<void> {
    if (!existsSync(this.events)) return;
    const tell = tellDifferences(onEvent);
    // Of thousands of hosts the whole is longer than a text may be.
    for await (const line of createInterface({ input: createReadStream(this.events) })) {
      const event = readEvent(line);
      if (event !== undefined) tell(event);
    }
    await rm(this.events, { force: true });
  }
}

/** Undefined for a part of one. */
function readEvent(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}
