import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkBundle } from "../../operations/bundle/check";
import { IMAGES, INDEX, PROJECT, parseSums, README, SUMS } from "../../operations/bundle/layout";
import { loadBundle, renderNextSteps } from "../../operations/bundle/load";
import { leaveSecretsOut } from "../../operations/bundle/stack-yaml";
import { readArchives } from "../../operations/images/read-archives";
import {
  change,
  inIndex,
  type Part,
  partsOf,
  RANDOM,
  resum,
  SHARED,
  savedImages,
  sha256,
  tarOf,
  writeSmallBundle,
  zstd,
} from "./bundle-parts";

/** What happens to a bundle on its way: from its bytes and its files to other bytes. */
type Corruption = (bytes: Buffer, parts: Part[]) => Buffer | Promise<Buffer>;

const flip = (content: Buffer, at: number) => {
  const copy = Buffer.from(content);
  copy[at]! ^= 1;
  return copy;
};
const placeOf = (bytes: Buffer, name: string) => bytes.indexOf(`${name}\0`);
const withImages = async (parts: Part[], images: readonly Part[]) => {
  const content = zstd(await tarOf(images));
  return tarOf(resum(change(parts, IMAGES, () => content)));
};
const images = (architecture = "amd64") =>
  savedImages([
    { name: "ldms-samp", layers: [SHARED, Buffer.alloc(5000, "sampler")], architecture },
    { name: "ldms-agg", layers: [SHARED, RANDOM], architecture },
  ]);

const CORRUPTIONS: Readonly<Record<string, readonly [Corruption, RegExp]>> = {
  "an empty file": [() => Buffer.alloc(0), /is incomplete: `SHA256SUMS` is missing/],
  "a file of something else": [() => Buffer.from("not a bundle at all\n".repeat(100)), /is no bundle of ldms, or damaged at its beginning/],
  "cut off in the first header": [(bytes) => bytes.subarray(0, 100), /is cut off: it ends within or behind its beginning/],
  "cut off within the project": [(bytes) => bytes.subarray(0, placeOf(bytes, PROJECT) + 600), /is cut off: .*`project\.tar\.zst`/],
  "cut off in the middle of the images": [(bytes) => bytes.subarray(0, placeOf(bytes, IMAGES) + 700), /is cut off: .*`images\.tar\.zst`/],
  "cut off between two files": [(bytes) => bytes.subarray(0, placeOf(bytes, IMAGES)), /is incomplete: `images\.tar\.zst` is missing/],
  "its last blocks cut off": [(bytes) => bytes.subarray(0, bytes.length - 1024), /bytes long, and its content \d+: it is cut off/],
  "something behind its end": [
    (bytes) => Buffer.concat([bytes, Buffer.alloc(512)]),
    /bytes long, and its content \d+: .* something is behind it/,
  ],
  "a flipped bit in a header": [
    (bytes) => flip(bytes, placeOf(bytes, PROJECT) + 3),
    /is damaged: what stands behind `Pulumi\.site\.yaml` is no file/,
  ],
  "a flipped bit in the images": [
    (bytes) => flip(bytes, placeOf(bytes, IMAGES) + 512 + 60),
    /`images\.tar\.zst` is damaged: its SHA-256 is \w{64}, not \w{64}/,
  ],
  "a flipped bit within a layer": [(bytes) => flip(bytes, bytes.length - 500_000), /`images\.tar\.zst` is damaged: its SHA-256/],
  "cut off within a layer": [(bytes) => bytes.subarray(0, bytes.length - 500_000), /is cut off: .*`images\.tar\.zst`/],
  "a flipped bit in the project": [(bytes) => flip(bytes, placeOf(bytes, PROJECT) + 512 + 20), /`project\.tar\.zst` is damaged/],
  "a flipped bit in the stack file": [
    (bytes) => flip(bytes, placeOf(bytes, "Pulumi.site.yaml") + 512 + 20),
    /`Pulumi\.site\.yaml` is damaged/,
  ],
  "a flipped bit in the index": [(bytes) => flip(bytes, placeOf(bytes, INDEX) + 512 + 50), /`bundle\.json` is damaged/],
  "a flipped bit in what a person reads": [(bytes) => flip(bytes, placeOf(bytes, README) + 512 + 50), /`README\.txt` is damaged/],
  "a flipped bit in a sum": [(_, parts) => tarOf(change(parts, SUMS, (sums) => flip(sums, 3))), /`README\.txt` is damaged/],
  "sums of another form": [
    (_, parts) => tarOf(change(parts, SUMS, () => Buffer.from("no sums\n"))),
    /`SHA256SUMS` cannot be read: has a line of another form/,
  ],
  "no sums": [(_, parts) => tarOf(parts.slice(1)), /is no bundle of ldms: it begins with `README\.txt`/],
  "no project": [(_, parts) => tarOf(parts.filter(({ name }) => name !== PROJECT)), /is incomplete: `project\.tar\.zst` is missing/],
  "no project, nor its sum": [
    (_, parts) => tarOf(resum(parts.filter(({ name }) => name !== PROJECT))),
    /neither it nor SHA256SUMS has `project\.tar\.zst`/,
  ],
  "a file that no sum is of": [
    (_, parts) => tarOf([...parts, { name: "run-me", content: Buffer.from("x") }]),
    /has `run-me`, which SHA256SUMS does not/,
  ],
  "a file twice": [(_, parts) => tarOf([...parts, parts[1]!]), /has `README\.txt` twice/],
  "a link": [
    (_, parts) => tarOf([...parts, { name: "x", content: Buffer.alloc(0), linkname: "/etc/passwd" }]),
    /has `x`, a symlink: only files are allowed there/,
  ],
  "another layout": [
    (_, parts) => tarOf(inIndex(parts, { format: 1 })),
    /`bundle\.json` cannot be read: .*is not 2: made by another version of ldms/,
  ],
  "a machine of another architecture": [
    (_, parts) => tarOf(inIndex(parts, { machine: "linux/ppc64le" })),
    /is for a machine of linux\/ppc64le, and this one is linux/,
  ],
  "a newer Node.js": [(_, parts) => tarOf(inIndex(parts, { node: 99 })), /ran on Node\.js 99, and here is v/],
  "images of another architecture": [
    (_, parts) => tarOf(inIndex(parts, { platform: "linux/arm64" })),
    /has ldms-samp for linux\/amd64, not for linux\/arm64/,
  ],
  "secrets in the stack file": [
    (_, parts) => tarOf(resum(change(parts, "Pulumi.site.yaml", () => Buffer.from("config:\n  ldms:mungeKey:\n    secure: v1:abc\n")))),
    /`Pulumi\.site\.yaml` has secrets, which no bundle has: ldms:mungeKey/,
  ],
  "images that are no zstd": [
    (_, parts) => tarOf(resum(change(parts, IMAGES, () => Buffer.alloc(9000, "x")))),
    /`images\.tar\.zst` cannot be unpacked/,
  ],
  "a damaged layer under good sums": [
    (_, parts) =>
      withImages(
        parts,
        images().parts.map((part) => (part.content === RANDOM ? { ...part, content: flip(part.content, 9) } : part)),
      ),
    /has a damaged layer of ldms-agg, number 2 of 2/,
  ],
  "an image that is another one": [
    (_, parts) => withImages(parts, savedImages([{ name: "ldms-samp", layers: [SHARED] }]).parts),
    /has no ldms-samp of the id sha256:\w{64}/,
  ],
  "a config that is not that of its id": [
    (_, parts) =>
      withImages(
        parts,
        images().parts.map((part) => (/^\w{64}\.json$/.test(part.name) ? { ...part, content: flip(part.content, 9) } : part)),
      ),
    /has a config of ldms-samp that is not that of its id/,
  ],
  "images without a manifest": [(_, parts) => withImages(parts, images().parts.slice(0, -1)), /has no manifest\.json of docker save/],
};

describe("a bundle", function () {
  this.timeout(60_000);
  let folder: string;
  let whole: Buffer;
  const path = () => join(folder, "site.bundle");
  const load = (file = path()) => loadBundle({ path: file, into: join(folder, "project"), onStep: () => {} });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-bundle-"));
    mkdirSync(join(folder, "parts"));
    whole = await writeSmallBundle(join(folder, "parts"), path());
    rmSync(join(folder, "parts"), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("that is whole passes, and tells what is in it", async () => {
    const { index } = await checkBundle(path());
    assert.deepEqual(
      index.images.map(({ name }) => name),
      ["ldms-samp", "ldms-agg"],
    );
  });

  it("can be checked by sha256sum, and read by a person", () => {
    const parts = partsOf(whole);
    const sums = parseSums(parts[0]!.content.toString());
    assert.deepEqual(
      parts.slice(1).map(({ name, content }) => [name, sha256(content)]),
      [...sums],
    );
    const text = parts[1]!.content.toString();
    assert.match(text, /^LDMS stack site: /);
    assert.match(text, /ovishpc\/ldms-samp:4\.5\.3/);
    assert.match(text, /secrets, to be set at the site:\n {2}ldms:mungeKey/);
  });

  it("becomes a project whose archives have the bundle's images, one each", async () => {
    const index = await load();
    const project = join(folder, "project");
    assert.ok(existsSync(join(project, "index.ts")));
    const { config } = parse(readFileSync(join(project, "Pulumi.site.yaml"), "utf8")) as { config: object };
    assert.deepEqual(config, { "ldms:xprt": "sock", "ldms:images": { tag: "4.5.3", source: "archive", archive: "archives" } });
    const archives = await readArchives(project, "archives");
    assert.deepEqual(
      archives.map((archive) => ("images" in archive ? archive.images.map(({ id, tags }) => [id, tags]) : archive)).sort(),
      index.images.map(({ id, reference }) => [[id, [reference]]]).sort(),
    );
    const layers = spawnSync("tar", ["--zstd", "-tf", join(project, "archives/ldms-agg.tar.zst")], { encoding: "utf8" }).stdout.split("\n");
    assert.equal(layers[0], "manifest.json");
    assert.equal(layers.filter((name) => name.endsWith("layer.tar")).length, 2);
    await assert.rejects(load(), /the folder is not empty/);
    rmSync(project, { recursive: true });
  });

  it("says what comes next: what is missing, secrets, and the commands", async () => {
    const { index } = await checkBundle(path());
    assert.deepEqual(renderNextSteps(index, "/srv/ldms"), [
      "cd /srv/ldms",
      "bring or make: id_ed25519",
      "set again: ldms config set --secret mungeKey -s site",
      "node bin/ldms.js preflight -s site",
      "node bin/ldms.js up -s site",
    ]);
  });

  it("that is not there is named", () => assert.rejects(load(join(folder, "none")), /none: there is no such file/));

  for (const [title, [corrupt, message]] of Object.entries(CORRUPTIONS)) {
    it(`is refused, and nothing changed, with ${title}`, async () => {
      const bad = join(folder, "bad.bundle");
      writeFileSync(bad, await corrupt(whole, partsOf(whole)));
      await assert.rejects(load(bad), (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /^\S+bad\.bundle: /);
        assert.match(error.message, /\nhelp: /);
        return true;
      });
      rmSync(bad);
      assert.deepEqual(readdirSync(folder), ["site.bundle"]);
    });
  }
});

describe("leaveSecretsOut", () => {
  it("takes out secrets at any depth, and what unlocks them", () => {
    const text =
      "encryptionsalt: v1:abc\nconfig:\n  ldms:xprt: sock # keep\n  ldms:mungeKey:\n    secure: v1:x\n  ldms:ui: { pass: { secure: v1:y }, host: a }\n";
    const { text: cleaned, secrets } = leaveSecretsOut(text);
    assert.deepEqual(secrets, ["ldms:mungeKey", "ldms:ui.pass"]);
    assert.doesNotMatch(cleaned, /v1:/);
    assert.match(cleaned, /ldms:xprt: sock # keep/);
    assert.match(cleaned, /ldms:ui: \{ host: a \}/);
  });
});
