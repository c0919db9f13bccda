import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileCacheVariables } from "../../stack/compile-cache";

const CAN_KEEP = "enableCompileCache" in nodeModule;
const ROOT = join(__dirname, "../..");
/** `nobody` of Debian. */
const OTHER_UID = 65_534;
const NONE = { TSX_DISABLE_CACHE: "1", TS_NODE_CACHE: "false" };

describe("compileCacheVariables", () => {
  let at: string;
  let folder: string;
  let ofNode: string;

  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), "ldms-cache-"));
    folder = join(at, "ldms/ts-node");
    ofNode = join(at, "ldms/node");
  });
  afterEach(() => rmSync(at, { recursive: true }));
  const run = (environment: NodeJS.ProcessEnv) => {
    const env = { PATH: process.env["PATH"], ...environment };
    const { status, stderr } = spawnSync(process.execPath, ["bin/ldms.js", "--version"], { cwd: ROOT, env, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  };
  const variables = () => compileCacheVariables({ XDG_CACHE_HOME: at });

  it("has what is compiled kept in a folder of the user's own", () => {
    const kept = { TSX_DISABLE_CACHE: "1", TS_NODE_CACHE_DIRECTORY: folder, ...(CAN_KEEP && { NODE_COMPILE_CACHE: ofNode }) };
    assert.deepEqual(variables(), kept);
    for (const path of CAN_KEEP ? [folder, ofNode] : [folder]) assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.deepEqual(variables(), kept);
  });

  it("has nothing kept in a folder that others write to", () => {
    for (const path of [folder, ofNode]) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o775);
    }
    assert.deepEqual(variables(), NONE);
  });

  it("has nothing kept where others may put a folder of theirs in its place", () => {
    mkdirSync(join(at, "ldms"));
    chmodSync(join(at, "ldms"), 0o777);
    assert.deepEqual(variables(), NONE);
  });

  it("has nothing kept in a home that is another user's, as a root's may be", function () {
    if (process.getuid?.() !== 0) return this.skip();
    chownSync(at, OTHER_UID, OTHER_UID);
    run({ HOME: at });
    assert.deepEqual(readdirSync(at), []);
  });

  it("has nothing kept in a folder of another user's", function () {
    if (process.getuid?.() !== 0) return this.skip();
    for (const path of [folder, ofNode]) {
      mkdirSync(path, { recursive: true });
      chownSync(path, OTHER_UID, OTHER_UID);
    }
    assert.deepEqual(variables(), NONE);
  });

  it("has nothing kept where the folder cannot be made", () => {
    writeFileSync(join(at, "ldms"), "");
    assert.deepEqual(variables(), NONE);
  });

  it("leaves a folder that is chosen already", () => {
    const chosen = { TS_NODE_CACHE_DIRECTORY: "/srv/own", NODE_COMPILE_CACHE: "/srv/own" };
    assert.deepEqual(compileCacheVariables({ XDG_CACHE_HOME: at, ...chosen }), { TSX_DISABLE_CACHE: "1" });
  });

  it("has `ldms` itself keep what Node.js compiles, from the version on that can", () => {
    run({ XDG_CACHE_HOME: at });
    assert.equal(existsSync(ofNode) && readdirSync(ofNode).length > 0, CAN_KEEP);
  });
});
