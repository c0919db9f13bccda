import { BenchStack, installedPeers } from "./bench-stack";
import { LightHosts } from "./light-hosts";
import type { Say } from "./measure-fan-out";
import type { MeasuredRun } from "./measured-run";

/** One way to ask every host: with new connections, and again with those that the run before has kept. */
export interface AskingRuns {
  readonly by: string;
  readonly freshSeconds: readonly number[];
  readonly keptSeconds: readonly number[];
  readonly peakMb: number;
}

export interface VerbsCase {
  readonly hosts: number;
  readonly runs: readonly AskingRuns[];
  /** Broken invariants, of which there must be none. */
  readonly faults: readonly string[];
}

/** `status` of a stack without aggregators asks 256 hosts, unless one says otherwise. */
const VERBS: readonly (readonly string[])[] = [["status", "--all"], ["drift"], ["preflight"]];
const NO_OP = "ldms up, nothing to do";
type Ask = (keeps: boolean) => Promise<MeasuredRun>;

/** Verbs that ask every host and change nothing, beside pdsh and clush that type what a look needs. */
export async function measureVerbs(count: number, rounds: number, say: Say): Promise<VerbsCase> {
  const light = await LightHosts.start(0);
  const stack = new BenchStack(light, light.addresses(count));
  const faults: string[] = [];
  try {
    const { code, output } = await stack.up();
    if (code !== 0) throw new Error(`first deploy: exit code ${code}: ${output.slice(-500)}`);
    const ways = new Map<string, Ask>([
      ...VERBS.map((words): [string, Ask] => [`ldms ${words.join(" ")}`, (keeps) => stack.verb(words, { keeps })]),
      [NO_OP, (keeps) => stack.up({ keeps })],
      [`${NO_OP}, and wait`, (keeps) => stack.up({ keeps, waits: true })],
      ...installedPeers()
        .filter((tool) => tool !== "ansible")
        .map((tool): [string, Ask] => [tool, (keeps) => stack.peer(tool, "nothing to do", keeps)]),
    ]);
    const runs = new Map([...ways.keys()].map((by) => [by, { fresh: [] as MeasuredRun[], kept: [] as MeasuredRun[] }]));
    for (let round = 0; round < rounds; round++) {
      for (const [by, ask] of ways) {
        const fresh = await ask(false);
        // The first one opens what the second one uses.
        const opening = await ask(true);
        const kept = await ask(true);
        stack.closeKept();
        for (const run of [fresh, opening, kept])
          if (run.code !== 0) faults.push(`${by}: exit code ${run.code}: ${run.output.slice(-500)}`);
        runs.get(by)!.fresh.push(fresh);
        runs.get(by)!.kept.push(kept);
        say(`${count} hosts, ${by}: ${fresh.seconds.toFixed(1)} s, again ${kept.seconds.toFixed(1)} s`);
      }
    }
    return { hosts: count, runs: [...runs].map(([by, { fresh, kept }]) => summarize(by, fresh, kept)), faults };
  } finally {
    stack.remove();
    light.stop();
  }
}

function summarize(by: string, fresh: readonly MeasuredRun[], kept: readonly MeasuredRun[]): AskingRuns {
  return {
    by,
    freshSeconds: fresh.map(({ seconds }) => seconds),
    keptSeconds: kept.map(({ seconds }) => seconds),
    peakMb: Math.max(...[...fresh, ...kept].map(({ peakMb }) => peakMb)),
  };
}
