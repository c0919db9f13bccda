import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { CancelledError } from "../../automation";
import { FaultSite, untilStep } from "./faults/fault-site";

/** What this process holds once a round is over. */
export interface Held {
  readonly heapMib: number;
  readonly rssMib: number;
  readonly children: number;
  readonly descriptors: number;
  readonly listeners: number;
  /** Timers, sockets, pipes, requests that keep the event loop. */
  readonly resources: number;
  readonly tempFiles: number;
}

export type HeldAfter = Held & { readonly round: number };

/**
 * Many rounds of preview, up and an up that is cancelled in the middle of a step, in one process: `node --expose-gc … endurance.ts ROUNDS`.
 * Prints what the process holds after each, as a line of JSON.
 */
async function main([rounds = "50"]: readonly string[]): Promise<void> {
  const at = new FaultSite("embedded");
  try {
    const site = await at.open();
    for (let round = 1; round <= Number(rounds); round++) {
      at.mend();
      // What the cancelled run of the round before made goes, so that each round has something to do.
      at.program(["a", "b"]);
      await site.preview().result;
      await site.up().result;
      at.fault("c", "sleep 0.2");
      at.program(["a", "b", "c"]);
      const run = site.up();
      await untilStep(run, "c");
      await run.cancel();
      await run.result.catch((error: unknown) => {
        if (!(error instanceof CancelledError)) throw error;
      });
      await settle();
      console.log(JSON.stringify({ round, ...measure() }));
    }
  } finally {
    at.close();
  }
}

/** What was told to end has a turn to do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  global.gc?.();
  global.gc?.();
}

function measure(): Held {
  const { heapUsed, rss } = process.memoryUsage();
  const mib = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10;
  const tasks = readdirSync("/proc/self/task");
  const children = tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean));
  return {
    heapMib: mib(heapUsed),
    rssMib: mib(rss),
    children: children.length,
    descriptors: readdirSync("/proc/self/fd").length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    resources: process.getActiveResourcesInfo().length,
    // What loads this script keeps a cache.
    tempFiles: readdirSync(tmpdir()).filter((name) => !name.startsWith("tsx-")).length,
  };
}

if (require.main === module) void main(process.argv.slice(2));
