import assert from "node:assert/strict";
import { renderDockerRun } from "../../../plan/docker-run/docker-run";
import type { PlanFacts } from "../../../plan/model/plan-facts";
import { ConfigError } from "../../../plan/problems/errors";
import { checkPlan } from "../../../plan/rules/check-plan";
import { containerOf, examplePlan, NO_FACTS, textOf, type Values } from "../example-stack";

const group = (given: Values, ...plugins: readonly Values[]): Values => ({
  samplers: [{ hosts: "cygnus-[01-04]", plugins: plugins.map((plugin) => ({ interval: "1s", ...plugin })), ...given }],
});

function runLine(values: Values, facts: PlanFacts = NO_FACTS): string {
  const plan = examplePlan(values, facts);
  return renderDockerRun(containerOf(plan, "cygnus-01", "samp"), plan).join(" ");
}

/** What is said of the example's own images and stores beside these plugins. */
const OF_OTHERS = ["image-has-its-plugins", "stores-are-fed"];

/** Rules that the plan breaks beside those of the example itself. */
function findings(values: Values, facts: PlanFacts = NO_FACTS): string[] {
  const known = checkPlan(examplePlan(values["profile"] === undefined ? {} : { profile: values["profile"], xprt: "sock" }), "2026-11-28");
  const messages = new Set(known.map(({ message }) => message));
  return checkPlan(examplePlan(values, facts), "2026-11-28")
    .filter(({ rule, message, waived }) => !waived && !messages.has(message) && !OF_OTHERS.includes(rule))
    .map(({ enforcement, rule, message }) => `${enforcement} ${rule}: ${message}`);
}

describe("block_generic.yaml of ldms, ldms#2294: a job id file of the host", () => {
  const JOBID = { name: "jobid", config: { file: "/var/run/slurm/ldms.jobinfo" } };

  it("is bound where the group says so", () => {
    const values = group({ mounts: { "/var/run/slurm": "/var/run/slurm" } }, JOBID);
    assert.match(runLine(values), / --volume \/var\/run\/slurm:\/var\/run\/slurm:ro /);
    assert.deepEqual(findings(values), []);
  });

  it("is advice, with its name, where nothing is mounted there", () =>
    assert.deepEqual(findings(group({}, JOBID)), [
      "advisory plugin-paths-mounted: plugins have paths that nothing is mounted at: sampler `samp`: `file=/var/run/slurm/ldms.jobinfo` of `jobid`",
    ]));
});

describe("ldms#2267, PR #1385: a plugin's own configuration file", () => {
  const PERF = { name: "perfevent2", config: { conf: "/etc/ldms/perf.conf" } };
  const facts = { ...NO_FACTS, ownFiles: { "perf.conf": "cycles\n" } };
  const values = group({ files: [{ path: "/etc/ldms/perf.conf", file: "perf.conf" }], env: { PERFCONF: "/etc/ldms/perf.conf" } }, PERF);

  it("is delivered beside the daemon's own and bound", () => {
    assert.match(runLine(values, facts), / --volume \/var\/lib\/ldms\/cygnus\/samp\/%etc%ldms%perf\.conf:\/etc\/ldms\/perf\.conf:ro /);
    assert.equal(textOf(examplePlan(values, facts), "/var/lib/ldms/cygnus/samp/%etc%ldms%perf.conf"), "cycles\n");
    assert.deepEqual(findings(values, facts), []);
  });

  it("has a variable of the group's for who reads it from there", () =>
    assert.match(runLine(values, facts), / --env PERFCONF=\/etc\/ldms\/perf\.conf /));
});

describe("ldms#1649: counters in debugfs", () => {
  const LUSTRE = { name: "lustre2_client" };

  it("are bound read-only by the profile minimal", () =>
    assert.match(
      runLine({ profile: "minimal", xprt: "sock", ...group({}, LUSTRE) }),
      / --volume \/sys\/kernel\/debug:\/sys\/kernel\/debug:ro /,
    ));

  it("may be bound by hand with the profile privileged, and not so that they can be written", () => {
    assert.deepEqual(findings(group({ mounts: { "/sys/kernel/debug": "/sys/kernel/debug" } }, LUSTRE)), []);
    assert.deepEqual(
      findings(group({ mounts: { "/sys/kernel/debug": { path: "/sys/kernel/debug", readOnly: false } } }, LUSTRE)).map(
        (one) => one.split(":")[0],
      ),
      ["mandatory no-sensitive-host-folders"],
    );
  });
});

describe("ldms#2294 and its like: a mount is no way round the rules", () => {
  const REFUSED: Readonly<Record<string, string>> = {
    "/var/run/docker.sock": "no-engine-socket",
    "/run/dbus": "no-engine-socket",
    "/var/run/dbus/system_bus_socket": "no-engine-socket",
    "/run/systemd/private": "no-engine-socket",
    "/run/libvirt/libvirt-sock": "no-engine-socket",
    "/run/lxd.socket": "no-engine-socket",
    "/run/snapd.socket": "no-engine-socket",
    "/run/incus": "no-engine-socket",
    "/var/lib/lxd/unix.socket": "no-sensitive-host-folders",
    "/var/lib/incus": "no-sensitive-host-folders",
    "/var/snap/lxd/common/lxd": "no-sensitive-host-folders",
    "/var/backups": "no-sensitive-host-folders",
    "/var/lib/dbus": "no-sensitive-host-folders",
    "/etc/munge": "no-sensitive-host-folders",
    "/etc/sysconfig/ldms.d": "no-sensitive-host-folders",
    "/var/lib/ldms/cygnus/agg1/ldmsd.conf": "no-sensitive-host-folders",
    "/var/lib/ldms/other/samp/ldmsd.conf": "no-sensitive-host-folders",
  };
  for (const [path, rule] of Object.entries(REFUSED)) {
    it(`${path} is a mandatory finding`, () => {
      const [first, ...others] = findings(group({ mounts: { [path]: "/x" } }, { name: "meminfo" }));
      assert.match(first ?? "", new RegExp(`^mandatory ${rule}: `));
      assert.deepEqual(others, []);
    });
  }
});

describe("ldms#2294 and its like: the folder of munge's socket is no way round either", () => {
  const socketIn = (socketDir: string) => findings({ munge: { mode: "host", socketDir } }).map((one) => one.split(":")[0]);

  for (const folder of ["/run/dbus", "/var/run/dbus", "/run/systemd", "/run/libvirt"]) {
    it(`${folder} is a mandatory finding`, () => assert.deepEqual([...new Set(socketIn(folder))], ["mandatory no-engine-socket"]));
  }

  it("one of a site's own is none", () => assert.deepEqual(socketIn("/run/munge-site"), []));
});

describe("ldms#2294 and its like: a device is none either", () => {
  for (const device of [
    "/dev/mem",
    "/dev/sda",
    "/dev/mapper/root",
    "/dev/kmsg",
    "/dev/zfs",
    "/dev/cpu_dma_latency",
    "/dev/accelerometer",
  ]) {
    it(`${device} is a mandatory finding`, () =>
      assert.deepEqual(findings(group({ devices: [device] }, { name: "meminfo" })), [
        `mandatory devices-allowed-for-role: sampler \`samp\` is given devices: \`${device}\``,
      ]));
  }

  it("/dev/nvidia0, /dev/cxi1 and their like are not", () =>
    assert.deepEqual(findings(group({ devices: ["/dev/nvidia0", "/dev/cxi1"] }, { name: "meminfo" })), []));

  it("neither are the other accelerators, adapters and sensors by their kernels' names", () => {
    const devices = [
      ...["/dev/accel", "/dev/accel/accel0", "/dev/accel0", "/dev/cpu/0/msr", "/dev/dri/renderD128", "/dev/hfi1_0", "/dev/hl0"],
      ...["/dev/hl_controlD0", "/dev/infiniband/umad0", "/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0", "/dev/kfd", "/dev/nvidiactl"],
      ...["/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-caps/nvidia-cap1"],
    ];
    assert.deepEqual(findings(group({ devices }, { name: "meminfo" })), []);
  });
});

describe("ldms#1321, NERSC's node types: plugins of GPUs and of Slingshot with the profile minimal", () => {
  const minimal = (...plugins: readonly Values[]) => ({ profile: "minimal", xprt: "sock", ...group({}, ...plugins) });

  it("ask the host's nv-hostengine, or open the adapter", () => {
    assert.doesNotMatch(runLine(minimal({ name: "dcgm_sampler" })), /--device|--gpus/);
    assert.match(runLine(minimal({ name: "slingshot_metrics" })), / --device \/dev\/cxi0:\/dev\/cxi0:rw /);
    assert.match(runLine(minimal({ name: "rdc_sampler" })), / --device \/dev\/dri:\/dev\/dri:rw --device \/dev\/kfd:\/dev\/kfd:rw /);
  });

  it("are named where the profile knows nothing of them", () =>
    assert.deepEqual(findings(minimal({ name: "meminfo" }, { name: "site_power", own: true }, { name: "tx2mon" })), [
      "advisory plugins-known-to-profile: the profile `minimal` does not know these plugins, and gives them nothing: `site_power`, `tx2mon`",
    ]));

  it("are named of an own ldms_cfg.yaml, too", () => {
    const text = textOf(examplePlan(), "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml");
    const ownFiles = { "site.yaml": `${text}\nplugins:\n  power: { name: site_power }\n` };
    const values = { ...minimal({ name: "meminfo" }), xprt: "rdma", maestro: { host: "cygnus-07", configFile: "site.yaml" } };
    assert.deepEqual(
      findings(values, { ...NO_FACTS, ownFiles }).filter((one) => one.includes("plugins-known")),
      ["advisory plugins-known-to-profile: the profile `minimal` does not know these plugins, and gives them nothing: `site_power`"],
    );
  });

  it("may have the GPUs themselves", () => {
    const values = { profile: "minimal", xprt: "sock", ...group({ gpus: "all" }, { name: "dcgm_sampler" }) };
    assert.match(runLine(values), / --gpus all /);
    assert.deepEqual(findings(values), []);
  });
});

describe("omnia PR #5074: groups of other images", () => {
  it("run the group's own", () => {
    const samplers = [
      { hosts: "cygnus-[01-02]", plugins: [{ name: "meminfo", interval: "1s" }] },
      { hosts: "cygnus-[03-04]", plugins: [{ name: "meminfo", interval: "1s" }], name: "arm", image: "reg.site:5000/ldms-samp:arm64" },
    ];
    const plan = examplePlan({ samplers });
    const images = ["01", "03"].map((number) => {
      const { image } = containerOf(plan, `cygnus-${number}`, "samp");
      return plan.images.find(({ name }) => name === image)?.reference;
    });
    assert.deepEqual(images, ["ovishpc/ldms-samp:4.5.3", "reg.site:5000/ldms-samp:arm64"]);
  });
});

describe("ldms#26, NERSC's `-m 128M`: memory of the sets, and of the container", () => {
  it("are two keys, and the second holds the first", () => {
    assert.match(runLine(group({ setMemory: "128M", memory: "1G" }, { name: "meminfo" })), / --memory 1024m .* -m 128M /);
    assert.throws(
      () => examplePlan(group({ setMemory: "128M", memory: "128M" }, { name: "meminfo" })),
      (error: unknown) =>
        error instanceof ConfigError && /memory: must be more than the 128 MiB that its set memory of 128M takes/.test(error.message),
    );
  });
});

describe("code that is not of a daemon's image", () => {
  const MEMINFO = { name: "meminfo" };
  const facts = { ...NO_FACTS, ownFiles: { preload: "/site/libtrace.so\n" } };
  const others = (what: string) => `mandatory nothing-preloaded: sampler \`samp\` loads foreign code into all of its programs: \`${what}\``;
  const replaced = (what: string) =>
    `advisory programs-of-the-image: sampler \`samp\` runs programs that are not from its image: \`${what}\``;
  const CASES: readonly (readonly [Values, readonly string[]])[] = [
    [{ env: { LD_PRELOAD: "/site/libtrace.so" } }, [others("env LD_PRELOAD")]],
    [{ env: { LD_AUDIT: "/site/libtrace.so" } }, [others("env LD_AUDIT")]],
    [{ env: { BASH_ENV: "/site/x.sh" } }, [others("env BASH_ENV")]],
    [{ env: { LD_PRELOAD: "" } }, []],
    [{ files: [{ path: "/etc/ld.so.preload", file: "preload" }] }, [others("mount at /etc/ld.so.preload")]],
    [{ mounts: { "/opt/site/preload": "/etc//ld.so.preload" } }, [others("mount at /etc/ld.so.preload")]],
    [{ mounts: { "/opt/site/etc": "/etc/ld.so.conf.d" } }, [replaced("mount at /etc/ld.so.conf.d")]],
    [{ mounts: { "/opt/site/lib": "/opt/ovis/lib/ovis-ldms" } }, [replaced("mount at /opt/ovis/lib/ovis-ldms")]],
    [{ mounts: { "/opt/site/lib": "/opt" } }, [replaced("mount at /opt")]],
    [{ env: { LD_LIBRARY_PATH: "/site/lib" } }, [replaced("env LD_LIBRARY_PATH")]],
    [{ env: { PATH: "/site/bin:/usr/bin" } }, [replaced("env PATH")]],
    [{ env: { LDMSD_PLUGIN_LIBPATH: "/site/plugins" } }, [replaced("env LDMSD_PLUGIN_LIBPATH")]],
    [{ mounts: { "/opt/site/data": "/opt/site/data" }, env: { TZ: "UTC" } }, []],
  ];
  for (const [given, expected] of CASES) {
    it(`is a finding: ${JSON.stringify(given)}`, () => assert.deepEqual(findings(group(given, MEMINFO), facts), expected));
  }
});

describe("a writable mount", () => {
  const writable = (path: string) => ({ mounts: { [path]: { path: "/x", readOnly: false } } });
  const OTHER = "advisory aggregators-lead-to-a-store";
  const rulesOf = (values: Values) => findings(values).flatMap((line) => (line.startsWith(OTHER) ? [] : [line.split(":")[0]]));
  const ofSampler = (path: string) => rulesOf(group(writable(path), { name: "meminfo" }));
  const ofAggregator = (path: string) =>
    rulesOf({ aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", ...writable(path) }] });

  it("is judged on an aggregator as on a sampler where it is more than a folder", () => {
    const bad = {
      "/etc": "mandatory no-sensitive-host-folders",
      "/sys/kernel/debug": "mandatory no-sensitive-host-folders",
      "/var/lib/ldms/cygnus/samp": "mandatory no-sensitive-host-folders",
      "/var/run/docker.sock": "mandatory no-engine-socket",
      "/run/munge": "mandatory munge-socket-read-only",
    };
    for (const [path, rule] of Object.entries(bad)) {
      assert.ok(ofSampler(path).includes(rule), `${path}: ${ofSampler(path)}`);
      assert.ok(ofAggregator(path).includes(rule), `${path}: ${ofAggregator(path)}`);
    }
  });

  it("is for aggregators alone, which store, and not in memory", () => {
    assert.deepEqual(ofSampler("/data/rolled"), ["mandatory writable-binds-only-for-stores"]);
    assert.deepEqual(ofAggregator("/data/rolled"), []);
    assert.deepEqual(ofAggregator("/dev/shm/rolled"), ["mandatory stores-not-in-memory"]);
  });
});
