import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { copyAtomically, createFileAtomically, removeLeftovers, writeFileAtomically } from "../../stack/atomic-file";

describe("a file that is replaced in one step", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-atomic-"));
    path = join(folder, "dev.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What others have laid where the file is, and where one beside it might come to be. */
  const plant = () => {
    writeFileSync(join(folder, "theirs"), "theirs", { mode: 0o666 });
    chmodSync(join(folder, "theirs"), 0o666);
    for (const name of ["dev.json", "dev.json.tmp"]) symlinkSync("theirs", join(folder, name));
  };

  it("is written through nobody's link, and read by nobody else", async () => {
    plant();
    await writeFileAtomically(path, "ours");
    assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "theirs");
    assert.equal(readFileSync(path, "utf8"), "ours");
    assert.ok(lstatSync(path).isFile());
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is copied through nobody's link", async () => {
    plant();
    writeFileSync(join(folder, "from"), "ours", { mode: 0o600 });
    await copyAtomically(join(folder, "from"), path);
    assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "theirs");
    assert.ok(lstatSync(path).isFile());
  });

  it("is made where there is none, and left where there is one", async () => {
    await createFileAtomically(path, "first");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await assert.rejects(createFileAtomically(path, "second"), { code: "EEXIST" });
    assert.equal(readFileSync(path, "utf8"), "first");
    assert.deepEqual(readdirSync(folder), ["dev.json"]);
  });

  it("is made over nobody's link", async () => {
    plant();
    await assert.rejects(createFileAtomically(path, "ours"), { code: "EEXIST" });
    assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "theirs");
  });

  it("keeps the mode that it has", async () => {
    writeFileSync(path, "before", { mode: 0o640 });
    await writeFileAtomically(path, "after");
    assert.equal(statSync(path).mode & 0o777, 0o640);
  });

  it("is written under another name each time, so that two at once are two", async () => {
    const names = new Set<string>();
    const watcher = watch(folder, (_, name) => name?.endsWith(".tmp") && names.add(name));
    await Promise.all(["one", "two", "three"].map((text) => writeFileAtomically(path, text)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    watcher.close();
    assert.equal(names.size, 3);
    assert.deepEqual(readdirSync(folder), ["dev.json"]);
  });

  it("loses what killed writers have left beside it, and nothing else", async () => {
    const left = ["dev.json.0123456789abcdef.tmp", "dev.json.fedcba9876543210.tmp"];
    const others = ["dev.json", "dev.json.bak", "dev.json.tmp", "dev.json.b.json.0123456789abcdef.tmp", "dev.json.0123.tmp"];
    for (const name of [...left, ...others]) writeFileSync(join(folder, name), basename(name));
    await removeLeftovers(path);
    assert.deepEqual(readdirSync(folder).sort(), [...others].sort());
  });
});
