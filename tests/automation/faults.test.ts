import { describeBroken } from "./faults/broken";
import { describeDisk } from "./faults/disk";
import { describeExpected } from "./faults/expected";
import { describeHistory } from "./faults/history";
import { describeRefusals } from "./faults/refused";

// The table goes on in tests/full: a run ended at each of its moments, and all of it with `pulumi`.
describe("faults in the caller's hands: embedded", function () {
  this.timeout(120_000);
  describeRefusals("embedded");
  describeBroken("embedded");
  describeDisk("embedded");
  describeExpected("embedded");
  describeHistory("embedded");
});
