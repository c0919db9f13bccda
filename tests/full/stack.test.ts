import { LabStack } from "../lab/lab-stack";
import { describeArchive } from "../lab/suites/archive";
import { describeBundle } from "../lab/suites/bundle";
import { describeFanOutChanges } from "../lab/suites/fan-out-changes";
import { describeFromSource } from "../lab/suites/from-source";
import { describeMinimalProfile } from "../lab/suites/minimal-profile";
import { describeMungeWays } from "../lab/suites/munge-ways";
import { describeSsh } from "../lab/suites/ssh";
import { needLab } from "../operations/on-lab/need-lab";

// Each takes minutes, or makes the deployment anew.
describe("the stack `lab`, its other ways", function () {
  this.timeout(600_000);
  const lab = new LabStack();

  before(async function () {
    await needLab.call(this);
    await lab.prepare();
  });
  after(() => lab.remove());

  describeFromSource(lab);
  describeArchive(lab);
  describeBundle(lab);
  describeFanOutChanges(lab);
  describeMinimalProfile(lab);
  describeMungeWays(lab);
  describeSsh(lab);
});
