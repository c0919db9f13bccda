import assert from "node:assert/strict";
import { mergeFindings } from "../../operations/policy-findings";
import { checkPlan } from "../../plan/rules/check-plan";
import { examplePlan } from "../unit/example-stack";

const plan = examplePlan();
const NAME = "sampler-shares-host-pid";
const DESCRIPTION = "A sampler shares the host's PID namespace, so that its plugins see the host's processes.";

function finding(resource: string, text = "sampler `samp` is wrong") {
  const urn = `urn:pulumi:cygnus::ldms::docker:index/container:Container::${resource}`;
  return { policy: NAME, enforcement: "mandatory", message: `${DESCRIPTION}\n${text}\nhelp: mend it`, urn } as const;
}

describe("mergeFindings", () => {
  it("is one violation for the resources of several hosts, in the rule's words", () => {
    const [violation, ...others] = mergeFindings(plan, [], [finding("cygnus-01-samp"), finding("cygnus-02-samp")]);
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
    const merged = mergeFindings(plan, ofPlan, [{ policy: "image-pinned-by-digest", enforcement: "mandatory", message, urn }]);
    assert.equal(merged.length, ofPlan.length);
    const samp = merged.find((violation) => violation.message.includes("ldms-samp"))!;
    assert.deepEqual([samp.enforcement, samp.hosts], ["mandatory", ["cygnus-01"]]);
  });
});
