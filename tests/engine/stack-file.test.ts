import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackFile } from "../../engine/stack-file";

/** The file's text after one value was set inside `images`. */
async function setInside(text: string, path: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-test-"));
  try {
    const file = join(folder, "Pulumi.s.yaml");
    writeFileSync(file, text);
    await (await StackFile.read(folder, "ldms", "s")).setInside("images", path, "sha256:ab");
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("StackFile.setInside", () => {
  const path = ["digests", "ldms-ui"];

  it("adds to a map, and leaves comments and the rest as they were", async () => {
    const text = "# ours\nconfig:\n  ldms:xprt: sock # for now\n  ldms:images: { tag: 4.50 }\n";
    assert.equal(await setInside(text, path), text.replace("{ tag: 4.50 }", "{ tag: 4.50, digests: { ldms-ui: sha256:ab } }"));
  });

  it("makes the map where there is none", async () => {
    assert.equal(
      await setInside("config:\n  ldms:xprt: sock\n", path),
      "config:\n  ldms:xprt: sock\n  ldms:images:\n    digests:\n      ldms-ui: sha256:ab\n",
    );
  });

  it("replaces the value that was there", async () => {
    const text = "config:\n  ldms:images:\n    digests:\n      ldms-ui: sha256:cd # July\n      ldms-agg: sha256:ef\n";
    assert.equal(await setInside(text, path), text.replace("sha256:cd", "sha256:ab"));
  });

  it("refuses a key that is a text", async () => {
    await assert.rejects(
      setInside('config:\n  ldms:images: "{}"\n', path),
      /Pulumi\.s\.yaml: ldms:images: is not a map: nothing can be set inside\nhelp: /,
    );
  });
});
