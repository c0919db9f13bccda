import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptAnswers } from "../../operations/preflight/kept-answers";

describe("KeptAnswers", () => {
  it("is taken once, and written through nobody's link", () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-kept-"));
    try {
      mkdirSync(join(folder, ".ldms/s"), { recursive: true });
      writeFileSync(join(folder, "theirs"), "theirs");
      symlinkSync("../../theirs", join(folder, ".ldms/s/answers.json"));
      const kept = new KeptAnswers<string>(folder, "s", "answers.json", "subject");
      kept.keep("ours");
      assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "theirs");
      assert.deepEqual([kept.take(), kept.take()], ["ours", undefined]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
