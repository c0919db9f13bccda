import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPulumi, type PulumiRun, pulumiArgv } from "../../operations/pulumi-cli";

const run: PulumiRun = {
  verb: "up",
  stack: "my stack",
  isYes: true,
  isRefresh: true,
  continuesOnError: true,
  isJson: false,
  isDiff: false,
  targets: ["**::cygnus-01-samp"],
  excludes: ["a", "b"],
  policyPacks: ["policies"],
};

describe("pulumiArgv", () => {
  it("gives up every option, and lets independent steps go on", () => {
    assert.deepEqual(pulumiArgv(run), [
      ...["up", "--stack", "my stack", "--continue-on-error", "--yes", "--refresh"],
      ...["--target", "**::cygnus-01-samp", "--exclude", "a", "--exclude", "b", "--policy-pack", "policies"],
    ]);
  });

  it("shows what changes where that is wanted", () => {
    const bare = { ...run, continuesOnError: false, isRefresh: false, targets: [], excludes: [], policyPacks: [] };
    assert.deepEqual(pulumiArgv({ ...bare, verb: "preview", isDiff: true }), ["preview", "--stack", "my stack", "--diff"]);
  });

  it("asks nothing of a preview and refreshes no refresh", () => {
    const bare = { ...run, continuesOnError: false, targets: [], excludes: [], policyPacks: [] };
    assert.deepEqual(pulumiArgv({ ...bare, verb: "preview", isJson: true }), ["preview", "--stack", "my stack", "--refresh", "--json"]);
    assert.deepEqual(pulumiArgv({ ...bare, verb: "refresh" }), ["refresh", "--stack", "my stack", "--yes"]);
  });
});

describe("findPulumi", () => {
  const folder = mkdtempSync(join(tmpdir(), "ldms-path-"));
  after(() => rmSync(folder, { recursive: true }));

  it("finds the first executable of that name on the search path", () => {
    const program = join(folder, "pulumi");
    writeFileSync(program, "#!/bin/sh\n");
    assert.equal(findPulumi(`/nowhere:${folder}`), undefined);
    chmodSync(program, 0o755);
    assert.equal(findPulumi(`/nowhere:${folder}`), program);
  });
});
