import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stageBuildContext } from "../../operations/builds/build-context";
import type { FilledFolder } from "../../operations/builds/fill-folder";
import { stageBuilds } from "../../operations/builds/stage-builds";
import type { ImageName } from "../../plan/model/image";

const RECIPES = path.join(__dirname, "../../images");

/** `MODE NAME HASH` of each file, sorted. */
function fingerprint(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !fs.lstatSync(path.join(folder, name)).isDirectory())
    .map((name) => {
      const status = fs.lstatSync(path.join(folder, name));
      const content = status.isSymbolicLink() ? fs.readlinkSync(path.join(folder, name)) : fs.readFileSync(path.join(folder, name));
      return `${(status.mode & 0o777).toString(8)} ${name} ${createHash("sha256").update(content).digest("hex").slice(0, 8)}`;
    })
    .sort();
}

function write(file: string, content: string, mode: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.chmodSync(file, mode);
}

describe("stageBuildContext", () => {
  let folder: string;
  let ovis: string;
  const stage = (image: ImageName, out = "out"): FilledFolder =>
    stageBuildContext({ image, recipesFolder: RECIPES, ovisFolder: ovis, outFolder: path.join(folder, out) });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-context-"));
    ovis = path.join(folder, "ovis");
    write(path.join(ovis, "sbin/ldmsd"), "daemon", 0o755);
    write(path.join(ovis, "lib/libldms.so.4"), "library", 0o644);
    fs.symlinkSync("libldms.so.4", path.join(ovis, "lib/libldms.so"));
    write(path.join(ovis, "lib/ovis-ldms/libmeminfo.so"), "sampler", 0o644);
    write(path.join(ovis, "lib/ovis-ldms/libstore_sos.so"), "store", 0o644);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("holds the recipe, the shared scripts and the files that the image takes, links as links", () => {
    stage("ldms-samp");
    const names = fingerprint(path.join(folder, "out")).map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(
      names.filter((name) => !name.includes(" common/")),
      [
        "644 Dockerfile",
        "644 ovis/lib/libldms.so.4",
        "644 ovis/lib/ovis-ldms/libmeminfo.so",
        "755 ovis/sbin/ldmsd",
        "777 ovis/lib/libldms.so",
      ],
    );
    assert.ok(names.includes("755 common/ldmsd-entrypoint") && names.includes("644 common/munge.sh"));
  });

  it("is the same for the same inputs, whatever their modes below execution and their times", () => {
    stage("ldms-agg");
    fs.chmodSync(path.join(ovis, "lib/libldms.so.4"), 0o600);
    fs.utimesSync(path.join(ovis, "sbin/ldmsd"), 1, 1);
    stage("ldms-agg", "again");
    assert.deepEqual(fingerprint(path.join(folder, "again")), fingerprint(path.join(folder, "out")));
  });

  it("does nothing the second time", () => {
    const first = stage("ldms-agg");
    assert.deepEqual(stage("ldms-agg"), { files: first.files, written: 0, removed: 0 });
  });

  it("writes what changed, mends modes and removes what is no longer in the inputs", () => {
    const { files } = stage("ldms-samp");
    fs.writeFileSync(path.join(ovis, "sbin/ldmsd"), "d4emon");
    fs.rmSync(path.join(ovis, "lib/ovis-ldms"), { recursive: true });
    fs.chmodSync(path.join(folder, "out/Dockerfile"), 0o600);
    write(path.join(folder, "out/ovis/stale/deep/file"), "", 0o644);
    assert.deepEqual(stage("ldms-samp"), { files: files - 1, written: 2, removed: 2 });
    assert.equal(fs.readFileSync(path.join(folder, "out/ovis/sbin/ldmsd"), "utf8"), "d4emon");
    assert.equal(fs.existsSync(path.join(folder, "out/ovis/stale")), false);
  });

  it("replaces a folder by a file of its name", () => {
    write(path.join(folder, "out/Dockerfile/x"), "", 0o644);
    stage("ldms-samp");
    assert.ok(fs.statSync(path.join(folder, "out/Dockerfile")).isFile());
  });

  it("names the folder when there is no ovis tree", () => {
    fs.rmSync(ovis, { recursive: true });
    assert.throws(() => stage("ldms-samp"), {
      name: "BuildContextError",
      message: `ldms-samp: there is no ovis tree: \`${ovis}\`\nhelp: give \`ldms:images.sources\`, to build the binaries, or point \`ldms:images.ovis\` at their install prefix`,
    });
  });

  it("refuses a tree that has nothing for the image", () => {
    assert.throws(() => stage("ldms-grafana"), /the ovis tree has no file that this image takes/);
  });

  it("builds ldms-dev without a tree", () => {
    fs.rmSync(ovis, { recursive: true });
    assert.ok(stage("ldms-dev").files > 5);
  });
});

describe("stageBuilds", () => {
  let project: string;
  const build = {
    recipe: "images/ldms-samp",
    context: "context",
    ovis: "ovis",
    platform: "linux/arm64",
    args: { BASE_IMAGE: "debian:12" },
  };
  const platform = "linux/arm64";
  const steps = [
    { name: "ldms-dev", base: "debian:12", platform },
    { name: "sos", standsOn: "ldms-dev", platform, source: { repo: "src/sos", branch: "HEAD" }, script: "make sos\n" },
    { name: "ovis", standsOn: "sos", platform, source: { repo: "src/ovis", branch: "HEAD" }, script: "make ovis\n" },
    { name: "maestro", standsOn: "ldms-dev", platform, source: { repo: "no/such/folder", branch: "HEAD" }, script: "make maestro\n" },
  ] as const;
  const stage = (isSketch = false) => {
    const images = [
      { name: "ldms-agg", reference: "ovishpc/ldms-agg:1" },
      { name: "ldms-samp", reference: "ovishpc/ldms-samp:1", build: { ...build, steps: ["ovis"] } },
    ] as const;
    return stageBuilds({ stack: "s", images, steps }, project, isSketch);
  };
  const namesOf = async () => Object.fromEntries((await stage()).steps.map(({ name, imageName }) => [name, imageName]));

  beforeEach(() => {
    project = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-project-"));
    fs.cpSync(RECIPES, path.join(project, "images"), { recursive: true });
    write(path.join(project, "src/sos/sos.c"), "one", 0o644);
    write(path.join(project, "src/ovis/ldmsd.c"), "one", 0o644);
  });
  afterEach(() => fs.rmSync(project, { recursive: true }));

  it("lays out the steps that an image stands on, and none that it does not need", async () => {
    const { steps: staged, images, notes } = await stage();
    assert.deepEqual(
      staged.map(({ name, standsOn, platform }) => [name, standsOn, platform]),
      [
        ["ldms-dev", undefined, "linux/arm64"],
        ["sos", "ldms-dev", "linux/arm64"],
        ["ovis", "sos", "linux/arm64"],
      ],
    );
    const [dev, sos, ovis] = staged;
    assert.deepEqual(dev!.args, { BASE_IMAGE: "debian:12" });
    assert.equal(sos!.args["PARENT"], dev!.imageName);
    assert.equal(images[1]!.build!.args["OVIS_IMAGE"], ovis!.imageName);
    assert.equal(images[0]!.build, undefined);
    assert.deepEqual(notes, []);
    assert.deepEqual(fs.readdirSync(path.join(project, ovis!.context)).sort(), ["Dockerfile", "build.sh", "source.tar"]);
    const recipe = fs.readFileSync(path.join(project, "context/Dockerfile"), "utf8");
    assert.match(recipe, /^ARG OVIS_IMAGE\nARG BASE_IMAGE=/);
    assert.match(recipe, /FROM \$\{OVIS_IMAGE\} AS picked\n/);
    assert.doesNotMatch(recipe, /COPY ovis\//);
  });

  it("names a step's image by its content: a changed source renames what stands on it and nothing else", async () => {
    const before = await namesOf();
    assert.deepEqual(await namesOf(), before);
    write(path.join(project, "src/ovis/ldmsd.c"), "two", 0o644);
    const changedOvis = await namesOf();
    assert.deepEqual(
      Object.keys(before).filter((name) => changedOvis[name] !== before[name]),
      ["ovis"],
    );
    write(path.join(project, "src/sos/sos.c"), "two", 0o644);
    const changedSos = await namesOf();
    assert.deepEqual(
      Object.keys(before).filter((name) => changedSos[name] !== changedOvis[name]),
      ["sos", "ovis"],
    );
  });

  it("takes a folder of binaries as it is, and says so", async () => {
    write(path.join(project, "ovis/sbin/ldmsd"), "daemon", 0o755);
    const { steps: staged, images, notes } = await stage();
    assert.deepEqual(staged, []);
    assert.equal(images[1]!.build!.steps, undefined);
    assert.deepEqual(notes, ["the folder `ovis` is there: its binaries are taken as they are, and not built from source"]);
    assert.ok(fs.existsSync(path.join(project, "context/ovis/sbin/ldmsd")));
  });

  it("sketches a build for checks: no source is fetched, and the place of a real build stays as it is", async () => {
    const { steps: real, images: realImages } = await stage();
    fs.rmSync(path.join(project, "src"), { recursive: true });
    const { steps: staged, images } = await stage(true);
    assert.deepEqual(
      staged.map(({ name, context }) => [name, context]),
      real.map(({ name, context }) => [name, `${context}-sketch`]),
    );
    assert.deepEqual(fs.readdirSync(path.join(project, staged[2]!.context)).sort(), ["Dockerfile", "build.sh"]);
    assert.equal(images[1]!.build!.context, `${realImages[1]!.build!.context}-sketch`);
    assert.ok(fs.existsSync(path.join(project, real[2]!.context, "source.tar")));
  });
});
