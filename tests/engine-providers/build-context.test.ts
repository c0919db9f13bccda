import { deepEqual, equal, notEqual } from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar-stream";
import { type BuildSource, digestContext, packContext } from "../../engine/providers/docker/pack-context";

/** A context with all that counts: a subfolder, a mode, a link, an ignored file. */
function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), "ldms-test-"));
  mkdirSync(join(project, "img/sub"), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    "img/Dockerfile": "FROM debian:bookworm-slim\nLABEL from=image\nENV IMG=1\nCOPY . /x/\nARG A=1\nRUN echo hi $A\n",
    "img/sub/f": "data\n",
    "img/ignored.log": "ign\n",
    "img/.dockerignore": "*.log\n",
  };
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(project, path), content);
    chmodSync(join(project, path), 0o644);
  }
  chmodSync(join(project, "img/sub/f"), 0o750);
  symlinkSync("sub/f", join(project, "img/link"));

  return project;
}

describe("digestContext", () => {
  let project: string;
  let source: BuildSource;
  beforeEach(() => {
    project = makeProject();
    source = { projectFolder: project, context: "img", dockerfile: "img/Dockerfile" };
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it("is the sum that the real provider makes of the same folder", () => {
    // Recorded: `contextDigest` in a state written by @pulumi/docker 5.2.0.
    equal(digestContext(source), "7a2affe30bccf13088e763148fb440558e124b549df729dc43ea833813c396e0");
  });

  it("does not see ignored files", () => {
    const before = digestContext(source);
    writeFileSync(join(project, "img/ignored.log"), "other");
    equal(digestContext(source), before);
  });

  for (const [what, change] of [
    ["content", () => writeFileSync(join(project, "img/sub/f"), "other")],
    ["mode", () => chmodSync(join(project, "img/sub/f"), 0o700)],
    ["name", () => writeFileSync(join(project, "img/sub/g"), "data\n")],
  ] as const) {
    it(`changes with a file's ${what}`, () => {
      const before = digestContext(source);
      change();
      notEqual(digestContext(source), before);
    });
  }
});

describe("packContext", () => {
  const entriesOf = async (source: BuildSource) => {
    const { archive, dockerfile } = packContext(source);
    const entries: string[] = [];
    for await (const entry of archive.pipe(extract())) {
      const { name, type, mode, uid, linkname } = entry.header;
      entries.push(`${name} ${type} ${mode?.toString(8)} ${uid}${linkname ? ` -> ${linkname}` : ""}`);
      entry.resume();
    }
    return { entries, dockerfile };
  };

  it("holds what is not ignored, owned by root, links as links", async () => {
    const project = makeProject();
    chmodSync(join(project, "img/sub"), 0o755);
    deepEqual(await entriesOf({ projectFolder: project, context: "img", dockerfile: "img/Dockerfile" }), {
      entries: [
        ".dockerignore file 644 0",
        "Dockerfile file 644 0",
        "link symlink 777 0 -> sub/f",
        "sub/ directory 755 0",
        "sub/f file 750 0",
      ],
      dockerfile: "Dockerfile",
    });
    rmSync(project, { recursive: true });
  });

  it("brings a Dockerfile along that lies outside, or is ignored", async () => {
    const project = makeProject();
    writeFileSync(join(project, "img/.dockerignore"), "*\n");
    writeFileSync(join(project, "Other"), "FROM scratch\n");
    deepEqual(await entriesOf({ projectFolder: project, context: "img", dockerfile: "Other" }), {
      entries: [".dockerignore file 644 0", ".dockerfile.outside file 644 0"],
      dockerfile: ".dockerfile.outside",
    });
    const inside = await entriesOf({ projectFolder: project, context: "img", dockerfile: "img/Dockerfile" });
    deepEqual(inside.entries, [".dockerignore file 644 0", "Dockerfile file 644 0"]);
    rmSync(project, { recursive: true });
  });
});
