import { type Answer, askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";
import { type CommandAnswer, keptBytes, parseGathered, renderGatherScript } from "./gather-script";
import type { Target } from "./pick-targets";

/** What came of a command on many hosts; JSON as it is. */
export interface GatheredReport {
  readonly stack: string;
  /** In the plan's order. */
  readonly results: readonly Gathered[];
}

export interface Gathered {
  readonly host: string;
  /** In which it ran; absent: on the host itself. */
  readonly container?: string;
  /** Standard output and error in the order of arrival. */
  readonly output: string;
  /** Absent where it did not come to an end, or nobody knows. */
  readonly exitCode?: number;
  /** The output was longer than what is kept of it. */
  readonly isCut?: true;
  /** Why there is no exit code, free of the host's name. */
  readonly failure?: string;
}

export interface GatherArgs {
  readonly step: string;
  readonly lineFor: (target: Target) => string;
  /** For each command, on top of connecting. */
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** For the host's own end of the time before ours. */
const SPARE_SECONDS = 10;
const INTERRUPTED = "was interrupted before it ended";
/** @see timeout(1), EXIT STATUS */
const TIMED_OUT = [124, 137];

/** Runs a line for each target, some at once. Where the signal comes, what has come until then is kept. */
export function gather(targets: readonly Target[], args: GatherArgs): Promise<Gathered[]> {
  const most = keptBytes(targets.length);
  return withHosts((run) => mapBounded(targets, (target) => gatherOne(run, target, args, most)));
}

async function gatherOne(run: RunOn, target: Target, { step, lineFor, seconds, signal }: GatherArgs, most: number): Promise<Gathered> {
  const { host, container } = target;
  const place = { host: host.name, ...(container !== undefined && { container }) };
  const command = { script: renderGatherScript(lineFor(target), { seconds, most }) };
  const parse = (stdout: string) => parseGathered(stdout, most);
  try {
    const answer = await askHost(host, { step, seconds: seconds + SPARE_SECONDS, command, parse }, { run, signal });
    return { ...place, ...describe(answer, seconds) };
  } catch (error) {
    if (!signal?.aborted) throw error;
    return { ...place, output: "", failure: INTERRUPTED };
  }
}

function describe(answer: Answer<unknown, CommandAnswer>, seconds: number): Omit<Gathered, "host"> {
  if (!("value" in answer)) return { output: "", failure: answer.reason };
  const { output, code, tookSeconds, isCut } = answer.value;
  // A command may end with one of these by itself, as one that the kernel kills for want of memory.
  const isLate = TIMED_OUT.includes(code) && tookSeconds >= seconds;
  const end = isLate ? { failure: `no end within ${seconds} s` } : { exitCode: code };
  return { output, ...end, ...(isCut && { isCut }) };
}

/** Every command came to its end, and a good one. */
export function isGood({ results }: GatheredReport): boolean {
  return results.every(({ exitCode }) => exitCode === 0);
}
