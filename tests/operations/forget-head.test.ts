import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderForgetting } from "../../plan/fan-out/head-forget";
import { renderMembers } from "../../plan/fan-out/head-members";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { SshHosts } from "./ssh-hosts";

/** Of a head's list, the names. */
function names(path: string): readonly string[] {
  return existsSync(path)
    ? readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .map((row) => row.split(" ")[0] ?? "")
    : [];
}

describe("a head that is to forget a host", function () {
  this.timeout(120_000);
  let hosts: SshHosts;
  before(async function () {
    if (SshHosts.missing().length > 0) {
      console.warn(`!!!! These tests are SKIPPED; missing: ${SshHosts.missing().join(", ")} !!!!`);
      return this.skip();
    }
    hosts = new SshHosts();
    await hosts.start();
  });
  after(() => hosts?.stop());

  const list = (name: string) => names(join(hosts.folder, "state/ldms/kept", name));
  const members = (plan: DeploymentPlan) => hosts.run(renderMembers({ stack: plan.stack, fanOut: plan.fanOut!, images: plan.images }));
  const forget = (of: readonly string[], forgets: boolean) => hosts.run(renderForgetting("kept", { claim: "" }, of, forgets));
  const plugins = [{ name: "meminfo", interval: "1s" }];
  const without02 = () =>
    hosts.plan(
      { hosts: "cygnus-[01,03-08]", samplers: [{ hosts: "cygnus-[01,03-04]", container: "samp", plugins }] },
      { address: "127.9.0.[1,3-8]" },
    );

  it("tries it again at every run, and never once it has forgotten it", () => {
    assert.equal(members(hosts.plan()).code, 0);
    assert.ok(list("members").includes("cygnus-02"));
    hosts.signalSshd("SIGKILL");

    for (let run = 0; run < 2; run += 1) {
      const { stdout } = members(without02());
      assert.match(stdout, /^1 host: .*1 failed or out of reach\ncygnus-02: unreachable: Connection refused$/m);
      assert.deepEqual(list("retired"), ["cygnus-02"]);
    }

    assert.equal(forget(["cygnus-02", "cygnus-09"], false).stdout, "cygnus-02\n");
    assert.deepEqual(list("retired"), ["cygnus-02"]);
    assert.deepEqual([forget(["cygnus-02"], true).stdout, forget(["cygnus-02"], true).stdout], ["cygnus-02\n", ""]);
    assert.deepEqual(list("retired"), []);
    const { stdout, code } = members(without02());
    assert.deepEqual([stdout, code], ["", 0]);
  });

  it("forgets one that is a member still, and no other", () => {
    assert.ok(!list("members").includes("cygnus-02"));
    const before = list("members");
    assert.equal(forget(["cygnus-03"], true).stdout, "cygnus-03\n");
    assert.deepEqual(
      list("members"),
      before.filter((name) => name !== "cygnus-03"),
    );
  });
});
