import assert from "node:assert/strict";
import { containerArgs } from "../../components/docker-container";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import type { PlannedContainer } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlanFacts } from "../../plan/model/plan-facts";
import { ConfigError } from "../../plan/problems/errors";
import { renderPlan } from "../../plan/render/render-plan";
import { checkPlan } from "../../plan/rules/check-plan";
import { factsOfPlanned } from "../../plan/rules/facts";
import { factsOfScript } from "../../policies/script-facts";
import { batchesOf, fanOutPlan } from "../policies/batches";
import { containerOf, examplePlan, NO_FACTS, type Values } from "./example-stack";

const MEMINFO = { name: "meminfo", interval: "1s" };
const SECRET = { lengthBytes: 6, isUniform: false, fingerprint: "5ec2e7" };
const SALT = { lengthBytes: 44, isUniform: false, fingerprint: "5a17" };
const FACTS: PlanFacts = { secrets: { kafka: SECRET, ovisSalt: SALT }, ownFiles: { "perf.conf": "cycles\n" } };
const ALL: Values = {
  env: { TZ: "UTC", LDMSD_LOG_TIME_SEC: 1 },
  mounts: { "/run/slurm-job": "/run/slurm-job", "/scratch": { path: "/scratch", readOnly: false } },
  files: [
    { path: "/etc/ldms/perf.conf", file: "perf.conf" },
    { path: "/etc/kafka.password", secret: "kafka" },
  ],
  devices: ["/dev/nvidia0"],
  gpus: "all",
  image: "reg.site:5000/ldms/samp:gpu",
  memory: "2G",
};

const samplers = (given: Values) => ({ samplers: [{ hosts: "cygnus-[01-04]", plugins: [MEMINFO], ...given }] });

function planned(given: Values, facts = FACTS): DeploymentPlan {
  return examplePlan(samplers(given), facts);
}

function sampler(given: Values, facts = FACTS): PlannedContainer {
  return containerOf(planned(given, facts), "cygnus-02", "samp");
}

function hashOf(given: Values, facts = FACTS): string | undefined {
  return sampler(given, facts).labels["ldms.spec"];
}

describe("what a group's containers are given", () => {
  it("stands behind what the plan gives them", () => {
    const { env, mounts, devices, gpus, memoryMib } = sampler(ALL);
    assert.deepEqual(Object.entries(env).slice(2), [
      ["HOSTNAME", "cygnus-02"],
      ["TZ", "UTC"],
      ["LDMSD_LOG_TIME_SEC", "1"],
    ]);
    assert.deepEqual(
      factsOfPlanned(sampler(ALL))
        .mounts.slice(1, -1)
        .map(({ source, target, readOnly }) => `${source}:${target}:${readOnly}`),
      [
        "/var/lib/ldms/cygnus/samp/%etc%ldms%perf.conf:/etc/ldms/perf.conf:true",
        "/var/lib/ldms/cygnus/samp/%etc%kafka.password:/etc/kafka.password:true",
        "/var/lib/ldms/cygnus/samp/health:/etc/ldms/health:true",
        "/run/slurm-job:/run/slurm-job:true",
        "/scratch:/scratch:false",
      ],
    );
    assert.equal(mounts.length, 7);
    assert.deepEqual([devices, gpus, memoryMib], [[{ path: "/dev/nvidia0", permissions: "rw" }], "all", 2048]);
  });

  it("is what the container of an aggregator is given as well, and its image is its dsosd's", () => {
    const [agg1, agg2] = [5, 7].map((number) => ({
      name: `agg${number === 5 ? 1 : 2}`,
      level: number === 5 ? 1 : 2,
      hosts: `cygnus-0${number}`,
      interval: "1s",
      ...(number === 7 && {
        ...{ image: "site/agg:1", env: { TZ: "UTC" }, dsosd: true },
        stores: [{ name: "sos", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" }],
      }),
    }));
    const plan = examplePlan({ aggregators: [agg1, agg2], maestro: undefined, ui: undefined, grafana: undefined });
    const images = ["agg2", "dsosd"].map((name) => containerOf(plan, "cygnus-07", name).image);
    assert.equal(images[0], images[1]);
    assert.equal(plan.images.find(({ name }) => name === images[0])?.reference, "site/agg:1");
    assert.equal(containerOf(plan, "cygnus-07", "agg2").env["TZ"], "UTC");
    assert.equal(containerOf(plan, "cygnus-05", "agg1").image, "ldms-agg");
  });

  it("changes nothing of a group without it", () =>
    assert.deepEqual(
      Object.keys(sampler({}, NO_FACTS)).filter((key) => key === "gpus"),
      [],
    ));

  it("makes the container anew when a file has another content or a secret another value, and tells neither", () => {
    const changed = (facts: Partial<PlanFacts>) => hashOf(ALL, { ...FACTS, ...facts });
    assert.notEqual(changed({ ownFiles: { "perf.conf": "instructions\n" } }), hashOf(ALL));
    assert.notEqual(changed({ secrets: { ovisSalt: SALT, kafka: { ...SECRET, fingerprint: "0b" } } }), hashOf(ALL));
    assert.equal(changed({}), hashOf(ALL));
  });

  it("delivers a secret as a file of mode 0600, known by its name alone", () => {
    const file = planned(ALL).hosts[0]!.files.find(({ path }) => path.endsWith("kafka.password"));
    assert.deepEqual([file?.mode, file?.content], [0o600, { kind: "secret", secretName: "kafka", encoding: "utf8" }]);
    assert.match(renderPlan(planned(ALL)), /ldms config get kafka --show-secret/);
  });

  it("is the same by both methods", () => {
    const plan = fanOutPlan();
    assert.equal(listFanOuts(plan).length, 1);
    const given = examplePlan({ ...samplers(ALL), method: "fan-out", munge: { mode: "host" } }, FACTS);
    const [typed] = batchesOf(given)
      .flatMap(factsOfScript)
      .filter(({ host, name }) => host === "cygnus-02" && name === "samp");
    assert.deepEqual({ ...typed, entrypoint: [] }, factsOfPlanned(containerOf(given, "cygnus-02", "samp")));
    const { devices, envs, gpus, memory } = containerArgs(sampler(ALL), "sha256:00");
    assert.deepEqual(
      [devices, envs, gpus, memory],
      [
        [{ hostPath: "/dev/nvidia0", containerPath: "/dev/nvidia0", permissions: "rw" }],
        ["COMPID=2", "COMPONENT_ID=2", "HOSTNAME=cygnus-02", "TZ=UTC", "LDMSD_LOG_TIME_SEC=1"],
        "all",
        2048,
      ],
    );
  });

  it("keeps what the profile minimal gives, and adds to it", () => {
    const { privileged, devices, mounts } = containerOf(
      examplePlan({ profile: "minimal", xprt: "rdma", ...samplers({ ...ALL, plugins: [{ name: "lnet_stats", interval: "1s" }] }) }, FACTS),
      "cygnus-02",
      "samp",
    );
    assert.equal(privileged, false);
    assert.deepEqual(
      devices.map(({ path }) => path),
      ["/dev/infiniband", "/dev/nvidia0"],
    );
    assert.ok(mounts.some(({ containerPath }) => containerPath === "/sys/kernel/debug"));
  });

  it("is an error where a file or a secret that is not there has the name of what every object has", () => {
    const files = [
      { path: "/etc/a", file: "constructor" },
      { path: "/etc/b", secret: "toString" },
    ];
    assert.throws(
      () => planned({ files }, NO_FACTS),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.message.split("\n").slice(1), [
          "  - samplers[0].files[0].file: cannot be read as UTF-8 text: `constructor`",
          "  - samplers[0].files[1].secret: is not set: `toString`",
          "      help: ldms config set --secret toString -s cygnus < FILE",
        ]);
        return true;
      },
    );
  });

  it("is an error where a file cannot be read, a secret is not set, or one is set for nothing", () => {
    const facts = { ...NO_FACTS, secrets: { kafak: SECRET, sshKye: SECRET } };
    assert.throws(
      () => planned(ALL, facts),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.message.split("\n").slice(1), [
          "  - samplers[0].files[0].file: cannot be read as UTF-8 text: `perf.conf`",
          "  - samplers[0].files[1].secret: is not set: `kafka`",
          "      help: ldms config set --secret kafka -s cygnus < FILE",
          "  - ldms: unknown secret `kafak`",
          "      help: name it by `secret` in a group's `files`, or take it out",
          "  - ldms: unknown secret `sshKye`; did you mean `sshKey`?",
        ]);
        return true;
      },
    );
  });

  it("is an error where nothing random is in a secret's fingerprint", () => {
    const wants = (ovisSalt: typeof SALT | undefined, message: string) =>
      assert.throws(
        () => planned(ALL, { ...FACTS, secrets: { kafka: SECRET, ...(ovisSalt && { ovisSalt }) } }),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError);
          assert.deepEqual(error.message.split("\n").slice(1), [
            `  - ovisSalt: ${message}`,
            "      help: head -c 32 /dev/urandom | base64 | ldms config set -s cygnus --secret ovisSalt",
          ]);
          return true;
        },
      );
    wants(undefined, "is missing beside `kafka`");
    wants({ ...SALT, lengthBytes: 8 }, "must be at least 32 random characters: 8");
  });

  it("excuses nothing of another group's: what one may have is a finding of the other", () => {
    const plan = planned({ mounts: { "/opt/site": "/x" } }, NO_FACTS);
    const strange = ({ mounts, ...container }: PlannedContainer): PlannedContainer => ({
      ...container,
      mounts:
        container.name === "agg1" ? [...mounts, { kind: "bind", hostPath: "/opt/site", containerPath: "/x", readOnly: true }] : mounts,
    });
    const found = (hosts: DeploymentPlan["hosts"]) =>
      checkPlan({ ...plan, hosts }, "2026-11-28").flatMap(({ rule, message, hosts: places }) =>
        rule === "binds-allowed-for-role" ? [`${places.join()}: ${message}`] : [],
      );
    assert.deepEqual(found(plan.hosts), []);
    assert.deepEqual(found(plan.hosts.map((host) => ({ ...host, containers: host.containers.map(strange) }))), [
      "cygnus-05,cygnus-06: aggregator `agg1` has binds that its role has no use for: `/opt/site:/x:ro`",
    ]);
  });

  it("binds a path of the host by its one spelling", () => {
    const { mounts } = sampler({ mounts: { "//opt/site//": "/x/" } }, NO_FACTS);
    assert.deepEqual(
      mounts.filter(({ containerPath }) => containerPath.startsWith("/x")),
      [{ kind: "bind", hostPath: "/opt/site", containerPath: "/x", readOnly: true }],
    );
  });
});
