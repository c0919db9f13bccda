import assert from "node:assert/strict";
import { checkPlan } from "../../plan/rules/check-plan";
import { DEFAULT_PARAMETERS } from "../../plan/rules/parameters";
import { checkPolicySettings, readPolicySettings } from "../../plan/rules/policy-settings";
import { examplePlan } from "./example-stack";

const DAY = "2026-11-25";

describe("readPolicySettings", () => {
  it("reads levels and lists by rule, and `all` for the rules without an entry", () => {
    const { levels, parameters } = readPolicySettings({
      all: "mandatory",
      "memory-limited": "disabled",
      "low-ports-listed": { enforcementLevel: "advisory", lowPorts: [80] },
    });
    assert.deepEqual(
      [levels["memory-limited"], levels["low-ports-listed"], levels["restarts-by-itself"]],
      ["disabled", "advisory", "mandatory"],
    );
    assert.deepEqual(parameters, { ...DEFAULT_PARAMETERS, lowPorts: [80] });
  });

  it("is told of names and levels that there are not", () => {
    const wrong = { nonsense: "advisory", "memory-limited": "severe", "low-ports-listed": 1, all: { enforcementLevel: "disabled" } };
    assert.deepEqual(
      checkPolicySettings(wrong).map(({ path, message }) => `${path}: ${message}`),
      [
        "nonsense: is the name of no rule",
        "memory-limited: has no level that there is: `severe`",
        "low-ports-listed: is neither a level nor a map",
      ],
    );
    assert.deepEqual(checkPolicySettings([]).length, 1);
  });

  it("is the rules' own where nothing is set", () =>
    assert.deepEqual(readPolicySettings({}), { levels: {}, parameters: DEFAULT_PARAMETERS }));

  const plan = examplePlan();
  const found = (config: object, rule: string) =>
    checkPlan(plan, DAY, readPolicySettings({ ...config })).filter((violation) => violation.rule === rule);

  it("lets the plan's check find by a list what the pack finds by it", () => {
    const config = { "image-from-allowed-registry": { registries: ["reg.site:5000/ldms"] } };
    assert.ok(found(config, "image-from-allowed-registry").length > 0);
    assert.equal(found({}, "image-from-allowed-registry").length, 0);
  });

  it("gives what the plan's check finds the level of the policy run, and leaves out what is disabled", () => {
    const levels = (level: string) =>
      found({ "image-pinned-by-digest": level }, "image-pinned-by-digest").map(({ enforcement }) => enforcement);
    assert.deepEqual([...new Set(levels("mandatory"))], ["mandatory"]);
    assert.deepEqual(levels("disabled"), []);
  });
});
