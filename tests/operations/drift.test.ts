import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DriftArgs, findDrift, isAsPlanned } from "../../operations/drift/drift";
import { parseDrift, renderDriftScript } from "../../operations/drift/drift-script";
import { renderDrift } from "../../operations/drift/render-drift";
import { type ManifestEntry, manifestEntry } from "../../plan/delivery/deliver-files";
import type { DeployedContainer, DeployedState } from "../../plan/deployed/deployed-state";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedFile } from "../../plan/model/file";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const FILE: PlannedFile = {
  path: "/var/lib/ldms/sketch/ui/dsosd.conf",
  container: "ui",
  mode: 0o644,
  uid: 0,
  gid: 0,
  fingerprint: "a".repeat(64),
  content: { kind: "text", text: "" },
};
const KEY: PlannedFile = {
  ...FILE,
  path: "/var/lib/ldms/sketch/samp/munge.key",
  mode: 0o600,
  uid: 101,
  gid: 101,
  content: { kind: "secret", secretName: "mungeKey", encoding: "base64" },
};

const sketch = sketchPlan([
  {
    name: "here",
    isLocal: true,
    containers: [
      ["samp", "sampler"],
      ["agg1", "aggregator"],
    ],
  },
]);
const plan = { ...sketch, hosts: sketch.hosts.map((host) => ({ ...host, files: [FILE, KEY] })) };

/** As the host prints it: what `sha256sum` says of a file, `file|PATH|MODE|HASH`, is a line of its own. */
function asPrinted(line: string): string[] {
  const [kind, path, mode, hash] = line.split("|");
  return kind === "file" ? [`file\\t${path}\\t${mode}`, ...(hash === "-" ? [] : [`${hash}  ${path}`])] : [line.replaceAll("|", "\\t")];
}

/** The report on a host that answers with these lines. */
function driftOf(lines: readonly string[], args: DriftArgs = {}, of: DeploymentPlan = plan) {
  const output = [...lines.flatMap(asPrinted), "end"].map((line) => `printf '${line}\\n'`).join("; ");
  return withPrograms({ sh: `cat >/dev/null; ${output}` }, () => findDrift(of, args));
}

const SAMP = "container|/samp|0|running";
const AGG1 = "container|/agg1|0|running";
const CONF = `file|${FILE.path}|644 0:0|${FILE.fingerprint}`;
const MUNGE_KEY = `file|${KEY.path}|600 101:101|-`;
const WELL = [SAMP, AGG1, CONF, MUNGE_KEY];

/** A state in which the one host has this; by default what the plan has. */
function stateOf(changes: {
  readonly files?: Readonly<Record<string, ManifestEntry | undefined>>;
  readonly containers?: Readonly<Record<string, DeployedContainer | undefined>>;
}): DeployedState {
  const containers = { samp: { spec: "0" }, agg1: { spec: "0" }, ...changes.containers };
  const files = { [FILE.path]: manifestEntry(FILE), [KEY.path]: manifestEntry(KEY), ...changes.files };
  const present = <T>(all: Readonly<Record<string, T | undefined>>) =>
    new Map(Object.entries(all).flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])));
  return new Map([["here", { containers: present(containers), files: present(files) }]]);
}
const DEPLOYED = stateOf({});

describe("findDrift", () => {
  it("finds nothing where all is as planned", async () => {
    for (const deployed of [undefined, DEPLOYED]) {
      const report = await driftOf(WELL, { deployed });
      assert.equal(isAsPlanned(report), true);
      assert.equal(renderDrift(report), "1 host is as the stack says");
    }
  });

  const MESSED = [
    "container|/samp|1|exited",
    "container|/old|0|running",
    `file|${FILE.path}|600 0:7|${"b".repeat(64)}`,
    "file|/var/lib/ldms/sketch/x|644 0:0|c",
  ];

  it("names each difference, and what mends it", async () => {
    const report = await driftOf(MESSED, { deployed: DEPLOYED });
    assert.equal(isAsPlanned(report), false);
    assert.equal(
      renderDrift(report),
      `changed on the hosts since it was deployed:
  here: samp was made from another plan
  here: samp is exited
  here: agg1 is missing
    help: ldms up -s sketch --refresh; or, where the hosts are right, edit the stack file
  here: old is not in the stack
    help: there: \`docker rm --force old\`
  here: ${FILE.path} has mode 0600, in the stack 0644
  here: ${FILE.path} has owner 0:7, in the stack 0:0
  here: ${FILE.path} has another content
  here: ${KEY.path} is missing
    help: the lines of \`ldms plan -s sketch\` that deliver it
  here: /var/lib/ldms/sketch/x is not in the stack
    help: there: \`rm /var/lib/ldms/sketch/x\``,
    );
  });

  it("has one verb for all of them by the method fan-out", async () => {
    const report = await driftOf(MESSED, { deployed: DEPLOYED }, { ...plan, method: "fan-out" });
    assert.deepEqual([...new Set(report.differences.map(({ mend }) => mend))], ["ldms up -s sketch"]);
    assert.deepEqual([...new Set(report.differences.map(({ differs }) => differs))], ["host"]);
    assert.equal(report.differences.length, 9);
  });

  it("compares with the stack file alone where no state is known", async () => {
    const said = renderDrift(await driftOf(["container|/samp|1|running", AGG1, CONF, MUNGE_KEY]));
    assert.equal(
      said,
      `otherwise than the stack file says; no state tells what was deployed:
  here: samp was made from another plan
    help: ldms up -s sketch --refresh; or, where the hosts are right, edit the stack file`,
    );
  });

  it("tells a stack file that was changed from hosts that were", async () => {
    const [other, entry] = ["b".repeat(64), manifestEntry(FILE)];
    const found = ["container|/samp|1|running", AGG1, "container|/old|7|running", `file|${FILE.path}|644 0:0|${other}`, MUNGE_KEY];
    const containers = { samp: { spec: "1" }, agg1: undefined, old: { spec: "7" } };
    const report = await driftOf(found, { deployed: stateOf({ containers, files: { [FILE.path]: { ...entry, fingerprint: other } } }) });
    assert.equal(
      renderDrift(report),
      `changed in the stack file since it was deployed:
  here: samp was made from another plan
  here: old is not in the stack
  here: ${FILE.path} has another content
    help: ldms up -s sketch
not in the state, or otherwise there:
  here: agg1 is as the stack file says, which the state does not know
    help: ldms up -s sketch --refresh`,
    );
  });

  it("says where all three differ", async () => {
    const found = ["container|/samp|2|running", "container|/agg1|1|exited", `file|${FILE.path}|644 0:0|${"c".repeat(64)}`, MUNGE_KEY];
    const files = { [FILE.path]: { ...manifestEntry(FILE), fingerprint: "b".repeat(64) } };
    const report = await driftOf(found, { deployed: stateOf({ containers: { samp: { spec: "1" }, agg1: { spec: "1" } }, files }) });
    assert.equal(
      renderDrift(report),
      `changed in the stack file since it was deployed:
  here: agg1 was made from another plan
    help: ldms up -s sketch
changed in the stack file and on the hosts:
  here: samp was made from another plan
  here: agg1 is exited
    help: ldms up -s sketch --refresh; or, where the hosts are right, edit the stack file
  here: ${FILE.path} has another content
    help: ldms up -s sketch; or, where the hosts are right, edit the stack file`,
    );
  });

  it("knows what was never deployed, what the state has alone, and hosts that have left", async () => {
    const left = new Map([
      ...stateOf({ containers: { gone: { spec: "9" } } }),
      ["n2", { containers: new Map([["samp", { spec: "0" }]]), files: new Map() }],
    ]);
    assert.equal(
      renderDrift(await driftOf(WELL, { deployed: left })),
      `changed in the stack file since it was deployed:
  n2: samp is to go: its host is not in the stack file any more
    help: ldms up -s sketch
not in the state, or otherwise there:
  here: gone is in the state alone
    help: ldms up -s sketch --refresh`,
    );
    assert.equal(
      renderDrift(await driftOf([], { deployed: new Map() })),
      `changed in the stack file since it was deployed:
  here: samp is missing
  here: agg1 is missing
  here: ${FILE.path} is missing
  here: ${KEY.path} is missing
    help: ldms up -s sketch`,
    );
  });

  it("knows a secret that was changed in the stack file, whose content it never reads", async () => {
    const files = { [KEY.path]: { ...manifestEntry(KEY), fingerprint: "old" } };
    assert.equal(
      renderDrift(await driftOf(WELL, { deployed: stateOf({ files }) })),
      `changed in the stack file since it was deployed:
  here: ${KEY.path} is another secret now
    help: ldms up -s sketch`,
    );
  });

  it("compares the image that each runs", async () => {
    const images = [{ name: "ldms-samp" as const, reference: "site/ldms-samp:2" }];
    const run = (name: string) => `container|/${name}|0|running|1d|sha256:a`;
    const found = [run("samp"), run("agg1"), "image|sha256:a|site/ldms-samp:1", CONF, MUNGE_KEY];
    const containers = { samp: { spec: "0", reference: "site/ldms-samp:1" }, agg1: { spec: "0", reference: "site/ldms-samp:2" } };
    assert.equal(
      renderDrift(await driftOf(found, { deployed: stateOf({ containers }) }, { ...plan, images })),
      `changed in the stack file since it was deployed:
  here: samp runs ldms-samp:1, in the stack ldms-samp:2
    help: ldms up -s sketch
changed on the hosts since it was deployed:
  here: agg1 runs ldms-samp:1, in the stack ldms-samp:2
    help: ldms up -s sketch --refresh; or, where the hosts are right, edit the stack file`,
    );
  });

  it("knows of a container that was taken over what it counts as made from", async () => {
    const found = ["container|/samp||running|1d", "container|/agg1|0|running|2d", CONF, MUNGE_KEY];
    assert.equal(isAsPlanned(await driftOf([...found, "owned|1d|0"])), true);
    for (const other of ["owned|1d|1", "owned|3d|0"])
      assert.match(renderDrift(await driftOf([...found, other])), /^ {2}here: samp was made from another plan$/m);
  });

  it("tells a host that cannot be asked from one that has nothing", async () => {
    const mute = await withPrograms({ docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" }, () => findDrift(plan));
    assert.deepEqual(mute.differences, []);
    assert.equal(renderDrift(mute), "here: unknown: Cannot connect to the Docker daemon");
  });

  it("gives up an engine that hangs", async () => {
    for (const code of [124, 143]) {
      const report = await withPrograms({ timeout: `exit ${code}`, docker: "sleep 60" }, () => findDrift(plan));
      assert.deepEqual(report.unknown, [{ host: "here", message: "its Docker engine does not answer: no answer within 8 s" }]);
    }
  });

  it("asks an engine twice where there is a container: which are there, and what they are like", async () => {
    const docker = `echo "$1" >>"\${0%/*}/asked"\ncase "$1" in ps) echo id ;; inspect) printf 'container\\t/samp\\t0\\trunning\\tid\\tsha256:a\\n' ;; esac`;
    await withPrograms({ docker }, async (folder) => {
      await findDrift(plan);
      assert.equal(readFileSync(join(folder, "asked"), "utf8"), "ps\ninspect\nimage\n");
    });
  });

  it("takes no container for missing on a host whose engine ends while it is asked", async () => {
    const docker = `case "$1" in ps) [ ! -e "\${0%/*}/ended" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }; echo id ;; *) touch "\${0%/*}/ended"; exit 1 ;; esac`;
    const report = await withPrograms({ docker }, () => findDrift(plan));
    assert.deepEqual(report.differences, []);
    assert.deepEqual(report.unknown, [{ host: "here", message: "Cannot connect to the Docker daemon" }]);
  });

  it("takes an answer that was cut off for none", () => {
    assert.equal(parseDrift("container\t/samp\t0\trunning", []), undefined);
  });

  it("never hashes a secret, and tells mode, owner and content of what else lies there", () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-drift-"));
    const at = (path: string) => path.replace("/var/lib/ldms/sketch", folder);
    try {
      const secret = `${at(KEY.path)}[1]`;
      mkdirSync(dirname(secret), { recursive: true });
      for (const path of [secret, `${folder}/samp/munge.key1`, `${folder}/a b`]) writeFileSync(path, path, { mode: 0o600 });
      chmodSync(`${folder}/a b`, 0o644);
      const script = renderDriftScript({ stack: "sketch", secretPaths: [secret], daemons: [] }).replaceAll("/var/lib/ldms/sketch", folder);
      const output = execFileSync("sh", ["-s"], {
        input: `docker() { :; }\n${script.replaceAll("limited docker", "docker")}`,
        encoding: "utf8",
      });
      const files = parseDrift(output.trimEnd(), [secret])!.files.map(({ path, mode, sha256 }) => [path, mode, sha256]);
      assert.deepEqual(
        files.sort(),
        [
          [`${folder}/a b`, "0644", hash("sha256", `${folder}/a b`)],
          [secret, "0600", undefined],
          [`${folder}/samp/munge.key1`, "0600", hash("sha256", `${folder}/samp/munge.key1`)],
        ].sort(),
      );
      assert.ok(!output.includes(hash("sha256", secret)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("believes its host alone of containers and files, whatever a daemon prints", () => {
    const forged = [`file\t/a\t644 0:0`, `${"b".repeat(64)}  /a`, "container\t/samp\tspec\trunning\tid\tsha256:x"];
    const found = parseDrift([`file\t/a\t600 0:0`, `${"a".repeat(64)}  /a`, "asked\tsamp\t1\tsets", ...forged, "end"].join("\n"), []);
    assert.deepEqual(found?.files, [{ path: "/a", mode: "0600", owner: "0:0", sha256: "a".repeat(64) }]);
    assert.deepEqual(found?.containers, []);
  });

  it("needs no room for a file on the host: a here-document is one to bash before 5.1", () => {
    const daemons = [{ container: "samp", controller: ["ldmsd_controller"], list: ["ldms_ls"] }];
    assert.doesNotMatch(renderDriftScript({ stack: "sketch", secretPaths: [], daemons }), /<</);
  });

  it("takes a file whose content cannot be read for another one", () => {
    assert.deepEqual(parseDrift("file\t/a\t644 0:0\nend", [])?.files, [{ path: "/a", mode: "0644", owner: "0:0", sha256: "" }]);
  });
});
