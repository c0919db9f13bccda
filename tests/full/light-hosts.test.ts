import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchStack } from "../../bench/bench-stack";
import { LIGHT_IMAGE, type LightHosts } from "../../bench/light-hosts";
import { startLightHosts } from "./light-kit";

const HOSTS = 200;
/** Long enough that a kill finds some hosts done, some under way and some not begun. */
const RUN_SECONDS = 0.6;
/** Long enough that pulls of a batch overlap. */
const PULL_SECONDS = 0.5;
const KILL_AT = 80;

describe("200 light hosts", function () {
  this.timeout(300_000);
  let light: LightHosts;
  let stack: BenchStack;

  before(async function () {
    light = await startLightHosts(this, { runSeconds: RUN_SECONDS, pullSeconds: PULL_SECONDS });
    stack = new BenchStack(light, light.addresses(HOSTS));
  });
  after(() => {
    stack?.remove();
    light?.stop();
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
    assert.match(last.output, /nothing to do: \d+ unchanged/);
  });

  it("pull at most as many at once as the stack says, each from its mirror", async () => {
    light.clear();
    const addresses = light.addresses(24);
    const mirrors = [{ hosts: "n[00013-00024]", registry: "rack2:5000" }];
    const changes = {
      fanOut: { window: 64, serial: ["100%"], pulls: { limit: 4 } },
      images: { references: { "ldms-samp": LIGHT_IMAGE }, mirrors },
    };
    const limited = new BenchStack(light, addresses, changes);
    try {
      const run = await limited.up();
      assert.equal(run.code, 0, run.output);
      assert.deepEqual(light.starts(), Array(24).fill(1));
      assert.deepEqual(
        addresses.map((address) => light.pulls(address)),
        addresses.map((_, index) => [index < 12 ? LIGHT_IMAGE : `rack2:5000/${LIGHT_IMAGE}`]),
      );
      assert.ok(light.mostPullsAtOnce() <= 4, `${light.mostPullsAtOnce()} at once`);
    } finally {
      limited.remove();
    }
  });

  it("are tried again just where they failed", async () => {
    light.clear();
    const addresses = light.addresses(24);
    const broken = [addresses[3]!, addresses[17]!];
    const some = new BenchStack(light, addresses, { fanOut: { serial: ["100%"], maxFail: 1 } });
    try {
      for (const address of broken) light.breakEngine(address, true);
      const failed = await some.up();
      assert.equal(failed.code, 1);
      assert.match(failed.output, /n\[00004,00018\]: failed: docker: Cannot connect to the Docker daemon/);
      assert.match(failed.output, /more than 1 of 24 hosts failed/);
      for (const address of broken) light.breakEngine(address, false);
      const startsBefore = light.startOrder().length;
      const again = await some.up();
      assert.equal(again.code, 0, again.output);
      assert.equal(startsBefore, 22);
      assert.deepEqual(new Set(light.startOrder().slice(22)), new Set(broken));
    } finally {
      some.remove();
    }
  });

  it("that have nothing yet come before those whose container is replaced", async () => {
    light.clear();
    const addresses = light.addresses(24);
    // Fewer at once than there are new ones, so that nobody's turn comes by chance.
    const some = new BenchStack(light, addresses, { fanOut: { window: 2, serial: ["100%"] } });
    try {
      await some.up();
      const emptied = [addresses[22]!, addresses[23]!];
      for (const address of emptied) light.removeContainer(address, "samp");
      const changed = await some.up({ options: ["-v", "INFO"] });
      assert.equal(changed.code, 0, changed.output);
      assert.deepEqual([...light.startOrder().slice(24, 26)].sort(), emptied);
      assert.equal(light.startOrder().length, 48);
    } finally {
      some.remove();
    }
  });

  it("are left without a connection by an `up --no-keep` that is done, fails, is declined or is cancelled", async () => {
    light.clear();
    const addresses = light.addresses(24);
    const some = new BenchStack(light, addresses, { fanOut: { serial: ["100%"], maxFail: 1 } });
    const { argv, folder, environment } = some.upCommand();
    const sum = execFileSync("cksum", { input: `${folder}/head/ldms/bench`, encoding: "utf8" }).split(" ")[0];
    const mark = `ldms-kept.${sum}.`;
    const keepers = () => spawnSync("pgrep", ["-f", `^ssh: /dev/shm/${mark}`], { encoding: "utf8" }).stdout.split("\n").length - 1;
    const assertNothingLeft = async () => {
      for (let tries = 0; tries < 50 && keepers() > 0; tries++) await sleep(100);
      assert.deepEqual([keepers(), readdirSync("/dev/shm").filter((name) => name.startsWith(mark))], [0, []]);
    };
    const env = { ...process.env, ...environment };
    try {
      const words = argv.filter((word) => word !== "--yes").map((word) => `'${word}'`);
      const declined = spawn("script", ["-qec", words.join(" "), "/dev/null"], { cwd: folder, env, stdio: ["pipe", "pipe", "ignore"] });
      let said = "";
      let mostKept = 0;
      for await (const text of declined.stdout.setEncoding("utf8") as AsyncIterable<string>) {
        said += text;
        if (!said.includes("Perform this up on bench?") || mostKept > 0) continue;
        mostKept = keepers();
        declined.stdin.end("n\n");
      }
      assert.equal(mostKept, 24, said);
      await assertNothingLeft();
      assert.deepEqual(light.startOrder(), []);

      const [program, ...args] = argv;
      const cancelled = spawn(program, args, { cwd: folder, env, stdio: "ignore" });
      while (light.startOrder().length === 0 && cancelled.exitCode === null) await sleep(50);
      const isOver = once(cancelled, "exit");
      cancelled.kill("SIGINT");
      await isOver;
      await assertNothingLeft();

      for (const address of addresses.slice(0, 2)) light.breakEngine(address, true);
      assert.equal((await some.up({ options: ["-v", "INFO"] })).code, 1);
      await assertNothingLeft();
      for (const address of addresses.slice(0, 2)) light.breakEngine(address, false);
      assert.equal((await some.up({ options: ["-v", "INFO"] })).code, 0);
      await assertNothingLeft();
    } finally {
      some.remove();
    }
  });
});
