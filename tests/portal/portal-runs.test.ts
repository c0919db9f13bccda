import assert from "node:assert/strict";
import type { RunView, Snapshot } from "../../portal/api";
import { FaultSite } from "../automation/faults/fault-site";
import { type Browser, PortalKit } from "./portal-kit";

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
});
