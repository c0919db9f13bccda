import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { needLab } from "../operations/on-lab/need-lab";
import { comparable } from "./comparable";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI } from "./find-pulumi";
import { inspectAll } from "./lab-facts";
import { LabStack, succeeded } from "./lab-stack";
import { type RunResult, start } from "./ldms-process";
import { ProjectFolder } from "./project-folder";
import { changedResources, plannedSteps, policyFindings, stepLines } from "./steps";

const PULUMI_SECONDS = 300;

describe("the stack `lab` under the real pulumi", function () {
  this.timeout(600_000);
  let lab: LabStack;
  /** Where the real CLI works; its state is not the embedded engine's. */
  let project: ProjectFolder;

  before(async function () {
    needPulumi.call(this, "compares the embedded engine's state with a recorded one, and does not prove that the real CLI takes it");
    await needLab.call(this);
    lab = new LabStack();
    project = new ProjectFolder();
    project.writeStackFile("lab", {});
    await lab.prepare();
  });
  after(async () => {
    await lab?.remove();
    project?.remove();
  });

  function run(argv: readonly [string, ...string[]], stdin = ""): Promise<RunResult> {
    const { path, environment } = project;
    const PATH = `${PULUMI_FOLDER}${delimiter}${environment["PATH"]}`;
    const real = { ...environment, ...QUIET_PULUMI, PATH, PULUMI_HOME: join(path, "pulumi-home") };
    return start(argv, { folder: path, environment: real, timeoutSeconds: PULUMI_SECONDS, stdin }).ended;
  }

  /** `ldms ARGS`, which takes the real CLI. */
  function ldms(verb: string, ...args: readonly string[]): Promise<RunResult> {
    return run([process.execPath, "bin/ldms.js", verb, "-s", "lab", "--engine", "pulumi", ...args]);
  }

  function pulumi(args: readonly string[], stdin?: string): Promise<RunResult> {
    return run([join(PULUMI_FOLDER ?? "", "pulumi"), ...args, "--stack", "lab", "--non-interactive"], stdin);
  }

  it("previews the same resources as the embedded engine", async () => {
    const embedded = changedResources(succeeded(await lab.preview({}, ["--json"])).stdout, "planned");
    const real = succeeded(await ldms("preview", "--json"));
    assert.deepEqual(plannedSteps(real.stdout), stepLines(embedded));
  });

  it("takes the embedded engine's state, refreshes it, and sees nothing to change but images that it builds itself", async () => {
    await lab.haveStandard();
    const state = succeeded(await lab.ldms(["export", "-s", "lab"])).stdout;
    succeeded(await pulumi(["stack", "import"], state));
    succeeded(await pulumi(["refresh", "--yes"]));
    const preview = succeeded(await pulumi(["preview", "--json"]));
    const changes = plannedSteps(preview.stdout).filter((step) => !/^update ldms-(agg|grafana|maestro|samp|ui)$/.test(step));
    assert.deepEqual(changes, []);
  });

  it("judges an exported state as the pack judged its deployment, and finds what somebody broke in it", async () => {
    await lab.haveStandard();
    const up = succeeded(await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes", "--json", "--policy-pack", "policies"]));
    const state = succeeded(await lab.ldms(["export", "-s", "lab"])).stdout;
    const sound = await analyze(state);
    assert.deepEqual(sound.findings, policyFindings(up.stdout));
    const broken = JSON.parse(state) as {
      readonly deployment: { readonly resources: { readonly urn: string; readonly inputs: object }[] };
    };
    const samp = broken.deployment.resources.find(({ urn }) => urn.endsWith("Container::cygnus-01-samp"))!;
    Object.assign(samp.inputs, { pidMode: "" });
    const found = await analyze(JSON.stringify(broken));
    assert.notEqual(found.code, 0);
    assert.deepEqual(
      found.findings.filter((finding) => !sound.findings.includes(finding)),
      ["sampler-shares-host-pid mandatory cygnus-01-samp"],
    );
  });

  /** `pulumi policy analyze` on the text of a state. */
  async function analyze(state: string): Promise<{ readonly code: number | undefined; readonly findings: readonly string[] }> {
    const file = join(project.path, "exported.json");
    writeFileSync(file, state);
    const args = ["policy", "analyze", "--file", file, "--policy-pack", "policies", "--json"];
    const { code, stdout } = await run([join(PULUMI_FOLDER ?? "", "pulumi"), ...args]);
    return { code, findings: policyFindings(stdout) };
  }

  it("makes the same containers as the embedded engine", async () => {
    await lab.haveStandard();
    const embedded = comparable(await inspectAll());
    await lab.haveNothing();
    // What was imported is gone from the hosts by now, and a refresh does not see that of files.
    succeeded(await pulumi(["stack", "rm", "--yes", "--force", "--preserve-config"]));
    try {
      succeeded(await ldms("up", "--yes"));
      const real = comparable(await inspectAll());
      assert.deepEqual([...real.keys()], [...embedded.keys()]);
      for (const [place, container] of real) assert.deepEqual(container, embedded.get(place), place);
    } finally {
      succeeded(await ldms("destroy", "--yes"));
    }
    assert.deepEqual([...(await inspectAll()).keys()], []);
  });
});
