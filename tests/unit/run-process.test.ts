import assert from "node:assert/strict";
import { runProcess } from "../../operations/reach/run-process";

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
