import { describeOnLab } from "../lab/describe-on-lab";
import { describeFirstBrokenLink } from "../lab/suites/first-broken-link";

// Each fault is waited for, and its end.
describeOnLab("the stack `lab`, broken link by link", [describeFirstBrokenLink]);
