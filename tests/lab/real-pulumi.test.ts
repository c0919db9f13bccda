import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Violation } from "../../plan/rules/violation";
import { needLab } from "../operations/on-lab/need-lab";
import { comparable } from "./comparable";
import { clearHeads, equipHeads, FAN_OUT } from "./fan-out-stack";
import { needPulumi } from "./find-pulumi";
import { inspectAll } from "./lab-facts";
import { LabStack, succeeded } from "./lab-stack";
import type { RunResult } from "./ldms-process";
import { PulumiProject } from "./pulumi-project";
import { changedResources, plannedSteps, policyFindings, policyVerdicts, readPulumiPreview, reportedVerdicts, stepLines } from "./steps";

describe("the stack `lab` under the real pulumi", function () {
  this.timeout(600_000);
  let lab: LabStack;
  /** Where the real CLI works; its state is not the embedded engine's. */
  let project: PulumiProject;

  before(async function () {
    needPulumi.call(this, "compares the embedded engine's state with a recorded one, and does not prove that the real CLI takes it");
    await needLab.call(this);
    lab = new LabStack();
    project = new PulumiProject();
    project.writeStackFile("lab", {});
    await lab.prepare();
  });
  after(async () => {
    await lab?.remove();
    project?.remove();
  });

  /** `ldms ARGS`, which takes the real CLI. */
  function ldms(verb: string, ...args: readonly string[]): Promise<RunResult> {
    return project.startLdms([verb, "-s", "lab", "--engine", "pulumi", ...args]).ended;
  }

  function pulumi(args: readonly string[], stdin?: string): Promise<RunResult> {
    return project.startPulumi([...args, "--stack", "lab"], stdin).ended;
  }

  it("previews the same resources as the embedded engine", async () => {
    const embedded = changedResources(succeeded(await lab.preview({}, ["--json"])).stdout, "planned");
    const { stdout } = succeeded(await ldms("preview", "--json"));
    assert.match(readPulumiPreview(stdout).digest!, /^[0-9a-f]{16}(-[0-9a-f]{16}){3}$/);
    assert.deepEqual(plannedSteps(stdout), stepLines(embedded));
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

  for (const [method, changes] of Object.entries({ docker: {}, "fan-out": FAN_OUT })) {
    it(`judges an exported state as the pack judged its deployment, and as \`ldms policy\` judges its file, by the method ${method}`, async () => {
      await lab.haveNothing();
      await equipHeads();
      const up = succeeded(await lab.up(changes, ["--json", "--policy-pack", "policies"]));
      const sound = await analyze(succeeded(await lab.ldms(["export", "-s", "lab"])).stdout);
      const reports = join(lab.project.path, "reports");
      succeeded(await lab.ldms(["policy", "-s", "lab", "--out", reports]));
      const ofFile = JSON.parse(readFileSync(join(reports, "policy.json"), "utf8")) as { readonly violations: readonly Violation[] };
      await lab.haveNothing();
      await clearHeads();
      assert.deepEqual(policyFindings(sound.stdout), policyFindings(up.stdout));
      assert.deepEqual(policyVerdicts(sound.stdout), reportedVerdicts(ofFile.violations));
    });
  }

  it("finds in an exported state what somebody broke in it", async () => {
    await lab.haveStandard();
    const state = succeeded(await lab.ldms(["export", "-s", "lab"])).stdout;
    const sound = policyFindings((await analyze(state)).stdout);
    const broken = JSON.parse(state) as {
      readonly deployment: { readonly resources: { readonly urn: string; readonly inputs: object }[] };
    };
    const samp = broken.deployment.resources.find(({ urn }) => urn.endsWith("Container::cygnus-01-samp"))!;
    Object.assign(samp.inputs, { pidMode: "" });
    const found = await analyze(JSON.stringify(broken));
    assert.notEqual(found.code, 0);
    assert.deepEqual(
      policyFindings(found.stdout).filter((finding) => !sound.includes(finding)),
      ["sampler-shares-host-pid mandatory cygnus-01-samp"],
    );
  });

  /** `pulumi policy analyze` on the text of a state. */
  function analyze(state: string): Promise<RunResult> {
    const file = join(project.path, "exported.json");
    writeFileSync(file, state);
    return project.startPulumi(["policy", "analyze", "--file", file, "--policy-pack", "policies", "--json"]).ended;
  }

  it("makes the same containers as the embedded engine", async () => {
    await lab.haveStandard();
    const embedded = comparable(await inspectAll());
    await lab.haveNothing();
    // What was imported is gone from the hosts by now, and a refresh does not see that of files.
    succeeded(await pulumi(["stack", "rm", "--yes", "--force", "--preserve-config"]));
    try {
      succeeded(await ldms("up", "--yes", "--no-wait"));
      const real = comparable(await inspectAll());
      assert.deepEqual([...real.keys()], [...embedded.keys()]);
      for (const [place, container] of real) assert.deepEqual(container, embedded.get(place), place);
    } finally {
      succeeded(await ldms("destroy", "--yes"));
    }
    assert.deepEqual([...(await inspectAll()).keys()], []);
  });
});
