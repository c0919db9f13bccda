import type { EngineVerb } from "../operations/pulumi-cli";
import type { LockHolder } from "../stack/lock-holder";
import { cancelStack, type HistoryEntry } from "../stack/stack-admin";
import { carryOut } from "./carry-out";
import type { RunOptions } from "./run-options";
import { judgeSitePlan, type PlanResult } from "./site-plan";
import { SiteRun } from "./site-run";
import type { StackEngine } from "./stack-engine";

/** One site's stack. Any number may be open in one process; runs of one stack keep each other out by its lock. */
export class Site {
  private readonly runs = new Set<SiteRun>();

  constructor(private readonly stackEngine: StackEngine) {}

  get stack(): string {
    return this.stackEngine.location.stack;
  }

  get engine(): StackEngine["name"] {
    return this.stackEngine.name;
  }

  /** Contacts no host and changes nothing. @throws ConfigError with every problem of the configuration */
  plan(): Promise<PlanResult> {
    return judgeSitePlan(this.stackEngine.location);
  }

  preview(options: RunOptions = {}): SiteRun {
    return this.start("preview", options);
  }

  /** Looks at every host first, as `ldms up` does; waits for the data only where `waitSeconds` says so. */
  up(options: RunOptions = {}): SiteRun {
    return this.start("up", options);
  }

  /** Reads what the hosts really have into the state. */
  refresh(options: RunOptions = {}): SiteRun {
    return this.start("refresh", options);
  }

  destroy(options: RunOptions = {}): SiteRun {
    return this.start("destroy", options);
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return this.stackEngine.outputs();
  }

  history(): Promise<readonly HistoryEntry[]> {
    return this.stackEngine.history();
  }

  /**
   * Ends this site's runs of this process, then removes every lock that is left: only for when its holder is gone for certain.
   * @returns who held them, where they said
   */
  async cancel(): Promise<readonly LockHolder[]> {
    await Promise.all([...this.runs].map((run) => run.cancel()));
    return (await cancelStack(this.stackEngine.location)).flatMap(({ holder }) => holder ?? []);
  }

  private start(verb: EngineVerb, options: RunOptions): SiteRun {
    const { location } = this.stackEngine;
    const openEngine = () => this.stackEngine;
    const run = new SiteRun((args) => carryOut({ ...args, location, openEngine, verb, options }), options.signal);
    this.runs.add(run);
    const forget = () => this.runs.delete(run);
    run.result.then(forget, forget);
    return run;
  }
}
