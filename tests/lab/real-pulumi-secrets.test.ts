import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { LAB_FILES } from "../../lab/lab";
import { needLab } from "../operations/on-lab/need-lab";
import { needPulumi } from "./find-pulumi";
import { inspectAll, nowSeconds, waitForIds } from "./lab-facts";
import { LabStack, succeeded } from "./lab-stack";
import type { StartedProcess } from "./ldms-process";
import { LeakWatch, spellingsOf, spellingsOfPem } from "./leak-watch";
import { PulumiProject } from "./pulumi-project";
import { readPulumiPreview } from "./steps";
import { SSH_BY_LOGIN_NODE } from "./suites/ssh";

const STACK = "labreal";
/**
 * How the real Pulumi hands a program its config, which nothing here can change: only this user and root can read it, while the program runs. The
 * embedded engine does it by a pipe. @see sdk/nodejs/cmd/pulumi-language-nodejs/main.go, pulumiConfigVar
 */
const PULUMIS_OWN = "PULUMI_CONFIG of node";

describe("secrets and login nodes under the real pulumi", function () {
  this.timeout(1_200_000);
  const key = randomBytes(128);
  let lab: LabStack;
  let project: PulumiProject;
  let watch: LeakWatch;

  before(async function () {
    needPulumi.call(this, "looks for secrets under the embedded engine alone");
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    project = new PulumiProject();
    project.writeStackFile(STACK, { "ldms:munge": { mode: "key" }, "ldms:ssh": SSH_BY_LOGIN_NODE });
    watch = new LeakWatch([...spellingsOf(key), ...spellingsOfPem(readFileSync(LAB_FILES.privateKey, "utf8"))]);
    succeeded(await ldms("config set mungeKey", ["config", "set", "--secret", "mungeKey"], key.toString("base64")));
    succeeded(await ldms("config set sshKey", ["config", "set", "--secret", "sshKey", "--file", LAB_FILES.privateKey]));
    succeeded(await ldms("hosts trust", ["hosts", "trust", "--yes"]));
  });
  after(async () => {
    // Skipped.
    if (!project) return;
    succeeded(await ldms("destroy", ["destroy", "--engine", "pulumi", "--yes"]));
    assert.deepEqual([...(await inspectAll()).keys()], []);
    assert.deepEqual(leaks(), []);
    project.remove();
    await lab.remove();
  });

  const leaks = () => watch.leaks.filter((leak) => leak !== PULUMIS_OWN);
  const watched = (run: StartedProcess, what: string) => watch.run(run, what);
  const ldms = (what: string, args: readonly string[], stdin?: string) => watched(project.startLdms([...args, "-s", STACK], stdin), what);
  const pulumi = (what: string, args: readonly string[]) => watched(project.startPulumi([...args, "--stack", STACK]), what);

  it("deploys by an agent's key through the login node, and data flows", async () => {
    succeeded(await ldms("up --json", ["up", "--engine", "pulumi", "--yes", "--no-wait", "--json"]));
    assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
  });

  it("shows no secret in what it prints, keeps and starts", async () => {
    succeeded(await ldms("preview --json", ["preview", "--engine", "pulumi", "--json"]));
    succeeded(await pulumi("stack export", ["stack", "export"]));
    succeeded(await pulumi("stack history", ["stack", "history", "--json"]));
    watch.lookBelow(project.path, (path) => path.endsWith("/.ldms/lab/id_ed25519"));
    for (const [place, inspected] of await inspectAll()) watch.look(`inspect of ${place}`, JSON.stringify(inspected));
    assert.deepEqual(leaks(), []);
  });

  it("rotates the munge key, and has nothing to change afterwards", async () => {
    const { stdout } = succeeded(await ldms("munge-key rotate", ["munge-key", "rotate", "--engine", "pulumi", "--yes"]));
    assert.match(stdout, /^8 munged on cygnus-\[01-07\] agree$/m);
    const preview = succeeded(await ldms("preview --json", ["preview", "--engine", "pulumi", "--json"]));
    assert.deepEqual(Object.keys(readPulumiPreview(preview.stdout).changeSummary), ["same"]);
  });
});
