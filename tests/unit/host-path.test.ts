import assert from "node:assert/strict";
import { FolderSet, isSamePath, normalizePath, resolvePath } from "../../plan/text/host-path";

describe("normalizePath", () => {
  it("gives every spelling of a path the same one", () => {
    for (const spelled of [
      "/etc/ssh",
      "//etc//ssh",
      "/etc/ssh///",
      "/./etc/./ssh/.",
      "/x/../etc/y/../ssh",
      "/../../etc/ssh",
      "/x\r/../etc/ssh",
      "etc/ssh",
    ])
      assert.equal(normalizePath(spelled), "/etc/ssh", JSON.stringify(spelled));
    for (const root of ["/", "//", "/.", "/..", "/etc/..", ""]) assert.equal(normalizePath(root), "/", root);
  });

  it("keeps dots that are names, and upper case", () => {
    for (const path of ["/...", "/.x", "/..x/y..", "/Etc", "/a b"]) assert.equal(normalizePath(path), path);
  });
});

describe("resolvePath", () => {
  it("follows the links that every host has", () => {
    assert.deepEqual(["/var/run", "/var//run/x", "/var/lock/y", "/var/runs", "/x/var/run"].map(resolvePath), [
      "/run",
      "/run/x",
      "/run/lock/y",
      "/var/runs",
      "/x/var/run",
    ]);
    assert.ok(isSamePath("/var/run/munge/", "/run//munge"));
    assert.ok(!isSamePath("/run/munge", "/run/Munge"));
  });
});

describe("FolderSet", () => {
  const folders = new FolderSet(["/etc/", "/var/lib/docker"]);

  it("holds its folders and what lies in them", () => {
    assert.deepEqual(
      ["/etc", "//etc/ssh", "/var/lib/docker/x"].filter((path) => !folders.holds(path)),
      [],
    );
    assert.deepEqual(
      ["/", "/var", "/etcetera", "/var/lib/dockers", "/x/etc"].filter((path) => folders.holds(path)),
      [],
    );
  });

  it("is reached by the folders above as well", () => {
    assert.deepEqual(
      ["/", "/var", "/var/lib/", "/etc/ssh"].filter((path) => !folders.isReachedBy(path)),
      [],
    );
    assert.deepEqual(
      ["/var/lib/x", "/va", "/store"].filter((path) => folders.isReachedBy(path)),
      [],
    );
  });

  it("holds all where it has the root, and nothing where it is empty", () => {
    assert.ok(new FolderSet(["/"]).holds("/store"));
    assert.ok(!new FolderSet([]).isReachedBy("/"));
  });
});
