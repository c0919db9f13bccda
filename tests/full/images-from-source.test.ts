import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, dockerLines } from "../../lab/docker-cli";
import { commitAll, undoCommit, writeStandinRepos } from "../../lab/standin/repos";
import type { SourceName } from "../../plan/model/source-names";
import { succeeded } from "../lab/lab-stack";
import { start } from "../lab/ldms-process";
import { ProjectFolder } from "../lab/project-folder";
import { changedResources, stepLines } from "../lab/steps";
import { fromSource, SOURCE_REPOS } from "../lab/variants";
import { needLab } from "../operations/on-lab/need-lab";

const SAMPLER_PLUGINS = ["jobid", "loadavg", "meminfo", "procnetdev2", "procstat2", "stream_csv_store", "vmstat"].map(
  (name) => `lib${name}.so`,
);
const STORE_PLUGINS = ["libstore_csv.so", "libstore_flatfile.so", "libstore_sos.so"];

/** ldms-dev takes some minutes where its packages are not there yet. */
const BUILD_SECONDS = 840;

describe("images built from source", function () {
  this.timeout(900_000);
  const project = new ProjectFolder();
  const repo = (name: SourceName) => join(project.path, SOURCE_REPOS, name);
  const launch = (...args: readonly string[]) =>
    start([process.execPath, "bin/ldms.js", ...args], {
      folder: project.path,
      environment: project.environment,
      timeoutSeconds: BUILD_SECONDS,
    });
  const ldms = (...args: readonly string[]) => launch(...args).ended;
  const build = (...args: readonly string[]) => ldms("images", "build", "-s", "lab", "--engine", "embedded", ...args);

  before(async function () {
    // For its registry; no host is touched.
    await needLab.call(this);
    await writeStandinRepos(join(project.path, SOURCE_REPOS));
    project.writeStackFile("lab", fromSource());
  });
  after(() => project.remove());

  /** Changes one line of a repository and commits it; returns the way back. */
  async function changeLine(name: SourceName, file: string, change: (text: string) => string): Promise<() => Promise<void>> {
    const path = join(repo(name), file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, change(text));
    await commitAll(repo(name));
    return () => undoCommit(repo(name));
  }

  function logsOf(step: SourceName): readonly string[] {
    const folder = join(project.path, ".ldms/logs");
    return readdirSync(folder)
      .filter((file) => file.startsWith(`build-ldms-build_${step}_`))
      .map((file) => readFileSync(join(folder, file), "utf8"));
  }

  async function plannedImages(): Promise<readonly string[]> {
    const preview = succeeded(await ldms("preview", "-s", "lab", "--engine", "embedded", "--json"));
    return imageSteps(preview.stdout, "planned");
  }

  it("come from the repositories step by step, each with a log", async () => {
    const { stdout } = succeeded(await build("--json"));
    assert.deepEqual(imageSteps(stdout, "done"), [
      ..."dsosds ldms-dev maestro numsos ovis sos sosdb-grafana sosdb-ui".split(" ").map((name) => `create build-${name}`),
      ..."agg grafana maestro samp ui".split(" ").map((name) => `create ldms-${name}`),
    ]);
    for (const step of ["sos", "ovis", "maestro"] as const) assert.equal(logsOf(step).length, 1, step);
  });

  it("leave the stores out of the sampler", async () => {
    const list = async (image: string) =>
      (await docker(["run", "--rm", "--entrypoint", "ls", `198.18.0.5:5000/ovishpc/${image}:built`, "/opt/ovis/lib/ovis-ldms"]))
        .trim()
        .split("\n");
    assert.deepEqual(await list("ldms-samp"), SAMPLER_PLUGINS);
    assert.deepEqual(await list("ldms-agg"), [...SAMPLER_PLUGINS, ...STORE_PLUGINS].sort());
  });

  it("are built and pushed once: the second time nothing is done, in a small multiple of what a plan takes", async () => {
    const plan = succeeded(await ldms("plan", "-s", "lab"));
    const again = succeeded(await build("--json"));
    assert.deepEqual(changedResources(again.stdout, "done"), []);
    const ratio = again.seconds / plan.seconds;
    console.log(
      `      nothing to build: ${again.seconds.toFixed(1)} s, ${ratio.toFixed(1)} times \`ldms plan\` (${plan.seconds.toFixed(1)} s)`,
    );
    assert.ok(ratio < 6, `${ratio} times as long as a plan`);
  });

  const changes: readonly (readonly [SourceName, string, readonly string[]])[] = [
    ["ovis", "plugins/libmeminfo.so", ["build-ovis", "ldms-agg", "ldms-maestro", "ldms-samp"]],
    ["maestro", "bin/maestro", ["build-maestro", "ldms-maestro"]],
    ["sosdb-ui", "sosgui/wsgi.py", ["build-sosdb-grafana", "build-sosdb-ui", "ldms-ui"]],
    ["numsos", "numsos/__init__.py", ["build-numsos", "build-sosdb-grafana", "build-sosdb-ui", "ldms-agg", "ldms-ui"]],
  ];
  for (const [name, file, images] of changes) {
    it(`show in the preview what a changed line of ${name} makes anew, and nothing else`, async () => {
      const goBack = await changeLine(name, file, (text) => `${text}\n# changed\n`);
      assert.deepEqual(
        await plannedImages(),
        images.map((image) => `update ${image}`),
      );
      await goBack();
    });
  }

  it("make anew what the preview showed", async () => {
    const goBack = await changeLine("maestro", "bin/maestro", (text) => `${text}\n# changed\n`);
    const { stdout } = succeeded(await build("--json"));
    assert.deepEqual(imageSteps(stdout, "done"), ["update build-maestro", "update ldms-maestro"]);
    await goBack();
    succeeded(await build());
  });

  it("name the step that failed, its last lines and its log, and the next build goes on from there", async () => {
    const goBack = await changeLine("sos", "configure.ac", (text) => text.replace("AC_OUTPUT", "AC_MSG_ERROR([no such luck])\nAC_OUTPUT"));
    const failed = await build();
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /build image `ldms-build\/sos:[0-9a-f]{16}`/);
    assert.match(failed.stdout, /configure: error: no such luck/);
    const [, log = ""] = /all of the log is in `([^`]+)`/.exec(failed.stdout) ?? [];
    assert.ok(existsSync(join(project.path, log)), failed.stdout);
    await goBack();
    succeeded(await build());
  });

  it("stop at a feature that was asked for and not built", async () => {
    project.writeStackFile("lab", fromSource("--enable-rdma", "--enable-papi"));
    const { code, stdout } = await build("ldms-samp");
    project.writeStackFile("lab", fromSource());
    assert.equal(code, 1);
    assert.match(
      stdout,
      /ovis: configure left out what was asked for:\s+- --enable-rdma: there is no lib\/ovis-ldms\/libzap_rdma\.so\s+- --enable-papi: /,
    );
  });

  it("are told where the engine has lost the image of a step, which --restore makes again", async () => {
    // Of a content that no other build has, so that nobody else misses the image.
    const goBack = await changeLine("maestro", "bin/maestro", (text) => `${text}\n# ${project.path}\n`);
    const before = await dockerLines(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "ldms-build/maestro"]);
    succeeded(await build());
    const after = await dockerLines(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "ldms-build/maestro"]);
    const [step = ""] = after.filter((name) => !before.includes(name));
    await docker(["image", "rm", step]);
    const entrypoint = join(project.path, "images/ldms-maestro/entrypoint");
    writeFileSync(entrypoint, `${readFileSync(entrypoint, "utf8")}\n# changed\n`);

    const failed = await build();
    assert.equal(failed.code, 1);
    assert.ok(failed.stderr.endsWith(`does not have:\n  - ${step}\nhelp: ldms images build -s lab --restore\n`), failed.stderr);
    const restored = succeeded(await build("--restore", "--json"));
    assert.ok(restored.stderr.includes(`restoring ${step}\n`), restored.stderr);
    assert.deepEqual(imageSteps(restored.stdout, "done"), ["update ldms-maestro"]);
    await goBack();
    succeeded(await build());
  });

  it("leave nothing in the way when a build is killed, and the log up to there", async () => {
    const containers = () => dockerLines(["ps", "--all", "--quiet", "--no-trunc"]);
    const before = await containers();
    // Of a content that the engine's cache does not have from an earlier test.
    const said = `sleeping in ${project.path}\n`;
    const goBack = await changeLine("sos", "autogen.sh", (text) => text.replace("set -eu", `set -eu\necho ${said}sleep 20`));
    const killed = launch("images", "build", "-s", "lab", "--engine", "embedded");
    await waitUntil(() => logsOf("sos").some((text) => text.includes(said)));
    killed.kill("SIGKILL");
    await killed.ended;
    assert.ok(logsOf("sos").some((text) => text.endsWith(said)));
    await goBack();
    succeeded(await build());
    const left = (await containers()).filter((id) => !before.includes(id));
    const names = await Promise.all(left.map((id) => docker(["inspect", "--format", "{{.Config.Image}} {{.State.Status}}", id])));
    assert.deepEqual(
      names.filter((name) => name.includes("ldms-build")),
      [],
    );
  });
});

describe("ldms images shell", function () {
  this.timeout(900_000);
  const project = new ProjectFolder();
  const shell = (...args: readonly string[]) =>
    start([process.execPath, "bin/ldms.js", "images", "shell", "-s", "lab", ...args], {
      folder: project.path,
      environment: project.environment,
      timeoutSeconds: BUILD_SECONDS,
    }).ended;

  before(async function () {
    await needLab.call(this);
    await writeStandinRepos(join(project.path, SOURCE_REPOS));
    project.writeStackFile("lab", fromSource());
  });
  after(() => project.remove());

  it("hands its arguments to bash, among the sources and the tools", async () => {
    const { stdout } = succeeded(await shell("--", "-c", 'ls /usr/src; command -v gcc; echo "$1"', "bash", "two words"));
    assert.deepEqual(stdout.trim().split("\n"), [
      ..."dsosds maestro numsos ovis sos sosdb-grafana sosdb-ui".split(" "),
      "/usr/bin/gcc",
      "two words",
    ]);
    assert.equal(existsSync(join(project.path, "no-ovis")), false);
  });

  it("ends with bash's code, and keeps what was changed and installed", async () => {
    assert.equal(
      (await shell("--", "-c", "echo mine >/usr/src/sos/mine; mkdir -p /opt/ovis/sbin; echo x >/opt/ovis/sbin/ldmsd; exit 3")).code,
      3,
    );
    const { stdout } = succeeded(await shell("--", "-c", "cat /usr/src/sos/mine"));
    assert.equal(stdout, "mine\n");
    assert.equal(readFileSync(join(project.path, "no-ovis/sbin/ldmsd"), "utf8"), "x\n");
  });

  it("has what was installed packaged as one image", async () => {
    const args = ["images", "build", "ldms-samp", "-s", "lab", "--ovis", "no-ovis"];
    const run = start([process.execPath, "bin/ldms.js", ...args], {
      folder: project.path,
      environment: project.environment,
      timeoutSeconds: BUILD_SECONDS,
    });
    const { stdout } = succeeded(await run.ended);
    const [, reference = ""] = /^(198\.18\.0\.5:5000\/ovishpc\/ldms-samp:built): sha256:[0-9a-f]{64}$/m.exec(stdout) ?? [];
    assert.equal(await docker(["run", "--rm", "--entrypoint", "cat", reference, "/opt/ovis/sbin/ldmsd"]), "x");
  });
});

/** Of what a run changes, the images: the others are components, and hosts that take a changed image. */
function imageSteps(stdout: string, phase: "planned" | "done"): readonly string[] {
  return stepLines(changedResources(stdout, phase)).filter((line) => / (build-|ldms-(agg|grafana|maestro|samp|ui)$)/.test(line));
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !condition(); ) {
    if (Date.now() > end) throw new Error("not within 120 s");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
