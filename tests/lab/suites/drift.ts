import assert from "node:assert/strict";
import { runOnHost } from "../../../lab/lab";
import { renderDockerRun } from "../../../plan/docker-run/docker-run";
import { type DeploymentPlan, listContainers } from "../../../plan/model/deployment-plan";
import { shellLine } from "../../../plan/text/shell";
import { changedPlaces, containerIds, nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { type ChangedResource, changedResources, stepLines } from "../steps";
import { type DriftReport, runExample } from "./examples";

/** What was changed by hand on a host, seen and mended by `--refresh`. */
export function describeDrift(lab: LabStack): void {
  describe("`ldms drift`", () => {
    before(() => lab.haveStandard());

    it("finds every host as the stack says", async () => {
      assert.equal(succeeded(await lab.ldms(["drift", "-s", "lab"])).stdout.trim(), "7 hosts are as the stack says");
    });

    it("names what was changed by hand, hosts folded, and no content of a secret", async () => {
      await Promise.all(["cygnus-01", "cygnus-02"].map((host) => runOnHost(host, "docker stop samp")));
      await runOnHost("cygnus-07", "chmod 0644 /var/lib/ldms/lab/ui/secret_key; echo >>/var/lib/ldms/lab/maestro/ldms_cfg.yaml");
      lab.touch();
      const drift = await lab.ldms(["drift", "-s", "lab"]);
      const lines = [
        "4 hosts are as the stack says",
        "changed on the hosts since it was deployed:",
        "  cygnus-[01-02]: samp is exited",
        "    help: ldms up -s lab --refresh; or, where the hosts are right, edit the stack file",
        "  cygnus-07: /var/lib/ldms/lab/maestro/ldms_cfg.yaml has another content",
        "  cygnus-07: /var/lib/ldms/lab/ui/secret_key has mode 0644, in the stack 0600",
        "    help: the lines of `ldms plan -s lab` that deliver it",
      ];
      assert.deepEqual([drift.code, drift.stdout.trim().split("\n")], [1, lines]);
      await runOnHost("cygnus-07", "chmod 0600 /var/lib/ldms/lab/ui/secret_key; sed -i '$d' /var/lib/ldms/lab/maestro/ldms_cfg.yaml");
      succeeded(await lab.up({}, ["--refresh"]));
      lab.isStandardAgain();
      succeeded(await lab.ldms(["drift", "-s", "lab"]));
    });
  });

  describe("containers changed by hand: one updated, one made again, one removed", () => {
    const changes: readonly ChangedResource[] = [
      { name: "cygnus-01-samp", op: "update", diffs: ["restart"] },
      { name: "cygnus-02-samp", op: "replace", diffs: ["envs"] },
      { name: "cygnus-03-samp", op: "create", diffs: [] },
    ];
    let unchanged: Awaited<ReturnType<typeof containerIds>>;
    before(async () => {
      await lab.haveStandard();
      unchanged = await containerIds();
      const plan = JSON.parse(succeeded(await lab.ldms(["plan", "-s", "lab", "--json"])).stdout) as DeploymentPlan;
      const samp = listContainers(plan).find(({ host, name }) => host === "cygnus-02" && name === "samp")!;
      const argv = renderDockerRun({ ...samp, env: { ...samp.env, COMPID: "9" } }, plan);
      lab.touch();
      await runOnHost("cygnus-01", "docker update --restart no samp");
      await runOnHost("cygnus-02", `docker rm --force samp && ${shellLine(argv)}`);
      await runOnHost("cygnus-03", "docker rm --force samp");
    });
    after(() => lab.touch());

    it("show as exactly that difference", async () => {
      const preview = succeeded(await lab.preview({}, ["--refresh", "--json"]));
      assert.deepEqual(changedResources(preview.stdout, "planned"), changes);
    });

    it("are named by examples/drift-report.ts, with exit code 1", async () => {
      const { code, stdout } = await runExample(lab, "drift-report");
      const { drift } = JSON.parse(stdout) as DriftReport;
      // Steps that wait for nothing of each other have no order.
      assert.deepEqual([code, drift.map(({ op, name }) => `${op} ${name}`).sort()], [1, [...stepLines(changes)].sort()]);
    });

    it("are as they were after `up --refresh`, and their rows come again", async () => {
      const up = succeeded(await lab.up({}, ["--refresh", "--json"]));
      lab.isStandardAgain();
      assert.deepEqual(changedResources(up.stdout, "done"), changes);
      assert.deepEqual(changedPlaces(unchanged, await containerIds()), ["cygnus-02/samp", "cygnus-03/samp"]);
      assert.equal(await runOnHost("cygnus-01", "docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' samp"), "unless-stopped");
      assert.match(await runOnHost("cygnus-02", "docker exec samp env"), /^COMPID=2$/m);
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
    });
  });

  describe("the files of a host removed by hand", () => {
    before(() => lab.haveStandard());
    after(() => lab.touch());

    // A command resource has no read: what it delivered is seen again only when its inputs change.
    it("stay unseen by `preview --refresh`, which is the command provider's limit, and are named by `ldms drift`", async () => {
      await runOnHost("cygnus-07", "mv /var/lib/ldms/lab/ui/dsosd.conf /tmp/dsosd.conf.kept");
      try {
        const preview = succeeded(await lab.preview({}, ["--refresh", "--json"]));
        assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
        const drift = await lab.ldms(["drift", "-s", "lab"]);
        const lines = [
          "6 hosts are as the stack says",
          "changed on the hosts since it was deployed:",
          "  cygnus-07: /var/lib/ldms/lab/ui/dsosd.conf is missing",
          "    help: the lines of `ldms plan -s lab` that deliver it",
        ];
        assert.deepEqual([drift.code, drift.stdout.trim().split("\n")], [1, lines]);
      } finally {
        await runOnHost("cygnus-07", "mv /tmp/dsosd.conf.kept /var/lib/ldms/lab/ui/dsosd.conf");
      }
    });
  });
}
