import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertHostsReady } from "../../operations/preflight/assert-hosts-ready";
import { HostsNotReadyError, keptPreflightOf } from "../../operations/preflight/pass-preflight";
import type { PreflightReport } from "../../operations/preflight/preflight";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { changeContainers } from "../unit/change-containers";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const samp = [["samp", "sampler"]] as const;
/** One host here, whose munge is none of the plan's, and two where nothing answers. */
const planOf = (tolerated: number): DeploymentPlan => {
  const dead = ["node-2", "node-3"].map((name) => ({ name, address: "name.invalid", containers: samp }));
  const plan = sketchPlan([{ name: "node-1", isLocal: true, containers: samp }, ...dead], { toleratedDeadHosts: tolerated });
  return changeContainers(plan, (container) => ({ ...container, mounts: [] }));
};

describe("assertHostsReady", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-ready-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const check = (plan: DeploymentPlan, leftOut?: string) =>
    withPrograms({ docker: '[ "$1" != version ] || echo 26.1.5' }, () => assertHostsReady(plan, folder, leftOut));
  const textOf = (plan: DeploymentPlan, leftOut?: string): Promise<readonly string[]> =>
    check(plan, leftOut).then(
      () => [],
      (error: unknown) => {
        assert.ok(error instanceof HostsNotReadyError, String(error));
        return error.message.split("\n");
      },
    );

  it("stops at dead hosts with what `ldms up` says, folded", async () => {
    assert.deepEqual(await textOf(planOf(0)), [
      "1 of 3 hosts are ready: Docker 26.1.5",
      "node-[2-3]: unreachable: the name does not resolve",
      "node-[2-3]: 2 dead of the samplers, `ldms:tolerate` is 0",
      "nothing was changed: node-[2-3]: unreachable: the name does not resolve",
    ]);
  });

  it("stops at dead hosts that are tolerated, with the words that leave them out", async () => {
    const excludes = ["node-2", "node-3"].flatMap((host) => ["ldms-samp", "samp", "deployed"].map((name) => `${host}-${name}`));
    assert.deepEqual((await textOf(planOf(2))).slice(2), [
      "node-[2-3]: dead, as `ldms:tolerate` allows, and not left out of this run",
      "nothing was changed: node-[2-3]: not left out of this run",
      "help: ldms up -s sketch, which leaves them out by itself, or",
      `  LDMS_LEFT_OUT='node-[2-3]' pulumi up --stack sketch ${excludes.map((name) => `--exclude '**::${name}'`).join(" ")}`,
    ]);
  });

  it("goes on where these words are used, and not where they name too few", async () => {
    await check(planOf(2), "node-[2-3]");
    assert.equal((await textOf(planOf(2), "node-2")).length, 6);
    assert.equal((await textOf(planOf(1), "node-[2-3]")).at(-1), "nothing was changed: node-[2-3]: unreachable: the name does not resolve");
  });

  it("says in its last line which hosts are in the way, where each has a trouble of its own", () => {
    const problem = (message: string) => ({ subject: "port", message, help: "there" }) as const;
    const lastLine = (...problems: readonly (readonly string[])[]) => {
      const hosts = problems.map((own, i) => ({ host: `node-${i + 1}`, state: "problems" as const, problems: own.map(problem) }));
      const ready = { host: "node-9", state: "ok" as const, problems: [], engineVersion: "26.1.5" };
      return new HostsNotReadyError({ stack: "s", hosts: [...hosts, ready] }, []).message.split("\n").at(-1);
    };
    assert.equal(lastLine(["a", "b"]), "nothing was changed: 1 host is not ready: node-1");
    assert.equal(lastLine(["a"], ["b"]), "nothing was changed: 2 hosts are not ready: node-[1-2]");
    assert.equal(lastLine(["a"], ["a"]), "nothing was changed: node-[1-2]: a");
  });

  const seen: PreflightReport = {
    stack: "sketch",
    hosts: [
      { host: "node-1", state: "ok", problems: [], engineVersion: "26.1.5" },
      { host: "node-2", state: "dead", problems: [{ subject: "ssh", message: "unreachable: no route to host" }] },
      { host: "node-3", state: "ok", problems: [], engineVersion: "26.1.5" },
    ],
  };

  it("takes the look of `ldms up` once, and asks nobody", async () => {
    const plan = planOf(1);
    keptPreflightOf(folder, plan).keep(seen);
    await withPrograms({ docker: "exit 1" }, () => assertHostsReady(plan, folder, "node-2"));
    assert.equal(existsSync(join(folder, ".ldms/sketch/preflight.json")), false);
    assert.notEqual((await textOf(plan)).length, 0);
  });

  it("stops where nobody says that the dead of a look are left out: it may be of a run that was killed", async () => {
    keptPreflightOf(folder, planOf(1)).keep(seen);
    assert.match((await textOf(planOf(1))).join("\n"), /^node-2: dead, as `ldms:tolerate` allows, and not left out of this run$/m);
  });

  it("does not take a look at other hosts than the plan's, nor one that says stop", async () => {
    keptPreflightOf(folder, { ...planOf(1), hosts: planOf(1).hosts.slice(1) }).keep(seen);
    assert.notEqual((await textOf(planOf(1))).length, 0);
    keptPreflightOf(folder, planOf(0)).keep(seen);
    assert.match((await textOf(planOf(0))).join("\n"), /node-2: unreachable: no route to host/);
  });
});
