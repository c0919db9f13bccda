import { needLab } from "../operations/on-lab/need-lab";
import { LabStack } from "./lab-stack";

/** Suites that one deployment serves, in the order in which they run. */
export function describeOnLab(title: string, suites: readonly ((lab: LabStack) => void)[]): void {
  describe(title, function () {
    this.timeout(600_000);
    const lab = new LabStack();

    before(async function () {
      await needLab.call(this);
      await lab.prepare();
    });
    after(() => lab.remove());

    for (const describeSuite of suites) describeSuite(lab);
  });
}
