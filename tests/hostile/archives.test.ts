import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Part, tarOf, zstd } from "../operations/bundle-parts";
import { bomb, file, link, other, rawHeader, savedFile } from "./hostile-archives";
import { type HostileInput, testRefusals } from "./hostile-input";

const IMAGES = "ldms:images: { namespace: ovishpc, tag: 4.5.3, source: registry }";
const named = (path: string) => ({ [IMAGES]: `ldms:images: { source: archive, archive: ${JSON.stringify(path)} }` });

const row = (title: string, content: () => Buffer | Promise<Buffer>, problem: RegExp): HostileInput => ({
  title,
  replaced: named("samp.tar"),
  prepare: async (folder) => writeFileSync(join(folder, "site/samp.tar"), await content()),
  says: new RegExp(
    `^Pulumi\\.cygnus\\.yaml is not valid:\\n  - images\\.archive: cannot be read as an archive of docker save \\(.*${problem.source}.*\\): \`samp\\.tar\`\\n`,
  ),
});
const tar =
  (...parts: readonly Part[]) =>
  () =>
    tarOf(parts);
const manifest = (text: string) => tar(file("manifest.json", text));
const image = (changes: object) => () => savedFile({ manifest: changes });
const config = (changes: object) => () => savedFile({ config: changes });

testRefusals("an archive of images", [
  row("an empty file", () => Buffer.alloc(0), /has no manifest\.json/),
  row("a file of something else", () => Buffer.from("#!/bin/sh\nrm -rf /\n".repeat(100)), /is no tar, or damaged/),
  row("one that is cut off", async () => (await savedFile()).subarray(0, 700), /is cut off/),
  row("a packed one that is cut off", async () => gzipSync(await savedFile()).subarray(0, 60), /(cannot be unpacked|is cut off)/),
  row(
    "one for a podman of another kind: an OCI layout",
    tar(file("oci-layout", "{}"), file("index.json", "{}")),
    /has no manifest\.json, which `docker save` writes/,
  ),
  row("kilobytes that come to 400 MiB, by zstd", () => bomb(1, 400 << 20), /unpacks to more than 25\d MiB/),
  row("kilobytes that come to 330 MiB, by gzip", () => bomb(1, 330 << 20, "gzip"), /unpacks to more than [23]\d\d MiB/),
  row("a manifest of two megabytes", manifest(" ".repeat(2 << 20)), /more than 1048576 bytes of text/),
  row("a manifest that is no JSON", manifest("[\x1b[2J"), /has `manifest\.json` that is no JSON/),
  row("a manifest that is nothing", manifest("null"), /has `manifest\.json` of another form/),
  row("a manifest without an image", manifest("[]"), /has no image/),
  row("a manifest of wrong types", manifest('[{"Config": 5, "RepoTags": {}, "Layers": null}]'), /of another form: 0: Config/),
  row(
    "a manifest with a prototype",
    manifest('[{"__proto__": {"Config": "x", "RepoTags": [], "Layers": []}}]'),
    /of another form: 0: Config/,
  ),
  row("a manifest nested a hundred thousand times", manifest("[".repeat(100_000)), /has `manifest\.json`/),
  row("a manifest that is a link", tar(link("manifest.json", "/etc/passwd")), /has no manifest\.json/),
  row("a manifest that is a hard link", tar(link("manifest.json", "/etc/passwd", "link")), /has no manifest\.json/),
  row("a manifest that is a device", tar(other("manifest.json", "character-device")), /a character-device/),
  row("a manifest with holes", tar({ ...file("manifest.json"), pax: { "GNU.sparse.realsize": "9999999999999" } }), /a sparse file/),
  row(
    "a manifest of a size that no file has",
    () => Buffer.concat([rawHeader("manifest.json", Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)])), Buffer.alloc(512)]),
    /with a size that no file has/,
  ),
  row("a config that leads out", image({ Config: "../../../../etc/passwd" }), /names no image by its id/),
  row("a config that is an option of tar", image({ Config: "--checkpoint-action=exec=sh" }), /names no image by its id/),
  row("a config that is not there", image({ Config: `${"a".repeat(64)}.json` }), /has no `a{64}\.json`, which its manifest\.json names/),
  row(
    "a config that is not that of its id",
    () =>
      tarOf([
        file("manifest.json", JSON.stringify([{ Config: `${"a".repeat(64)}.json`, RepoTags: ["ldms-samp:1"], Layers: [] }])),
        file(`${"a".repeat(64)}.json`, "{}"),
      ]),
    /a config that is not that of its id/,
  ),
  row("a tag with an escape", image({ RepoTags: ["ovishpc/ldms-samp:\x1b[2J"] }), /RepoTags: 0: is no image reference/),
  row("a tag that is an option of docker", image({ RepoTags: ["--config=/tmp:1"] }), /is no image reference/),
  row("a platform that runs a command", config({ architecture: "amd64 ]; touch /tmp/x; [ 1" }), /architecture: is no name of a platform/),
  row("a platform with an escape", config({ os: "linux\x1b[2J" }), /os: is no name of a platform/),
  row(
    "seventy images",
    () => tarOf([file("manifest.json", JSON.stringify(Array.from({ length: 70 }, () => ({ Config: "x", RepoTags: null, Layers: [] }))))]),
    /has 70 images, more than 64/,
  ),
  row(
    "a file that leads out before it",
    async () => Buffer.concat([(await tarOf([file("../../esc")])).subarray(0, 1024), await savedFile()]),
    /has `\.\.\/\.\.\/esc`, which leads out of its folder/,
  ),
]);

const place = (title: string, path: string, prepare: (folder: string) => void, problem: RegExp): HostileInput => ({
  title,
  replaced: named(path),
  prepare,
  says: new RegExp(`^Pulumi\\.cygnus\\.yaml is not valid:\\n  - images\\.archive: ${problem.source}`),
});

testRefusals("the place of an archive", [
  place("nothing there", "samp.tar", () => undefined, /there is no such file or folder: `samp\.tar`/),
  place(
    "a name that tar takes for another machine's file",
    "evil.example:samp.tar",
    () => undefined,
    /there is no such file or folder: `evil\.example:samp\.tar`/,
  ),
  place(
    "a pipe that nobody writes to",
    "samp.tar",
    (folder) => void spawnSync("mkfifo", [join(folder, "site/samp.tar")]),
    /.*\(is no file\): `samp\.tar`/,
  ),
  place("a device without an end", "/dev/zero", () => undefined, /.*\(is no file\): `\/dev\/zero`/),
  place("a link to itself", "samp.tar", (folder) => symlinkSync("samp.tar", join(folder, "site/samp.tar")), /.*\(ELOOP\): `samp\.tar`/),
  place(
    "an escape in the name of a file of the folder",
    "archives",
    (folder) => {
      mkdirSync(join(folder, "site/archives"));
      writeFileSync(join(folder, "site/archives", "a\x1b[2J\n.tar"), "");
    },
    /.*\(has control characters in its name\): `archives\/a\\u001b\[2J\\n\.tar`/,
  ),
  {
    title: "kept findings that somebody has planted",
    replaced: named("samp.tar"),
    prepare: async (folder) => {
      mkdirSync(join(folder, "site/.ldms"));
      writeFileSync(join(folder, "site/samp.tar"), zstd(Buffer.alloc(10)));
      writeFileSync(join(folder, "site/.ldms/archives.json"), JSON.stringify({ x: { images: [{ id: "$(id)", tags: [], platform: 5 }] } }));
    },
    says: /images\.archive: cannot be read as an archive of docker save/,
  },
]);

const imported = (title: string, prepare: (path: string) => void, problem: RegExp): HostileInput => ({
  title,
  prepare: (folder) => prepare(join(folder, "elsewhere/config.sh")),
  argv: ["images", "import", "../elsewhere/config.sh"],
  says: new RegExp(`^\\.\\./elsewhere/config\\.sh: ${problem.source}\\nhelp: name config\\.sh of ldms-containers\\n$`),
});

testRefusals("config.sh of somebody", [
  imported("one that is not there", () => undefined, /cannot be read \(ENOENT\)/),
  imported("a folder", (path) => mkdirSync(path), /is no file/),
  imported("a pipe that nobody writes to", (path) => void spawnSync("mkfifo", [path]), /is no file/),
  imported("two megabytes of it", (path) => writeFileSync(path, Buffer.alloc(2 << 20, "#")), /has 2097152 bytes, more than 1048576/),
  imported(
    "an escape",
    (path) => writeFileSync(path, "# config\nOVIS_REPO=\x1b[2J\n"),
    /has control characters, or none of UTF-8, in line 2/,
  ),
  imported(
    "what is no text",
    (path) => writeFileSync(path, Buffer.from([0x23, 0xff, 0xfe])),
    /has control characters, or none of UTF-8, in line 1/,
  ),
]);
