import assert from "node:assert/strict";
import { join } from "node:path";
import { type HostSnapshot, snapshotHost } from "../../lab/host-snapshot";
import { hostNames, LAB_FOLDER } from "../../lab/lab";
import { inspectAll } from "./lab-facts";
import { type RunResult, type StartedProcess, start } from "./ldms-process";
import { ProjectFolder, type StackChanges } from "./project-folder";

/** An `up` builds and pushes five images where nothing is cached. */
const UP_SECONDS = 300;
const COMMAND_SECONDS = 120;

export interface LdmsArgs {
  readonly timeoutSeconds?: number;
  readonly stdin?: string;
  /** Over the inherited environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The stack `lab` on the lab, driven by `ldms` with the embedded engine as a person would, from a copy of the project. */
export class LabStack {
  readonly project = new ProjectFolder();
  /** Every host as it was before anything was deployed. */
  private before: ReadonlyMap<string, HostSnapshot> = new Map();
  /** `standard`: as Pulumi.lab.yaml says; `other`: a test changed it; `none`: nothing is deployed. */
  private state: "standard" | "other" | "none" = "none";

  /** @throws AssertionError when something is deployed on the lab that this cannot remove */
  async prepare(): Promise<void> {
    this.project.writeStackFile("lab", {});
    await this.removeDemo();
    const found = [...(await inspectAll()).keys()];
    assert.deepEqual(found, [], "the lab's hosts have containers already; `npm run demo:down` makes it anew");
    this.before = new Map(await Promise.all(hostNames.map(async (name) => [name, await snapshotHost(name)] as const)));
  }

  get hostsBefore(): ReadonlyMap<string, HostSnapshot> {
    return this.before;
  }

  /** Runs `ldms ARGS` to its end. */
  ldms(args: readonly string[], limits: LdmsArgs = {}): Promise<RunResult> {
    return this.start(args, limits).ended;
  }

  start(args: readonly string[], { timeoutSeconds = COMMAND_SECONDS, stdin, environment }: LdmsArgs = {}): StartedProcess {
    return start([process.execPath, "bin/ldms.js", ...args], {
      folder: this.project.path,
      environment: { ...this.project.environment, ...environment },
      timeoutSeconds,
      ...(stdin !== undefined && { stdin }),
    });
  }

  /** `ldms up` of the stack file with these changes, without its wait; whoever calls judges the result. */
  async up(changes: StackChanges = {}, args: readonly string[] = []): Promise<RunResult> {
    this.project.writeStackFile("lab", changes);
    this.state = "other";
    return this.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait", ...args], { timeoutSeconds: UP_SECONDS });
  }

  preview(changes: StackChanges = {}, args: readonly string[] = []): Promise<RunResult> {
    this.project.writeStackFile("lab", changes);
    return this.ldms(["preview", "-s", "lab", "--engine", "embedded", ...args]);
  }

  async destroy(): Promise<RunResult> {
    const result = await this.ldms(["destroy", "-s", "lab", "--engine", "embedded", "--yes"], { timeoutSeconds: UP_SECONDS });
    if (result.code === 0) this.state = "none";
    return result;
  }

  /** Has the stack deployed as Pulumi.lab.yaml says, whatever a test before did. */
  async haveStandard(): Promise<void> {
    if (this.state === "standard") return;
    succeeded(await this.up({}, this.state === "other" ? ["--refresh"] : []));
    this.state = "standard";
  }

  /** Has nothing deployed. */
  async haveNothing(): Promise<void> {
    if (this.state !== "none") succeeded(await this.destroy());
  }

  /** A test changes by hand what is deployed: the next one that needs the standard has it mended. */
  touch(): void {
    this.state = "other";
  }

  /** A test brought the standard back by itself. */
  isStandardAgain(): void {
    this.state = "standard";
  }

  async remove(): Promise<void> {
    try {
      await this.haveNothing();
    } finally {
      this.project.remove();
    }
  }

  /** What `npm run demo` left deployed has the same names and ports; its own state knows it. */
  private async removeDemo(): Promise<void> {
    if ((await inspectAll()).size === 0) return;
    console.warn("!!!! The demo's deployment is removed from the lab for the tests; `npm run demo` brings it back !!!!");
    const demo = { PULUMI_BACKEND_URL: `file://${join(LAB_FOLDER, "state")}` };
    const limits = { environment: demo, timeoutSeconds: UP_SECONDS };
    const { code } = await this.ldms(["destroy", "-s", "lab", "--yes"], limits);
    // A `pulumi` that came onto PATH later leaves the embedded engine's state alone.
    if (code !== 0) await this.ldms(["destroy", "-s", "lab", "--engine", "embedded", "--yes"], limits);
  }
}

/** @throws AssertionError with all that the run printed */
export function succeeded(result: RunResult): RunResult {
  assert.equal(result.code, 0, `exit code ${result.code}\n${result.stdout.slice(-6000)}\n${result.stderr.slice(-3000)}`);
  return result;
}
