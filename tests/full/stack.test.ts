import { describeOnLab } from "../lab/describe-on-lab";
import { describeArchive } from "../lab/suites/archive";
import { describeBundle } from "../lab/suites/bundle";
import { describeFanOutChanges } from "../lab/suites/fan-out-changes";
import { describeFromSource } from "../lab/suites/from-source";
import { describeLogin } from "../lab/suites/login";
import { describeMinimalProfile } from "../lab/suites/minimal-profile";
import { describeMungeWays } from "../lab/suites/munge-ways";
import { describeSites } from "../lab/suites/sites";
import { describeSsh } from "../lab/suites/ssh";

// Each takes minutes, or makes the deployment anew.
describeOnLab("the stack `lab`, its other ways", [
  describeFromSource,
  describeArchive,
  describeBundle,
  describeFanOutChanges,
  describeMinimalProfile,
  describeMungeWays,
  describeSsh,
  describeLogin,
  (lab) => describeSites(lab, { tag: "standin" }),
]);
