import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileCacheVariables } from "../../stack/compile-cache";

/** `nobody` of Debian. */
const OTHER_UID = 65_534;
const NONE = { TSX_DISABLE_CACHE: "1", TS_NODE_CACHE: "false" };

describe("compileCacheVariables", () => {
  let at: string;
  let folder: string;

  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), "ldms-cache-"));
    folder = join(at, "ldms/ts-node");
  });
  afterEach(() => rmSync(at, { recursive: true }));
  const variables = () => compileCacheVariables({ XDG_CACHE_HOME: at });

  it("has what is compiled kept in a folder of the user's own", () => {
    const kept = { TSX_DISABLE_CACHE: "1", TS_NODE_CACHE_DIRECTORY: folder };
    assert.deepEqual(variables(), kept);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(variables(), kept);
  });

  it("has nothing kept in a folder that others write to", () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o775);
    assert.deepEqual(variables(), NONE);
  });

  it("has nothing kept in a folder of another user's", function () {
    if (process.getuid?.() !== 0) return this.skip();
    mkdirSync(folder, { recursive: true });
    chownSync(folder, OTHER_UID, OTHER_UID);
    assert.deepEqual(variables(), NONE);
  });

  it("has nothing kept where the folder cannot be made", () => {
    writeFileSync(join(at, "ldms"), "");
    assert.deepEqual(variables(), NONE);
  });

  it("leaves a folder that is chosen already", () => {
    assert.deepEqual(compileCacheVariables({ XDG_CACHE_HOME: at, TS_NODE_CACHE_DIRECTORY: "/srv/own" }), { TSX_DISABLE_CACHE: "1" });
  });
});
