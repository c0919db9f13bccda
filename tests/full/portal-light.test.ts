import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryRow, PortalEvent, RunView, Snapshot } from "../../portal/api";
import { LightPortal } from "./light-portal";

const HOSTS = 20;
/** As docs/portal.md says of a stack of up to 64 hosts. */
const SEEN_SECONDS = 10;
/** Of the form of one. */
const ANY_DIGEST = "0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef";

const isAllWell = (event: PortalEvent) => event.type === "status" && event.look.wellHosts === HOSTS;

describe(`ldms portal, ${HOSTS} light hosts`, function () {
  this.timeout(300_000);
  const on = LightPortal.use({ hosts: HOSTS, runSeconds: 0.1 });

  it("deploys them by what was previewed, and then shows each of them well", async () => {
    const { preview } = await on.portal.run({ kind: "preview" });
    const entries = preview!.entries.map(({ op, what, name, hosts, count }) => `${op} ${what} ${name} ${hosts} ${count}`);
    assert.deepEqual(entries, [`create batch samp-1 n[00001-00020] ${HOSTS}`, "create command fan-out-members  1"]);
    const { progress, failures } = await on.portal.run({ kind: "up", expect: preview!.digest! });
    assert.deepEqual(failures, []);
    assert.ok(
      progress.every(({ wanted, done, failed }) => done === wanted && failed === 0),
      JSON.stringify(progress),
    );
    await on.portal.waitFor(isAllWell, () => undefined);
    const { json } = await on.portal.get<Snapshot>();
    assert.equal(json.hosts.letters, "o".repeat(HOSTS));
    assert.match((await on.stack.up()).output, /nothing to do: \d+ unchanged/);
  });

  it(`shows a container that was removed by hand within ${SEEN_SECONDS} s, and mends it`, async () => {
    const seconds = await on.portal.waitFor(
      (event) =>
        event.type === "drift" && event.drift.differences.some(({ hosts, message }) => hosts === "n00007" && message === "is missing"),
      () => on.light.removeContainer(on.light.addresses(HOSTS)[6]!, "samp"),
    );
    console.log(`      seen after ${seconds.toFixed(1)} s`);
    assert.ok(seconds <= SEEN_SECONDS, `${seconds} s`);
    const { preview } = await on.portal.run({ kind: "preview" });
    assert.ok(preview!.entries.length > 0);
    await on.portal.waitFor(isAllWell, () => on.portal.run({ kind: "up", expect: preview!.digest! }));
    assert.deepEqual((await on.portal.run({ kind: "preview" })).preview?.entries, []);
  });

  it("ends cleanly where it is told to", async () => assert.equal(await on.portal.end("SIGTERM"), 0));
});

// Slow enough that somebody else comes in between: four batches, one after the other.
describe(`ldms portal and ldms up beside each other, ${HOSTS} light hosts`, function () {
  this.timeout(300_000);
  const on = LightPortal.use({ hosts: HOSTS, runSeconds: 1, changes: { fanOut: { window: 64, serial: ["25%"], maxFail: "100%" } } });

  async function previewed(): Promise<string> {
    const { preview } = await on.portal.run({ kind: "preview" });
    assert.ok(preview!.entries.length > 0);
    return preview!.digest!;
  }

  async function assertNothingToDo(options: readonly string[]): Promise<void> {
    assert.deepEqual((await on.portal.run({ kind: "preview" })).preview?.entries, []);
    assert.match((await on.stack.up({ keeps: true, options })).output, /nothing to do: \d+ unchanged/);
    assert.deepEqual((await on.portal.run({ kind: "preview" })).preview?.entries, []);
  }

  const hasStarted = (count: number) => on.light.startOrder().length >= count;

  it("keeps `ldms up` out while it deploys; what it has deployed is nothing to do for that", async () => {
    const id = await on.portal.begin({ kind: "up", expect: await previewed() });
    while (!hasStarted(1)) await sleep(50);
    const { code, output } = await on.stack.up({ keeps: true });
    assert.notEqual(code, 0, output);
    assert.match(output, /is locked by /);
    const { result, failures } = await on.portal.ended(id);
    assert.deepEqual([result, failures], ["succeeded", []]);
    await assertNothingToDo([]);
  });

  it("is kept out while `ldms up` deploys, sees it, and finds nothing to do after it", async () => {
    const options = ["-v", "INFO"];
    const up = on.stack.up({ keeps: true, options });
    for (;;) {
      const { json } = await on.portal.get<Snapshot>();
      if (json.lock && !json.lock.isOurs) break;
      await sleep(100);
    }
    const { status, json } = await on.portal.post<RunView>("/runs", { kind: "up", expect: ANY_DIGEST });
    assert.equal(status, 423, JSON.stringify(json));
    assert.match(json.error.message, /^the stack is locked by \S+@\S+ since /);
    assert.equal((await up).code, 0);
    const { json: history } = await on.portal.get<HistoryRow[]>("/history");
    assert.deepEqual([history[0]?.kind, history[0]?.result, history[1]?.result], ["up", "succeeded", "succeeded"]);
    await assertNothingToDo(options);
  });

  it("says after a kill in a deployment what became of it, and goes on from there", async () => {
    const options = ["-v", "ERROR"];
    on.portal.write({ options });
    const before = on.light.startOrder().length;
    const id = await on.portal.begin({ kind: "up", expect: await previewed() });
    while (!hasStarted(before + 6)) await sleep(50);
    await on.portal.end("SIGKILL");
    await on.portal.start();
    // Which begins with the stack file as it was at first.
    on.portal.write({ options });
    const { json } = await on.portal.get<Snapshot>();
    assert.deepEqual([json.run?.id, json.run?.result], [id, "cut off"]);
    assert.match(json.run!.messages.join("\n"), /a deployment goes on from there/);
    assert.match(json.lock!.who, /\(its process has ended\)$/);
    const { json: cleaned } = await on.portal.post<RunView>(`/runs/${id}/cancel`);
    assert.match(cleaned.messages.at(-1)!, /^its lock is removed/);
    const { result, failures } = await on.portal.run({ kind: "up", expect: await previewed() });
    assert.deepEqual([result, failures], ["succeeded", []]);
    await on.portal.waitFor(isAllWell, () => undefined);
    await assertNothingToDo(options);
  });
});
