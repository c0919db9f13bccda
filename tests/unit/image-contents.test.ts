import assert from "node:assert/strict";
import { IMAGE_CONTENTS, matchesGlob, takesOvisFile } from "../../plan/builds/image-contents";
import type { ImageName } from "../../plan/model/image";

/** Paths of an installed ovis, SOS, maestro and UI. */
const TREE = [
  "bin/ldmsd_controller",
  "bin/maestro",
  "bin/maestro_ctrl",
  "bin/sos_cmd",
  "dsosds/dist/plugin.json",
  "etc/ldms/ldmsauth.conf",
  "include/ldms/ldms.h",
  "lib/libldms.so.4.5.3",
  "lib/libldmsd.so.4",
  "lib/libldmsd_request.so",
  "lib/libldms.la",
  "lib/libkeyval.so",
  "lib/libods.so",
  "lib/libsos.so.1",
  "lib/libdsos.so",
  "lib/libtirpc.so.3",
  "lib/ovis-ldms/libldms_auth_munge.so",
  "lib/ovis-ldms/libmeminfo.so",
  "lib/ovis-ldms/libstore_csv.so",
  "lib/ovis-ldms/libstore_sos.so",
  "lib/ovis-ldms/libzap_sock.so",
  "lib/pkgconfig/ldms.pc",
  "lib/python3.11/site-packages/ldmsd/__pycache__/hostlist.cpython-311.pyc",
  "lib/python3.11/site-packages/ldmsd/hostlist.py",
  "lib/python3.11/site-packages/sosdb/Sos.so",
  "sbin/dsosd",
  "sbin/ldms_ls",
  "sbin/ldmsd",
  "share/doc/README",
  "ui/sosgui/wsgi.py",
];

function taken(image: ImageName): string[] {
  return TREE.filter((path) => takesOvisFile(image, path));
}

describe("takesOvisFile", () => {
  it("leaves storage plugins, SOS and maestro out of the sampler", () => {
    assert.deepEqual(taken("ldms-samp"), [
      "bin/ldmsd_controller",
      "etc/ldms/ldmsauth.conf",
      "lib/libldms.so.4.5.3",
      "lib/libldmsd.so.4",
      "lib/libldmsd_request.so",
      "lib/ovis-ldms/libldms_auth_munge.so",
      "lib/ovis-ldms/libmeminfo.so",
      "lib/ovis-ldms/libzap_sock.so",
      "lib/python3.11/site-packages/ldmsd/hostlist.py",
      "sbin/ldms_ls",
      "sbin/ldmsd",
    ]);
  });

  it("gives the aggregator what the sampler has, and SOS, its tools and the storage plugins", () => {
    const more = taken("ldms-agg").filter((path) => !taken("ldms-samp").includes(path));
    assert.deepEqual(
      taken("ldms-samp").filter((path) => !taken("ldms-agg").includes(path)),
      [],
    );
    assert.deepEqual(more, [
      "bin/sos_cmd",
      "lib/libkeyval.so",
      "lib/libods.so",
      "lib/libsos.so.1",
      "lib/libdsos.so",
      "lib/libtirpc.so.3",
      "lib/ovis-ldms/libstore_csv.so",
      "lib/ovis-ldms/libstore_sos.so",
      "lib/python3.11/site-packages/sosdb/Sos.so",
      "sbin/dsosd",
    ]);
  });

  it("gives maestro its programs, the transports, and the two tools that people use by hand", () => {
    assert.deepEqual(taken("ldms-maestro"), [
      "bin/ldmsd_controller",
      "bin/maestro",
      "bin/maestro_ctrl",
      "etc/ldms/ldmsauth.conf",
      "lib/libldms.so.4.5.3",
      "lib/ovis-ldms/libldms_auth_munge.so",
      "lib/ovis-ldms/libzap_sock.so",
      "lib/python3.11/site-packages/ldmsd/hostlist.py",
      "sbin/ldms_ls",
    ]);
  });

  it("gives the UI its pages and the libraries of SOS, and no daemon", () => {
    const ui = taken("ldms-ui");
    assert.ok(ui.includes("ui/sosgui/wsgi.py") && ui.includes("lib/libdsos.so"));
    assert.deepEqual(
      ui.filter((path) => path.startsWith("bin/") || path.startsWith("sbin/") || path.startsWith("lib/ovis-ldms/")),
      [],
    );
  });

  it("gives Grafana the plugin and nothing else", () => {
    assert.deepEqual(taken("ldms-grafana"), ["dsosds/dist/plugin.json"]);
  });

  it("puts no cache, header or document into any image", () => {
    const images = Object.keys(IMAGE_CONTENTS) as ImageName[];
    const unwanted = TREE.filter((path) => /pycache|\.la$|^include|^share|pkgconfig/.test(path));
    assert.equal(unwanted.length, 5);
    assert.deepEqual(
      unwanted.filter((path) => images.some((image) => takesOvisFile(image, path))),
      [],
    );
  });
});

describe("matchesGlob", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["lib/lib*", "lib/libsos.so", true],
    ["lib/lib*", "lib/ovis-ldms/libsos.so", false],
    ["bin/**", "bin/a/b", true],
    ["bin/**", "sbin/a", false],
    ["**/*.pyc", "a/b/c.pyc", true],
    ["**/*.pyc", "c.pyc", true],
    ["**/*.pyc", "c.pyc/d", false],
    ["{bin,sbin}/x", "sbin/x", true],
    ["{bin,sbin}/x", "lib/x", false],
    ["lib/python*/**", "lib/python3.11/a.py", true],
    ["lib/a+b.so", "lib/aab.so", false],
    ["lib/a.so", "lib/a-so", false],
  ];
  for (const [glob, path, wanted] of cases) {
    it(`says ${wanted} of \`${path}\` for \`${glob}\``, () => assert.equal(matchesGlob(path, glob), wanted));
  }
});
