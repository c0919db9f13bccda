import assert from "node:assert/strict";
import type { PlannedContainer } from "../../plan/model/container";
import { listContainers } from "../../plan/model/deployment-plan";
import { ConfigError } from "../../plan/problems/errors";
import { renderSubject } from "../../plan/profile/need-subject";
import { PROFILE_NEEDS } from "../../plan/profile/profile";
import { checkPlan } from "../../plan/rules/check-plan";
import { containerOf, examplePlan, type Values } from "./example-stack";

const SOCK = { profile: "minimal", xprt: "sock" } as const;

function sampler(values: Values, plugin = "meminfo"): PlannedContainer {
  const plugins = [{ name: plugin, interval: "1s" }];
  return containerOf(examplePlan({ ...values, samplers: [{ hosts: "cygnus-[01-04]", plugins }] }), "cygnus-01", "samp");
}

describe("ldms:profile", () => {
  it("is privileged where the stack file has none, and adds nothing then", () => {
    const plan = examplePlan();
    assert.equal(plan.profile, "privileged");
    for (const { privileged, capabilities, devices, readOnlyRootFilesystem, tmpfs, securityOpts } of listContainers(plan)) {
      assert.deepEqual(
        { privileged, capabilities, devices, readOnlyRootFilesystem, tmpfs, securityOpts },
        {
          privileged: true,
          capabilities: { add: [], drop: [] },
          devices: [],
          readOnlyRootFilesystem: false,
          tmpfs: {},
          securityOpts: [],
        },
      );
    }
  });

  it("minimal takes every container its privileges, its capabilities and its writable root, and lets it gain none", () => {
    for (const container of listContainers(examplePlan(SOCK))) {
      const { name, privileged, capabilities, readOnlyRootFilesystem, securityOpts } = container;
      assert.deepEqual([privileged, capabilities.drop, readOnlyRootFilesystem], [false, ["ALL"], true], name);
      assert.deepEqual(securityOpts, ["no-new-privileges"], name);
    }
  });

  it("minimal leaves a sampler of sock and meminfo the capability that its port takes, and no device", () => {
    const { capabilities, devices, tmpfs } = sampler(SOCK);
    assert.deepEqual([capabilities.add, devices], [["NET_BIND_SERVICE"], []]);
    assert.deepEqual(Object.keys(tmpfs), ["/run", "/tmp"]);
    assert.deepEqual(sampler({ ...SOCK, ports: { ldmsd: 10411 } }).capabilities.add, []);
  });

  it("minimal gives a daemon of rdma the adapter's devices and locked memory", () => {
    const { capabilities, devices } = sampler({ profile: "minimal", xprt: "rdma" });
    assert.deepEqual(capabilities.add, ["IPC_LOCK", "NET_BIND_SERVICE"]);
    assert.deepEqual(devices, [{ path: "/dev/infiniband", permissions: "rw" }]);
  });

  it("minimal gives /dev/cpu to the groups whose plugins read msr, and to no other", () => {
    assert.deepEqual(sampler(SOCK, "msr_interlagos").devices, [{ path: "/dev/cpu", permissions: "rw" }]);
    assert.deepEqual(sampler(SOCK, "vmstat").devices, []);
  });

  it("minimal gives what its munged takes to a container that has a key, and to none that has the host's socket", () => {
    const withKey = sampler({ ...SOCK, munge: { mode: "key", hostPath: "/etc/munge/munge.key" } });
    assert.deepEqual(withKey.capabilities.add, ["CHOWN", "DAC_READ_SEARCH", "NET_BIND_SERVICE", "SETGID", "SETUID"]);
    assert.deepEqual(Object.keys(withKey.tmpfs), ["/run", "/tmp", "/var/lib/munge", "/var/log/munge"]);
  });

  it("changes the spec of every container, so that an `up` makes each anew", () => {
    const [before, after] = [examplePlan({ xprt: "sock" }), examplePlan(SOCK)].map(listContainers);
    const same = before!.filter((container, index) => container.labels["ldms.spec"] === after![index]!.labels["ldms.spec"]);
    assert.deepEqual(same, []);
  });

  it("minimal breaks no mandatory rule, whatever plugin, transport and munge mode it grants for", () => {
    const plugins = PROFILE_NEEDS.flatMap(({ of }) => (of.kind === "plugin" ? [{ name: of.plugin, interval: "1s" }] : []));
    for (const xprt of ["sock", "rdma"]) {
      for (const munge of [{ mode: "host" }, { mode: "key", hostPath: "/etc/munge/munge.key" }]) {
        const plan = examplePlan({ profile: "minimal", xprt, munge, samplers: [{ hosts: "cygnus-[01-04]", plugins }] });
        const broken = checkPlan(plan, "2026-11-25").filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
        assert.deepEqual(broken, []);
      }
    }
  });

  it("minimal is refused with a transport of which nobody here knows what it needs", () => {
    assert.throws(
      () => examplePlan({ profile: "minimal", xprt: "ugni" }),
      (error: unknown) =>
        error instanceof ConfigError && /profile: `minimal` is known for the transports sock and rdma: `ugni`/.test(error.message),
    );
  });
});

describe("PROFILE_NEEDS", () => {
  it("gives a reason for each thing, and each subject one row", () => {
    const subjects = PROFILE_NEEDS.map(({ of }) => renderSubject(of));
    assert.deepEqual([...new Set(subjects)], subjects);
    for (const { of, reason } of PROFILE_NEEDS) assert.ok(reason.length > 20, renderSubject(of));
  });
});
