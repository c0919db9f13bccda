import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

describe("the text of the sources", () => {
  // An editor shows none: a `\1` that became one made a script that matched and told nothing.
  it("has no control character", () => {
    const args = ["ls-files", "-z", "*.ts", "*.tsx", "*.js", "*.cjs", "*.sh", "*.yaml", "*.md"];
    const files = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\0").filter(Boolean);
    assert.ok(files.length > 500, String(files.length));
    const isControl = (code: number) => (code < 32 && code !== 9 && code !== 10) || code === 127;
    const bad = files.filter((file) => [...readFileSync(join(ROOT, file), "utf8")].some((character) => isControl(character.charCodeAt(0))));
    assert.deepEqual(bad, []);
  });
});
