import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchStack } from "../../bench/bench-stack";
import { LightHosts } from "../../bench/light-hosts";
import { startLightHosts } from "./light-kit";

const HOSTS = 24;

describe(`drift, and the first look by fan-out, of ${HOSTS} light hosts`, function () {
  this.timeout(300_000);
  let light: LightHosts;
  let stack: BenchStack;

  before(async function () {
    light = await startLightHosts(this);
    stack = new BenchStack(light, light.addresses(HOSTS));
  });
  after(() => {
    stack?.remove();
    light?.stop();
  });

  it("registers nothing where the port is taken, and says so once for all hosts", async () => {
    // They share their network.
    const [program, ...words] = light.argv([
      process.execPath,
      "-e",
      'require("node:net").createServer().listen(411, "0.0.0.0"); setTimeout(() => {}, 2 ** 30)',
    ]);
    const squatter = spawn(program, words, { stdio: "ignore" });
    try {
      await sleep(2000);
      const up = await stack.up();
      assert.notEqual(up.code, 0);
      assert.match(
        up.output,
        /^ *n\[00001-00024\]: not ready: port 411 \(ldmsd of `samp`\) is held by a process that the ssh user cannot see$/m,
      );
      assert.match(up.output, /batch samp-1: 24 of 24 hosts not ready, and 23 may fail/);
      assert.match(up.output, /nothing was changed: /);
      assert.deepEqual(light.starts(), []);
    } finally {
      squatter.kill("SIGKILL");
    }
    await sleep(500);
    const next = await stack.up();
    assert.equal(next.code, 0, next.output);
    assert.deepEqual(light.starts(), Array(HOSTS).fill(1));
  });

  it("finds nothing in what was deployed", async () => {
    const { code, output } = await stack.verb(["drift"]);
    assert.deepEqual([code, output.trim()], [0, `${HOSTS} hosts are as the stack says`]);
  });

  it("tells a stack file that was changed from hosts that were", async () => {
    for (const index of [4, 5]) light.removeContainer(LightHosts.address(index), "samp");
    light.setContainer(LightHosts.address(9), "samp", "exited");
    const byHand = await stack.verb(["drift"]);
    assert.deepEqual(
      [byHand.code, byHand.output.trimEnd().split("\n")],
      [
        1,
        [
          "21 hosts are as the stack says",
          "changed on the hosts since it was deployed:",
          "  n[00005-00006]: samp is missing",
          "  n00010: samp was made from another plan",
          "  n00010: samp is exited",
          "    help: ldms up -s bench; or, where the hosts are right, edit the stack file",
        ],
      ],
    );
    const edited = await stack.verb(["drift"], { options: ["-v", "INFO"] });
    assert.deepEqual(edited.output.trimEnd().split("\n"), [
      "changed in the stack file since it was deployed:",
      "  n[00001-00004,00007-00009,00011-00024]: samp was made from another plan",
      "    help: ldms up -s bench",
      "changed in the stack file and on the hosts:",
      "  n[00005-00006]: samp is missing",
      "  n00010: samp was made from another plan",
      "  n00010: samp is exited",
      "    help: ldms up -s bench; or, where the hosts are right, edit the stack file",
    ]);
    const up = await stack.up();
    assert.equal(up.code, 0, up.output);
    const { output } = await stack.verb(["drift"]);
    assert.equal(output.trim(), `${HOSTS} hosts are as the stack says`);
  });
});
