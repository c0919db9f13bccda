import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { planStack } from "../../operations/plan-stack";
import { listContainers } from "../../plan/model/deployment-plan";

const SAMPLER = { plugins: [{ name: "meminfo", interval: "1s" }] };
const VALUES = {
  xprt: "sock",
  munge: { mode: "none" },
  hosts: "n[1-3]",
  samplers: [
    { ...SAMPLER, hosts: "n1", files: [{ path: "/etc/password", secret: "kafka" }] },
    { ...SAMPLER, hosts: "n2" },
  ],
  aggregators: [{ name: "agg", level: 1, hosts: "n3", interval: "1s" }],
};
const SALT = "0123456789abcdef0123456789abcdef";

async function look(kafka: string, ovisSalt = SALT) {
  const { plan } = await planStack({ stack: "s", projectFolder: "/", values: VALUES, secrets: { kafka, ovisSalt } });
  const file = plan.hosts[0]!.files.find(({ path }) => path.endsWith("%etc%password"))!;
  return { fingerprint: file.fingerprint, specs: listContainers(plan).map(({ labels }) => labels["ldms.spec"]) };
}

describe("the fingerprint of a secret of a site's own", () => {
  it("is another one for another salt, so that nobody can try a dictionary without it", async () => {
    const { fingerprint } = await look("password");
    assert.match(fingerprint, /^[0-9a-f]{32}$/);
    assert.equal((await look("password")).fingerprint, fingerprint);
    assert.notEqual((await look("password", `${SALT}0`)).fingerprint, fingerprint);
    assert.notEqual(scryptSync("password", "ldms/s/kafka", 16).toString("hex"), fingerprint);
  });

  it("makes the containers anew that have it, and no other", async () => {
    const [before, after] = [await look("password"), await look("passwort")];
    assert.deepEqual(
      before.specs.map((spec, i) => spec === after.specs[i]),
      [false, true, true],
    );
  });
});
