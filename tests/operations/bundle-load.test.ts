import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { fillFolder } from "../../operations/builds/fill-folder";
import { checkBundle } from "../../operations/bundle/check";
import { IMAGES } from "../../operations/bundle/layout";
import { loadBundle } from "../../operations/bundle/load";
import { packProject } from "../../operations/bundle/project";
import { unpackBundle } from "../../operations/bundle/unpack-bundle";
import { BadInputError } from "../../plan/problems/errors";
import { bomb, file, layBundle, layWithImages, layWithProject, withPart } from "../hostile/hostile-archives";
import { change, resum } from "./bundle-parts";
import { withPrograms } from "./fake-programs";

const REPOSITORY = resolve(__dirname, "../..");

describe("loadBundle", function () {
  this.timeout(60_000);
  let folder: string;
  const bundle = () => join(folder, "elsewhere/bundle");
  const project = () => join(folder, "project");
  const load = (path = bundle()) => loadBundle({ path, into: project(), onStep: () => {} });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-load-"));
    mkdirSync(join(folder, "elsewhere"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("takes a file whose name tar takes for another machine's", async () => {
    await layBundle((parts) => parts)(folder);
    spawnSync("mv", [bundle(), join(folder, "lab:2026.bundle")]);
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(REPOSITORY, "bin/ldms.js"), "bundle", "load", "lab:2026.bundle"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^lab:2026\.bundle: whole; the stack site is ready\. Next:\n {2}cd ldms-site\n/);
    assert.ok(existsSync(join(folder, "ldms-site/archives/ldms-samp.tar.zst")));
  });

  for (const [title, text, config] of [
    ["no images", "config:\n  ldms:xprt: sock\n", { "ldms:xprt": "sock" }],
    ["images that say nothing", "config:\n  ldms:images:\n", {}],
    ["no config", "# nothing yet\n", {}],
    ["images by an alias", "x: &i { tag: 1.2.3, registry: reg }\nconfig:\n  ldms:images: *i\n", { tag: "1.2.3" }],
  ] as const) {
    it(`makes the images of a stack file with ${title}`, async () => {
      await layBundle((parts) => resum(change(parts, "Pulumi.site.yaml", () => Buffer.from(text))))(folder);
      await load();
      const settled = parse(readFileSync(join(project(), "Pulumi.site.yaml"), "utf8")) as { config: Record<string, unknown> };
      const { tag, ...others } = config as Record<string, unknown>;
      const images = { ...(tag !== undefined && { tag }), source: "archive", archive: "archives" };
      assert.deepEqual(settled.config, { ...others, "ldms:images": images });
    });
  }

  it("takes of a file's mode just whether it is a program", async () => {
    await layWithProject({ ...file("bin/ldms.js"), mode: 0o6777 }, { ...file("bin/x"), mode: 0o4000 })(folder);
    await load();
    const modeOf = (name: string) => (statSync(join(project(), name)).mode & 0o7022).toString(8);
    assert.deepEqual(["bin/ldms.js", "bin/x"].map(modeOf), ["0", "0"]);
    assert.equal(statSync(join(project(), "bin/ldms.js")).mode & 0o111, 0o111);
    assert.equal(statSync(join(project(), "bin/x")).mode & 0o111, 0);
  });

  it("gives to docker the images that the bundle names, and no other of its maker's", async () => {
    await layWithImages((files) =>
      change(files, "manifest.json", (text) => {
        const images = JSON.parse(text.toString()) as { RepoTags: string[] }[];
        return Buffer.from(
          JSON.stringify([...images.map((one) => ({ ...one, RepoTags: [...one.RepoTags, "debian:bookworm-slim"] })), images[0]]),
        );
      }),
    )(folder);
    const docker = `case $1 in load) cat >>${folder}/loaded ;; image) echo reg:5000/ovishpc/ldms-samp@sha256:1; echo reg:5000/ovishpc/ldms-agg@sha256:2 ;; esac`;
    await withPrograms({ docker }, () => loadBundle({ path: bundle(), into: project(), registry: "reg:5000", onStep: () => {} }));
    const tags = [...readFileSync(join(folder, "loaded"), "latin1").matchAll(/"RepoTags":(\[[^\]]*\])/g)].map(([, list]) => list);
    assert.deepEqual(tags, ['["ovishpc/ldms-samp:4.5.3"]', '["ovishpc/ldms-agg:4.5.3"]']);
  });

  it("puts no bundle over what another load has put there meanwhile", async () => {
    await layBundle((parts) => parts)(folder);
    const loads = await Promise.allSettled([load(), load(), load()]);
    assert.equal(loads.filter(({ status }) => status === "fulfilled").length, 1);
    for (const one of loads)
      if (one.status === "rejected") assert.match((one.reason as Error).message, /^bundle load: the folder is not empty/);
    assert.ok(existsSync(join(project(), "index.ts")));
    assert.deepEqual(readdirSync(folder).sort(), ["elsewhere", "project"]);
  });

  it("refuses a file that was changed between check and use", async () => {
    await layBundle((parts) => parts)(folder);
    const checked = await checkBundle(bundle());
    await layWithProject(file("docs/new"))(folder);
    mkdirSync(project());
    await assert.rejects(unpackBundle(bundle(), checked, project()), /`project\.tar\.zst` is another than a moment ago/);
  });

  for (const [title, kib] of [
    ["the project", 4],
    ["the images", 600],
  ] as const) {
    it(`leaves nothing behind where the disk is full within ${title}`, async () => {
      await layWithProject(file("docs/large", "x".repeat(100_000)))(folder);
      // A file that may grow no more fails as one on a full disk does; the cache of compiled programs is a file, too.
      const script = `ulimit -f ${kib * 2}; TSX_DISABLE_CACHE=1 exec "$0" "$1" bundle load elsewhere/bundle --into project`;
      const { status, stderr } = spawnSync("sh", ["-c", script, process.execPath, join(REPOSITORY, "bin/ldms.js")], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(status, 1, stderr);
      assert.match(stderr, /(EFBIG|SIGXFSZ|File too large)/);
      assert.doesNotMatch(stderr, /^ {4}at /m);
      assert.deepEqual(readdirSync(folder), ["elsewhere"]);
    });
  }

  it("needs as much memory for a file made to fill it as for any other", async () => {
    await layBundle((parts) => withPart(parts, IMAGES, bomb(240, 1 << 20)))(folder);
    const script = `require(${JSON.stringify(join(REPOSITORY, "operations/bundle/check.ts"))})
      .checkBundle(${JSON.stringify(bundle())}).catch((error) => console.log(error.message, process.resourceUsage().maxRSS))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", "tsx/cjs", "--eval", script], { cwd: REPOSITORY });
    const [, kib] = /has no manifest\.json.* (\d+)\n$/s.exec(stdout) ?? [];
    assert.ok(Number(kib) < 200_000, stdout);
  });
});

describe("packProject", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-pack-"));
    for (const name of ["docs", "node_modules/zod"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "cli.ts"), "");
    writeFileSync(join(folder, "node_modules/.package-lock.json"), '{"packages": {}}');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses links, which would take along what is nobody's business at the site", async () => {
    symlinkSync("/etc/passwd", join(folder, "docs/x"));
    symlinkSync("/root", join(folder, "node_modules/zod/\x1b[2Jhome"));
    symlinkSync("/tmp", join(folder, "operations"));
    await assert.rejects(packProject(folder, [], join(folder, "out")), (error: Error) => {
      assert.ok(error instanceof BadInputError);
      assert.match(
        error.message,
        /^bundle: takes files and no links: `operations`, `docs\/x`, `node_modules\/zod\/\\u001b\[2Jhome`\nhelp: /,
      );
      return true;
    });
    assert.equal(existsSync(join(folder, "out")), false);
  });

  it("takes a file whose name looks like an option as a file, and one of two names twice", async () => {
    const option = "--checkpoint-action=exec=touch owned";
    writeFileSync(join(folder, option), "content");
    spawnSync("ln", ["cli.ts", "index.ts"], { cwd: folder });
    await packProject(folder, [option], join(folder, "out"));
    const listed = spawnSync("tar", ["--zstd", "-tvf", join(folder, "out")], { encoding: "utf8" }).stdout;
    assert.ok(listed.includes(` ${option}\n`), listed);
    assert.doesNotMatch(listed, /link to/);
    assert.equal(existsSync(join(folder, "owned")), false);
  });
});

describe("fillFolder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-fill-"));
    mkdirSync(join(folder, "home"));
    writeFileSync(join(folder, "home/mine"), "mine");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("empties nothing that a link leads to", () => {
    symlinkSync("home", join(folder, "context"));
    assert.throws(
      () => fillFolder(join(folder, "context"), new Map()),
      /context: is a link, and what it leads to would be emptied\nhelp: /,
    );
    assert.deepEqual(readdirSync(join(folder, "home")), ["mine"]);
  });

  it("waits for nobody who might write into a pipe", () => {
    spawnSync("mkfifo", [join(folder, "pipe")]);
    const files = new Map([["lib/x", { path: join(folder, "pipe") }]]);
    assert.throws(() => fillFolder(join(folder, "context"), files), /pipe: is neither a file nor a link\nhelp: /);
  });
});
