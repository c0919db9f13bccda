import assert from "node:assert/strict";
import { buildStackConfig } from "../../lab/demo-stack";
import { parseClusterConfig } from "../../plan/checks/parse";
import { listContainers } from "../../plan/model/deployment-plan";
import { planDeployment } from "../../plan/plan";
import { NO_FACTS, readStack } from "../unit/example-stack";

const lab = Object.fromEntries(Object.entries(readStack("lab")).map(([key, value]) => [`ldms:${key}`, value]));
/** The plan of the demo's stack, its file parsed as `ldms` does. */
function planOf(environment: Readonly<Record<string, string>>) {
  const config = Object.entries(buildStackConfig(lab, environment)).map(([key, value]) => [key.replace(/^ldms:/, ""), value]);
  return planDeployment(parseClusterConfig("lab-build", "Pulumi.lab-build.yaml", Object.fromEntries(config)), NO_FACTS);
}

describe("buildStackConfig", () => {
  it("builds the stand-ins' repositories where no source is named", () => {
    const { steps, images } = planOf({});
    assert.equal(steps.length, 8);
    assert.deepEqual(steps.find(({ name }) => name === "sosdb-ui")!.source, { repo: ".ldms/lab/repos/sosdb-ui", branch: "HEAD" });
    assert.deepEqual(images.find(({ name }) => name === "ldms-agg")!.build!.steps, ["ovis", "numsos"]);
  });

  it("takes the sources that the environment names as upstream's config.sh does, and upstream's for the others", () => {
    const { steps } = planOf({ OVIS_REPO: "/home/me/ovis", OVIS_BRANCH: "mine", SOSDBUI_REPO: "https://g.example/ui" });
    const sourceOf = (part: string) => steps.find(({ name }) => name === part)!.source;
    assert.deepEqual(sourceOf("ovis"), { repo: "/home/me/ovis", branch: "mine" });
    assert.deepEqual(sourceOf("sosdb-ui"), { repo: "https://g.example/ui", branch: "HEAD" });
    assert.equal(sourceOf("sos")!.repo, "https://github.com/ovis-hpc/sos");
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
});
