import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackFile } from "../../stack/stack-file";

/** The file's text after one value was set inside `images`. */
const setInside = (text: string, path: readonly string[]) => change(text, (file) => file.setInside("images", path, "sha256:ab"));

async function change(text: string, edit: (file: StackFile) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-test-"));
  try {
    const file = join(folder, "Pulumi.s.yaml");
    writeFileSync(file, text);
    await edit(await StackFile.read(folder, "ldms", "s"));
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

describe("StackFile.set", () => {
  it("puts in quotes what a reader would take for a number or a day", async () => {
    const text = await change("config:\n  ldms:xprt: sock\n", async (file) => {
      await file.set("day", "2027-03-31", undefined);
      await file.set("mode", "0777", undefined);
      await file.set("name", "cygnus", undefined);
    });
    assert.equal(text, 'config:\n  ldms:xprt: sock\n  ldms:day: "2027-03-31"\n  ldms:mode: "0777"\n  ldms:name: cygnus\n');
  });

  it("changes a key that stands without its namespace", async () => {
    assert.equal(await change("config:\n  xprt: sock\n", (file) => file.set("ldms:xprt", "rdma", undefined)), "config:\n  xprt: rdma\n");
  });

  it("fills a `config` of nothing", async () => {
    assert.equal(await change("config:\n", (file) => file.set("xprt", "rdma", undefined)), "config:\n  ldms:xprt: rdma\n");
  });
});

describe("StackFile.config", () => {
  it("resolves aliases and merge keys, at every place", async () => {
    const text = "shared: &s { ldms:tolerate: 1, ldms:ports: &p { ldmsd: 411 } }\nconfig: { <<: *s, ldms:other: [*p] }\n";
    let config: unknown;
    await change(text, async (file) => {
      config = await file.config(() => assert.fail("nothing is encrypted"));
    });
    assert.deepEqual(config, {
      "ldms:tolerate": { value: "1", isSecret: false },
      "ldms:ports": { value: '{"ldmsd":411}', isSecret: false },
      "ldms:other": { value: '[{"ldmsd":411}]', isSecret: false },
    });
  });
});
