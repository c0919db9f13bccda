import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertFilesSeen, digestMarks, markFiles, markSideFiles } from "../../operations/seen-files";

describe("assertFilesSeen", () => {
  const folder = mkdtempSync(join(tmpdir(), "ldms-seen-"));
  const side = markSideFiles({ secrets: {}, ownFiles: { "perf.conf": "cycles\n" }, ownFolders: { dashboards: ["a.json"] } });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  let seen: string;
  beforeEach(() => {
    write("Pulumi.yaml", "name: ldms\n");
    write("Pulumi.dev.yaml", "config: {}\n");
    seen = digestMarks(markFiles(folder, "dev", side));
  });
  after(() => rmSync(folder, { recursive: true }));

  const refusal = {
    message:
      "plan: a file was changed while the run began: Pulumi.dev.yaml, or one that it names; nothing was changed\nhelp: ldms preview -s dev",
  };

  it("passes what was seen, and whatever nobody has held it to", () => {
    assertFilesSeen(seen, folder, "dev", side);
    write("Pulumi.dev.yaml", "config: {ldms:tolerate: 1}\n");
    assertFilesSeen(undefined, folder, "dev", side);
  });

  it("ends the program where a file has another text, or a folder another file", () => {
    const others = [
      { ...side, "perf.conf": "0" },
      { ...side, "dashboards/": "a.json b.json" },
      { "perf.conf": side["perf.conf"]! },
      { ...side, "new.conf": "0" },
    ];
    for (const other of others) assert.throws(() => assertFilesSeen(seen, folder, "dev", other), refusal);
    for (const [name, text] of [["Pulumi.yaml", "name: ldms # again\n"] as const, ["Pulumi.dev.yaml", "config: {a: 1}\n"] as const]) {
      write(name, text);
      assert.throws(() => assertFilesSeen(seen, folder, "dev", side), refusal);
    }
  });
});
