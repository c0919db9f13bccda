import assert from "node:assert/strict";
import { makeBuildStack } from "../../lab/demo-stack";
import { LabError } from "../../lab/names";
import { SOURCE_DEFAULTS } from "../../plan/builds/source-defaults";
import { listContainers } from "../../plan/model/deployment-plan";
import type { SourceName } from "../../plan/model/source-names";
import { planDeployment } from "../../plan/plan";
import { NO_FACTS } from "../unit/example-stack";

const planOf = (environment: Readonly<Record<string, string>>) => planDeployment(makeBuildStack(environment).config, NO_FACTS);

function sourcesOf(environment: Readonly<Record<string, string>>) {
  const { steps } = planOf(environment);
  return (name: SourceName) => steps.find((step) => step.name === name)!.source;
}

describe("makeBuildStack", () => {
  it("builds upstream's sources where the environment names none", () => {
    const sourceOf = sourcesOf({});
    const { repo, branch } = SOURCE_DEFAULTS.ovis;
    assert.deepEqual(sourceOf("ovis"), { repo, branch });
    assert.equal(sourceOf("sosdb-ui")!.repo, SOURCE_DEFAULTS["sosdb-ui"].repo);
    assert.deepEqual(planOf({}).images.find(({ name }) => name === "ldms-agg")!.build!.steps, ["ovis", "numsos"]);
  });

  it("takes a repository that the environment names for a mirror, at upstream's tag or commit", () => {
    const sourceOf = sourcesOf({ OVIS_REPO: "/mirror/ldms", SOSDBUI_REPO: "https://g.example/ui" });
    assert.deepEqual(sourceOf("ovis"), { repo: "/mirror/ldms", branch: "v4.5.3" });
    assert.deepEqual(sourceOf("sosdb-ui"), { repo: "https://g.example/ui", branch: SOURCE_DEFAULTS["sosdb-ui"].branch });
    assert.equal(sourceOf("sos")!.repo, SOURCE_DEFAULTS.sos.repo);
  });

  it("takes the branch that the environment names, of its repository or of upstream's", () => {
    const sourceOf = sourcesOf({ OVIS_REPO: "/home/me/ovis", OVIS_BRANCH: "mine", SOS_BRANCH: "SOS-7" });
    assert.deepEqual(sourceOf("ovis"), { repo: "/home/me/ovis", branch: "mine" });
    assert.deepEqual(sourceOf("sos"), { repo: SOURCE_DEFAULTS.sos.repo, branch: "SOS-7" });
  });

  it("leaves the UI and Grafana out with their parts", () => {
    const plan = planOf({ NUMSOS_REPO: "", SOSDBUI_REPO: "", SOSDBGRAFANA_REPO: "", DSOSDS_REPO: "" });
    const { steps } = plan;
    const names = listContainers(plan).map(({ name }) => name);
    assert.ok(!names.includes("ui") && !names.includes("grafana") && names.includes("maestro"));
    assert.deepEqual(
      steps.map(({ name }) => name),
      ["ldms-dev", "maestro", "sos", "ovis"],
    );
  });

  it("refuses a demo without LDMS", () => {
    assert.throws(
      () => makeBuildStack({ OVIS_REPO: "" }),
      new LabError("OVIS_REPO", "is empty, and there is no LDMS without ovis", "name a git URL or a folder, or unset it"),
    );
  });

  it("refuses what git would read as an option", () => {
    assert.throws(() => makeBuildStack({ SOS_REPO: "--upload-pack=x" }), /images\.sources\.sos\.repo: must be a git URL or a folder/);
  });
});
