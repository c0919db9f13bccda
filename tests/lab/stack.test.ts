import { needLab } from "../operations/on-lab/need-lab";
import { LabStack } from "./lab-stack";
import { describeAudit } from "./suites/audit";
import { describeChanges } from "./suites/changes";
import { describeDeployed } from "./suites/deployed";
import { describeDrift } from "./suites/drift";
import { describeExamples } from "./suites/examples";
import { describeFanOut } from "./suites/fan-out";
import { describeFaults } from "./suites/faults";
import { describeImageLock } from "./suites/image-lock";
import { describeMungeKey } from "./suites/munge-key";
import { describeReadme } from "./suites/readme";
import { describeRemoved } from "./suites/removed";

// One deployment serves all of them; the order is that in which the least has to be made again. The long ones are in tests/full/stack.test.ts.
describe("the stack `lab`, on the lab", function () {
  this.timeout(600_000);
  const lab = new LabStack();

  before(async function () {
    await needLab.call(this);
    await lab.prepare();
  });
  after(() => lab.remove());

  describeDeployed(lab);
  describeAudit(lab);
  describeChanges(lab);
  describeDrift(lab);
  describeExamples(lab);
  describeImageLock(lab);
  describeFanOut(lab);
  describeFaults(lab);
  describeRemoved(lab);
  describeReadme(lab);
  describeMungeKey(lab);
});
