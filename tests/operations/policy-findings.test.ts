import assert from "node:assert/strict";
import { mergeFindings } from "../../operations/policy-findings";
import { checkPlan } from "../../plan/rules/check-plan";
import { examplePlan } from "../unit/example-stack";

const plan = examplePlan();
const NAME = "sampler-shares-host-pid";
const DESCRIPTION = "A sampler shares the host's PID namespace, so that its plugins see the host's processes.";

const NONE = { refused: [], ofPlan: [], ofPack: [] };

function finding(resource: string, text = "sampler `samp` is wrong") {
  const urn = `urn:pulumi:cygnus::ldms::docker:index/container:Container::${resource}`;
  return { policy: NAME, enforcement: "mandatory", message: `${DESCRIPTION}\n${text}\nhelp: mend it`, urn } as const;
}

describe("mergeFindings", () => {
  it("is one violation for the resources of several hosts, in the rule's words", () => {
    const [violation, ...others] = mergeFindings(plan, {
      ...NONE,
      ofPack: [finding("cygnus-01-samp"), finding("cygnus-02-samp")],
    });
    assert.deepEqual(others, []);
    assert.deepEqual(violation, {
      rule: NAME,
      severity: "high",
      enforcement: "mandatory",
      help: "give the container the PID mode `host`",
      message: "sampler `samp` is wrong",
      hosts: ["cygnus-01", "cygnus-02"],
    });
  });

  it("says what plan and pack both found once, with the hosts of either", () => {
    const ofPlan = checkPlan(plan, "2026-11-25").filter(({ rule }) => rule === "image-pinned-by-digest");
    const message =
      "An image is referenced by digest: a tag may be another image tomorrow.\nimage is not pinned by digest: `ovishpc/ldms-samp:4.5.3`";
    const urn = "urn:pulumi:cygnus::ldms::docker:index/remoteImage:RemoteImage::cygnus-01-ldms-samp";
    const merged = mergeFindings(plan, {
      ...NONE,
      ofPlan,
      ofPack: [{ policy: "image-pinned-by-digest", enforcement: "mandatory", message, urn }],
    });
    assert.equal(merged.length, ofPlan.length);
    const samp = merged.find((violation) => violation.message.includes("ldms-samp"))!;
    assert.deepEqual([samp.enforcement, samp.hosts], ["mandatory", ["cygnus-01"]]);
  });

  it("gives what is found in a batch to the batch's hosts", () => {
    const fanOut = examplePlan({ method: "fan-out" });
    const [violation] = mergeFindings(fanOut, { ...NONE, ofPack: [finding("fan-out-agg1-2")] });
    assert.deepEqual(violation?.hosts, ["cygnus-06"]);
  });

  it("has what no deployment lets pass as mandatory, whatever a policy run makes of the rule", () => {
    const wrong = examplePlan({ method: "fan-out", ports: { ldmsd: 411, ui: 81, grafana: 3000 } });
    const own = checkPlan(wrong, "2026-11-25").map((violation) => ({ ...violation, enforcement: "mandatory" as const }));
    const ofPlan = own.map((violation) => ({ ...violation, enforcement: "advisory" as const }));
    const merged = mergeFindings(wrong, { ...NONE, refused: own.filter(({ waived }) => !waived), ofPlan });
    assert.equal(merged.find(({ rule }) => rule === "low-ports-listed")?.enforcement, "mandatory");
    assert.equal(merged.length, own.length);
  });
});
