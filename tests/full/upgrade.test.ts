import { describeOnLab } from "../lab/describe-on-lab";
import { describeUpgrade } from "../lab/suites/upgrade";

// It takes ten minutes.
describeOnLab("the stack `lab`, upgraded", [describeUpgrade]);
