import { describeOnLab } from "../lab/describe-on-lab";
import { describeGone, describeOnlyFailed } from "../lab/suites/gone";

describeOnLab("hosts that are gone, on the lab", [describeOnlyFailed, describeGone]);
