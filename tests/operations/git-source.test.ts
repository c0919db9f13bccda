import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchSource } from "../../operations/builds/git-source";
import { takesOvisFile } from "../../plan/builds/image-contents";
import { renderPickScript } from "../../plan/builds/pick-stage";

describe("fetchSource", () => {
  let folder: string;
  let repo: string;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", repo, "-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { encoding: "utf8" }).trim();
  const commit = (text: string) => {
    writeFileSync(join(repo, "file.c"), text);
    git("add", "--all");
    git("commit", "--quiet", "--message", text);
    return git("rev-parse", "HEAD");
  };
  const fetch = (branch: string, from = "repo") => fetchSource("ovis", { repo: from, branch }, folder, join(folder, "sources"));
  const contentOf = (file: string) => execFileSync("tar", ["-xOf", file, "file.c"], { encoding: "utf8" });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-source-"));
    repo = join(folder, "repo");
    mkdirSync(repo);
    git("init", "--quiet", "--initial-branch=main");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("takes a branch, a tag, an annotated tag, HEAD and a commit", async () => {
    const first = commit("one");
    git("tag", "light");
    git("tag", "--annotate", "--message", "m", "annotated");
    const second = commit("two");
    for (const name of ["light", "annotated", first]) {
      const { file, revision } = await fetch(name);
      assert.deepEqual([revision, contentOf(file)], [first, "one"]);
    }
    for (const name of ["main", "HEAD"]) assert.equal((await fetch(name)).revision, second);
  });

  it("follows a branch that moves", async () => {
    commit("one");
    await fetch("main");
    const second = commit("two");
    const { file, revision } = await fetch("main");
    assert.deepEqual([revision, contentOf(file)], [second, "two"]);
  });

  it("looks at no repository for a commit that is here", async () => {
    const first = commit("one");
    const { file } = await fetch(first);
    rmSync(repo, { recursive: true });
    assert.deepEqual(await fetch(first), { file, revision: first });
  });

  it("takes a folder without git as it is: equal files, equal bytes", async () => {
    mkdirSync(join(folder, "plain"));
    writeFileSync(join(folder, "plain/file.c"), "mine");
    const { file, revision } = await fetch("HEAD", "plain");
    assert.equal(execFileSync("tar", ["-xOf", file, "./file.c"], { encoding: "utf8" }), "mine");
    execFileSync("touch", ["-d", "2001-01-01", join(folder, "plain/file.c")]);
    assert.equal((await fetch("HEAD", "plain")).revision, revision);
    writeFileSync(join(folder, "plain/file.c"), "other");
    assert.notEqual((await fetch("HEAD", "plain")).revision, revision);
  });

  it("names a branch that the repository has not, and a repository that is not there", async () => {
    commit("one");
    await assert.rejects(fetch("v9"), /^OperationError: sources\.ovis: the repository has no branch or tag of this name: `v9`: `.*repo`/);
    await assert.rejects(
      fetch("main", "file:///no/such/repo"),
      /^OperationError: sources\.ovis: cannot read the repository: `file:\/\/\/no\/such\/repo`: /,
    );
    await assert.rejects(fetch("0".repeat(40)), /sources\.ovis: cannot fetch from the repository/);
  });

  it("leaves nothing half done behind", async () => {
    commit("one");
    await assert.rejects(fetch("0".repeat(40)));
    await fetch("main");
    assert.equal(readdirSync(join(folder, "sources")).length, 1);
  });
});

describe("renderPickScript", () => {
  const TREE = [
    "sbin/ldmsd",
    "bin/sos_cmd",
    "bin/maestro",
    "lib/libsos.so.1",
    "lib/libldms.so.4",
    "lib/libldms.la",
    "lib/ovis-ldms/libmeminfo.so",
  ];
  const MORE = [
    "lib/ovis-ldms/libstore_sos.so",
    "lib/python3.11/site-packages/a b/x.py",
    "ui/sosgui/wsgi.py",
    "dsosds/plugin.json",
    "share/doc",
  ];

  for (const image of ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const) {
    it(`chooses for ${image} as takesOvisFile does`, () => {
      const folder = mkdtempSync(join(tmpdir(), "ldms-pick-"));
      for (const [index, file] of [...TREE, ...MORE].entries()) {
        const path = join(folder, index % 2 ? "one" : "two", file);
        mkdirSync(join(path, ".."), { recursive: true });
        writeFileSync(path, file);
      }
      const list = join(folder, "list");
      const script = renderPickScript(image).replaceAll("/tmp/picked", list);
      execFileSync("sh", ["-c", script, "pick", join(folder, "out"), join(folder, "one"), join(folder, "two")]);
      const picked = execFileSync("find", [".", "-type", "f", "-printf", "%P\n"], { cwd: join(folder, "out"), encoding: "utf8" });
      assert.deepEqual(picked.trim().split("\n").sort(), [...TREE, ...MORE].filter((file) => takesOvisFile(image, file)).sort());
      rmSync(folder, { recursive: true });
    });
  }
});
