import { type BenchHosts, BenchStack, DEEDS, type Deed, installedPeers } from "./bench-stack";
import { LightHosts } from "./light-hosts";
import type { MeasuredRun } from "./measured-run";
import { RealHosts } from "./real-hosts";

export interface FanOutRun {
  readonly by: string;
  readonly deed: Deed;
  readonly seconds: number;
  readonly peakMb: number;
}

/** What is measured beside what. */
export interface FanOutArgs {
  readonly hosts: number;
  /** Light hosts: what the stand-in of docker takes for a `docker run`; absent: an engine each. */
  readonly runSeconds?: number;
  readonly rounds: number;
  /** @default all that are here */
  readonly by?: readonly string[];
  readonly deeds?: readonly Deed[];
}

export interface FanOutCase extends FanOutArgs {
  readonly runs: readonly FanOutRun[];
  /** Of Pulumi's state after the deployment by the method fan-out, KB. */
  readonly stateKb: number;
  /** Broken invariants, of which there must be none. */
  readonly faults: readonly string[];
}

export interface DeadCase {
  readonly hosts: number;
  readonly dead: number;
  readonly frozen: number;
  /** Of an `up` that finds nothing to do on the others. */
  readonly seconds: readonly number[];
  readonly isEachNamed: boolean;
}

export type Say = (line: string) => void;

/** Our own ways: the whole command, by either method. */
export const FAN_OUT = "ldms up";
export const DOCKER = "ldms up, method docker";
/** It takes a process a host. */
const MOST_DOCKER_HOSTS = 48;

/** First deploy, no-op, drift and upgrade, beside the peers that are here, in turn. */
export async function measureFanOut(args: FanOutArgs, say: Say): Promise<FanOutCase> {
  const { hosts: count, runSeconds } = args;
  const hosts = runSeconds === undefined ? await RealHosts.start(count) : await LightHosts.start(runSeconds);
  const stack = new BenchStack(hosts, hosts.addresses(count));
  const measurement = new Measurement(args, hosts, stack, say);
  try {
    await measurement.run();
  } finally {
    stack.remove();
    await hosts.stop();
  }
  const { runs, stateKb, faults } = measurement;
  return { ...args, runs, stateKb, faults };
}

class Measurement {
  readonly runs: FanOutRun[] = [];
  readonly faults: string[] = [];
  stateKb = 0;

  constructor(
    private readonly args: FanOutArgs,
    private readonly hosts: BenchHosts,
    private readonly stack: BenchStack,
    private readonly say: Say,
  ) {}

  async run(): Promise<void> {
    const { hosts: count, rounds, by } = this.args;
    const all = by ?? [FAN_OUT, ...(count <= MOST_DOCKER_HOSTS ? [DOCKER] : []), ...installedPeers()];
    for (let round = 0; round < rounds; round++) {
      // Whoever begins has the coldest machine.
      for (const one of [...all.slice(round % all.length), ...all.slice(0, round % all.length)]) await this.runBy(one);
    }
  }

  private async runBy(by: string): Promise<void> {
    const { hosts: count, deeds = DEEDS } = this.args;
    await this.hosts.clear();
    this.stack.forget();
    for (const deed of deeds) {
      if (deed === "1 % drifted") {
        for (let i = 0; i < count; i += 100) await this.hosts.removeContainer(this.stack.addresses[i]!, "samp");
      }
      const run = await this.doDeed(by, deed);
      if (run.code !== 0) this.fail(`${by}, ${deed}: exit code ${run.code}: ${run.output.slice(-500)}`);
      this.runs.push({ by, deed, seconds: run.seconds, peakMb: run.peakMb });
      this.say(`${by}: ${deed}: ${run.seconds.toFixed(1)} s, ${run.peakMb.toFixed(0)} MB`);
    }
    const starts = await this.hosts.starts();
    if (starts.length !== count) this.fail(`${by}: a container on ${starts.length} of ${count} hosts`);
    if (by === FAN_OUT && this.faults.length === 0) this.stateKb = this.stack.stateKb();
  }

  private fail(fault: string): void {
    this.faults.push(fault);
    this.say(`FAIL ${fault}`);
  }

  private doDeed(by: string, deed: Deed): Promise<MeasuredRun> {
    if (by !== FAN_OUT && by !== DOCKER) return this.stack.peer(by, deed);
    const options = deed === "upgrade of all" ? ["-v", "INFO"] : [];
    if (by === FAN_OUT) return this.stack.up({ options });
    // By this method drift is looked for where one asks for it.
    return this.stack.up({ options, method: "docker", words: deed === "1 % drifted" ? ["--refresh"] : [] });
  }
}

/** What dead and frozen hosts cost: an `up` with nothing to do on the others. */
export async function measureDead(hosts: number, badShares: readonly number[], rounds: number, say: Say): Promise<DeadCase[]> {
  const cases: DeadCase[] = [];
  for (const share of badShares) {
    const light = await LightHosts.start(0);
    const bad = Math.floor((hosts * share) / 2);
    const addresses = [
      ...light.addresses(hosts - 2 * bad),
      ...Array.from({ length: bad }, (_, index) => LightHosts.deadAddress(index)),
      ...Array.from({ length: bad }, (_, index) => LightHosts.frozenAddress(index)),
    ];
    const stack = new BenchStack(light, addresses);
    try {
      await stack.up();
      const seconds: number[] = [];
      let isEachNamed = true;
      for (let round = 0; round < rounds; round++) {
        const run = await stack.up();
        seconds.push(run.seconds);
        isEachNamed &&= bad === 0 || run.output.includes(`${stack.folded(hosts - 2 * bad)}: unknown: Connection timed out`);
        say(`${hosts} hosts, ${bad} dead, ${bad} frozen: ${run.seconds.toFixed(1)} s`);
      }
      cases.push({ hosts, dead: bad, frozen: bad, seconds, isEachNamed });
    } finally {
      stack.remove();
      light.stop();
    }
  }
  return cases;
}
