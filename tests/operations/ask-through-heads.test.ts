import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { askHosts, unansweredOf, valuesOf } from "../../operations/reach/ask-hosts";
import { parseAsked } from "../../operations/reach/ask-through-heads";
import type { ManyAnswers } from "../../operations/reach/many-hosts";
import { RemoteCommandError, renderFailure } from "../../operations/reach/remote-error";
import { withHosts } from "../../operations/reach/with-hosts";
import { renderAsk } from "../../plan/fan-out/ask-script";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { examplePlan, type Values } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";
import { SshHosts } from "./ssh-hosts";

const SECONDS = 4;

describe("hosts that are asked through a head", function () {
  this.timeout(60_000);
  let hosts: SshHosts;

  before(function () {
    const missing = SshHosts.missing();
    if (missing.length === 0) return;
    console.warn(`!!!! Hosts are not asked through a head: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
    this.skip();
  });
  beforeEach(async () => {
    hosts = new SshHosts();
    await hosts.start();
  });
  afterEach(() => hosts.stop());

  /** As the head does it, which is this machine here. */
  function ask(scriptOf: (name: string) => string, isKeeping?: boolean, plan = hosts.plan()): ManyAnswers {
    const scripts = new Map(plan.hosts.map(({ name }) => [name, { script: scriptOf(name), seconds: SECONDS }]));
    const question = { stack: plan.stack, fanOut: plan.fanOut!, scripts, isKeeping };
    const { stdout, stderr } = hosts.run(renderAsk(question));
    assert.equal(stderr, "");
    return parseAsked(stdout.trimEnd(), { step: "test", fanOut: plan.fanOut! });
  }

  const told = (answers: ManyAnswers) =>
    new Map([...answers].map(([host, one]) => [host, one instanceof RemoteCommandError ? renderFailure(one.failure) : one.stdout]));

  it("answer in their own lines, whatever stands in them, each to its own script", () => {
    const answers = told(ask((name) => `printf 'a\\tb\\n\\n  probe %s\\\\n\\n%s\\n' "$1" ${name}\n`));
    assert.equal(answers.size, hosts.plan().hosts.length);
    for (const [host, text] of answers) assert.equal(text, `a\tb\n\n  probe \\n\n${host}`);
  });

  it("are asked nothing more where one of them says nothing at all, fails, or ends in time-out", () => {
    hosts.connectSeconds = 6;
    const scripts: Readonly<Record<string, string>> = {
      "cygnus-01": "exit 0\n",
      "cygnus-02": "echo half; echo first >&2; echo 'no engine' >&2; exit 3\n",
      "cygnus-03": "sleep 60\n",
      // docker's own words, of 29 and of podman's.
      "cygnus-05": "echo 'failed to connect to the docker API' >&2; exit 1\n",
      "cygnus-06": "echo 'Emulate Docker CLI using podman.' >&2; echo well; printf 'no line end' >&2\n",
    };
    const answers = ask((name) => scripts[name] ?? "echo well\n");
    const failed = answers.get("cygnus-02");
    assert.ok(failed instanceof RemoteCommandError);
    assert.deepEqual([failed.failure, failed.stderr], [{ kind: "exit", code: 3 }, "no engine"]);
    const texts = told(answers);
    assert.deepEqual(
      ["cygnus-01", "cygnus-03", "cygnus-04", "cygnus-06"].map((name) => texts.get(name)),
      ["", "no answer within 10 s", "well", "well"],
    );
    const engine = answers.get("cygnus-05");
    assert.ok(engine instanceof RemoteCommandError);
    assert.deepEqual([engine.failure, engine.stderr], [{ kind: "exit", code: 1 }, "failed to connect to the docker API"]);
  });

  it("that cannot be reached are told as from here", () => {
    const reasons = (ssh: Record<string, unknown>) => [...new Set(told(ask(() => "echo well\n", true, hosts.plan({}, ssh))).values())];
    assert.deepEqual(reasons({ port: 1 }), ["unreachable: connection refused"]);
    assert.deepEqual(reasons({ address: "no-such-[1-8].invalid" }), ["unreachable: the name does not resolve"]);
  });

  it("are asked through the connections that a sweep has kept, and keep their own for the next", () => {
    const plan = hosts.plan();
    const count = plan.hosts.length;
    const askWell = (isKeeping?: boolean) => ask(() => "echo well\n", isKeeping, plan);
    hosts.sweep(plan);
    askWell(true);
    assert.equal(hosts.accepted(), count);
    askWell(false);
    assert.deepEqual([hosts.accepted(), hosts.sockets()], [2 * count, []]);
    askWell(true);
    askWell(true);
    assert.deepEqual([hosts.accepted(), hosts.sockets().length], [3 * count, count]);
    askWell();
    assert.deepEqual([hosts.accepted(), hosts.sockets().length], [3 * count, count]);
  });

  it("leave a batch alone that is at work through a kept connection, where they are slow", async () => {
    hosts.connectSeconds = SshHosts.CONNECT_SECONDS;
    hosts.sweep();
    const words = ["-F", "none", "-o", `ControlPath=${hosts.keptFolder()}/cygnus-01`, "x", "sleep 14; echo done"];
    const batch = promisify(execFile)("flock", [hosts.batchLock, "ssh", ...words]);
    await hosts.untilBatch();
    // Longer than a kept connection is waited for.
    hosts.setSlow(SshHosts.CONNECT_SECONDS / 2 + 1);
    assert.deepEqual([...new Set(told(ask(() => "echo well\n")).values())], ["well"]);
    assert.equal((await batch).stdout, "done\n");
  });

  for (const shell of ["dash", "bash"])
    it(`are each told whole where many say much at once, on a head with ${shell}`, function () {
      this.timeout(240_000);
      const path = spawnSync("sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).stdout.trim();
      if (path === "") this.skip();
      const bin = join(hosts.folder, "bin");
      mkdirSync(bin);
      symlinkSync(path, join(bin, "sh"));
      const { fanOut, stack } = hosts.plan();
      const names = Array.from({ length: 300 }, (_, i) => `n${i}`);
      const members = names.map((name, i) => ({ name, address: name, componentId: String(i) }));
      const group = { ...fanOut!.groups[0]!, connection: { kind: "local" as const }, hosts: members };
      const local = { ...fanOut!, groups: [group] };
      const line = "x".repeat(1000);
      const script = `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo "$host ${line}"; done\n`;
      const scripts = new Map(names.map((name) => [name, { script: `host=${name}\n${script}`, seconds: 30 }]));
      const environment = { ...hosts.environment(), PATH: `${bin}:${process.env["PATH"]}` };
      const input = renderAsk({ stack, fanOut: local, scripts, isKeeping: false });
      const { stdout } = spawnSync("sh", ["-s"], { env: environment, input, encoding: "utf8", maxBuffer: 1e8 });
      const texts = told(parseAsked(stdout.trimEnd(), { step: "test", fanOut: local }));
      for (const name of names) assert.equal(texts.get(name), Array(20).fill(`${name} ${line}`).join("\n"));
    });

  it("may say much", () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `a line of a set ${i}`).join("\n");
    const answers = told(ask((name) => (name === "cygnus-01" ? "seq 0 19999 | sed 's/^/a line of a set /'\n" : "echo\n")));
    assert.equal(answers.get("cygnus-01")?.length, lines.length);
    assert.ok(answers.get("cygnus-01") === lines);
  });
});

describe("askHosts, of a stack whose head is another machine", () => {
  const planWith = (fanOut: Values, ssh: Values) =>
    examplePlan({
      method: "fan-out",
      fanOut: { head: "cygnus-08", ...fanOut },
      munge: { mode: "none" },
      ssh: { connectTimeout: 1, ...ssh },
    });
  const plan = planWith({}, {});
  const question = () => ({ step: "hello", seconds: 5, command: { script: "echo hello\n" }, parse: (stdout: string) => stdout });
  const askThem = (of = plan) => withHosts((run) => askHosts(of.hosts, question, { run }), of);
  const rows = plan.hosts.flatMap(({ name }, i) =>
    i === 0 ? [`host\t${name}\tunreachable\tConnection refused`] : [`host\t${name}\tok\t`, `probe\t${name}\t0\x1ehere \x1e\x1e`],
  );
  const halves = plan.hosts.flatMap(({ name }) => [`host\t${name}\tunreachable\tno answer within 14 s`, `probe\t${name}\t0\x1ehalf\x1e`]);
  const ownTrouble = (text: string) => plan.hosts.map(({ name }) => `host\t${name}\tfailed\t${text}`);
  const answer = (lines: readonly string[]) => `cat <<'ROWS'\nWelcome to cygnus-08\nasking\n${lines.join("\n")}\nROWS`;

  it("asks the head alone, once", async () => {
    const ssh = `printf '%s\\n' "$*" >>"\${0%/*}/calls"; cat >/dev/null; ${answer([...rows, "end"])}`;
    await withPrograms({ ssh }, async (folder) => {
      const answers = await askThem();
      assert.deepEqual(
        valuesOf(answers),
        plan.hosts.slice(1).map(() => "here "),
      );
      assert.deepEqual(
        unansweredOf(answers).map(({ host, reason }) => [host.name, reason]),
        [["cygnus-01", "unreachable: connection refused"]],
      );
      assert.equal(readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length, 1);
    });
  });

  for (const [what, says] of [
    ["cannot be reached", "echo 'ssh: connect to host x port 22: Connection refused' >&2; exit 255"],
    ["is cut off in the middle", answer(rows)],
    ["never begins, though it says something", "echo Welcome; sleep 60"],
    ["could start nothing", answer([...ownTrouble("not worked on: nothing could be started on this head"), "end"])],
    ["has no room for processes", answer([...ownTrouble("exit code 125: timeout: fork system call failed"), "end"])],
    ["was told half an answer", answer([...halves, "end"])],
    ["had no room for the answers", answer([...plan.hosts.map(({ name }) => `host\t${name}\tok\t`), "end"])],
  ] as const)
    it(`asks each host from here where the head ${what}`, async () => {
      const ssh = `case "$*" in *cygnus-08*) cat >/dev/null\n${says}\nexit ;; esac; cat >/dev/null; echo from here`;
      const texts = valuesOf(await withPrograms({ ssh }, () => askThem()));
      assert.ok(texts.length >= plan.hosts.length - 1 && texts.every((text) => text === "from here"), texts.join());
    });

  it("says of a key that the head refuses what to type there", async () => {
    const says = ["Host key verification failed.", "root@x: Permission denied (publickey)."];
    const refused = plan.hosts.slice(0, 2).map(({ name }, i) => `host\t${name}\tunreachable\t${says[i]}`);
    const ssh = `cat >/dev/null; ${answer([...refused, ...rows.slice(3), "end"])}`;
    const reasonsOf = async (of: DeploymentPlan) =>
      unansweredOf(await withPrograms({ ssh }, () => askThem(of))).map(({ reason }) => reason.replace("ssh is refused: ", ""));
    assert.deepEqual(await reasonsOf(plan), [
      "its host key is not the one that cygnus-08 knows: `ssh cygnus-08 'ssh-keygen -R cygnus-01'`",
      "no key of cygnus-08 is accepted: `ssh cygnus-08 'ssh root@cygnus-02 true'`",
    ]);
    assert.deepEqual(await reasonsOf(planWith({ key: "/k", knownHosts: "/known" }, { port: 2222 })), [
      "its host key is not the one that cygnus-08 has pinned: `ssh cygnus-08 'ssh-keygen -f /known -F '\\''[cygnus-01]:2222'\\'''`",
      "no key of cygnus-08 is accepted: `ssh cygnus-08 'ssh -i /k ssh://root@cygnus-02:2222 true'`",
    ]);
  });
});
