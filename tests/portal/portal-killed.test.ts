import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryRow, RunView, SignedIn, Snapshot } from "../../portal/api";
import { FaultSite } from "../automation/faults/fault-site";
import { Browser, PortalKit } from "./portal-kit";

const REPOSITORY = resolve(__dirname, "../..");

// A process that is killed outright in the middle of a deployment that was asked for in a browser.
describe("a portal that is killed in a deployment", function () {
  this.timeout(180_000);
  let at: FaultSite;
  let child: ChildProcess | undefined;
  let kit: PortalKit | undefined;
  beforeEach(() => {
    at = new FaultSite("embedded");
    at.program(["a", "b", "c"]);
  });
  afterEach(async () => {
    child?.kill("SIGKILL");
    await kit?.close();
    at.close();
  });

  async function serve(): Promise<Browser> {
    const pageFolder = join(at.folder, "page");
    mkdirSync(pageFolder, { recursive: true });
    writeFileSync(join(pageFolder, "index.html"), "");
    const { projectFolder: folder, ...where } = at.location;
    const args = JSON.stringify({ ...where, folder, engine: "embedded", pageFolder });
    child = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "portal-child.ts"), args], {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
    while (!said.includes("\nat ")) await sleep(50);
    const origin = /^at (http:\S+?)\/$/m.exec(said)![1]!;
    const code = /^(?!viewer)\S+: \S+#code=(\S+)/m.exec(said)![1];
    const { json } = await new Browser(origin).post<SignedIn>("/api/session", { code });
    return new Browser(origin, json.session);
  }

  /** The browser of a portal that was killed in the step of `b`. @returns the run's id */
  async function killInDeployment(): Promise<string> {
    at.fault("b", "sleep 4");
    const operator = await serve();
    const { json: preview } = await operator.post<RunView>("/api/stacks/dev/runs", { kind: "preview" });
    const { preview: seen } = await endOf(operator, preview.id);
    const { json: up } = await operator.post<RunView>("/api/stacks/dev/runs", { kind: "up", expect: seen!.digest! });
    while (!at.pending.includes("creating b")) await sleep(20);
    await sleep(500);
    child!.kill("SIGKILL");
    await new Promise((done) => child!.once("exit", done));
    assert.ok(!at.things.includes("c"));
    assert.equal(at.locks.length, 1);
    return up.id;
  }

  async function restart(): Promise<Browser> {
    kit = await PortalKit.open([await at.open()]);
    return kit.signIn("operator");
  }

  async function endOf(browser: Browser, id: string): Promise<RunView> {
    for (;;) {
      const { json } = await browser.get<RunView>(`/api/stacks/dev/runs/${id}`);
      if (json.result !== undefined) return json;
      await sleep(100);
    }
  }

  it("says at its next start what became of the run, takes its lock away where somebody cancels it, and goes on from there", async () => {
    const id = await killInDeployment();
    const operator = await restart();
    const { json } = await operator.get<Snapshot>("/api/stacks/dev");
    assert.deepEqual([json.run?.id, json.run?.result, json.run?.phase], [id, "cut off", "ended"]);
    assert.match(json.run!.messages.join("\n"), /the portal was ended in this run\nwhat was under way is noted in the state/);
    assert.match(json.lock!.who, /\(its process has ended\)$/);
    const { json: history } = await operator.get<HistoryRow[]>("/api/stacks/dev/history");
    assert.equal(history[0]?.result, "cut off");

    const cleaned = await operator.post<RunView>(`/api/stacks/dev/runs/${id}/cancel`);
    assert.deepEqual([cleaned.status, cleaned.json.result], [200, "cut off"]);
    assert.match(cleaned.json.messages.at(-1)!, /^its lock is removed/);
    assert.deepEqual(at.locks, []);

    // The step that was under way has a process of its own, and ends by itself.
    while (!at.things.includes("b")) await sleep(100);
    at.mend();
    const { json: preview } = await operator.post<RunView>("/api/stacks/dev/runs", { kind: "preview" });
    const { preview: seen } = await endOf(operator, preview.id);
    const { json: up } = await operator.post<RunView>("/api/stacks/dev/runs", { kind: "up", expect: seen!.digest! });
    assert.equal((await endOf(operator, up.id)).result, "succeeded", JSON.stringify(up));
    assert.deepEqual(at.things, ["a", "b", "c"]);
    assert.deepEqual(at.recorded, ["a", "b", "c"]);
    assert.deepEqual(at.locks, []);
  });
});
