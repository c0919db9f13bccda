import { describeSites } from "../lab/suites/sites";
import { describeReal, IMAGES } from "./real-stack";

describeReal("docs/sites.md, with the real daemons", (lab) => describeSites(lab, { changes: { "ldms:images": IMAGES }, tag: IMAGES.tag }));
