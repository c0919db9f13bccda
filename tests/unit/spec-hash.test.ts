import assert from "node:assert/strict";
import { hashSpecs } from "../../plan/containers/spec-hash";
import type { PlannedContainer } from "../../plan/model/container";
import { listContainers } from "../../plan/model/deployment-plan";
import { containerOf, examplePlan, fileOf, type Values } from "./example-stack";

const plan = examplePlan();
const spec = (deployment: typeof plan, host: string, name: string) => containerOf(deployment, host, name).labels["ldms.spec"];
const samp = containerOf(plan, "cygnus-01", "samp");
const hash = (container: PlannedContainer, files = plan.hosts[0]!.files) => {
  const { labels, host, env, ...rest } = container;
  return hashSpecs(rest, files, { "ldms.stack": labels["ldms.stack"]! })({ host, env });
};

describe("hashSpecs", () => {
  it("is the same on every host of a group whose ids are the numbers of their names", () => {
    assert.equal(spec(plan, "cygnus-01", "samp"), spec(plan, "cygnus-04", "samp"));
  });

  it("has the id of a host behind it that is not its number", () => {
    const other = examplePlan({ componentIds: { "cygnus-04": 40 } });
    assert.equal(spec(other, "cygnus-04", "samp"), `${spec(other, "cygnus-01", "samp")}-40`);
    assert.equal(spec(other, "cygnus-01", "samp"), spec(plan, "cygnus-01", "samp"));
  });

  it("is another where an ldmsd is told another host's name", () => {
    const named = (HOSTNAME: string) => hash({ ...samp, env: { ...samp.env, HOSTNAME } });
    assert.equal(named("cygnus-01"), hash(samp));
    assert.notEqual(named("cygnus-02"), hash(samp));
  });

  const CHANGES: readonly Partial<PlannedContainer>[] = [
    { argv: ["-x", "sock:411"] },
    { env: { ...samp.env, MORE: "1" } },
    { mounts: [] },
    { privileged: false },
    { capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } },
    { devices: [{ path: "/dev/infiniband", permissions: "rw" }] },
    { readOnlyRootFilesystem: true },
    { tmpfs: { "/run": "size=16m" } },
    { securityOpts: ["no-new-privileges"] },
    { ulimits: [] },
    { memoryMib: 512 },
    { stopTimeoutSeconds: 11 },
    { healthCheck: { ...samp.healthCheck, retries: 4 } },
    { log: { ...samp.log, maxFiles: 4 } },
    { entrypoint: ["/bin/sh"] },
    { name: "other" },
  ];
  for (const change of CHANGES) {
    it(`is another for another ${Object.keys(change).join()}`, () => {
      assert.notEqual(hash({ ...samp, ...change }), hash(samp));
    });
  }

  it("leaves the image out", () => {
    assert.equal(hash({ ...samp, image: "ldms-agg" }), hash(samp));
  });

  it("is another for another content or mode of a mounted file", () => {
    const file = fileOf(plan, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml");
    const hashes = [file, { ...file, fingerprint: "0" }, { ...file, mode: 0o600 }].map((one) => hash(samp, [one]));
    assert.equal(new Set(hashes).size, 3);
  });

  it("is the same for another munge key, which a running container takes up", () => {
    const keyed = (fingerprint: string) =>
      examplePlan({ munge: { mode: "key" } }, { secrets: { mungeKey: { lengthBytes: 64, isUniform: false, fingerprint } }, ownFiles: {} });
    const [one, other] = [keyed("0a"), keyed("0b")];
    const specs = (deployment: typeof plan) => listContainers(deployment).map(({ labels }) => labels["ldms.spec"]);
    assert.deepEqual(specs(one), specs(other));
    const path = "/var/lib/ldms/cygnus/samp/munge.key.id";
    assert.notEqual(fileOf(one, path).fingerprint, fileOf(other, path).fingerprint);
  });

  it("changes for the containers alone that mount what changed", () => {
    const changed = (changes: Values) => {
      const other = examplePlan(changes);
      return listContainers(plan)
        .filter(({ host, name }) => spec(plan, host, name) !== spec(other, host, name))
        .map(({ name }) => name);
    };
    const plugins = [{ name: "meminfo", interval: "2s", offset: "0s", config: { perm: "0777" } }];
    assert.deepEqual(changed({ samplers: [{ name: "samp", hosts: "cygnus-[01-04]", plugins }] }), ["samp", "samp", "samp", "samp"]);
    assert.deepEqual(changed({ ui: { host: "cygnus-07", port: 8080 } }), ["ui", "grafana"]);
  });
});
