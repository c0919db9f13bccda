import assert from "node:assert/strict";
import { runOnHost } from "../../lab/lab";
import { describeOnLab } from "../lab/describe-on-lab";
import { clearHeads, equipHeads, FAN_OUT, upByFanOut } from "../lab/fan-out-stack";
import { type LabStack, succeeded } from "../lab/lab-stack";

describeOnLab("drift, on the lab", [describeByDocker, describeByFanOut]);

const AS_PLANNED = "7 hosts are as the stack says";
const RESTART = "    help: there: `docker restart samp`, which has it read its file again";

async function drift(lab: LabStack): Promise<readonly [code: number, lines: readonly string[]]> {
  const { code, stdout, stderr } = await lab.ldms(["drift", "-s", "lab"]);
  assert.equal(stderr, "");
  return [code!, stdout.trimEnd().split("\n")];
}

/** Somebody has a sampler sample less often. */
async function slowDown(lab: LabStack, host: string): Promise<void> {
  const stdin = "stop name=meminfo\nstart name=meminfo interval=5000000 offset=0\n";
  succeeded(await lab.ldms(["controller", "-s", "lab", host], { stdin }));
}

const SLOWED = "samp: plugin meminfo samples every 5 s, in the stack every 1 s";

function describeByDocker(lab: LabStack): void {
  describe("by the method docker", () => {
    before(() => lab.haveStandard());

    it("finds nothing where nothing was changed", async () => {
      assert.deepEqual(await drift(lab), [0, [AS_PLANNED]]);
    });

    it("tells hosts that were changed, and what a daemon runs otherwise than its file says", async () => {
      lab.touch();
      await Promise.all([runOnHost("cygnus-02", "docker stop samp"), slowDown(lab, "cygnus-03"), slowDown(lab, "cygnus-04")]);
      assert.deepEqual(await drift(lab), [
        1,
        [
          "4 hosts are as the stack says",
          "changed on the hosts since it was deployed:",
          "  cygnus-02: samp is exited",
          "    help: ldms up -s lab --refresh; or, where the hosts are right, edit the stack file",
          `  cygnus-[03-04]: ${SLOWED}`,
          RESTART,
        ],
      ]);
      await Promise.all(["cygnus-03", "cygnus-04"].map((host) => runOnHost(host, "docker restart samp")));
      succeeded(await lab.up({}, ["--refresh"]));
      lab.isStandardAgain();
      succeeded(await lab.ldms(["status", "-s", "lab", "--wait", "60"]));
      assert.deepEqual(await drift(lab), [0, [AS_PLANNED]]);
    });

    it("tells a stack file that was changed", async () => {
      const samplers = [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins: [{ name: "meminfo", interval: "2s" }] }];
      lab.project.writeStackFile("lab", { "ldms:samplers": samplers });
      try {
        const [code, lines] = await drift(lab);
        assert.equal(code, 1);
        assert.deepEqual(lines.slice(0, 3), [
          "3 hosts are as the stack says",
          "changed in the stack file since it was deployed:",
          "  cygnus-[01-04]: samp was made from another plan",
        ]);
        assert.equal(lines.at(-1), "    help: ldms up -s lab");
      } finally {
        lab.project.writeStackFile("lab", {});
      }
    });
  });
}

function describeByFanOut(lab: LabStack): void {
  describe("by the method fan-out", () => {
    before(async () => {
      await lab.haveStandard();
      await equipHeads();
      lab.project.writeStackFile("lab", FAN_OUT);
      succeeded(await lab.ldms(["move", "-s", "lab", "--to", "fan-out"]));
      await upByFanOut(lab);
    });
    after(async () => {
      await lab.haveNothing();
      await clearHeads();
    });

    it("finds nothing where nothing was changed", async () => {
      assert.deepEqual(await drift(lab), [0, [AS_PLANNED]]);
    });

    it("names one verb for what was changed, and says what a daemon runs otherwise", async () => {
      await Promise.all([runOnHost("cygnus-02", "docker stop samp"), slowDown(lab, "cygnus-03")]);
      await runOnHost("cygnus-07", "chmod 0644 /var/lib/ldms/lab/ui/secret_key");
      assert.deepEqual(await drift(lab), [
        1,
        [
          "4 hosts are as the stack says",
          "changed on the hosts since it was deployed:",
          "  cygnus-02: samp is exited",
          "  cygnus-07: /var/lib/ldms/lab/ui/secret_key has mode 0644, in the stack 0600",
          "    help: ldms up -s lab; or, where the hosts are right, edit the stack file",
          `  cygnus-03: ${SLOWED}`,
          RESTART,
        ],
      ]);
      await runOnHost("cygnus-03", "docker restart samp");
      assert.deepEqual([...(await upByFanOut(lab))].length, 2);
      succeeded(await lab.ldms(["status", "-s", "lab", "--wait", "60"]));
      assert.deepEqual(await drift(lab), [0, [AS_PLANNED]]);
    });
  });
}
