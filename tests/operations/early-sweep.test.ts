import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSite, type RunResult } from "../../automation";
import { beginSweep, EARLY_SWEEP_VARIABLE, type EarlySweep, takeEarlySweep } from "../../operations/observe/early-sweep";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

/** The host is this machine, and so is the head. */
const LOCAL = { hosts: "cygnus-01", ssh: { local: true } };
const SAMPLERS = [{ hosts: "cygnus-01", container: "samp", plugins: [{ name: "meminfo", interval: "1s" }] }];
const STACK = { ...LOCAL, method: "fan-out", xprt: "sock", munge: { mode: "none" }, samplers: SAMPLERS };
const plan = examplePlan({ ...STACK, aggregators: [], maestro: undefined, ui: undefined, grafana: undefined });
const quiet = new AbortController().signal;

/** What a head script works on many hosts with; a line in `asked` each time. */
function xargs(folder: string, first = ""): string {
  return `case $1 in -P) echo x >>${folder}/asked; ${first} ;; esac
exec /usr/bin/xargs "$@"`;
}
/** An engine that has nothing. */
const DOCKER = "exit 0";

describe("an early sweep", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-early-sweep-"));
    process.env["XDG_STATE_HOME"] = folder;
  });
  afterEach(() => {
    for (const name of ["XDG_STATE_HOME", EARLY_SWEEP_VARIABLE]) delete process.env[name];
    rmSync(folder, { recursive: true });
  });

  async function handed(use: (early: EarlySweep) => Promise<void>, programs: Readonly<Record<string, string>> = {}): Promise<void> {
    await withPrograms({ xargs: xargs(folder), docker: DOCKER, ...programs }, async () => {
      const early = await beginSweep(plan, plan, { signal: quiet, isOfRun: false });
      try {
        Object.assign(process.env, early.environment);
        await use(early);
      } finally {
        await early.close();
      }
    });
  }

  const timesAsked = () => readFileSync(join(folder, "asked"), "utf8").trimEnd().split("\n").length;

  it("is had by the program once", () =>
    handed(async () => {
      const found = await takeEarlySweep(plan);
      assert.deepEqual(
        found?.differing.map(({ host }) => host),
        ["cygnus-01"],
      );
      assert.equal(await takeEarlySweep(plan), undefined);
      assert.equal(timesAsked(), 1);
    }));

  it("is had where the folder for temporary files has a long name", async () => {
    const { TMPDIR } = process.env;
    const long = join(folder, "t".repeat(100));
    mkdirSync(long);
    process.env["TMPDIR"] = long;
    try {
      await handed(async (early) => {
        // A path that is too long is cut by Node.js without a word: the socket would lie outside of the private folder.
        assert.ok(existsSync(early.environment[EARLY_SWEEP_VARIABLE]!));
        assert.equal((await takeEarlySweep(plan))?.differing.length, 1);
      });
    } finally {
      if (TMPDIR === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = TMPDIR;
    }
  });

  it("is none of another plan, nor where nobody has begun one", async () => {
    const other: DeploymentPlan = { ...plan, fanOut: { ...plan.fanOut!, window: 3 } };
    await handed(async () => assert.equal(await takeEarlySweep(other), undefined));
    assert.equal(await takeEarlySweep(plan), undefined);
    delete process.env[EARLY_SWEEP_VARIABLE];
    assert.equal(await takeEarlySweep(plan), undefined);
  });

  it("tells what it met in its own words", () =>
    handed(() => assert.rejects(takeEarlySweep(plan), { message: "this machine: exit code 1: sweep\nno disk" }), {
      mktemp: "echo no disk >&2; exit 1",
    }));

  it("ends with the run that began it", async () => {
    const marker = `3${process.pid}.5`;
    const isRunning = () => execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).includes(`sleep ${marker}`);
    await handed(
      async () => {
        while (!isRunning()) await sleep(20);
      },
      { xargs: xargs(folder, `sleep ${marker}`) },
    );
    while (isRunning()) await sleep(20);
  });

  it("is the only one of a preview, and says what the program's own says", async () => {
    const config = Object.fromEntries(Object.entries(STACK));
    await withPrograms({ xargs: xargs(folder), docker: DOCKER }, async () => {
      const site = await openSite({ stack: "dev", folder, backendUrl: `file://${folder}`, passphrase: "p", engine: "embedded", config });
      const run = site.preview();
      const said: string[] = [];
      for await (const { diagnosticEvent } of run) if (diagnosticEvent) said.push(diagnosticEvent.message);
      const result: RunResult = await run.result;
      assert.match(said.join(""), /sweep: 0 hosts are as planned\ncygnus-01: .*ldmsd.conf: to deliver/s);
      assert.ok((result.changes["create"] ?? 0) > 0);
      assert.equal(timesAsked(), 1);
    });
  });
});
