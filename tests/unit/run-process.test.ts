import assert from "node:assert/strict";
import { runProcess } from "../../processes/run-process";

describe("a process of a Pulumi program", () => {
  before(() => {
    // More than Linux allows one variable.
    process.env["PULUMI_CONFIG"] = JSON.stringify({ "ldms:sshKey": "a secret".padEnd(200_000, "s") });
  });
  after(() => {
    delete process.env["PULUMI_CONFIG"];
  });

  it("does not get the program's configuration, of any size", async () => {
    const { stdout, code } = await runProcess(["env"], { timeoutSeconds: 10 });
    assert.equal(code, 0);
    assert.match(stdout, /^PATH=/m);
    assert.doesNotMatch(stdout, /PULUMI_CONFIG=|a secret/);
  });
});

describe("runProcess", () => {
  it("kills at its time-out what a shell has started as well", async () => {
    const began = Date.now();
    const run = runProcess(["/bin/sh", "-c", "echo begun; sleep 60 & wait"], { timeoutSeconds: 2 });
    await assert.rejects(run, { name: "ProcessTimeout", seconds: 2, output: "begun" });
    assert.ok(Date.now() - began < 10_000);
  });

  it("does not mind a command that leaves its input unread", async () => {
    assert.equal((await runProcess(["true"], { stdin: "x".repeat(10_000_000), timeoutSeconds: 5 })).code, 0);
  });

  it("keeps characters whole that arrive in pieces", async () => {
    const { stdout } = await runProcess(["/bin/sh", "-c", "printf '\\303'; sleep 0.1; printf '\\244'"], { timeoutSeconds: 5 });
    assert.equal(stdout, "ä");
  });

  it("keeps what came on both streams in order", async () => {
    const script = "echo a; sleep 1; echo b >&2; sleep 1; echo c; exit 3";
    const { output, code } = await runProcess(["/bin/sh", "-c", script], { timeoutSeconds: 20, folder: "/" });
    assert.deepEqual([output, code], ["a\nb\nc", 3]);
  });
});
