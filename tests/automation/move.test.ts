import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSite } from "../../automation";
import type { DeploymentJson } from "../../stack/deployment-json";
import { holdFile } from "../../stack/held-file";
import { IDLE_SITE, runIdle } from "./idle-hosts";

describe("Site.move", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-move-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("goes by the state as it is when it is the move's turn", async () => {
    assert.equal((await runIdle({ folder, config: { ...IDLE_SITE, munge: { mode: "none" } }, key: "", kind: "up" })).outcome, "succeeded");
    const site = await openSite({
      ...{
        stack: "idle",
        folder: join(folder, "site"),
        backendUrl: `file://${folder}/state`,
        passphrase: "p",
        engine: "embedded" as const,
      },
    });
    const path = join(folder, "state/.pulumi/stacks/ldms/idle.json");
    const stackFile = join(folder, "site/Pulumi.idle.yaml");
    const { moving, cutOff } = await holdFile(stackFile, async () => {
      const waiting = site.move("fan-out").then(
        () => "moved",
        (error: Error) => error.message,
      );
      // Long enough for it to have read the state.
      await sleep(1500);
      const state = JSON.parse(readFileSync(path, "utf8")) as { checkpoint: { latest: DeploymentJson } };
      const { latest } = state.checkpoint;
      const pending = { resource: latest.resources!.at(-1)!, type: "updating" as const };
      const text = JSON.stringify({ ...state, checkpoint: { ...state.checkpoint, latest: { ...latest, pending_operations: [pending] } } });
      writeFileSync(path, text);
      return { moving: waiting, cutOff: text };
    });
    assert.equal(await moving, "state: the last run was cut off\n  help: ldms up -s idle, with the method as it was");
    assert.equal(readFileSync(path, "utf8"), cutOff);
    assert.doesNotMatch(readFileSync(stackFile, "utf8"), /method/);
  });
});
