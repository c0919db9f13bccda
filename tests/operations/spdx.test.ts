import assert from "node:assert/strict";
import { inventoryImage } from "../../operations/images/image-inventory";
import { type ImageInventory, parseInventory } from "../../operations/images/inventory-script";
import { renderSpdx } from "../../operations/images/spdx";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";
import { spdxProblems } from "./spdx-schema";

const [SHA1, SHA256] = ["a".repeat(40), "b".repeat(64)];
const LISTED = `== os
NAME="Debian GNU/Linux"
ID=debian
VERSION_ID="12"
== packages
munge	0.5.15-2+deb12u1	amd64	munge	https://dun.github.io/munge
libstdc++6	1:12.2~rc1	amd64	gcc-12	
== licences
/usr/share/doc/munge/copyright:License: LGPL-2.1+
/usr/share/doc/munge/copyright:License: GPL-3+
/usr/share/doc/munge/copyright:License: GPL-3+
== sha1
${SHA1}  /opt/ovis/bin/a b
${SHA1}  /opt/ovis/sbin/ldmsd
== sha256
${SHA256}  /opt/ovis/sbin/ldmsd
${SHA256}  /opt/ovis/bin/a b
`;

const LABELS = {
  "org.opencontainers.image.title": "ldms-samp",
  "org.opencontainers.image.version": "4.5.3",
  "org.opencontainers.image.source": "https://github.com/ovis-hpc/ldms",
  "org.opencontainers.image.revision": "v4.5.3",
  "org.opencontainers.image.licenses": "GPL-2.0-only OR BSD-3-Clause",
  "org.opencontainers.image.base.name": "debian:bookworm-slim",
};
const REPOSITORY = "reg.site:5000/ovishpc/ldms-samp";

function inventory(changes: Partial<ImageInventory> = {}): ImageInventory {
  const created = "2026-11-25T16:36:05.123456789Z";
  const repoDigest = `${REPOSITORY}@sha256:${"c".repeat(64)}`;
  return { imageId: `sha256:${"d".repeat(64)}`, created, repoDigest, labels: LABELS, ...parseInventory(LISTED), ...changes };
}

describe("renderSpdx", () => {
  const document = renderSpdx(`${REPOSITORY}:4.5.3`, inventory(), "ldms-0.1.0");
  const named = (name: string) => document.packages.find((one) => one.name === name);

  it("is a document as SPDX 2.3 demands it", () => assert.deepEqual(spdxProblems(document), []));

  it("is one also without labels, registry, packages and files", () => {
    const { repoDigest, ...rest } = inventory({ labels: {}, packages: [], files: [] });
    assert.deepEqual(spdxProblems(renderSpdx("a/b", rest, "ldms-0.1.0")), []);
  });

  it("is the same for the same image: no clock in it", () => {
    assert.equal(document.creationInfo.created, "2026-11-25T16:36:05Z");
    assert.deepEqual(renderSpdx(`${REPOSITORY}:4.5.3`, inventory(), "ldms-0.1.0"), document);
  });

  it("names packages as scanners look them up", () => {
    const locator = (name: string) => named(name)?.externalRefs?.[0]?.referenceLocator;
    assert.equal(locator("munge"), "pkg:deb/debian/munge@0.5.15-2%2Bdeb12u1?arch=amd64&distro=debian-12");
    assert.equal(locator("libstdc++6"), "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2~rc1?arch=amd64&distro=debian-12");
    assert.equal(
      locator(`${REPOSITORY}:4.5.3`),
      `pkg:oci/ldms-samp@sha256%3A${"c".repeat(64)}?repository_url=reg.site%3A5000%2Fovishpc%2Fldms-samp`,
    );
  });

  it("says what the files were built from, and what licences a package names", () => {
    const { sourceInfo, licenseDeclared, versionInfo } = named("ldms-samp-files")!;
    assert.deepEqual(
      [sourceInfo, licenseDeclared, versionInfo],
      ["built from https://github.com/ovis-hpc/ldms at v4.5.3", "GPL-2.0-only OR BSD-3-Clause", "4.5.3"],
    );
    assert.equal(named("munge")!.licenseComments, "in its copyright file: GPL-3+, LGPL-2.1+");
  });

  it("has both checksums of a file whose name has a space", () => {
    const file = document.files.find(({ fileName }) => fileName === "./opt/ovis/bin/a b");
    assert.deepEqual(
      file?.checksums.map(({ checksumValue }) => checksumValue),
      [SHA1, SHA256],
    );
  });
});

describe("spdxProblems", () => {
  const document = renderSpdx("a/b", inventory(), "ldms-0.1.0");
  for (const [what, broken, problem] of [
    ["an old version", { ...document, spdxVersion: "SPDX-2.2" }, /^spdxVersion: /],
    ["a fraction of a second", { ...document, creationInfo: { ...document.creationInfo, created: "2026-01-01T00:00:00.1Z" } }, /created: /],
    ["a package that nothing has", { ...document, relationships: document.relationships.slice(0, 1) }, /belongs to nothing/],
    ["an end that is not there", { ...document, packages: document.packages.slice(0, -1) }, /is related and is not there/],
    [
      "a wrong verification code",
      {
        ...document,
        files: document.files.map((one) => ({ ...one, checksums: [{ algorithm: "SHA1", checksumValue: SHA1.replace("a", "0") }] })),
      },
      /not the verification code/,
    ],
  ] as const) {
    it(`finds ${what}`, () =>
      assert.ok(
        spdxProblems(broken).some((text) => problem.test(text)),
        spdxProblems(broken).join("\n"),
      ));
  }
});

describe("inventoryImage", () => {
  const plan = sketchPlan([{ name: "cygnus-01", isLocal: true, containers: [["samp", "sampler"]] }]);
  const facts = `printf '%s\\n' sha256:1 2026-11-25T16:36:05Z '["r@sha256:2"]' 'null'`;
  const engine = (here: string) => `case "$*" in
    "image inspect --format {{.Id}} "*) ${here} ;;
    "inspect --type container"*samp) echo sha256:1 ;;
    "image inspect"*) ${facts} ;;
    "run "*) cat >/dev/null; cat <<'LISTED'\n${LISTED}LISTED\n;;
    *) echo "unknown: $*" >&2; exit 9 ;;
  esac`;

  for (const [where, here] of [
    ["this machine's engine", "echo sha256:1"],
    ["a host that runs it, where this machine has it not", "echo no such image >&2; exit 1"],
  ] as const) {
    it(`asks ${where}`, async () => {
      const found = await withPrograms({ docker: engine(here) }, () => inventoryImage(plan, "ldms-samp"));
      assert.deepEqual([found.imageId, found.repoDigest, found.labels, found.packages.length], ["sha256:1", "r@sha256:2", {}, 2]);
    });
  }

  it("tells what each engine said where none has the image", async () => {
    const asked = withPrograms({ docker: "echo no such thing >&2; exit 1" }, () => inventoryImage(plan, "ldms-samp"));
    await assert.rejects(asked, {
      message: `ldms images sbom: no engine that was asked has \`198.18.0.5:5000/ovishpc/ldms-samp:standin\`:
this machine: exit code 1: look for ldms-samp
no such thing
cygnus-01: exit code 1: look for ldms-samp
no such thing
help: deploy the stack, or \`docker pull\` the image here`,
    });
  });

  it("names the images of the stack for one that it has not", async () => {
    await assert.rejects(inventoryImage(plan, "ldms-ui"), {
      message: "ldms images sbom: no container of the stack runs `ldms-ui`\nhelp: one of: ldms-samp",
    });
  });
});
