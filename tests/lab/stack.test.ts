import { describeOnLab } from "./describe-on-lab";
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
describeOnLab("the stack `lab`, on the lab", [
  describeDeployed,
  describeAudit,
  describeChanges,
  describeDrift,
  describeExamples,
  describeImageLock,
  describeFanOut,
  describeFaults,
  describeRemoved,
  describeReadme,
  describeMungeKey,
]);
