import assert from "node:assert/strict";
import type { MountFacts } from "../../plan/container-properties/mounts";
import { listContainers } from "../../plan/model/deployment-plan";
import { ConfigError } from "../../plan/problems/errors";
import { checkPlan } from "../../plan/rules/check-plan";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { AGGREGATOR, SAMPLER } from "../../plan/rules/examples";
import { type ContainerFacts, factsOfPlanned } from "../../plan/rules/facts";
import { factsOfInspected } from "../../plan/rules/inspected-facts";
import { isBroken } from "../../plan/rules/rule";
import { factsOfContainer } from "../../policies/container-inputs";
import { factsOfScript } from "../../policies/script-facts";
import { examplePlan } from "../unit/example-stack";
import { batchWith, containerWith } from "./inputs";
import { inspectedWith } from "./inspections";
import { randomFrom } from "./mutation-kit";
import { spell, spellPlainly } from "./path-spellings";
import { plannedWith } from "./planned";
import { type Pick, storedIn } from "./stack-mutators";

const COUNT = 400;
const TODAY = "2026-11-25";

const FORBIDDEN = [
  ...[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/efi",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/ostree",
    "/proc",
    "/root",
    "/sbin",
    "/snap",
    "/sys",
    "/usr",
  ],
  ...["/dev/mem", "/dev/sda", "/etc/cron.d", "/etc/shadow", "/etc/ssh", "/home/alice/.ssh", "/usr/local/bin", "/sys/fs/cgroup"],
  ...["/proc/1/root", "/proc/1/root/etc", "/proc/self/root/store", "/proc/sys/kernel", "/root/.ssh", "/var/home/alice"],
  ...["/var", "/var/lib", "/var/lib/docker", "/var/lib/docker/volumes/x", "/var/lib/containerd", "/var/lib/kubelet/pods", "/var/spool"],
  ...["/var/spool/cron", "/var/spool/cron/root"],
  ...[
    "/run",
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman",
    "/run/user/1000/podman/podman.sock",
  ],
  ...["/run/dbus", "/var/run/dbus/system_bus_socket", "/run/systemd", "/run/systemd/private", "/run/libvirt", "/run/libvirt/libvirt-sock"],
  ...["/run/lxd.socket", "/run/snapd.socket", "/run/incus", "/var/lib/lxd/unix.socket", "/var/lib/incus", "/var/snap", "/var/snap/lxd/x"],
  ...["/var/backups", "/var/backups/shadow.bak", "/var/lib/dbus"],
  ...["/var/lib/ldms", "/var/lib/ldms/cygnus", "/var/lib/ldms/cygnus/samp", "/var/lib/ldms/cygnus/samp/munge.key"],
  ...["/var/lib/ldms/lab/ui/secret_key", "/var/lib/ldms/cygnus/rows/a/b"],
  ...["/var/lib/ldms/lab/maestro/ldms_cfg.yaml", "/var/lib/ldms/lab/samp/ldmsd.conf", "/var/lib/ldms/cygnus/agg1/%etc%kafka"],
];
const FORBIDDING = ["no-engine-socket", "no-sensitive-host-folders"];

/** With names that begin as a forbidden one does. */
const STORES = [
  ...["/store", "/scratch/ldms", "/lustre/a b", "/srv/rows", "/data/etc", "/var/lib/stores", "/opt/ldms/rows", "/mnt/usr"],
  ...["/bins", "/boots", "/devel", "/etcetera", "/homes/x", "/library", "/procs", "/rooted", "/runs/docker.sock", "/sysadmin", "/usrlocal"],
  ...["/variable", "/var/library", "/var/lib/dockers", "/var/lib/ldms-rows", "/var/spool/cronicle", "/var/runs", "/...", "/..store"],
  ...["/var/lib/lxds", "/var/snapshots"],
];
const READ: readonly (readonly [source: string, target: string])[] = [
  ["/run/munge", "/run/munge"],
  ["/var/run/munge", "/run/munge"],
  ["/run/munge-site", "/run/munge"],
  ["/etc/munge/munge.key", "/etc/munge/munge.key"],
  ["/etc/ldms.key", "/etc/munge/munge.key"],
  ["/opt/site/key", "/etc/munge/munge.key"],
  ["/var/lib/ldms/cygnus/samp/munge.key", "/etc/munge/munge.key"],
  ["/var/lib/ldms/cygnus/samp/ldmsd.conf", "/etc/ldms/ldmsd.conf"],
  ["/var/lib/ldms/cygnus/samp/%etc%ldms%perf.conf", "/etc/ldms/perf.conf"],
];

/** Who tells of a container; each in words of its own. */
const READERS: readonly ((facts: ContainerFacts) => ContainerFacts)[] = [
  (facts) => factsOfPlanned(plannedWith(facts)),
  (facts) => factsOfContainer(containerWith(facts)),
  (facts) => factsOfScript(batchWith(facts))[0]!,
  (facts) => factsOfInspected(inspectedWith(facts), undefined, facts.host),
];

function brokenBy(container: ContainerFacts, mount: MountFacts, read: (typeof READERS)[number]): string[] {
  const facts = read({ ...container, mounts: [...container.mounts, mount] });
  return CONTAINER_RULES.filter((rule) => !rule.byDesign && isBroken(rule, facts)).map(({ name }) => name);
}

describe("a mount, however its path is spelled", () => {
  const generate = (seed: number, count = COUNT) => {
    const random = randomFrom(seed);
    const pick: Pick = (choices) => choices[Math.floor(random() * choices.length)]!;
    return Array.from({ length: count }, (_, i) => ({ pick, read: READERS[i % READERS.length]! }));
  };

  it(`breaks a rule where it is a forbidden one, ${COUNT} times`, () => {
    const spelled = new Set<string>();
    for (const { pick, read } of generate(31)) {
      const source = spell(pick(FORBIDDEN), pick);
      spelled.add(source);
      const mount = { source, target: pick(["/store", "/x", "/etc/munge"]), readOnly: pick([true, false]) };
      const broken = brokenBy(pick([SAMPLER, AGGREGATOR]), mount, read);
      assert.ok(
        FORBIDDING.some((rule) => broken.includes(rule)),
        `${JSON.stringify(mount)} breaks ${broken.join(", ") || "nothing"}`,
      );
    }
    assert.ok(spelled.size > COUNT / 2, `${spelled.size} spellings`);
  });

  it(`breaks none where it is one that a store or a daemon may have, ${COUNT} times`, () => {
    for (const { pick, read } of generate(32)) {
      const [container, path, target, readOnly] = pick([true, false])
        ? ([AGGREGATOR, pick(STORES), "/store2", false] as const)
        : ([SAMPLER, ...pick(READ), true] as const);
      const mount = { source: spell(path, pick), target: spell(target, pick), readOnly };
      assert.deepEqual(brokenBy(container, mount, read), [], JSON.stringify(mount));
    }
  });

  it("is refused in the stack file or by the plan's own check, 100 times", () => {
    for (const { pick } of generate(33, 100)) {
      const values = storedIn(pick([spell, spellPlainly])(pick(FORBIDDEN), pick));
      try {
        const found = checkPlan(examplePlan(values), TODAY).flatMap(({ rule, waived }) => (waived ? [] : [rule]));
        assert.ok(
          FORBIDDING.some((rule) => found.includes(rule)),
          JSON.stringify(values),
        );
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assert.match(error.message, /hostPath: must (be an absolute path other|not have control characters)/);
      }
    }
  });

  it("is planned in its one spelling", () => {
    const containers = listContainers(examplePlan(storedIn("//scratch///ldms//")));
    const stores = containers.flatMap(({ mounts }) =>
      mounts.flatMap((mount) => (mount.kind === "bind" && !mount.readOnly ? [mount.hostPath] : [])),
    );
    assert.deepEqual([...new Set(stores)], ["/scratch/ldms"]);
  });
});

describe("no-sensitive-host-folders", () => {
  const broken = (source: string, target: string) => brokenBy(SAMPLER, { source, target, readOnly: true }, READERS[1]!);

  it("takes nothing but a key for the host's munge key", () => {
    const KEY = "/etc/munge/munge.key";
    assert.deepEqual(broken("/etc/munge/munge.key", KEY), []);
    for (const source of ["/", "/etc", "/etc/shadow", "/etc/munge", "/proc/1/root/etc/x.key", "/var/lib/ldms/cygnus/samp/munge.key/x"])
      assert.deepEqual(broken(source, KEY), ["no-sensitive-host-folders"], source);
    assert.deepEqual(broken("/run/docker.sock", KEY), ["no-engine-socket"]);
  });

  it("sees a volume whose driver binds a folder of the host", () => {
    const { props, ...rest } = containerWith(SAMPLER);
    const mounts = [
      { type: "volume", source: "rows", target: "/x", volumeOptions: { driverOptions: { type: "none", o: "bind", device: "//etc" } } },
    ];
    const rule = CONTAINER_RULES.find(({ name }) => name === "no-sensitive-host-folders")!;
    assert.equal(isBroken(rule, factsOfContainer({ ...rest, props: { ...props, mounts } })), true);
  });
});

describe("munge-key-read-only", () => {
  it("knows the key's place by its other spellings", () => {
    for (const target of ["/etc//munge/munge.key", "/etc/munge/./munge.key", "/etc/x/../munge/munge.key"]) {
      const mount = { source: "/var/lib/ldms/cygnus/samp/munge.key", target, readOnly: false };
      assert.deepEqual(brokenBy(SAMPLER, mount, READERS[1]!), ["munge-key-read-only"], target);
    }
  });
});

describe("devices-allowed-for-role", () => {
  it("looks where a path leads", () => {
    const rule = CONTAINER_RULES.find(({ name }) => name === "devices-allowed-for-role")!;
    assert.equal(isBroken(rule, { ...SAMPLER, devices: ["/dev/infiniband/../sda"] }), true);
    assert.equal(isBroken(rule, { ...SAMPLER, devices: ["/dev//infiniband/", "/dev/./infiniband/uverbs0"] }), false);
  });
});
