import assert from "node:assert/strict";
import { hostRunArgs, interconnectArgs, networkArgs, registryRunArgs } from "../../lab/host-run-args";
import { LAB_INTERCONNECT, LAB_LABEL, labHost } from "../../lab/names";

const HOST = labHost("cygnus-03");
const ARGS = { image: "sha256:0123", labels: ["ldms.lab.spec=a b"] };

/** The values that follow each `flag`. */
function valuesOf(args: readonly string[], flag: string): readonly string[] {
  return args.flatMap((arg, index) => (args[index - 1] === flag ? [arg] : []));
}

describe("hostRunArgs", () => {
  it("names the host, its address, its labels and, last, its image", () => {
    const args = hostRunArgs(HOST, "1", ARGS);
    assert.deepEqual(args.slice(0, 14), [
      ...["create", "--name", "ldms-lab-cygnus-03", "--hostname", "cygnus-03", "--init"],
      ...["--label", "ldms.lab=1", "--label", "ldms.lab.spec=a b"],
      ...["--network", "ldms-lab", "--ip", "198.18.0.13"],
    ]);
    assert.equal(args.at(-1), "sha256:0123");
  });

  it("lets every host resolve both names of all eight", () => {
    const names = valuesOf(hostRunArgs(HOST, "1", ARGS), "--add-host");
    assert.equal(names.length, 16);
    assert.deepEqual(names.slice(14), ["cygnus-08:198.18.0.18", "cygnus-08-iw:198.19.0.18"]);
  });

  it("puts the engine's store on a volume that carries the lab's label", () => {
    assert.deepEqual(valuesOf(hostRunArgs(HOST, "1", ARGS), "--mount"), [
      "type=volume,destination=/var/lib/docker,volume-label=ldms.lab=1",
    ]);
  });

  it("is not privileged on cgroup v1: 23 capabilities, three profiles off, the machine's cgroup tree", () => {
    const args = hostRunArgs(HOST, "1", ARGS);
    assert.deepEqual(valuesOf(args, "--cap-add"), [
      ...["AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "DAC_READ_SEARCH", "IPC_LOCK", "IPC_OWNER", "LEASE", "LINUX_IMMUTABLE"],
      ...["MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_NICE"],
      ...["SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"],
    ]);
    assert.deepEqual(valuesOf(args, "--security-opt"), ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"]);
    assert.deepEqual(valuesOf(args, "--volume"), ["/sys/fs/cgroup:/sys/fs/cgroup:rw"]);
    assert.ok(args.includes("--cgroupns=host"));
    assert.ok(!args.includes("--privileged"));
  });

  // Proves the arguments only; no host was ever started with them on cgroup v2.
  it("is privileged with a cgroup namespace of its own on cgroup v2, and sees nothing of the machine's tree", () => {
    const args = hostRunArgs(HOST, "2", ARGS);
    assert.ok(args.includes("--privileged"));
    assert.ok(args.includes("--cgroupns=private"));
    assert.deepEqual([valuesOf(args, "--cap-add"), valuesOf(args, "--security-opt"), valuesOf(args, "--volume")], [[], [], []]);
  });
});

describe("interconnectArgs", () => {
  it("gives the host its address on the second network", () => {
    assert.deepEqual(interconnectArgs(HOST), ["network", "connect", "--ip", "198.19.0.13", "ldms-lab-iw", "ldms-lab-cygnus-03"]);
  });
});

describe("registryRunArgs", () => {
  it("has its fixed address and keeps its images on a labelled volume", () => {
    const args = registryRunArgs(ARGS);
    assert.deepEqual(valuesOf(args, "--ip"), ["198.18.0.5"]);
    assert.deepEqual(valuesOf(args, "--mount"), ["type=volume,destination=/var/lib/docker-registry,volume-label=ldms.lab=1"]);
    assert.ok(valuesOf(args, "--label").includes(LAB_LABEL));
  });
});

describe("networkArgs", () => {
  it("labels the network", () => {
    const expected = ["network", "create", "--label", "ldms.lab=1", "--subnet", "198.19.0.0/24", "ldms-lab-iw"];
    assert.deepEqual(networkArgs(LAB_INTERCONNECT), expected);
  });
});
