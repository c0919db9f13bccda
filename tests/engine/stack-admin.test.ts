import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ownPidNamespace } from "../../stack/lock-holder";
import { cancelStack, exportStack, findStateWriter, importStack, readOutputs } from "../../stack/stack-admin";
import { lockStack } from "../../stack/stack-lock";
import { PASSPHRASE, TestStack } from "./test-stack";

describe("a stack's state", function () {
  this.timeout(120_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  const location = () => ({ projectFolder: stack.projectFolder, stack: "dev", backendUrl: stack.backendUrl, passphrase: PASSPHRASE });
  const lockFolder = () => join(stack.folder, "backend/.pulumi/locks/organization/shop/dev");
  const putLock = (holder: object) => {
    mkdirSync(lockFolder(), { recursive: true });
    writeFileSync(join(lockFolder(), "other.json"), JSON.stringify({ username: "ada", timestamp: "2026-01-01T00:00:00Z", ...holder }));
  };

  it("goes out and comes in again", async () => {
    await stack.up('export const handle = pulumi.secret(new Thing("a").handle);');
    const exported = await exportStack(location());
    await stack.run("destroy");
    await importStack(location(), JSON.stringify(exported));
    assert.deepEqual(stack.state.resources, exported.deployment.resources);
    assert.equal((await readOutputs(location()))["handle"]?.constructor.name, "Secret");
    assert.equal(await findStateWriter(location()), "embedded");
  });

  it("is not replaced by another stack's, by one that is broken, or while a run holds it", async () => {
    await stack.up('new Thing("a");');
    const text = JSON.stringify(await exportStack(location()));
    await assert.rejects(
      importStack(location(), text.replaceAll("urn:pulumi:dev::", "urn:pulumi:prod::")),
      /is of another stack, `shop\/prod`/,
    );
    await assert.rejects(importStack(location(), text.replace(/"magic":"../, '"magic":"zz')), /its `magic` does not fit/);
    await assert.rejects(importStack(location(), "{"), /is not JSON/);
    putLock({ pid: process.pid, hostname: hostname() });
    await assert.rejects(importStack(location(), text), /is locked by ada@/);
  });

  it("of the pulumi command is not touched unless taken over, which refreshes first", async () => {
    await stack.up('new Thing("a"); new Thing("b");');
    const { deployment } = await exportStack(location());
    const manifest = {
      ...deployment.manifest,
      version: "v3.260.0",
      magic: "7dff0d166258e7f1d265e8e044021ea087795d58a0c6415ab6fe8b7c790e447f",
    };
    await importStack(location(), JSON.stringify({ version: 3, deployment: { ...deployment, manifest } }));
    stack.host.remove("b");
    stack.host.forgetCalls();
    await assert.rejects(stack.up(), /was written by the `pulumi` command, not by the embedded engine\nhelp: .*--take-over/);
    assert.deepEqual(stack.host.calls, []);
    assert.deepEqual((await stack.up(undefined, { takeOver: true })).changes, { same: 2, create: 1 });
    assert.equal(await findStateWriter(location()), "embedded");
  });

  it("is held by one run at a time, and the other is told by whom", async () => {
    stack.program('new Thing("a", { delayMs: 500 });');
    const first = stack.run("up");
    while (readdirSync(stack.folder).includes("backend") === false || stack.host.calls.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await assert.rejects(stack.run("destroy"), new RegExp(`stack: is locked by .*@${hostname()} \\(pid ${process.pid}\\) since `));
    assert.equal((await first).outcome, "succeeded");
    assert.equal((await stack.run("destroy")).outcome, "succeeded");
    assert.deepEqual(readdirSync(lockFolder()), []);
  });

  it("is taken over from a dead run of this machine, not from another machine's", async () => {
    const dead = spawnSync(process.execPath, ["-e", "process.stdout.write(String(process.pid))"]).stdout.toString();
    putLock({ pid: Number(dead), hostname: hostname(), pidNamespace: ownPidNamespace() });
    await stack.up('new Thing("a");');
    assert.match(stack.diagnostics, new RegExp(`took over that of ada@${hostname()} \\(pid ${dead}, gone\\)`));
    putLock({ pid: 1, hostname: "elsewhere" });
    await assert.rejects(stack.run("destroy"), /is locked by ada@elsewhere \(pid 1\)/);
    assert.deepEqual(
      (await cancelStack(location())).map(({ holder }) => holder?.hostname),
      ["elsewhere"],
    );
    assert.equal((await stack.run("destroy")).outcome, "succeeded");
  });

  it("of many that come at once lets at most one in", async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockStack(lockFolder())));
    assert.ok(results.filter(({ status }) => status === "fulfilled").length <= 1);
  });

  it("keeps the one before and a history, and leaves nothing else lying about", async () => {
    await stack.up('new Thing("a");');
    const before = readFileSync(stack.statePath, "utf8");
    await stack.up('new Thing("a"); new Thing("b");');
    const files = readdirSync(join(stack.folder, "backend/.pulumi/stacks/shop")).sort();
    assert.deepEqual(files, ["dev.json", "dev.json.bak"]);
    assert.notEqual(readFileSync(stack.statePath, "utf8"), before);
    const history = readdirSync(join(stack.folder, "backend/.pulumi/history/shop/dev"));
    assert.equal(history.filter((name) => name.endsWith(".history.json")).length, 2);
    assert.equal(readFileSync(join(stack.folder, "backend/.pulumi/meta.yaml"), "utf8"), "version: 1\n");
  });

  it("of several stacks changes at once in one process", async () => {
    const others = [new TestStack("one"), new TestStack("two")];
    try {
      const results = await Promise.all(
        others.map((other) => other.up(`export const handle = new Thing("${other.stack}", { delayMs: 100 }).handle;`)),
      );
      assert.deepEqual(
        results.map(({ outputs }) => outputs["handle"]),
        ["one@default#", "two@default#"],
      );
      assert.deepEqual(
        others.map(({ things }) => things),
        [["one"], ["two"]],
      );
    } finally {
      for (const other of others) other.close();
    }
  });
});
