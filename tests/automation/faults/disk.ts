import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type EngineChoice, type Site, StateWriteError } from "../../../automation";
import { FaultSite } from "./fault-site";
import { assertGoesOn } from "./goes-on";

const SIZE = "1m";

/** The state's disk is full, or may not be written to. Needs a mount, so root. */
export function describeDisk(engine: EngineChoice): void {
  describe("the state's disk", () => {
    let at: FaultSite;
    let site: Site;
    let isMounted = false;
    beforeEach(async function () {
      at = new FaultSite(engine);
      at.program(["a", "b", "c"]);
      isMounted = mount(at, "-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs");
      if (!isMounted) {
        console.warn("!!!! No file system can be mounted here: a full disk is NOT tested !!!!");
        this.skip();
      }
      site = await at.open();
    });
    afterEach(() => {
      if (isMounted) spawnSync("umount", ["--lazy", at.backendFolder]);
      at?.close();
    });

    const fill = () => join(at.backendFolder, "fill");

    it("is full: nothing is begun", async () => {
      spawnSync("dd", ["if=/dev/zero", `of=${fill()}`, "bs=4k"]);
      await assert.rejects(site.up().result, (error) => isStateWrite(error, "ENOSPC", at));
      assert.deepEqual(at.things, []);
      rmSync(fill());
      await assertGoesOn(at, site);
    });

    it("fills up while a step is under way: the state has what was done, and what was begun", async () => {
      at.fault("b", `dd if=/dev/zero of=${fill()} bs=4k 2>/dev/null || true`);
      await assert.rejects(site.up().result, (error) => isStateWrite(error, "ENOSPC", at));
      if (engine === "pulumi") {
        // It comes to write the step's end after all; and the backup that it moves aside has, now and then, the room for one more.
        assert.deepEqual(at.things.slice(0, 2), ["a", "b"]);
        assert.deepEqual([at.recorded, at.pending], [at.things, []]);
      } else {
        assert.deepEqual([at.things, at.recorded, at.pending], [["a", "b"], ["a"], ["creating b"]]);
        assert.deepEqual(leftBeside(at), []);
      }
      rmSync(fill());
      await assertGoesOn(at, site);
    });

    it("is read-only: nothing is begun, and a preview still tells", async () => {
      assert.ok(mount(at, "-o", "remount,ro"));
      await assert.rejects(site.up().result, (error) => isStateWrite(error, "EROFS", at));
      assert.deepEqual(at.things, []);
      if (engine === "embedded") assert.deepEqual((await site.preview().result).changes, { create: 4 });
      assert.ok(mount(at, "-o", "remount,rw"));
      await assertGoesOn(at, site);
    });
  });
}

function mount({ backendFolder }: FaultSite, ...argv: readonly string[]): boolean {
  return spawnSync("mount", [...argv, backendFolder]).status === 0;
}

function isStateWrite(error: unknown, code: string, { backendFolder }: FaultSite): boolean {
  assert.ok(error instanceof StateWriteError, error instanceof Error ? error.stack : String(error));
  assert.equal(error.code, code);
  assert.ok(error.path.startsWith(backendFolder), error.path);
  return true;
}

/** Half-written files. */
function leftBeside({ backendFolder }: FaultSite): readonly string[] {
  return readdirSync(backendFolder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"));
}
