import assert from "node:assert/strict";
import { listContainers } from "../../plan/model/deployment-plan";
import { planDeployment } from "../../plan/plan";
import { ConfigError } from "../../plan/problems/errors";
import { containerOf, exampleConfig, examplePlan, fileOf, NO_FACTS } from "./example-stack";

const METER = { name: "meminfo", interval: "1s" };
/** What a sampler's argv says of its set memory and of its own file. */
const OWN = ["-m", "4M", "-c", "/etc/ldms/ldmsd.conf"];
/** The mounts that every ldmsd has. */
const ownMounts = (container: string) =>
  ["health", "ldmsd.conf"].map((name) => ({
    kind: "bind",
    hostPath: `/var/lib/ldms/cygnus/${container}/${name}`,
    containerPath: `/etc/ldms/${name}`,
    readOnly: true,
  }));
const KEY_FACTS = { lengthBytes: 1024, isUniform: false, fingerprint: "f00d" };

describe("planDeployment", () => {
  const plan = examplePlan();

  it("starts on each host of cygnus what the example starts, in this order", () => {
    assert.deepEqual(
      listContainers(plan).map(({ host, name, role }) => `${host} ${name} ${role}`),
      [
        ...["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"].map((host) => `${host} samp sampler`),
        "cygnus-05 agg1 aggregator",
        "cygnus-06 agg1 aggregator",
        "cygnus-07 agg2 aggregator",
        "cygnus-07 dsosd dsosd",
        "cygnus-07 maestro maestro",
        "cygnus-07 ui ui",
        "cygnus-07 grafana grafana",
      ],
    );
  });

  it("leaves out a host on which nothing runs", () => {
    assert.deepEqual(plan.hosts.map(({ name }) => name).includes("cygnus-08"), false);
    assert.equal(plan.hosts.length, 7);
  });

  it("gives each host both its names", () => {
    assert.deepEqual([plan.hosts[0]!.name, plan.hosts[0]!.interconnectName], ["cygnus-01", "cygnus-01-iw"]);
  });

  it("knows the ports that a host must have free", () => {
    assert.deepEqual(plan.hosts[6]!.ports, [
      { port: 80, container: "ui", purpose: "http" },
      { port: 411, container: "agg2", purpose: "ldmsd" },
      { port: 2379, container: "maestro", purpose: "etcd" },
      { port: 2380, container: "maestro", purpose: "etcd" },
      { port: 3000, container: "grafana", purpose: "http" },
    ]);
  });

  it("keeps what people make at run time in named volumes", () => {
    assert.deepEqual(plan.hosts[6]!.volumes, ["ldms-cygnus-grafana", "ldms-cygnus-ui"]);
  });

  it("shares the host's PID namespace with ldmsd and dsosd, never with the services", () => {
    const sharing = listContainers(plan)
      .filter(({ pidMode }) => pidMode === "host")
      .map(({ role }) => role);
    assert.deepEqual([...new Set(sharing)], ["sampler", "aggregator", "dsosd"]);
  });

  it("tells every ldmsd its component id by both names, and the name of its host", () => {
    assert.deepEqual(containerOf(plan, "cygnus-03", "samp").env, { COMPID: "3", COMPONENT_ID: "3", HOSTNAME: "cygnus-03" });
    assert.deepEqual(containerOf(plan, "cygnus-07", "agg2").env, { COMPID: "7", COMPONENT_ID: "7", HOSTNAME: "cygnus-07" });
  });

  it("labels every container with its stack, role and spec", () => {
    for (const { labels, role } of listContainers(plan)) {
      assert.deepEqual(Object.keys(labels), ["ldms.stack", "ldms.role", "ldms.spec"]);
      assert.deepEqual([labels["ldms.stack"], labels["ldms.role"]], ["cygnus", role]);
      assert.match(labels["ldms.spec"]!, /^[0-9a-f]{32}$/);
    }
  });

  it("starts dsosd after the aggregator whose store it serves", () => {
    assert.equal(containerOf(plan, "cygnus-07", "dsosd").startsAfter, "agg2");
  });

  it("lists the daemons and stores that `ldms verify` looks for", () => {
    assert.deepEqual(plan.daemons[0], {
      container: "samp",
      host: "cygnus-01",
      role: "sampler",
      level: 0,
      xprt: "rdma",
      port: 411,
      auth: "munge",
      componentId: 1,
      sets: [{ name: "meminfo", schema: "meminfo", intervalSeconds: 1 }],
    });
    assert.deepEqual(plan.stores, [
      {
        name: "sos-meminfo",
        host: "cygnus-07",
        container: "agg2",
        plugin: "store_sos",
        schema: "meminfo",
        path: "/store/meminfo",
        samplerHosts: ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"],
      },
    ]);
  });

  it("finds the services at the address that their host is dialled at", () => {
    assert.deepEqual(plan.endpoints, { ui: "http://cygnus-07:80", grafana: "http://cygnus-07:3000" });
    assert.equal(examplePlan({}, NO_FACTS, "lab").endpoints.grafana, "http://198.18.0.17:3000");
  });

  it("has no services where the stack has none", () => {
    const bare = examplePlan({ maestro: undefined, ui: undefined, grafana: undefined });
    assert.deepEqual(bare.endpoints, {});
    assert.deepEqual(
      bare.images.map(({ name }) => name),
      ["ldms-agg", "ldms-samp"],
    );
  });

  it("is the same plan for the same config and facts", () => {
    assert.deepEqual(examplePlan(), plan);
  });

  it("lets two groups of daemons share a host by port, container and authentication", () => {
    const shared = examplePlan({
      maestro: undefined,
      samplers: [
        { hosts: "cygnus-[01-04]", plugins: [METER] },
        {
          hosts: "cygnus-01",
          name: "slow",
          container: "slow",
          port: 412,
          xprt: "sock",
          munge: "none",
          options: ["-v", "INFO"],
          plugins: [METER],
        },
      ],
    });
    assert.deepEqual(containerOf(shared, "cygnus-01", "samp").argv, ["-x", "rdma:411", "-a", "munge", ...OWN]);
    assert.deepEqual(containerOf(shared, "cygnus-01", "slow").argv, ["-x", "sock:412", ...OWN, "-v", "INFO"]);
    assert.deepEqual(containerOf(shared, "cygnus-01", "slow").mounts, ownMounts("slow"));
    assert.deepEqual(
      shared.hosts[0]!.ports.map(({ port }) => port),
      [411, 412],
    );
  });

  it("delivers a munge key to each container that uses it, as munge wants it, and holds its name only", () => {
    const keyed = examplePlan({ munge: { mode: "key" } }, { secrets: { mungeKey: KEY_FACTS }, ownFiles: {} });
    assert.deepEqual(keyed.munge, { mode: "key", secretName: "mungeKey" });
    assert.deepEqual(fileOf(keyed, "/var/lib/ldms/cygnus/samp/munge.key"), {
      path: "/var/lib/ldms/cygnus/samp/munge.key",
      container: "samp",
      mode: 0o600,
      uid: 101,
      gid: 101,
      fingerprint: "f00d",
      content: { kind: "secret", secretName: "mungeKey", encoding: "base64" },
      isTakenUpRunning: true,
    });
    assert.deepEqual(containerOf(keyed, "cygnus-01", "samp").mounts, [
      { kind: "bind", hostPath: "/var/lib/ldms/cygnus/samp/munge.key", containerPath: "/etc/munge/munge.key", readOnly: true },
      ...ownMounts("samp"),
    ]);
    assert.ok(containerOf(keyed, "cygnus-07", "maestro").mounts.some(({ containerPath }) => containerPath === "/etc/munge/munge.key"));
  });

  it("binds a key that is on the hosts already and writes none", () => {
    const keyed = examplePlan({ munge: { mode: "key", hostPath: "/etc/ldms.key" } });
    assert.deepEqual(keyed.munge, { mode: "key", hostPath: "/etc/ldms.key" });
    assert.deepEqual(
      keyed.hosts[0]!.files.map(({ path }) => path),
      ["/var/lib/ldms/cygnus/samp/health", "/var/lib/ldms/cygnus/samp/ldmsd.conf"],
    );
    assert.deepEqual(containerOf(keyed, "cygnus-01", "samp").mounts, [
      { kind: "bind", hostPath: "/etc/ldms.key", containerPath: "/etc/munge/munge.key", readOnly: true },
      ...ownMounts("samp"),
    ]);
  });

  it("gives no container munge where the mode is none", () => {
    const open = examplePlan({ munge: { mode: "none" } });
    assert.deepEqual(containerOf(open, "cygnus-01", "samp").argv, ["-x", "rdma:411", ...OWN]);
    assert.ok(!JSON.stringify(listContainers(open)).includes("/run/munge"));
  });

  it("takes host settings of ssh from the last override that names the host", () => {
    const { hosts } = examplePlan({
      ssh: {
        user: "ops",
        overrides: [
          { hosts: "cygnus-[01-02]", port: 2222, address: "198.18.0.[1-2]" },
          { hosts: "cygnus-02", user: "root", jump: "me@login:24" },
          { hosts: "cygnus-07", local: true },
        ],
      },
    });
    assert.deepEqual(hosts[0]!.connection, { kind: "ssh", address: "198.18.0.1", user: "ops", port: 2222, connectTimeoutSeconds: 10 });
    assert.deepEqual(hosts[1]!.connection, {
      kind: "ssh",
      address: "198.18.0.2",
      user: "root",
      port: 2222,
      jump: { address: "login", user: "me", port: 24 },
      connectTimeoutSeconds: 10,
    });
    assert.deepEqual(hosts[6]!.connection, { kind: "local" });
  });

  it("refuses two hosts of one component id by their names", () => {
    const config = { ...exampleConfig(), componentIds: { "cygnus-06": 1 } };
    assert.throws(
      () => planDeployment(config, NO_FACTS),
      (error) => error instanceof ConfigError && error.problems[0]!.message === "hosts of ldmsd share the component id 1: `cygnus-[01,06]`",
    );
  });

  it("plans ten thousand samplers in seconds", () => {
    const config = exampleConfig({
      hosts: "n[00001-10000],agg[20001-20020],head30000",
      samplers: [{ hosts: "n[00001-10000]", plugins: [METER] }],
      aggregators: [
        { name: "agg1", level: 1, hosts: "agg[20001-20020]", interval: "1s" },
        { name: "agg2", level: 2, hosts: "head30000", interval: "1s" },
      ],
      maestro: { host: "head30000" },
      ui: undefined,
      grafana: undefined,
    });
    const start = performance.now();
    const containers = listContainers(planDeployment(config, NO_FACTS));

    assert.equal(containers.length, 10_022);
    // About 0.4 s on an idle core; what grows by the square of the hosts takes minutes.
    assert.ok(performance.now() - start < 15_000);
  }).timeout(30_000);
});
