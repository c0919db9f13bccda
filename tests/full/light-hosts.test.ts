import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { installedPeers, LightStack } from "../../bench/fan-out";
import { LightHosts } from "../../bench/light-hosts";

const HOSTS = 200;
/** Long enough that a kill finds some hosts done, some under way and some not begun. */
const RUN_SECONDS = 0.6;
const KILL_AT = 80;

describe("200 light hosts", function () {
  this.timeout(300_000);
  const light = new LightHosts();
  let stack: LightStack;

  before(async function () {
    const missing = [...LightHosts.missing(), ...(installedPeers().some((tool) => tool !== "ansible") ? [] : ["pdsh or clush"])];
    if (missing.length > 0) {
      console.warn(`!!!! No light hosts here: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
      return this.skip();
    }
    await light.start(RUN_SECONDS);
    stack = new LightStack(
      light,
      Array.from({ length: HOSTS }, (_, index) => LightHosts.address(index)),
    );
  });
  after(() => {
    stack?.remove();
    light.stop();
  });

  it("have each container started exactly once by a run that is killed in the middle and the run after it", async () => {
    const { argv, folder, environment } = stack.upCommand();
    const [program, ...args] = argv;
    const killed = spawn(program, args, { cwd: folder, env: { ...process.env, ...environment }, stdio: "ignore", detached: true });
    while (light.starts().length < KILL_AT && killed.exitCode === null) await sleep(100);
    assert.equal(killed.exitCode, null, "it ended before it could be killed");
    process.kill(-killed.pid!, "SIGKILL");
    assert.ok(light.starts().length < HOSTS, "it had started all of them");

    const next = await stack.up();
    assert.equal(next.code, 0, next.output);
    assert.deepEqual(light.starts(), Array(HOSTS).fill(1));
    const last = await stack.up();
    assert.match(last.output, /sweep: 200 hosts are as planned/);
    assert.match(last.output, /Resources:\n +\d+ unchanged/);
  });
});
