import { describeOnLab } from "../lab/describe-on-lab";
import { describePortalPage } from "../lab/suites/portal-page";

describeOnLab("the stack `lab`, by the portal's page", [describePortalPage]);
