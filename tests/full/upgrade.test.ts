import { describeOnLab } from "../lab/describe-on-lab";
import { describeUpgrade } from "../lab/suites/upgrade";

// Each method by itself takes minutes.
describeOnLab("the stack `lab`, upgraded", [(lab) => describeUpgrade(lab, "docker"), (lab) => describeUpgrade(lab, "fan-out")]);
