import assert from "node:assert/strict";
import { findDrift, isAsPlanned, renderDrift } from "../../operations/observe/drift";
import { parseDrift, renderDriftScript } from "../../operations/observe/drift-script";
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

/** The report on a host that answers with these lines, whose fields are separated by spaces. */
function driftOf(...lines: readonly string[]) {
  const output = [...lines.map((line) => line.replaceAll("|", "\\t")), "end"].map((line) => `printf '${line}\\n'`).join("; ");
  return withPrograms({ sh: `cat >/dev/null; ${output}` }, () => findDrift(plan));
}

const SAMP = "container|/samp|0|running";
const AGG1 = "container|/agg1|0|running";
const CONF = `file|${FILE.path}|644 0:0|${FILE.fingerprint}`;
const MUNGE_KEY = `file|${KEY.path}|600 101:101|-`;

describe("findDrift", () => {
  it("finds nothing where all is as planned", async () => {
    const report = await driftOf(SAMP, AGG1, CONF, MUNGE_KEY);
    assert.equal(isAsPlanned(report), true);
    assert.equal(renderDrift(report), "1 host is as the stack says");
  });

  it("names each difference", async () => {
    const report = await driftOf(
      "container|/samp|1|exited",
      "container|/old|0|running",
      `file|${FILE.path}|600 0:7|${"b".repeat(64)}`,
      "file|/var/lib/ldms/sketch/x|644 0:0|c",
    );
    assert.equal(isAsPlanned(report), false);
    assert.equal(
      renderDrift(report),
      `here: samp was made from another plan
here: samp is exited
here: agg1 is missing
here: old is not in the stack
here: ${FILE.path} has mode 0600, in the stack 0644
here: ${FILE.path} has owner 0:7, in the stack 0:0
here: ${FILE.path} has another content
here: ${KEY.path} is missing
here: /var/lib/ldms/sketch/x is not in the stack`,
    );
  });

  it("knows of a container that was taken over what it counts as made from", async () => {
    const found = ["container|/samp||running|1d", "container|/agg1|0|running|2d", CONF, MUNGE_KEY];
    assert.equal(isAsPlanned(await driftOf(...found, "owned|1d|0")), true);
    for (const other of ["owned|1d|1", "owned|3d|0"])
      assert.equal(renderDrift(await driftOf(...found, other)), "here: samp was made from another plan");
  });

  it("tells a host that cannot be asked from one that has nothing", async () => {
    const mute = await withPrograms({ docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" }, () => findDrift(plan));
    assert.deepEqual(mute.differences, []);
    assert.equal(renderDrift(mute), "here: unknown: Cannot connect to the Docker daemon");
  });

  it("takes an answer that was cut off for none", () => {
    assert.equal(parseDrift("container\t/samp\t0\trunning"), undefined);
  });

  it("never hashes a secret", () => {
    const script = renderDriftScript("sketch", [KEY.path]);
    assert.match(script, new RegExp(`case \\$path in ${KEY.path}\\) sum=- ;;`));
  });
});
