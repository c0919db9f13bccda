import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { standinSources } from "../../lab/demo-stack";
import { docker, dockerLines } from "../../lab/docker-cli";
import { commitAll, writeStandinRepos } from "../../lab/standin/repos";
import type { SourceName } from "../../plan/source-names";
import { needLab } from "../operations/on-lab/need-lab";
import { LabStack, succeeded } from "./lab-stack";
import type { StackChanges } from "./project-folder";
import { changedResources, stepLines } from "./steps";

/** ldms-dev takes some minutes where its packages are not there yet. */
const BUILD_SECONDS = 840;
const REPOS = ".ldms/lab/repos";

/** The lab's stack with binaries built from the stand-ins' repositories; options of ovis added to those that these know. */
function fromSource(...ovisOptions: readonly string[]): StackChanges {
  const sources = standinSources(REPOS);
  const options = [...(sources.ovis!["options"] as string[]), ...ovisOptions];
  const images = {
    registry: "198.18.0.5:5000",
    tag: "built",
    source: "build",
    ovis: "no-ovis",
    grafanaBase: "ldms-lab/grafana-standin:9.1.0",
  };
  return { "ldms:images": { ...images, sources: { ...sources, ovis: { ...sources.ovis, options } } } };
}

describe("images built from source, on the lab", function () {
  this.timeout(900_000);
  const lab = new LabStack();
  const repo = (name: SourceName) => join(lab.project.path, REPOS, name);

  before(async function () {
    await needLab.call(this);
    await lab.prepare();
    await writeStandinRepos(join(lab.project.path, REPOS));
    lab.project.writeStackFile("lab", fromSource());
  });
  after(() => lab.remove());

  const build = (...args: readonly string[]) =>
    lab.ldms(["images", "build", "-s", "lab", "--engine", "embedded", ...args], { timeoutSeconds: BUILD_SECONDS });

  /** Changes one line of a repository and commits it; returns the way back. */
  async function changeLine(name: SourceName, file: string, change: (text: string) => string): Promise<() => Promise<void>> {
    const path = join(repo(name), file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, change(text));
    await commitAll(repo(name));
    return async () => {
      writeFileSync(path, text);
      await commitAll(repo(name));
    };
  }

  async function plannedImages(): Promise<readonly string[]> {
    const preview = succeeded(await lab.ldms(["preview", "-s", "lab", "--engine", "embedded", "--json"]));
    return stepLines(changedResources(preview.stdout, "planned")).filter((line) =>
      / (build-|ldms-(agg|grafana|maestro|samp|ui)$)/.test(line),
    );
  }

  it("come from the repositories step by step, each with a log", async () => {
    const { stdout } = succeeded(await build("--json"));
    const made = stepLines(changedResources(stdout, "done")).filter((line) => /build-|ldms-/.test(line));
    assert.deepEqual(made, [
      ..."dsosds ldms-dev maestro numsos ovis sos sosdb-grafana sosdb-ui".split(" ").map((name) => `create build-${name}`),
      ..."agg grafana maestro samp ui".split(" ").map((name) => `create ldms-${name}`),
    ]);
    const logs = readdirSync(join(lab.project.path, ".ldms/logs"));
    for (const step of ["sos", "ovis", "maestro"])
      assert.ok(
        logs.some((file) => file.startsWith(`build-ldms-build_${step}_`)),
        logs.join(" "),
      );
  });

  it("leave the stores out of the sampler", async () => {
    const list = async (image: string) =>
      (await docker(["run", "--rm", "--entrypoint", "ls", `198.18.0.5:5000/ovishpc/${image}:built`, "/opt/ovis/lib/ovis-ldms"]))
        .trim()
        .split("\n");
    assert.deepEqual(await list("ldms-samp"), ["libloadavg.so", "libmeminfo.so"]);
    assert.deepEqual(await list("ldms-agg"), ["libloadavg.so", "libmeminfo.so", "libstore_sos.so"]);
  });

  it("are built and pushed once: the second time nothing is done, in a small multiple of what a plan takes", async () => {
    const plan = succeeded(await lab.ldms(["plan", "-s", "lab"]));
    const again = succeeded(await build("--json"));
    assert.deepEqual(changedResources(again.stdout, "done"), []);
    const ratio = again.seconds / plan.seconds;
    console.log(
      `      nothing to build: ${again.seconds.toFixed(1)} s, ${ratio.toFixed(1)} times \`ldms plan\` (${plan.seconds.toFixed(1)} s)`,
    );
    assert.ok(ratio < 8, `${ratio} times as long as a plan`);
  });

  it("bring the data into the store", async () => {
    succeeded(await lab.up(fromSource()));
    succeeded(await lab.ldms(["verify", "-s", "lab", "--wait", "60"]));
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
      assert.deepEqual(await plannedImages(), []);
    });
  }

  it("make anew what the preview showed", async () => {
    const goBack = await changeLine("maestro", "bin/maestro", (text) => `${text}\n# changed\n`);
    const { stdout } = succeeded(await build("--json"));
    assert.deepEqual(stepLines(changedResources(stdout, "done")), ["update build-maestro", "update ldms-maestro"]);
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
    assert.ok(existsSync(join(lab.project.path, log)), failed.stdout);
    await goBack();
    succeeded(await build());
  });

  it("stop at a feature that was asked for and not built", async () => {
    lab.project.writeStackFile("lab", fromSource("--enable-rdma", "--enable-papi"));
    const { code, stdout } = await build("ldms-samp");
    lab.project.writeStackFile("lab", fromSource());
    assert.equal(code, 1);
    assert.match(
      stdout,
      /ovis: configure left out what was asked for:\s+- --enable-rdma: there is no lib\/ovis-ldms\/libzap_rdma\.so\s+- --enable-papi: /,
    );
  });

  it("leave nothing in the way when a build is killed", async () => {
    const containers = () => dockerLines(["ps", "--all", "--quiet", "--no-trunc"]);
    const before = await containers();
    const goBack = await changeLine("sos", "autogen.sh", (text) => text.replace("set -eu", "set -eu\nsleep 20"));
    const killed = lab.start(["images", "build", "-s", "lab", "--engine", "embedded"], { timeoutSeconds: BUILD_SECONDS });
    await waitUntil(() => killed.stdout().includes("build-sos updating"));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    killed.kill("SIGKILL");
    await killed.ended;
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

async function waitUntil(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !condition(); ) {
    if (Date.now() > end) throw new Error("not within 120 s");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
