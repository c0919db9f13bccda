import assert from "node:assert/strict";
import { renderNothingToDo } from "../../engine/display/summary-text";
import { checkPlan } from "../../plan/rules/check-plan";
import { countByRule, renderFindings, renderWaived } from "../../plan/rules/render-findings";
import { renderByRule, type Violation } from "../../plan/rules/violation";
import { examplePlan } from "./example-stack";

const TODAY = "2026-11-28";
const finding = (changes: Partial<Violation>): Violation => ({
  ...{ rule: "restarts-by-itself", severity: "low", enforcement: "advisory", hosts: [], message: "does not come back", help: "do it" },
  ...changes,
});
const BY_DESIGN = finding({ rule: "no-host-pid", waived: { reason: "by design" } });

describe("renderFindings", () => {
  it("says what needs a decision in a line a rule, with its help, and what is waived in one line", () => {
    assert.deepEqual(renderFindings("cygnus", checkPlan(examplePlan(), TODAY)), [
      "advice: cygnus-07: grafana `grafana` starts with the administrator's password `admin` (grafana-admin-password-set); help: change it at the first login, or set `admin_password` in a `configFile` of the site; then waive this rule",
      "advice: cygnus-[01-07]: the host's key is not known beforehand (host-keys-pinned); help: set `ssh.knownHosts` to a known_hosts file of the hosts",
      "advice: image is not pinned by digest: `ovishpc/ldms-agg:4.5.3`, `ovishpc/ldms-grafana:4.5.3`, `ovishpc/ldms-maestro:4.5.3`, `ovishpc/ldms-samp:4.5.3`, `ovishpc/ldms-ui:4.5.3` (image-pinned-by-digest); help: ldms images lock -s STACK",
      "advice: upstream's pipeline makes no such image for its tag: `ovishpc/ldms-ui:4.5.3` (image-made-by-upstream); help: build it with `images: { source: build }`, or name one that you have by `images.references`",
      "18 findings waived by design: ldms policy -s cygnus --waived",
    ]);
  });

  it("says nothing of nothing", () => assert.deepEqual(renderFindings("cygnus", []), []));

  it("folds no message that says something else", () => {
    const lines = renderFindings("lab", [
      finding({ hosts: ["n1"], message: "sampler `a` does not come back" }),
      finding({ hosts: ["n2"], message: "sampler `a` does not come back" }),
      finding({ hosts: ["n2"], message: "sampler `b` does not come back", enforcement: "mandatory" }),
    ]);
    assert.deepEqual(lines, [
      "advice: n[1-2]: sampler `a` does not come back (restarts-by-itself); help: do it",
      "mandatory: n2: sampler `b` does not come back (restarts-by-itself); help: do it",
    ]);
  });

  it("leaves, with a run's own lines, at most eight where there is nothing to do", () => {
    const own = [renderNothingToDo({ same: 47 }), "8 hosts are ready: Docker 20.10.24", "4 of 4 samplers in the store on cygnus-07"];
    assert.ok(renderFindings("cygnus", checkPlan(examplePlan(), TODAY)).length + own.length <= 8);
  });
});

describe("renderWaived", () => {
  it("tells what LDMS does by design from what a stack file lets pass for a while", () => {
    const until = (day: string) => finding({ waived: { reason: "being debugged", until: day } });
    assert.equal(renderWaived([BY_DESIGN]), "1 finding waived by design");
    assert.equal(renderWaived([until("2027-03-31"), until("2027-01-31")]), "2 findings waived by the stack file until 2027-01-31");
    assert.equal(renderWaived([until("2027-03-31"), BY_DESIGN]), "1 finding waived by design, 1 by the stack file until 2027-03-31");
    assert.equal(renderWaived([finding({})]), undefined);
  });
});

describe("countByRule", () => {
  it("counts each rule's", () => assert.equal(countByRule([finding({}), BY_DESIGN, BY_DESIGN]), "no-host-pid (2), restarts-by-itself (1)"));
});

describe("renderByRule", () => {
  it("has those of a rule together, and their help once", () => {
    const findings = [finding({ hosts: ["n1"], message: "one" }), BY_DESIGN, finding({ hosts: ["n2"], message: "two" })];
    assert.equal(
      renderByRule(findings),
      `  - n1: one (restarts-by-itself)
  - n2: two (restarts-by-itself)
      help: do it
  - does not come back (no-host-pid)
      waived by design: by design`,
    );
  });
});
