import { describeOnLab } from "../lab/describe-on-lab";
import { describeUpgrade, describeUpgradeByFanOut } from "../lab/suites/upgrade";

// It takes fifteen minutes.
describeOnLab("the stack `lab`, upgraded", [describeUpgrade, describeUpgradeByFanOut]);
