import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { succeeded } from "./lab-stack";
import { type RunResult, start } from "./ldms-process";
import { ProjectFolder } from "./project-folder";
import { changedResources } from "./steps";

/** Nothing listens there. */
const NO_ENGINE = "tcp://127.0.0.1:1";

describe("the stack `cygnus`, whose hosts do not exist here", function () {
  this.timeout(120_000);
  const project = new ProjectFolder();
  after(() => project.remove());

  function ldms(...args: readonly string[]): Promise<RunResult> {
    const environment = { ...project.environment, DOCKER_HOST: NO_ENGINE };
    return start([process.execPath, "bin/ldms.js", ...args], { folder: project.path, environment, timeoutSeconds: 60 }).ended;
  }

  it("is planned without a host, a Docker engine and a registry", async () => {
    const { stdout } = succeeded(await ldms("plan", "-s", "cygnus"));
    assert.match(stdout, /^# Stack cygnus: 11 containers on 7 hosts, cygnus-\[01-07\]$/m);
  });

  it("is previewed without a host, a Docker engine and a registry", async () => {
    const { stdout } = succeeded(await ldms("preview", "-s", "cygnus", "--engine", "embedded", "--json"));
    const created = changedResources(stdout, "planned").filter(({ op }) => op === "create");
    const containers = created.filter(({ name }) => /-(samp|agg1|agg2|dsosd|maestro|ui|grafana)$/.test(name) && !name.includes("ldms-"));
    assert.equal(containers.length, 11);
  });

  it("is not deployed: the unreachable hosts are named, folded, within 20 s, and there is no state", async () => {
    const up = await ldms("up", "-s", "cygnus", "--engine", "embedded", "--yes");
    assert.equal(up.code, 1);
    assert.match(up.stderr, /^cygnus-\[01-07\]: unreachable: /m);
    assert.match(up.stderr, /^nothing was changed$/m);
    assert(up.seconds < 20, `${up.seconds} s`);
    assert.deepEqual(readdirSync(project.stateFolder), []);
  });
});
