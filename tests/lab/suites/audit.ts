import assert from "node:assert/strict";
import { runOnHost } from "../../../lab/lab";
import type { AuditReport } from "../../../operations/observe/audit";
import { type LabStack, succeeded } from "../lab-stack";

/** A sampler as somebody might start one by hand: no label, a PID namespace of its own. */
const BY_HAND = "docker run --detach --name byhand --network host $(docker inspect --format '{{.Image}}' samp) -x sock:4999";

/** What runs, judged by the rules. */
export function describeAudit(lab: LabStack): void {
  describe("ldms audit", () => {
    before(() => lab.haveStandard());
    after(() => runOnHost("cygnus-03", "docker rm --force --volumes byhand >/dev/null 2>&1 || true"));

    async function audit(...args: readonly string[]): Promise<{ readonly code: number | undefined; readonly stdout: string }> {
      return lab.ldms(["audit", "-s", "lab", ...args]);
    }

    it("finds no mandatory rule broken by what the stack itself has started, but what is waived", async () => {
      const { stdout } = await audit("--json");
      const report = JSON.parse(stdout) as AuditReport;
      assert.deepEqual([report.answered, report.judged, report.strangers, report.unknown], [7, 11, [], []]);
      assert.deepEqual(
        report.violations.filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived),
        [],
      );
    });

    it("judges a sampler that somebody started by hand, and names it", async () => {
      await runOnHost("cygnus-03", BY_HAND);
      const { code, stdout } = await audit();
      assert.ok((code ?? 0) >= 12, `exit code ${code}`);
      assert.match(stdout, /^ {2}- cygnus-03: sampler `byhand` does not share the host's PID namespace: .*\(sampler-shares-host-pid\)$/m);
      assert.match(stdout, /^cygnus-03: byhand has no label of this project; judged as sampler by its image$/m);
    });

    it("says the same as SARIF", async () => {
      const { stdout } = await audit("--sarif");
      const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[] };
      assert.ok(runs[0]!.results.some(({ ruleId }) => ruleId === "sampler-shares-host-pid"));
    });

    it("is well again when that one is gone", async () => {
      await runOnHost("cygnus-03", "docker rm --force --volumes byhand");
      const { stdout } = await audit("--json");
      assert.deepEqual((JSON.parse(stdout) as AuditReport).strangers, []);
      succeeded(await lab.ldms(["drift", "-s", "lab"]));
    });
  });
}
