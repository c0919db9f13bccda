import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AuditLine, HistoryRow, HistoryRun, Polled, PortalEvent, RunView, Snapshot, StackFile } from "../../portal/api";
import { FaultSite } from "../automation/faults/fault-site";
import { type Browser, type EventReader, PortalKit } from "./portal-kit";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

// Local commands in the place of hosts: what a run really did can be told from files.
describe("runs in the portal", function () {
  this.timeout(120_000);
  let at: FaultSite;
  let kit: PortalKit;
  let operator: Browser;
  beforeEach(async () => {
    at = new FaultSite("embedded");
    at.program(["a", "b", "c"]);
    kit = await PortalKit.open([await at.open()]);
    operator = await kit.signIn("operator");
  });
  afterEach(async () => {
    await kit.close();
    at.close();
  });

  const start = (wish: object) => operator.post<RunView>("/api/stacks/dev/runs", wish);

  async function ended(id: string): Promise<RunView> {
    const stream = await operator.stream("/api/stacks/dev/events");
    const now = await operator.get<RunView>(`/api/stacks/dev/runs/${id}`);
    if (now.json.result !== undefined) return now.json;
    const event = await stream.until((one) => one.type === "run" && one.run.id === id && one.run.result !== undefined);
    stream.close();
    return (event as { readonly run: RunView }).run;
  }

  async function previewed(): Promise<RunView> {
    const { json, status } = await start({ kind: "preview" });
    assert.equal(status, 202);
    return ended(json.id);
  }

  it("deploy what was previewed, and no other plan", async () => {
    const seen = await previewed();
    assert.equal(seen.result, "succeeded");
    assert.deepEqual(
      seen.preview?.entries.map(({ op, what, name }) => [op, what, name]),
      ["a", "b", "c"].map((name) => ["create", "command", name]),
    );
    const expect = seen.preview!.digest!;

    at.program(["a", "b", "c", "d"]);
    const refused = await start({ kind: "up", expect });
    assert.equal(refused.status, 409, refused.text);
    assert.equal(refused.json.error.code, "plan-changed");
    assert.deepEqual(
      refused.json.preview?.entries.map(({ name }) => name),
      ["a", "b", "c", "d"],
    );
    assert.match(refused.json.differences!.join(), /create d/);
    assert.deepEqual(at.things, []);

    const begun = await start({ kind: "up", expect: refused.json.preview!.digest! });
    assert.equal(begun.status, 202, begun.text);
    const { result, progress, changes } = await ended(begun.json.id);
    assert.deepEqual([result, changes["create"]], ["succeeded", 5]);
    assert.deepEqual(progress, [{ group: "(stack)", wanted: 4, done: 4, failed: 0 }]);
    assert.deepEqual(at.things, ["a", "b", "c", "d"]);
    const { json } = await operator.get<Snapshot>("/api/stacks/dev");
    assert.equal(json.run?.id, begun.json.id);
  });

  async function deployed(): Promise<RunView> {
    const { preview } = await previewed();
    const { json } = await start({ kind: "up", expect: preview!.digest!, message: "as seen" });
    return ended(json.id);
  }

  const runsOf = ({ events }: EventReader, id: string) => events.filter((event) => event.type === "run" && event.run.id === id);

  it("are the same for two browsers, and lose and double nothing where a line is cut", async () => {
    const viewer = await kit.signIn("viewer");
    at.fault("b", "sleep 1");
    const { preview } = await previewed();
    const { json } = await operator.get<Snapshot>("/api/stacks/dev");
    const [first, second] = (await Promise.all(
      [operator, viewer].map((browser) => browser.stream(`/api/stacks/dev/events?after=${json.cursor}`)),
    )) as [EventReader, EventReader];
    const up = await start({ kind: "up", expect: preview!.digest! });
    const isOf = (event: PortalEvent) => event.type === "run" && event.run.id === up.json.id;
    await second.until((event) => isOf(event) && event.type === "run" && event.run.phase === "running");
    second.close();
    await sleep(300);
    const resumed = await viewer.stream(`/api/stacks/dev/events?after=${second.cursor}`);
    const isEnd = (event: PortalEvent) => isOf(event) && event.type === "run" && event.run.result !== undefined;
    const [end, same] = await Promise.all([first.until(isEnd), resumed.until(isEnd)]);
    assert.deepEqual(end, same);
    const cursors = [...runsOf(second, up.json.id), ...runsOf(resumed, up.json.id)].map(({ cursor }) => cursor);
    assert.deepEqual(
      cursors,
      runsOf(first, up.json.id).map(({ cursor }) => cursor),
    );
    assert.equal(new Set(cursors).size, cursors.length);

    // Behind a proxy that keeps a stream back.
    const polled = await viewer.get<Polled>(`/api/stacks/dev/poll?after=${json.cursor}`);
    assert.deepEqual(polled.json.events.slice(0, 3), first.events.slice(0, 3));
    const lost = await viewer.get<Polled>("/api/stacks/dev/poll?after=0123456789ab-7");
    assert.deepEqual(
      lost.json.events.map(({ type }) => type),
      ["reset"],
    );
    for (const stream of [first, resumed]) stream.close();
  });

  it("tell at most four times a second how far they are", async () => {
    at.program(Array.from({ length: 12 }, (_, i) => `t${i}`));
    const { preview } = await previewed();
    const stream = await operator.stream("/api/stacks/dev/events");
    const up = await start({ kind: "up", expect: preview!.digest! });
    await ended(up.json.id);
    await stream.until((event) => event.type === "run" && event.run.id === up.json.id && event.run.result !== undefined);
    const told = runsOf(stream, up.json.id);
    stream.close();
    const seconds = told.at(-1)!.at - told[0]!.at;
    // The first, the last, and each change of the phase's own.
    assert.ok(told.length <= 4 * seconds + 4, `${told.length} in ${seconds} s`);
  });

  it("end where they are cancelled, and go on by the next one", async () => {
    at.fault("b", "sleep 2");
    const { preview } = await previewed();
    const up = await start({ kind: "up", expect: preview!.digest! });
    while (!at.things.includes("a")) await sleep(50);
    const cancelled = await operator.post<RunView>(`/api/stacks/dev/runs/${up.json.id}/cancel`);
    assert.equal(cancelled.json.isCancelling, true);
    assert.equal((await ended(up.json.id)).result, "cancelled");
    assert.ok(!at.things.includes("c"));
    assert.deepEqual([at.recorded, at.locks], [at.things, []]);
    const again = await operator.post(`/api/stacks/dev/runs/${up.json.id}/cancel`);
    assert.equal(again.status, 409);
    at.mend();
    assert.equal((await deployed()).result, "succeeded");
    assert.deepEqual(at.things, ["a", "b", "c"]);
  });

  it("keep each other and those of a terminal out, and see them", async () => {
    at.fault("b", "sleep 2");
    const { preview } = await previewed();
    const site = await at.open();
    const elsewhere = site.up();
    while (at.locks.length === 0) await sleep(20);
    const refused = await start({ kind: "up", expect: preview!.digest! });
    assert.equal(refused.status, 423, refused.text);
    assert.match(refused.json.error.message, /^the stack is locked by \S+@\S+ since /);
    assert.equal(refused.json.lock?.isOurs, false);
    const { json } = await operator.get<Snapshot>("/api/stacks/dev");
    assert.equal(json.lock?.isOurs, false);
    await elsewhere.result;
    const { json: history } = await operator.get<HistoryRow[]>("/api/stacks/dev/history");
    assert.deepEqual([history[0]?.kind, history[0]?.result], ["up", "succeeded"]);

    at.program(["a", "b", "c", "d"]);
    at.fault("d", "sleep 1");
    const next = await previewed();
    const wishes = await Promise.all([1, 2].map(() => start({ kind: "up", expect: next.preview!.digest! })));
    assert.deepEqual(wishes.map(({ status }) => status).sort(), [202, 423]);
    assert.match(wishes.find(({ status }) => status === 423)!.json.error.message, /^a run is under way: up, for /);
    await assert.rejects(site.up().result, /is locked by/);
    await ended(wishes.find(({ status }) => status === 202)!.json.id);
    assert.deepEqual(at.things, ["a", "b", "c", "d"]);
  });

  it("come to the same state as those of a terminal: nothing to do, in both orders", async () => {
    assert.equal((await deployed()).changes["create"], 4);
    assert.deepEqual((await (await at.open()).up().result).changes, { same: 4 });
    assert.deepEqual((await previewed()).preview?.entries, []);
    at.program(["a", "b", "c", "d"]);
    await at.up();
    assert.deepEqual((await previewed()).preview?.entries, []);
  });

  it("are in the history and the audit log with who wanted them, and can be gone back to", async () => {
    const first = await deployed();
    at.configure({ "ldms:tolerate": 1 });
    await deployed();
    const { json: history } = await operator.get<HistoryRow[]>("/api/stacks/dev/history");
    assert.deepEqual(
      history.map(({ run, result, isCandidate, message }) => [run, result, isCandidate, message]),
      [
        [2, "succeeded", true, "as seen"],
        [1, "succeeded", true, "as seen"],
      ],
    );
    assert.match(history[0]!.who, new RegExp(`^${first.by} by `));
    const { json: details } = await operator.get<HistoryRun>("/api/stacks/dev/history/2");
    assert.match(details.files[0]!.diff, /tolerate: 1/);

    const back = await start({ kind: "rollback", run: 1, confirm: "dev" });
    assert.equal(back.status, 202, back.text);
    assert.equal((await ended(back.json.id)).result, "succeeded");
    const { json: file } = await operator.get<StackFile>("/api/stacks/dev/file");
    assert.doesNotMatch(file.text, /tolerate/);

    const { json: audit } = await operator.get<AuditLine[]>("/api/stacks/dev/audit");
    const lines = audit.map(({ who, act, result }) => `${who} ${act} ${result}`);
    assert.deepEqual(lines.slice(0, 2), [`${first.by} rollback succeeded`, `${first.by} rollback to run 1 begun`]);
    assert.ok(audit.some(({ act, digest, result }) => act === "up" && result === "begun" && digest !== undefined));
  });

  it("tell what is wrong with a stack file, and write one that plans", async () => {
    const { json: file } = await operator.get<StackFile>("/api/stacks/dev/file");
    const wrong = file.text.replace(/^( +)ldms:xprt: .*$/m, "$1ldms:xprt: pigeon");
    const { json } = await operator.post<{ problems: { path: string; line: number; column: number }[] }>("/api/stacks/dev/file/check", {
      text: wrong,
    });
    const line = wrong.split("\n").findIndex((one) => one.includes("pigeon")) + 1;
    assert.deepEqual(
      json.problems.map(({ path, line: at }) => [path, at]),
      [["xprt", line]],
    );
    assert.equal(wrong.split("\n")[line - 1]!.slice(json.problems[0]!.column - 1), "pigeon");

    const put = (text: string, mark = file.mark) =>
      operator.ask<StackFile>({ method: "PUT", path: "/api/stacks/dev/file", body: { text, mark } });
    const refused = await put(wrong);
    assert.deepEqual([refused.status, refused.json.error.code, refused.json.problems?.[0]?.line], [422, "bad-file", line]);
    const commented = `# by the portal\n${file.text}`;
    const stream = await operator.stream("/api/stacks/dev/events");
    const saved = await put(commented);
    assert.equal(saved.status, 200, saved.text);
    assert.equal(saved.json.text, commented);
    await stream.until(({ type }) => type === "file");
    await stream.until(({ type }) => type === "reset");
    stream.close();
    assert.deepEqual([(await put(file.text)).status, (await put(file.text)).json.error.code], [409, "file-changed"]);
    writeFileSync(join(at.projectFolder, "Pulumi.dev.yaml"), "config: [\n");
    await sleep(1500);
    assert.match((await operator.get<Snapshot>("/api/stacks/dev")).json.fault ?? "", /line 2|is not valid/);
  });

  it("go on past a reader that takes nothing, which is told that it has missed something", async () => {
    const viewer = await kit.signIn("viewer");
    const slow = await viewer.stream("/api/stacks/dev/events");
    slow.response.pause();
    const { log } = kit.portal.stacks.get("dev")!.watched;
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().external;
    };
    const before = heap();
    const text = "x".repeat(100_000);
    for (let i = 0; i < 1000; i++) log.add({ type: "file", mark: `${i} ${text}` });
    assert.ok(heap() - before < 60 << 20, `${(heap() - before) >> 20} MiB`);
    assert.equal((await deployed()).result, "succeeded");
    slow.response.resume();
    await slow.until(({ type }) => type === "reset");
    slow.close();
  });
});
