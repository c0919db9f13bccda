import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT } from "../../cli/exit-codes";

const PROJECT = resolve(__dirname, "../..");

describe("ldms config set, of what comes late on standard input", () => {
  it("waits for it", async () => {
    const argv = ["bin/ldms.js", "config", "set", "-s", "nowhere", "--secret", "mungeKey"];
    const child = spawn(process.execPath, argv, { cwd: PROJECT, stdio: ["pipe", "ignore", "pipe"] });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    const said = text(child.stderr);
    // Longer than it takes to begin.
    await sleep(3000);
    child.stdin.end("QUJD\n");
    assert.match(await said, /^mungeKey: must be at least 32 bytes, in base64: 3\n/);
    assert.equal(await ended, EXIT.badInput);
  }).timeout(30_000);
});
