import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryRow, Polled, PortalEvent, Snapshot, StackFile } from "../../portal/api";
import type { EventReader } from "./portal-kit";
import { RunKit, runsOf } from "./run-kit";

describe("runs in the portal", function () {
  this.timeout(120000);
  let on: RunKit;
  beforeEach(async () => {
    on = await RunKit.open();
  });
  afterEach(() => on.close());

  it("deploy what was previewed, and no other plan", async () => {
    const seen = await on.previewed();
    assert.equal(seen.result, "succeeded");
    assert.deepEqual(
      seen.preview?.entries.map(({ op, what, name }) => [op, what, name]),
      ["a", "b", "c"].map((name) => ["create", "command", name]),
    );
    const expect = seen.preview!.digest!;

    on.at.program(["a", "b", "c", "d"]);
    const refused = await on.start({ kind: "up", expect });
    assert.equal(refused.status, 409, refused.text);
    assert.equal(refused.json.error.code, "plan-changed");
    assert.deepEqual(
      refused.json.preview?.entries.map(({ name }) => name),
      ["a", "b", "c", "d"],
    );
    assert.match(refused.json.differences!.join(), /create d/);
    assert.deepEqual(on.at.things, []);

    const begun = await on.start({ kind: "up", expect: refused.json.preview!.digest! });
    assert.equal(begun.status, 202, begun.text);
    const { result, progress, changes } = await on.ended(begun.json.id);
    assert.deepEqual([result, changes["create"]], ["succeeded", 5]);
    assert.deepEqual(progress, [{ group: "(stack)", wanted: 4, done: 4, failed: 0 }]);
    assert.deepEqual(on.at.things, ["a", "b", "c", "d"]);
    const { json } = await on.operator.get<Snapshot>("/api/stacks/dev");
    assert.equal(json.run?.id, begun.json.id);
  });

  it("are the same for two browsers, and lose and double nothing where a line is cut", async () => {
    const viewer = await on.kit.signIn("viewer");
    on.at.fault("b", "sleep 1");
    const { preview } = await on.previewed();
    const { json } = await on.operator.get<Snapshot>("/api/stacks/dev");
    const [first, second] = (await Promise.all(
      [on.operator, viewer].map((browser) => browser.stream(`/api/stacks/dev/events?after=${json.cursor}`)),
    )) as [EventReader, EventReader];
    const up = await on.start({ kind: "up", expect: preview!.digest! });
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

  it("keep each other and those of a terminal out, and see them", async () => {
    on.at.fault("b", "sleep 2");
    const { preview } = await on.previewed();
    const site = await on.at.open();
    const elsewhere = site.up();
    const isLocked = async () => (await on.operator.get<Snapshot>("/api/stacks/dev")).json.lock !== undefined;
    while (!(await isLocked())) await sleep(20);
    const refused = await on.start({ kind: "up", expect: preview!.digest! });
    assert.equal(refused.status, 423, refused.text);
    assert.match(refused.json.error.message, /^the stack is locked by \S+@\S+ since /);
    assert.equal(refused.json.lock?.isOurs, false);
    const { json } = await on.operator.get<Snapshot>("/api/stacks/dev");
    assert.equal(json.lock?.isOurs, false);
    await elsewhere.result;
    const { json: history } = await on.operator.get<HistoryRow[]>("/api/stacks/dev/history");
    assert.deepEqual([history[0]?.kind, history[0]?.result], ["up", "succeeded"]);

    on.at.program(["a", "b", "c", "d"]);
    const letGo = on.at.hold("d");
    const next = await on.previewed();
    const wishes = await Promise.all([1, 2].map(() => on.start({ kind: "up", expect: next.preview!.digest! })));
    assert.deepEqual(wishes.map(({ status }) => status).sort(), [202, 423]);
    assert.match(wishes.find(({ status }) => status === 423)!.json.error.message, /^a run is under way: up, for /);
    await assert.rejects(site.up().result, /is locked by/);
    letGo();
    await on.ended(wishes.find(({ status }) => status === 202)!.json.id);
    assert.deepEqual(on.at.things, ["a", "b", "c", "d"]);
  });

  it("begin none while the portal is being ended", async () => {
    const { runs } = on.kit.portal.stacks.get("dev")!;
    await runs.end();
    const refused = await on.start({ kind: "preview" });
    assert.deepEqual([refused.status, refused.json.error?.code], [409, "not-now"], refused.text);
    assert.equal(refused.json.error.message, "the portal is being ended");
  });

  it("answer with the run where it was cancelled before it changed anything", async () => {
    const { preview } = await on.previewed();
    const answer = on.start({ kind: "up", expect: preview!.digest! });
    let id: string | undefined;
    while (id === undefined) {
      const { json } = await on.operator.get<Snapshot>("/api/stacks/dev");
      if (json.run?.kind === "up") id = json.run.id;
    }
    await on.operator.post(`/api/stacks/dev/runs/${id}/cancel`);
    const { status, json, text } = await answer;
    assert.deepEqual([status, json.result], [202, "cancelled"], text);
    assert.deepEqual(on.at.things, []);
  });

  it("of a preview take nobody else's lock for theirs", async () => {
    on.at.fault("b", "sleep 3");
    const elsewhere = (await on.at.open()).up();
    while (on.at.locks.length === 0) await sleep(20);
    const { json: preview } = await on.start({ kind: "preview" });
    const { json } = await on.operator.get<Snapshot>("/api/stacks/dev");
    assert.deepEqual([json.run?.id, json.run?.result, json.lock?.isOurs], [preview.id, undefined, false]);
    await elsewhere.result;
    await on.ended(preview.id);
  });

  it("tell what is wrong with a stack file, and write one that plans", async () => {
    const { json: file } = await on.operator.get<StackFile>("/api/stacks/dev/file");
    const wrong = file.text.replace(/^( +)ldms:xprt: .*$/m, "$1ldms:xprt: pigeon");
    const { json } = await on.operator.post<{ problems: { path: string; line: number; column: number }[] }>("/api/stacks/dev/file/check", {
      text: wrong,
    });
    const line = wrong.split("\n").findIndex((one) => one.includes("pigeon")) + 1;
    assert.deepEqual(
      json.problems.map(({ path, line: at }) => [path, at]),
      [["xprt", line]],
    );
    assert.equal(wrong.split("\n")[line - 1]!.slice(json.problems[0]!.column - 1), "pigeon");
    const unknown = await on.operator.post<typeof json>("/api/stacks/dev/file/check", {
      text: file.text.replace("ldms:xprt:", "ldms:xprtt:"),
    });
    const misspelt = unknown.json.problems.find(({ path }) => path === "ldms");
    assert.deepEqual([misspelt?.path, misspelt?.line, misspelt?.column], ["ldms", line, wrong.split("\n")[line - 1]!.indexOf("ldms:") + 1]);

    const put = (text: string, mark = file.mark) =>
      on.operator.ask<StackFile>({ method: "PUT", path: "/api/stacks/dev/file", body: { text, mark } });
    const refused = await put(wrong);
    assert.deepEqual([refused.status, refused.json.error.code, refused.json.problems?.[0]?.line], [422, "bad-file", line]);
    const commented = `# by the portal\n${file.text}`;
    const stream = await on.operator.stream("/api/stacks/dev/events");
    const saved = await put(commented);
    assert.equal(saved.status, 200, saved.text);
    assert.equal(saved.json.text, commented);
    const told = await stream.until(({ type }) => type === "file");
    // By it the page tells what it wrote itself from what somebody else wrote.
    assert.equal(told.type === "file" && told.mark, saved.json.mark);
    await stream.until(({ type }) => type === "reset");
    stream.close();
    assert.deepEqual([(await put(file.text)).status, (await put(file.text)).json.error.code], [409, "file-changed"]);
    writeFileSync(join(on.at.projectFolder, "Pulumi.dev.yaml"), "config: [\n");
    await sleep(1500);
    assert.match((await on.operator.get<Snapshot>("/api/stacks/dev")).json.fault ?? "", /line 2|is not valid/);
  });
});
