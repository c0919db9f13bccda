import assert from "node:assert/strict";
import { audit, auditHosts, renderAudit, worstSeverity } from "../../operations/observe/audit";
import { parseAudit, renderAuditScript } from "../../operations/observe/audit-script";
import type { InspectedContainer, InspectedHost } from "../../plan/model/inspected";
import type { Violation } from "../../plan/rules/violation";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const IMAGE_ID = `sha256:${"c".repeat(64)}`;
const plan = sketchPlan([
  { name: "cygnus-01", containers: [["samp", "sampler"]] },
  { name: "cygnus-02", containers: [["samp", "sampler"]] },
]);

const HOST_CONFIG: InspectedContainer["HostConfig"] = {
  NetworkMode: "host",
  PidMode: "host",
  IpcMode: "private",
  Privileged: true,
  CapAdd: null,
  CapDrop: null,
  Devices: [],
  ReadonlyRootfs: false,
  SecurityOpt: ["label=disable"],
  Ulimits: [{ Name: "core", Hard: 0 }],
  Memory: 1024 * 1024 * 1024,
  RestartPolicy: { Name: "unless-stopped" },
  LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
};

/** As Docker tells of a sampler that the stack started; `changes` by the name of a part. */
function inspected(changes: { readonly Name?: string; readonly Config?: object; readonly HostConfig?: object } = {}): InspectedContainer {
  return {
    Name: changes.Name ?? "/samp",
    Image: IMAGE_ID,
    Config: {
      Image: IMAGE_ID,
      Env: ["PATH=/opt/ovis/bin", "COMPID=1", "COMPONENT_ID=1"],
      Cmd: ["-x", "sock:411", "-a", "munge", "-m", "4M"],
      Entrypoint: ["/usr/local/lib/ldms/ldmsd-entrypoint"],
      Labels: { "ldms.stack": "sketch", "ldms.role": "sampler" },
      Healthcheck: { Test: ["CMD-SHELL", "/usr/local/lib/ldms/ldmsd-health"] },
      ...changes.Config,
    },
    HostConfig: { ...HOST_CONFIG, ...changes.HostConfig },
    Mounts: [{ Type: "bind", Source: "/run/munge", Destination: "/run/munge", RW: false }],
  };
}

/** What is not waived: LDMS runs privileged, with the host's processes and network, by design. */
function open(violations: readonly Violation[]): readonly Violation[] {
  return violations.filter(({ waived }) => !waived);
}

function host(name: string, ...containers: readonly InspectedContainer[]): InspectedHost {
  const image = { Id: IMAGE_ID, RepoTags: ["reg:5000/ovishpc/ldms-samp:4.5.3"], Config: { Env: ["PATH=/opt/ovis/bin"] } };
  return { host: name, containers, images: [image], keys: [] };
}

const WITHOUT_PID = { HostConfig: { PidMode: "" } };
const second = (changes: object = {}) =>
  inspected({ ...changes, Config: { Env: ["COMPID=2", "COMPONENT_ID=2"], ...(changes as { Config?: object }).Config } });

describe("auditHosts", () => {
  it("finds nothing on hosts that run what keeps the rules", () => {
    const report = auditHosts(plan, [host("cygnus-01", inspected()), host("cygnus-02", second())]);
    assert.deepEqual([report.judged, report.passedOver, report.strangers, open(report.violations)], [2, 0, [], []]);
    assert.match(
      renderAudit({ ...report, unknown: [] }),
      /^2 containers on 2 hosts keep every rule\n.*is privileged.*\n +waived by design: /,
    );
    assert.equal(worstSeverity(report.violations), undefined);
  });

  it("says what is wrong on several hosts once", () => {
    const report = auditHosts(plan, [host("cygnus-01", inspected(WITHOUT_PID)), host("cygnus-02", second(WITHOUT_PID))]);
    const rendered = renderAudit({ ...report, unknown: [] });
    assert.match(rendered, /^ {2}- cygnus-\[01-02\]: sampler `samp` does not share .*PID mode `private` \(sampler-shares-host-pid\)$/m);
    assert.equal(worstSeverity(report.violations), "high");
  });

  it("takes a container without a label for what its image is, and names it", () => {
    const byHand = inspected({ Name: "/mine", Config: { Labels: null }, ...WITHOUT_PID });
    const report = auditHosts(plan, [host("cygnus-01", byHand)]);
    assert.deepEqual(report.strangers, [{ host: "cygnus-01", container: "mine", role: "sampler", toldBy: "image" }]);
    assert.deepEqual(
      open(report.violations).map(({ rule }) => rule),
      ["sampler-shares-host-pid"],
    );
    assert.match(renderAudit({ ...report, unknown: [] }), /cygnus-01: mine has no label of this project; judged as sampler by its image/);
  });

  it("knows an image that was pulled by digest, which has no tag on its host", () => {
    const byHand = inspected({ Name: "/mine", Config: { Labels: null } });
    const image = { Id: IMAGE_ID, RepoTags: [], RepoDigests: [`reg:5000/ovishpc/ldms-samp@${IMAGE_ID}`], Config: {} };
    const { strangers } = auditHosts(plan, [{ ...host("cygnus-01", byHand), images: [image] }]);
    assert.deepEqual(
      strangers.map(({ role }) => role),
      ["sampler"],
    );
  });

  it("takes an aggregator's image that runs dsosd for a dsosd", () => {
    const Config = { Image: "ovishpc/ldms-agg", Labels: null, Entrypoint: ["/bin/sh"], Cmd: ["-c", "rpcbind; exec dsosd"] };
    const { strangers } = auditHosts(plan, [{ ...host("cygnus-01", inspected({ Name: "/d", Config })), images: [] }]);
    assert.deepEqual(
      strangers.map(({ role }) => role),
      ["dsosd"],
    );
  });

  it("takes a container of a strange image for the one whose name it has", () => {
    const taken = inspected({ Config: { Image: "site/monitor:1", Labels: null } });
    const { strangers } = auditHosts(plan, [{ ...host("cygnus-01", taken), images: [] }]);
    assert.deepEqual(strangers, [{ host: "cygnus-01", container: "samp", role: "sampler", toldBy: "name" }]);
  });

  it("passes over what is not of LDMS, and says how much", () => {
    const database = inspected({ Name: "/db", Config: { Image: "postgres:17", Labels: null } });
    const report = auditHosts(plan, [{ ...host("cygnus-01", database), images: [] }]);
    assert.deepEqual([report.judged, report.passedOver, report.violations], [0, 1, []]);
    assert.match(renderAudit({ ...report, unknown: [] }), /^1 container of something else: not judged$/m);
  });

  it("finds two hosts with one component id, whoever started their samplers", () => {
    const { violations } = auditHosts(plan, [host("cygnus-01", inspected()), host("cygnus-02", inspected({ Config: { Labels: null } }))]);
    assert.deepEqual(
      open(violations).map(({ message }) => message),
      ["component ids do not tell hosts apart: component id 1 on `cygnus-[01-02]`"],
    );
  });

  it("finds a key that others can read", () => {
    const key = { path: "/root/munge.key", mode: "0644", owner: "101:101", isUniform: false, lengthBytes: 128 };
    const { violations } = auditHosts(plan, [{ ...host("cygnus-01", inspected()), keys: [key] }]);
    assert.deepEqual(
      open(violations).map(({ rule, hosts }) => [rule, hosts]),
      [["munge-key-mode-0600", ["cygnus-01"]]],
    );
  });
});

describe("the audit's script", () => {
  const local = sketchPlan([{ name: "here", isLocal: true, containers: [["samp", "sampler"]] }]);

  it("reads containers, images and keys of a host; a key is told by how many different bytes it has", () => {
    const key = "key 600 101:101 4096 1 /var/lib/ldms/a b/munge.key";
    const output = [`container ${JSON.stringify(inspected())}`, key, "end"].join("\n");
    const found = parseAudit("cygnus-01", output);
    assert.deepEqual(found?.containers, [inspected()]);
    assert.deepEqual(found?.keys, [
      { path: "/var/lib/ldms/a b/munge.key", mode: "0600", owner: "101:101", isUniform: true, lengthBytes: 4096 },
    ]);
  });

  it("is not taken for whole when its end is missing", () => {
    assert.equal(parseAudit("cygnus-01", "container {"), undefined);
  });

  it("prints one line for each container and image of an engine", async () => {
    const docker = `case "$*" in
      "ps "*) echo 0123 ;;
      "inspect --type container --format container"*) echo 'container ${JSON.stringify(inspected())}' ;;
      "inspect --type container --format {{.Image}}"*) echo ${IMAGE_ID} ;;
      "image inspect"*"${IMAGE_ID}") echo 'image {"Id":"${IMAGE_ID}","RepoTags":["ovishpc/ldms-samp:4.5.3"],"Config":{}}' ;;
    esac`;
    const report = await withPrograms({ docker }, () => audit(local));
    assert.deepEqual([report.answered, report.judged, report.unknown], [1, 1, []]);
  });

  it("names a host whose engine does not answer, and counts it as unknown", async () => {
    const report = await withPrograms({ docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" }, () => audit(local));
    assert.deepEqual([report.answered, report.unknown], [0, [{ host: "here", message: "Cannot connect to the Docker daemon" }]]);
    assert.match(renderAudit(report), /^here: unknown: Cannot connect to the Docker daemon$/m);
  });

  it("changes nothing: its words are ps and inspect", () => {
    const verbs = [...renderAuditScript().matchAll(/docker ((?:image )?[a-z]+)/g)].map(([, verb]) => verb);
    assert.deepEqual([...new Set(verbs)].sort(), ["image inspect", "inspect", "ps"]);
  });
});
