import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import type { PolicyViolation } from "../events/run-outcome";
import type { Analyzer, AnalyzerArgs } from "./analyzer";
import type { PolicySubject } from "./analyzer-messages";

/** The policy packs of one operation, asked as one. */
export class PolicyPacks {
  private readonly analyzers: Promise<readonly Analyzer[]>;

  private constructor(
    private readonly starting: readonly Promise<Analyzer>[],
    readonly isEmpty: boolean,
    private readonly abort: AbortController,
  ) {
    this.analyzers = Promise.all(starting);
    // Whoever asks first hears of a pack that does not start; nobody may ask when the program fails before.
    this.analyzers.catch(() => undefined);
  }

  /** Returns at once; the packs load while the program does. */
  static start(folders: readonly string[], args: Omit<AnalyzerArgs, "folder" | "signal">): PolicyPacks {
    const abort = new AbortController();
    const starting = folders.map((folder) => startAnalyzer({ ...args, folder, signal: abort.signal }));
    return new PolicyPacks(starting, folders.length === 0, abort);
  }

  /** By pack: its version. */
  async versions(): Promise<Readonly<Record<string, string>>> {
    const analyzers = await this.analyzers.catch((): readonly Analyzer[] => []);
    return Object.fromEntries(analyzers.map(({ info }) => [info.getName(), info.getVersion()]));
  }

  /** One pack after the other, each on what the one before has left. @throws EngineError for a pack that did not start, or fails. */
  async remediate(subject: PolicySubject): Promise<{ readonly inputs: PropertyMap; readonly violations: readonly PolicyViolation[] }> {
    let { inputs } = subject.record;
    const violations: PolicyViolation[] = [];
    for (const analyzer of await this.analyzers) {
      const result = await analyzer.remediate({ ...subject, record: { ...subject.record, inputs } });
      inputs = result.inputs;
      violations.push(...result.violations);
    }
    return { inputs, violations };
  }

  async analyze(subject: PolicySubject): Promise<readonly PolicyViolation[]> {
    const results = await Promise.all((await this.analyzers).map((analyzer) => analyzer.analyze(subject)));
    return results.flat();
  }

  async analyzeStack(records: readonly ResourceRecord[]): Promise<readonly PolicyViolation[]> {
    const results = await Promise.all((await this.analyzers).map((analyzer) => analyzer.analyzeStack(records)));
    return results.flat();
  }

  async close(): Promise<void> {
    this.abort.abort();
    const started = await Promise.allSettled(this.starting);
    await Promise.all(started.map((result) => (result.status === "fulfilled" ? result.value.close() : undefined)));
  }
}

/** Most runs have no pack, and no use for what speaks to one. */
function startAnalyzer(args: AnalyzerArgs): Promise<Analyzer> {
  const loaded = require("./analyzer") as typeof import("./analyzer");
  return loaded.Analyzer.start(args);
}
