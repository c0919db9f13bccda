import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_FOLDER } from "../../lab/names";
import { copyProject } from "../../lab/project-copy";
import { withoutPulumi } from "../lab/find-pulumi";
import { type RunResult, start } from "../lab/ldms-process";
import { plainEnvironment } from "./package-folder";

const LIMIT_SECONDS = 120;
const CYGNUS = readFileSync(join(PROJECT_FOLDER, "Pulumi.cygnus.yaml"), "utf8");

// The other examples need hosts: tests/lab/suites/examples.ts and tests/full/package.test.ts.
describe("examples/gate.ts", function () {
  this.timeout(LIMIT_SECONDS * 1000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-examples-"));
    copyProject(folder);
    mkdirSync(join(folder, "state"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function gate(stackFile: string): Promise<RunResult> {
    writeFileSync(join(folder, "Pulumi.cygnus.yaml"), stackFile);
    const environment = { ...plainEnvironment(), PULUMI_BACKEND_URL: `file://${folder}/state`, PULUMI_CONFIG_PASSPHRASE: "p" };
    const argv = [process.execPath, "--import", "tsx", "examples/gate.ts", folder, "cygnus"] as const;
    return start([...argv], { folder: PROJECT_FOLDER, environment: withoutPulumi(environment), timeoutSeconds: LIMIT_SECONDS }).ended;
  }

  it("lets a sound stack pass, with the policies' advice and what would change", async () => {
    const { code, stdout, stderr } = await gate(CYGNUS);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^advice: image-pinned-by-digest: /m);
    assert.match(stdout, /^create cygnus-07-agg2$/m);
    assert.match(stdout, /^passed: 54 changes$/m);
  });

  it("refuses a stack that breaks a rule, with exit code 1, and names it", async () => {
    const { code, stdout } = await gate(CYGNUS.replace("hostPath: /store", "hostPath: /etc"));
    assert.equal(code, 1);
    assert.match(stdout, /^refused: no-sensitive-host-folders: .*`\/etc:\/store:rw`$/m);
    assert.doesNotMatch(stdout, /^passed/m);
  });

  it("has an exit code of its own for a stack file that nobody can judge", async () => {
    const { code, stderr } = await gate(CYGNUS.replace("ldms:xprt", "ldms:xptr"));
    assert.equal(code, 2);
    assert.match(stderr, /^ConfigError: .*xptr/s);
  });
});
