import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_FOLDER } from "../../lab/names";
import { runProcess } from "../../processes/run-process";

const VARIABLES = ["MAESTRO", "SOS", "OVIS", "NUMSOS", "SOSDBUI", "SOSDBGRAFANA", "DSOSDS"];

function demo(...assignments: readonly string[]) {
  const argv = ["env", ...assignments, process.execPath, "--require", "tsx/cjs", "lab/demo.ts", "--ovis", "build"] as const;
  return runProcess(argv as readonly string[] as readonly [string, ...string[]], { folder: PROJECT_FOLDER, timeoutSeconds: 60 });
}

describe("npm run demo -- --ovis build", function () {
  this.timeout(90_000);

  it("looks for its sources before it installs, starts or builds anything, and names the variable of each that is missing", async () => {
    const nowhere = VARIABLES.flatMap((name) => [`${name}_REPO=/nowhere/${name}`, `${name}_BRANCH=HEAD`]);
    const { code, output } = await demo(...nowhere);
    assert.equal(code, 1);
    const missing = VARIABLES.map((name) => `  - ${name}_REPO: cannot read the repository: \`/nowhere/${name}\`: GIT`);
    assert.deepEqual(output.replace(/fatal: .*/g, "GIT").split("\n"), [
      "lab: ==> upstream's sources",
      "lab: sources: these cannot be fetched; nothing was built, no host was started",
      ...missing,
      "  help: each variable takes a mirror's URL or a folder: OVIS_REPO=/mirror/ldms npm run demo -- --ovis build",
      "        OVIS_BRANCH and so on take a branch, a tag or a full commit of it",
      "        without the UI and Grafana: SOSDBUI_REPO= SOSDBGRAFANA_REPO= DSOSDS_REPO= npm run demo -- --ovis build",
    ]);
  });

  it("says so where there is no LDMS to build", async () => {
    const { code, output } = await demo("OVIS_REPO=");
    assert.equal(code, 1);
    assert.deepEqual(output.split("\n"), [
      "lab: ==> upstream's sources",
      "lab: OVIS_REPO: is empty, and there is no LDMS without ovis",
      "  help: name a git URL or a folder, or unset it",
    ]);
  });
});

describe("package.json", () => {
  it("has the demo look for its sources before setup.sh installs an engine", () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT_FOLDER, "package.json"), "utf8")) as { scripts: Record<string, string> };
    assert.equal(scripts["demo"], "bash lab/setup.sh --npm-only && tsx lab/demo.ts");
  });
});
