import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchStack } from "../../bench/bench-stack";
import type { LightHosts } from "../../bench/light-hosts";
import type { PortalEvent, RunView, RunWish, SignedIn, Snapshot } from "../../portal/api";
import { Browser } from "../portal/portal-kit";
import { startLightHosts } from "./light-kit";

const HOSTS = 20;
/** As docs/portal.md says of a stack of up to 64 hosts. */
const SEEN_SECONDS = 10;

// `ldms portal` as a person starts it, at a socket, with hosts that are reached by real ssh.
describe(`ldms portal, ${HOSTS} light hosts`, function () {
  this.timeout(300_000);
  let light: LightHosts;
  let stack: BenchStack;
  let folder: string;
  let portal: ChildProcess;
  let operator: Browser;

  before(async function () {
    light = await startLightHosts(this, { runSeconds: 0.1, fansOut: true });
    folder = mkdtempSync(join(tmpdir(), "ldms-portal-"));
    stack = new BenchStack(light, light.addresses(HOSTS));
    const socket = join(folder, "portal.sock");
    const { folder: cwd, environment } = stack.upCommand({ keeps: true });
    const [program, ...args] = light.argv([process.execPath, "bin/ldms.js", "portal", "-s", "bench", "--socket", socket]);
    portal = spawn(program, args, { cwd, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    portal.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    while (!said.includes("\nportal: bench at ")) await sleep(100);
    const code = /^(?!viewer)\S+: http:\/\/localhost:PORT\/#code=(\S+) {3}\(after: ssh -L PORT:/m.exec(said)![1];
    const { json } = await new Browser("http://localhost", undefined, socket).post<SignedIn>("/api/session", { code });
    operator = new Browser("http://localhost", json.session, socket);
  });
  after(() => {
    portal?.kill("SIGKILL");
    stack?.remove();
    light?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function run(wish: RunWish): Promise<RunView> {
    const { json, status, text } = await operator.post<RunView>("/api/stacks/bench/runs", wish);
    assert.equal(status, 202, text);
    for (;;) {
      const now = await operator.get<RunView>(`/api/stacks/bench/runs/${json.id}`);
      // These hosts send no data: nobody waits for it to come.
      if (now.json.phase === "waiting" && !now.json.isCancelling) await operator.post(`/api/stacks/bench/runs/${json.id}/cancel`);
      if (now.json.result !== undefined) return now.json;
      await sleep(200);
    }
  }

  async function waitFor(is: (event: PortalEvent) => boolean, change: () => unknown): Promise<number> {
    const stream = await operator.stream("/api/stacks/bench/events");
    await change();
    const begun = Date.now();
    try {
      await stream.until(is, 60);
      return (Date.now() - begun) / 1000;
    } finally {
      stream.close();
    }
  }

  const isAllWell = (event: PortalEvent) => event.type === "status" && event.look.wellHosts === HOSTS;

  it("deploys them by what was previewed, and then shows each of them well", async () => {
    const { preview } = await run({ kind: "preview" });
    const entries = preview!.entries.map(({ op, what, name, hosts, count }) => `${op} ${what} ${name} ${hosts} ${count}`);
    assert.deepEqual(entries, [`create batch samp-1 n[00001-00020] ${HOSTS}`, "create command fan-out-members  1"]);
    const { progress, failures } = await run({ kind: "up", expect: preview!.digest! });
    assert.deepEqual(failures, []);
    assert.ok(
      progress.every(({ wanted, done, failed }) => done === wanted && failed === 0),
      JSON.stringify(progress),
    );
    await waitFor(isAllWell, () => undefined);
    const { json } = await operator.get<Snapshot>("/api/stacks/bench");
    assert.equal(json.hosts.letters, "o".repeat(HOSTS));
    assert.match((await stack.up()).output, /nothing to do: \d+ unchanged/);
  });

  it(`shows a container that was removed by hand within ${SEEN_SECONDS} s, and mends it`, async () => {
    const seconds = await waitFor(
      (event) =>
        event.type === "drift" && event.drift.differences.some(({ hosts, message }) => hosts === "n00007" && message === "is missing"),
      () => light.removeContainer(light.addresses(HOSTS)[6]!, "samp"),
    );
    console.log(`      seen after ${seconds.toFixed(1)} s`);
    assert.ok(seconds <= SEEN_SECONDS, `${seconds} s`);
    const { preview } = await run({ kind: "preview" });
    assert.ok(preview!.entries.length > 0);
    await waitFor(isAllWell, () => run({ kind: "up", expect: preview!.digest! }));
    assert.deepEqual((await run({ kind: "preview" })).preview?.entries, []);
  });

  it("ends cleanly where it is told to", async () => {
    portal.kill("SIGTERM");
    const code = await new Promise((resolve) => portal.once("exit", resolve));
    assert.equal(code, 0);
  });
});
