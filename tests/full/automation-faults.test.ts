import { describeBroken } from "../automation/faults/broken";
import { describeCancel } from "../automation/faults/cancelled";
import { describeDisk } from "../automation/faults/disk";
import { describeExpected } from "../automation/faults/expected";
import { describeHistory } from "../automation/faults/history";
import { describeKilledRollbacks } from "../automation/faults/killed-rollbacks";
import { describeRefusals } from "../automation/faults/refused";
import { putPulumiOnPath } from "../automation/real-pulumi";
import { needPulumi } from "../lab/find-pulumi";

describe("faults in the caller's hands: embedded, ended by the caller", function () {
  this.timeout(120_000);
  describeCancel("embedded");
  describeKilledRollbacks();
});

describe("faults in the caller's hands: pulumi", function () {
  this.timeout(300_000);
  let putBack: (() => void) | undefined;
  before(function () {
    needPulumi.call(this, "are the same faults on the embedded engine");
    putBack = putPulumiOnPath();
  });
  after(() => putBack?.());

  describeRefusals("pulumi");
  describeCancel("pulumi");
  describeBroken("pulumi");
  describeDisk("pulumi");
  describeExpected("pulumi");
  describeHistory("pulumi");
});
