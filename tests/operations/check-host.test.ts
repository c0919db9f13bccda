import assert from "node:assert/strict";
import { checkHost, type PreflightProblem, probeNeeds } from "../../operations/preflight/check-host";
import type { ProbeFacts } from "../../operations/preflight/probe-output";
import type { PlannedMount } from "../../plan/model/container";
import type { PlannedPull } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { changeContainers } from "../unit/change-containers";
import { sketchPlan } from "./lab-plan";

const OURS = { id: "a".repeat(64), name: "samp", stack: "sketch", state: "running" };
const READY: ProbeFacts = {
  architecture: "x86_64",
  engineVersion: "26.1.5",
  containers: [],
  images: [],
  listeners: [],
  folders: [],
  isPodman: false,
  uid: 0,
  missingNames: [],
};
const KEY = { mode: "600", uid: 101, gid: 101, lengthBytes: 1024, isUniform: false, digest: "d" };
const BUILT = { recipe: "images/ldms-samp", context: "c", ovis: "ovis", platform: "linux/amd64", args: {} };

const plan = sketchPlan([{ name: "cygnus-01", containers: [["samp", "sampler"]] }], {
  munge: { mode: "key", hostPath: "/etc/ldms/munge.key" },
  images: [{ name: "ldms-samp", reference: "samp", build: BUILT }],
});

function messages(facts: Partial<ProbeFacts>, of: DeploymentPlan = plan): string[] {
  return problems(facts, of).map(({ message }) => message);
}

function problems(facts: Partial<ProbeFacts>, of: DeploymentPlan = plan): PreflightProblem[] {
  return checkHost(of, of.hosts[0]!, { ...READY, ...facts });
}

describe("checkHost", () => {
  it("finds nothing wrong with a host that is ready", () => {
    const folders: ProbeFacts["folders"] = [
      { path: "/store", state: "ok", nearest: "/", freePercent: 2 },
      // Files of some kilobytes still fit.
      { path: "/var/lib/ldms/sketch", state: "ok", nearest: "/", freePercent: 0.5 },
    ];
    const engineDisk = { path: "/var/lib/docker", freePercent: 2 };
    assert.deepEqual(problems({ key: KEY, folders, engineDisk }), []);
  });

  it("finds nothing wrong with our own container on its port", () => {
    assert.deepEqual(
      problems({ containers: [OURS], listeners: [{ port: 4110, pid: 9, program: "ldmsd", containerIds: ["c".repeat(64), OURS.id] }] }),
      [],
    );
  });

  it("takes a container for ours that was taken over as it ran, by its id alone", () => {
    const found = { ...OURS, stack: "" };
    const listeners = [{ port: 4110, pid: 9, program: "ldmsd", containerIds: [OURS.id] }];
    assert.deepEqual(problems({ containers: [found], listeners, ownedIds: [OURS.id] }), []);
    assert.deepEqual(messages({ containers: [found], listeners, ownedIds: ["b".repeat(64)] }), [
      "container `samp` exists and is not of this program",
      "port 4110 (ldmsd of `samp`) is held by `ldmsd`, process 9",
    ]);
    const other = { ...OURS, stack: "other" };
    assert.deepEqual(messages({ containers: [other], ownedIds: [OURS.id] }), ["container `samp` exists and belongs to stack `other`"]);
  });

  describe("where the engine does not answer", () => {
    const silent = (...listeners: ProbeFacts["listeners"]) => messages({ engineError: "Cannot connect", listeners });
    const ENGINE = "its Docker engine does not answer: Cannot connect";

    it("does not blame a daemon in a container for its own port", () => {
      assert.deepEqual(silent({ port: 4110, pid: 9, program: "ldmsd", containerIds: [OURS.id] }), [ENGINE]);
      assert.deepEqual(silent({ port: 4110, containerIds: [] }), [ENGINE]);
    });

    it("names a process that is in no container", () => {
      const found = silent({ port: 4110, pid: 7, program: "python3", containerIds: [] });
      assert.deepEqual(found, [ENGINE, "port 4110 (ldmsd of `samp`) is held by `python3`, process 7"]);
    });
  });

  const cases: readonly (readonly [string, Partial<ProbeFacts>, string])[] = [
    ["an engine that does not answer", { engineError: "Cannot connect" }, "its Docker engine does not answer: Cannot connect"],
    ["another architecture", { architecture: "aarch64" }, "image `ldms-samp` is built for `linux/amd64`, this host is `linux/arm64`"],
    ["a foreign container", { containers: [{ ...OURS, stack: "" }] }, "container `samp` exists and is not of this program"],
    ["another stack's container", { containers: [{ ...OURS, stack: "other" }] }, "container `samp` exists and belongs to stack `other`"],
    [
      "a foreign process on a port, though our container exists",
      { containers: [OURS], listeners: [{ port: 4110, pid: 7, program: "python3", containerIds: [] }] },
      "port 4110 (ldmsd of `samp`) is held by `python3`, process 7",
    ],
    [
      "an unknown process on a port, while our container does not run",
      { containers: [{ ...OURS, state: "exited" }], listeners: [{ port: 4110, containerIds: [] }] },
      "port 4110 (ldmsd of `samp`) is held by a process that the ssh user cannot see",
    ],
    [
      "a folder on a read-only place",
      { folders: [{ path: "/store", state: "unwritable", nearest: "/", why: "Read-only file system" }] },
      "folder `/store` cannot be written by the ssh user: `/`: Read-only file system",
    ],
    [
      "a disk that is full",
      { folders: [{ path: "/store", state: "ok", nearest: "/store", freePercent: 1.9 }] },
      "folder `/store`: 1.9 % of its disk are free",
    ],
    [
      "a full disk of the engine",
      { engineDisk: { path: "/var/lib/docker", freePercent: 0.4 } },
      "Docker's folder `/var/lib/docker`: 0.4 % of its disk are free",
    ],
    [
      "a file in a folder's place",
      { folders: [{ path: "/a/b", state: "not-a-folder", nearest: "/a" }] },
      "folder `/a/b` cannot be made: `/a` is a file",
    ],
    [
      "no munge",
      { mungeError: "no socket `/run/munge/munge.socket.2`" },
      "its munge makes no credential: no socket `/run/munge/munge.socket.2`",
    ],
    ["no key", { keyError: "missing" }, "munge key `/etc/ldms/munge.key` is missing"],
    ["a key that others read", { key: { ...KEY, mode: "644" } }, "munge key `/etc/ldms/munge.key` has mode 0644, not 0600"],
    ["a short key", { key: { ...KEY, lengthBytes: 31 } }, "munge key `/etc/ldms/munge.key` is too short: 31 bytes, at least 32"],
    ["a key of one byte", { key: { ...KEY, isUniform: true } }, "munge key `/etc/ldms/munge.key` consists of one byte repeated"],
  ];
  for (const [title, facts, message] of cases) {
    it(`tells ${title}`, () => assert.deepEqual(messages(facts), [message]));
  }

  it("takes a key as hosts have it, but for upstream's images (AAROC#142, dun/munge#101)", () => {
    const found: Partial<ProbeFacts> = { key: { ...KEY, mode: "400", uid: 496, gid: 496 } };
    assert.deepEqual(messages(found), []);
    const upstream = { ...plan, images: [{ name: "ldms-samp" as const, reference: "ovishpc/ldms-samp:4.5.3" }] };
    assert.deepEqual(messages(found, upstream), [
      "munge key `/etc/ldms/munge.key` is owned by 496:496, and munged of upstream's images takes it from 101:101 only",
    ]);
  });
});

describe("probeNeeds", () => {
  const withMounts = (mounts: readonly PlannedMount[]): DeploymentPlan => changeContainers(plan, (container) => ({ ...container, mounts }));
  const bind = (hostPath: string, readOnly: boolean): PlannedMount => ({ kind: "bind", hostPath, containerPath: "/x", readOnly });

  it("asks for what the host's containers use: munge's socket, the key, folders that they write to", () => {
    const mounts = [
      { kind: "bind" as const, hostPath: "/run/munge", containerPath: "/run/munge", readOnly: true },
      bind("/etc/ldms/munge.key", true),
      bind("/store", false),
      bind("/var/lib/ldms/sketch/samp/f", false),
    ];
    const used = withMounts(mounts);
    const needs = {
      stack: "sketch",
      ports: [4110],
      folders: ["/store"],
      images: [],
      mungeSocket: "/run/munge/munge.socket.2",
      keyPath: "/etc/ldms/munge.key",
      names: [],
      nonce: "n",
    };
    assert.deepEqual(probeNeeds(used, used.hosts[0]!, "n"), needs);
  });

  it("asks for the names that its aggregators dial, of many for some", () => {
    const pull = (count: number): PlannedPull => ({
      aggregators: [{ host: "cygnus-01", container: "agg1" }],
      updateSeconds: 1,
      producers: Array.from({ length: count }, (_, i) => ({ host: `n${i}`, container: "samp", dialledAt: `n${i}-iw:411` })),
    });
    const asked = (pulls: readonly PlannedPull[], name = "cygnus-01") =>
      probeNeeds({ ...plan, pulls }, { ...plan.hosts[0]!, name }, "n").names;
    assert.deepEqual(asked([pull(3), pull(2)]), ["n0-iw", "n1-iw", "n2-iw"]);
    assert.deepEqual(asked([pull(3)], "cygnus-02"), []);
    const some = asked([pull(10_000)]);
    assert.deepEqual([some.length, some[0], some.at(-1)], [256, "n0-iw", "n9960-iw"]);
    const advertised = [{ host: "n1", container: "samp" }];
    assert.deepEqual(asked([{ ...pull(0), producers: advertised }]), []);
  });

  it("asks its engine for what it pulls, from its own mirror: not for what is built here or comes in an archive", () => {
    const archive = { path: "a.tar", sizeBytes: 1, sha256: "0", id: "sha256:1", platform: "linux/amd64" };
    const used = {
      ...changeContainers(plan, (container) =>
        (["ldms-samp", "ldms-agg", "ldms-ui", "ldms-grafana"] as const).map((image) => ({ ...container, image })),
      ),
      images: [
        { name: "ldms-agg", reference: "ovishpc/ldms-agg:1", archive },
        { name: "ldms-grafana", reference: "reg.site:5000/x/ldms-grafana:1", digest: "sha256:2" },
        { name: "ldms-maestro", reference: "ovishpc/ldms-maestro:1" },
        { name: "ldms-samp", reference: "ovishpc/ldms-samp:1" },
        { name: "ldms-ui", reference: "ovishpc/ldms-ui:1", build: BUILT },
      ],
    } satisfies DeploymentPlan;
    const asked = (host: Partial<PlannedHost>) => probeNeeds(used, { ...used.hosts[0]!, ...host }, "n").images;
    assert.deepEqual(asked({}), ["reg.site:5000/x/ldms-grafana@sha256:2", "ovishpc/ldms-samp:1"]);
    assert.deepEqual(asked({ mirror: "rack7:5000" }), ["rack7:5000/x/ldms-grafana@sha256:2", "rack7:5000/ovishpc/ldms-samp:1"]);
  });

  it("asks for no munge and no key where no container has it", () => {
    const used = withMounts([{ kind: "volume", volume: "v", containerPath: "/x", readOnly: false }]);
    assert.deepEqual(probeNeeds(used, used.hosts[0]!, "n"), {
      stack: "sketch",
      ports: [4110],
      folders: [],
      images: [],
      names: [],
      nonce: "n",
    });
  });
});

describe("checkHost of names", () => {
  const help = "give them to the hosts' /etc/hosts or DNS, or correct `ldms:interconnect`";
  const producers = ["n1", "n2", "n3"].map((host) => ({ host, container: "samp", dialledAt: `${host}-iw:411` }));
  const pulls = [{ aggregators: [{ host: plan.hosts[0]!.name, container: "agg1" }], updateSeconds: 1, producers }];
  const problems = (facts: Partial<ProbeFacts>, dead: readonly string[] = []) =>
    checkHost({ ...plan, pulls }, plan.hosts[0]!, { ...READY, ...facts }, new Set(dead));

  it("names those that do not resolve, folded", () => {
    const message = "names that its aggregator dials do not resolve: `n[1,3]-iw`";
    assert.deepEqual(problems({ missingNames: ["n1-iw", "n3-iw"] }), [{ subject: "name", message, help }]);
  });

  it("says nothing of the names of dead hosts", () => {
    assert.deepEqual(problems({ missingNames: ["n1-iw", "n3-iw"] }, ["n1", "n3"]), []);
    assert.match(problems({ missingNames: ["n1-iw", "n3-iw"] }, ["n1"])[0]!.message, /: `n3-iw`$/);
  });

  it("tells a resolver that does not answer", () => {
    const message = "the names that its aggregator dials do not resolve: no answer within 2 s";
    assert.deepEqual(problems({ namesError: "no answer within 2 s" }), [{ subject: "name", message, help }]);
  });
});

describe("checkHost of a login that is not root", () => {
  const FILE = {
    path: "/var/lib/ldms/sketch/samp/x",
    container: "samp",
    mode: 0o644,
    uid: 0,
    gid: 0,
    fingerprint: "0a",
    content: { kind: "text", text: "" },
  } as const;
  const sketch = sketchPlan([{ name: "cygnus-01", user: "admin", containers: [["samp", "sampler"]] }]);
  const of = (method: DeploymentPlan["method"], become?: "sudo"): DeploymentPlan => {
    const [host] = sketch.hosts as [PlannedHost];
    const connection = host.connection.kind === "ssh" ? { ...host.connection, ...(become && { become }) } : host.connection;
    return { ...sketch, method, hosts: [{ ...host, connection, files: [FILE] }] };
  };
  const folders: ProbeFacts["folders"] = [
    { path: "/var/lib/ldms/sketch", state: "unwritable", nearest: "/var/lib", why: "Permission denied" },
  ];
  const refused = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";

  it("says all that it misses", () => {
    assert.deepEqual(problems({ uid: 1000, folders, engineError: refused }, of("docker")), [
      {
        subject: "login",
        message: "user `admin` is not root, and cannot give the files of containers to their owners",
        help: "`become: sudo` in `ldms:ssh`, or log in as root",
      },
      {
        subject: "engine",
        message: "user `admin` is not in the group `docker`, and may not use its Docker engine",
        help: "there: `usermod --append --groups docker admin`; the method `fan-out` with `become: sudo` needs no group",
      },
      { subject: "folder", message: "folder `/var/lib/ldms/sketch` cannot be written by the ssh user: `/var/lib`: Permission denied" },
    ]);
  });

  it("asks for the engine as the Docker provider comes to it, and by the method fan-out as root alone", () => {
    const needs = (plan: DeploymentPlan) => probeNeeds(plan, plan.hosts[0]!, "n").engineLogin;
    assert.deepEqual([needs(of("docker", "sudo")), needs(of("fan-out", "sudo")), needs(of("docker"))], ["admin", undefined, undefined]);
    assert.deepEqual(messages({ loginEngineError: refused }, of("docker", "sudo")), [
      "user `admin` is not in the group `docker`, and may not use its Docker engine",
    ]);
    assert.deepEqual(messages({}, of("fan-out", "sudo")), []);
  });
});

describe("checkHost of a host whose docker is podman's", () => {
  it("refuses it by name for the method docker, and takes it for the method fan-out", () => {
    const podman = { isPodman: true, engineVersion: "5.4.2" };
    assert.deepEqual(
      problems({ ...podman, key: KEY }).map(({ message, help }) => `${message}: ${help}`),
      ["its `docker` is podman's, 5.4.2: the method `docker` needs Docker's engine: `ldms:method: fan-out`, or Docker's engine there"],
    );
    assert.deepEqual(messages({ ...podman, key: KEY }, { ...plan, method: "fan-out" }), []);
  });
});
