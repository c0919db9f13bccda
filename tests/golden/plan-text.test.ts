import assert from "node:assert/strict";
import { renderPlan } from "../../plan/render/render-plan";
import { examplePlan, NO_FACTS } from "../unit/example-stack";
import { assertGolden } from "./golden";

describe("renderPlan", () => {
  for (const stack of ["cygnus", "lab"]) {
    it(`prints Pulumi.${stack}.yaml as it was last agreed on`, () => {
      assertGolden(`plan-${stack}.txt`, renderPlan(examplePlan({}, NO_FACTS, stack)));
    });
  }

  it("starts the four samplers of cygnus by one line", () => {
    const lines = renderPlan(examplePlan()).split("\n");
    const samplers = lines.filter((line) => line.includes("--name samp "));

    assert.equal(samplers.length, 1);
    assert.match(samplers[0]!, /^pdsh -S -l root -w 'cygnus-\[01-04\]' 'host=\$\(uname -n\); id=\$\(uname -n \| .*; docker run /);
    assert.match(samplers[0]!, / --env COMPID=\$id --env COMPONENT_ID=\$id --env HOSTNAME=\$host /);
  });
});
