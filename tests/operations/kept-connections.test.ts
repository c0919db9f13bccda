import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { askHosts, unansweredOf, valuesOf } from "../../operations/reach/ask-hosts";
import { locatePlan } from "../../operations/reach/locate-plan";
import { withHosts } from "../../operations/reach/with-hosts";
import { renderDismissal } from "../../plan/fan-out/head-members";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { SshHosts } from "./ssh-hosts";

const ALL = 7;
/** Fifty take longer than the core suite has time for. */
const RUNS = process.env["LDMS_TEST_SAMPLE"] === "1" ? 8 : 50;

describe("kept connections", function () {
  this.timeout(300_000);
  let hosts: SshHosts;
  let env: NodeJS.ProcessEnv;

  before(function () {
    const missing = SshHosts.missing();
    if (missing.length === 0) return;
    console.warn(`!!!! Kept connections are not tried: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
    this.skip();
  });
  beforeEach(async () => {
    env = { ...process.env };
    hosts = new SshHosts();
    await hosts.start();
    process.env["XDG_STATE_HOME"] = hosts.environment()["XDG_STATE_HOME"];
  });
  afterEach(() => {
    process.env = env;
    hosts.stop();
  });

  /** A verb that asks all hosts from this machine. */
  async function ask(isKeeping = true, plan = hosts.plan()) {
    const located: DeploymentPlan = { ...locatePlan(plan, hosts.folder), isKeeping };
    const began = Date.now();
    const question = () => ({ step: "hello", seconds: 20, command: { script: "echo hello" }, parse: (stdout: string) => stdout });
    const answers = await withHosts((run) => askHosts(located.hosts, question, { run }), located);
    return { said: valuesOf(answers), silent: unansweredOf(answers).map(({ reason }) => reason), seconds: (Date.now() - began) / 1000 };
  }

  /** A second later, for ssh ends them when it has answered. */
  async function assertNothingLeft(): Promise<void> {
    for (let tries = 0; tries < 50 && hosts.keepers().length > 0; tries++) await sleep(100);
    assert.deepEqual([hosts.keepers(), hosts.sockets(), hosts.leftFolders()], [[], [], []]);
  }

  it("serve the sweep, the batches behind it, the next sweep and the verbs", async () => {
    const { stdout, stderr } = hosts.sweep();
    assert.match(stdout, /^same\tsamp\t4$/m);
    assert.equal(stderr, "");
    assert.equal(hosts.accepted(), ALL);
    for (const { code, stdout: told } of hosts.batches()) assert.ok(code === 0 && /as planned/.test(told), told);
    hosts.sweep();
    assert.deepEqual((await ask()).said, Array(ALL).fill("hello"));
    assert.equal(hosts.accepted(), ALL);
    assert.deepEqual([hosts.sockets().length, hosts.keepers().length], [ALL, ALL]);
  });

  it("are made by a verb for the next verb and the next sweep", async () => {
    await ask();
    await ask();
    hosts.sweep();
    assert.equal(hosts.accepted(), ALL);
  });

  it("are no more than the stack says, aggregators and services first", async () => {
    const plan = hosts.plan({ fanOut: { keep: 4 } });
    hosts.sweep(plan);
    await ask(true, plan);
    assert.deepEqual([...hosts.sockets()].sort(), ["cygnus-01", "cygnus-05", "cygnus-06", "cygnus-07"]);
    assert.equal(hosts.keepers().length, 4);
    hosts.sweep(hosts.plan({ fanOut: { keep: 0 } }));
    await assertNothingLeft();
  });

  it("leave nothing with --no-keep, by the sweep or by a verb, and nothing when the stack goes", async () => {
    hosts.sweep();
    hosts.sweep(undefined, false);
    await assertNothingLeft();
    hosts.batches();
    await assertNothingLeft();

    await ask();
    assert.equal(hosts.keepers().length, ALL);
    assert.deepEqual((await ask(false)).said, Array(ALL).fill("hello"));
    await assertNothingLeft();

    hosts.sweep();
    const plan = hosts.plan();
    hosts.run(renderDismissal({ stack: plan.stack, fanOut: plan.fanOut!, images: plan.images }));
    await assertNothingLeft();
  });

  it(`leave one folder and one process a host after ${RUNS} runs, and end when nobody uses them`, async function () {
    this.timeout(600_000);
    const persistSeconds = 8;
    for (let i = 0; i < RUNS; i++) hosts.sweep(undefined, true, persistSeconds);
    assert.deepEqual([hosts.leftFolders().length, hosts.keepers().length, hosts.sockets().length], [1, ALL, ALL]);
    await sleep(persistSeconds * 1000);
    for (let tries = 0; tries < 50 && hosts.keepers().length > 0; tries++) await sleep(100);
    assert.deepEqual([hosts.keepers(), hosts.sockets()], [[], []]);
  });

  it("that have died cost a new one each, at once", async () => {
    hosts.sweep();
    hosts.signalSshd("SIGKILL");
    await hosts.startSshd();
    const { stdout } = hosts.sweep();
    assert.match(stdout, /^same\tsamp\t4$/m);
    assert.equal(hosts.accepted(), 2 * ALL);

    // The process that kept it, by SIGKILL: its socket stays.
    for (const pid of hosts.keepers()) process.kill(pid, "SIGKILL");
    assert.equal(hosts.sockets().length, ALL);
    assert.deepEqual((await ask()).said, Array(ALL).fill("hello"));
    assert.equal(hosts.accepted(), 3 * ALL);
    assert.equal(hosts.keepers().length, ALL);
  });

  it("to hosts that are gone or frozen cost no more time than new ones, and the next verb finds none of them", async () => {
    hosts.connectSeconds = SshHosts.CONNECT_SECONDS;
    const spare = 4;
    for (const how of ["SIGKILL", "SIGSTOP"] as const) {
      hosts.sweep();
      hosts.signalSshd(how);
      const fresh = await ask(undefined as never);
      hosts.sweep(undefined, false);
      hosts.signalSshd("SIGCONT");
      if (how === "SIGKILL") await hosts.startSshd();

      hosts.sweep();
      hosts.signalSshd(how);
      const kept = hosts.sweep();
      assert.equal(kept.stdout.match(/\tunreachable\t/g)?.length, ALL, kept.stdout);
      assert.ok(kept.seconds < fresh.seconds + spare, `${how}: ${kept.seconds} s, and ${fresh.seconds} s by new ones`);
      assert.deepEqual(hosts.sockets(), []);
      hosts.signalSshd("SIGCONT");
      if (how === "SIGKILL") await hosts.startSshd();

      await ask();
      hosts.signalSshd(how);
      const asked = await ask();
      assert.deepEqual(asked.silent, fresh.silent);
      assert.ok(asked.seconds < fresh.seconds + spare, `${how}: ${asked.seconds} s, and ${fresh.seconds} s by new ones`);
      assert.deepEqual(hosts.sockets(), []);
      hosts.signalSshd("SIGCONT");
      if (how === "SIGKILL") await hosts.startSshd();
    }
  });

  it("that freeze behind the sweep cost a batch the time of a new one", () => {
    hosts.connectSeconds = SshHosts.CONNECT_SECONDS;
    hosts.sweep();
    hosts.signalSshd("SIGSTOP");
    const [first] = hosts.batches();
    assert.match(first!.stdout + first!.stderr, /unreachable: Connection timed out/);
    assert.ok(first!.seconds < SshHosts.CONNECT_SECONDS + 4, `${first!.seconds} s`);
    hosts.signalSshd("SIGCONT");
  });

  it("are new ones where the settings or the pinned keys have changed", async () => {
    hosts.sweep();
    hosts.pinKey();
    hosts.sweep();
    assert.equal(hosts.accepted(), 2 * ALL);
    await ask(true, hosts.plan({}, { kexAlgorithms: "curve25519-sha256" }));
    assert.equal(hosts.accepted(), 3 * ALL);
    assert.deepEqual([hosts.keepers().length, hosts.leftFolders().length], [ALL, 1]);
  });

  it("are not looked for in a folder of another mode or another user", async function () {
    hosts.sweep();
    const folder = hosts.keptFolder()!;
    chmodSync(folder, 0o750);
    hosts.batches();
    assert.equal(hosts.accepted(), 2 * ALL);
    await ask();
    assert.equal(hosts.accepted(), 3 * ALL);
    assert.notEqual(hosts.keptFolder(), folder);
    assert.equal(existsSync(folder), false);

    if (process.getuid?.() !== 0) return this.skip();
    const theirs = hosts.keptFolder()!;
    rmSync(theirs, { recursive: true });
    mkdirSync(theirs, { mode: 0o700 });
    execFileSync("chown", ["nobody", theirs]);
    try {
      hosts.batches();
      hosts.sweep();
      assert.notEqual(hosts.keptFolder(), theirs);
      assert.deepEqual(readdirSync(theirs), []);
    } finally {
      rmSync(theirs, { recursive: true });
    }
  });

  it("that are kept for a verb alone fit where the folder for temporary files has a long name", async () => {
    const long = `${hosts.folder}/${"t".repeat(100)}`;
    mkdirSync(long);
    process.env["TMPDIR"] = long;
    assert.deepEqual(await ask(false).then(({ said, silent }) => [said, silent]), [Array(ALL).fill("hello"), []]);
  });

  it("hold no lock and no file of the script that made them", () => {
    hosts.sweep();
    for (const pid of hosts.keepers()) {
      const files = readdirSync(`/proc/${pid}/fd`).map((fd) =>
        execFileSync("readlink", [`/proc/${pid}/fd/${fd}`], { encoding: "utf8" }).trim(),
      );
      assert.deepEqual(
        files.filter((file) => !/^(\/dev\/null|socket:.*|pipe:.*|anon_inode:.*)$/.test(file)),
        [],
      );
    }
    writeFileSync(`${hosts.folder}/state/ldms/kept/members`, "");
    const { code } = hosts.run(`exec 9>${hosts.folder}/state/ldms/kept/turn; flock -n 9`);
    assert.equal(code, 0);
  });
});
