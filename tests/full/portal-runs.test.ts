import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AuditLine, HistoryRow, HistoryRun, RunView, StackFile } from "../../portal/api";
import { RunKit, runsOf } from "../portal/run-kit";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe("runs in the portal, at length", function () {
  this.timeout(120000);
  let on: RunKit;
  beforeEach(async () => {
    on = await RunKit.open();
  });
  afterEach(() => on.close());

  it("tell at most four times a second how far they are", async () => {
    on.at.program(Array.from({ length: 12 }, (_, i) => `t${i}`));
    const { preview } = await on.previewed();
    const stream = await on.operator.stream("/api/stacks/dev/events");
    const up = await on.start({ kind: "up", expect: preview!.digest! });
    await on.ended(up.json.id);
    await stream.until((event) => event.type === "run" && event.run.id === up.json.id && event.run.result !== undefined);
    const told = runsOf(stream, up.json.id);
    stream.close();
    const seconds = told.at(-1)!.at - told[0]!.at;
    // The first, the last, and each change of the phase's own.
    assert.ok(told.length <= 4 * seconds + 4, `${told.length} in ${seconds} s`);
  });

  it("end where they are cancelled, and go on by the next one", async () => {
    on.at.fault("b", "sleep 2");
    const { preview } = await on.previewed();
    const up = await on.start({ kind: "up", expect: preview!.digest! });
    while (!on.at.things.includes("a")) await sleep(50);
    const cancelled = await on.operator.post<RunView>(`/api/stacks/dev/runs/${up.json.id}/cancel`);
    assert.equal(cancelled.json.isCancelling, true);
    assert.equal((await on.ended(up.json.id)).result, "cancelled");
    assert.ok(!on.at.things.includes("c"));
    assert.deepEqual([on.at.recorded, on.at.locks], [on.at.things, []]);
    const again = await on.operator.post(`/api/stacks/dev/runs/${up.json.id}/cancel`);
    assert.equal(again.status, 409);
    on.at.mend();
    assert.equal((await on.deployed()).result, "succeeded");
    assert.deepEqual(on.at.things, ["a", "b", "c"]);
  });

  it("come to the same state as those of a terminal: nothing to do, in both orders", async () => {
    assert.equal((await on.deployed()).changes["create"], 4);
    assert.deepEqual((await (await on.at.open()).up().result).changes, { same: 4 });
    assert.deepEqual((await on.previewed()).preview?.entries, []);
    on.at.program(["a", "b", "c", "d"]);
    await on.at.up();
    assert.deepEqual((await on.previewed()).preview?.entries, []);
  });

  it("are in the history and the audit log with who wanted them, and can be gone back to", async () => {
    const first = await on.deployed();
    on.at.configure({ "ldms:tolerate": 1 });
    await on.deployed();
    const { json: history } = await on.operator.get<HistoryRow[]>("/api/stacks/dev/history");
    assert.deepEqual(
      history.map(({ run, result, isCandidate, message }) => [run, result, isCandidate, message]),
      [
        [2, "succeeded", true, "as seen"],
        [1, "succeeded", true, "as seen"],
      ],
    );
    assert.match(history[0]!.who, new RegExp(`^${first.by} by `));
    const { json: details } = await on.operator.get<HistoryRun>("/api/stacks/dev/history/2");
    assert.match(details.files[0]!.diff, /tolerate: 1/);

    const back = await on.start({ kind: "rollback", run: 1, confirm: "dev" });
    assert.equal(back.status, 202, back.text);
    assert.equal((await on.ended(back.json.id)).result, "succeeded");
    const { json: file } = await on.operator.get<StackFile>("/api/stacks/dev/file");
    assert.doesNotMatch(file.text, /tolerate/);

    const { json: audit } = await on.operator.get<AuditLine[]>("/api/stacks/dev/audit");
    const lines = audit.map(({ who, act, result }) => `${who} ${act} ${result}`);
    assert.deepEqual(lines.slice(0, 2), [`${first.by} rollback succeeded`, `${first.by} rollback to run 1 begun`]);
    assert.ok(audit.some(({ act, digest, result }) => act === "up" && result === "begun" && digest !== undefined));
  });

  it("go on past a reader that takes nothing, which is told that it has missed something", async () => {
    const viewer = await on.kit.signIn("viewer");
    const slow = await viewer.stream("/api/stacks/dev/events");
    slow.response.pause();
    const { log } = on.kit.portal.stacks.get("dev")!.watched;
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().external;
    };
    const before = heap();
    const text = "x".repeat(100_000);
    for (let i = 0; i < 1000; i++) log.add({ type: "file", mark: `${i} ${text}` });
    assert.ok(heap() - before < 60 << 20, `${(heap() - before) >> 20} MiB`);
    assert.equal((await on.deployed()).result, "succeeded");
    slow.response.resume();
    await slow.until(({ type }) => type === "reset");
    slow.close();
  });
});
