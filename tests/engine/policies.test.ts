import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestStack } from "./test-stack";

describe("policy packs", function () {
  this.timeout(180_000);
  let stack: TestStack;
  let folder: string;
  beforeEach(() => {
    stack = new TestStack();
    folder = stack.addPolicyPack();
  });
  afterEach(() => stack.close());

  it("stop an up at a mandatory violation before anything is changed", async () => {
    const result = await stack.up('new Thing("fine", { tags: {} }); new Thing("big", { size: 11, tags: {} });', { policyPacks: [folder] });
    assert.equal(result.outcome, "failed");
    assert.deepEqual(
      result.violations.map(({ policy, enforcement, message }) => [policy, enforcement, message]),
      [["not-large", "mandatory", "A thing is not large.\nsize 11 is too large"]],
    );
    assert.deepEqual(stack.host.labels, []);
    assert.equal(stack.events.find(({ policyEvent }) => policyEvent !== undefined)?.policyEvent?.enforcementLevel, "mandatory");
  });

  it("show every mandatory violation of a preview, those of the whole stack among them", async () => {
    const body = [1, 2, 3, 4].map((index) => `new Thing("t${index}", { size: 1${index}, tags: {} });`).join(" ");
    const preview = await stack.preview(body, { policyPacks: [folder] });
    assert.equal(preview.outcome, "failed");
    const found = preview.violations.map(({ policy, urn }) => `${policy} ${urn.split("::").at(-1)}`).sort();
    assert.equal(found.filter((line) => /^not-large t[1-4]$/.test(line)).length, 4);
    assert.ok(preview.violations.some(({ message }) => message.includes("4 things, 0 with a handle")));
  });

  it("report an advisory violation and go on; settings change a policy's level and limits", async () => {
    const policyPackConfig = { "not-large": { enforcementLevel: "mandatory", limit: 20 }, "has-tags": "advisory" };
    const result = await stack.up('new Thing("big", { size: 11 });', { policyPacks: [folder], policyPackConfig });
    assert.equal(result.outcome, "succeeded", stack.diagnostics);
    assert.deepEqual([...new Set(result.violations.map(({ policy, enforcement }) => `${policy} ${enforcement}`))], ["has-tags advisory"]);
    const strict = await stack.up(undefined, {
      policyPacks: [folder],
      policyPackConfig: { "not-large": "disabled", "has-tags": "mandatory" },
    });
    assert.equal(strict.outcome, "failed");
    const wrong = await stack.up(undefined, { policyPacks: [folder], policyPackConfig: { "not-lage": "disabled" } });
    assert.match(wrong.failures[0]?.message ?? "", /policy pack `shop-rules`: has no policy of this name: `not-lage`/);
  });

  it("change inputs that they remediate", async () => {
    await stack.up('new Thing("a", { label: "lost", tags: {} });', { policyPacks: [folder] });
    assert.equal(stack.host.object("lost")?.["zone"], "found");
  });

  it("are shown the whole stack at the end", async () => {
    const body = [1, 2, 3, 4].map((index) => `new Thing("t${index}", { tags: {} });`).join(" ");
    const preview = await stack.preview(body, { policyPacks: [folder] });
    assert.equal(preview.outcome, "failed");
    assert.match(preview.violations[0]?.message ?? "", /4 things, 0 with a handle/);
    assert.equal((await stack.up(undefined, { policyPacks: [folder] })).outcome, "failed");
    assert.deepEqual(stack.host.labels, []);
  });

  it("that do not start are an error in time, with what they said", async () => {
    writeFileSync(join(folder, "index.ts"), 'throw new Error("no rules today");');
    const result = await stack.up('new Thing("a");', { policyPacks: [folder] });
    assert.equal(result.outcome, "failed");
    assert.match(result.failures[0]?.message ?? "", /policy pack `.*`: ended with exit code \d+ while it started/);
    assert.deepEqual(stack.host.labels, []);
  });
});
