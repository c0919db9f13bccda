import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { askHosts, unansweredOf, valuesOf } from "../../operations/reach/ask-hosts";
import { parseAsked } from "../../operations/reach/ask-through-heads";
import type { ManyAnswers } from "../../operations/reach/many-hosts";
import { RemoteCommandError, renderFailure } from "../../operations/reach/remote-error";
import { withHosts } from "../../operations/reach/with-hosts";
import { renderAsk } from "../../plan/fan-out/ask-script";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { examplePlan } from "../unit/example-stack";
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
  function ask(scriptOf: (name: string) => string, isKeeping = true, plan = hosts.plan()): ManyAnswers {
    const scripts = new Map(plan.hosts.map(({ name }) => [name, scriptOf(name)]));
    const question = { stack: plan.stack, fanOut: plan.fanOut!, scripts, hostSeconds: SECONDS + SshHosts.CONNECT_SECONDS, isKeeping };
    const { stdout, stderr } = hosts.run(renderAsk(question));
    assert.equal(stderr, "");
    return parseAsked(stdout.trimEnd(), "test");
  }

  const told = (answers: ManyAnswers) =>
    new Map([...answers].map(([host, one]) => [host, one instanceof RemoteCommandError ? renderFailure(one.failure) : one.stdout]));

  it("answer in their own lines, whatever stands in them, each to its own script", () => {
    const answers = told(ask((name) => `printf 'a\\tb\\n\\n  probe %s\\\\n\\n%s\\n' "$1" ${name}\n`));
    assert.equal(answers.size, hosts.plan().hosts.length);
    for (const [host, text] of answers) assert.equal(text, `a\tb\n\n  probe \\n\n${host}`);
  });

  it("are asked nothing more where one of them says nothing at all, fails, or ends in time-out", () => {
    const scripts: Readonly<Record<string, string>> = {
      "cygnus-01": "exit 0\n",
      "cygnus-02": "echo half; echo first >&2; echo 'no engine' >&2; exit 3\n",
      "cygnus-03": "sleep 60\n",
    };
    const answers = ask((name) => scripts[name] ?? "echo well\n");
    const failed = answers.get("cygnus-02");
    assert.ok(failed instanceof RemoteCommandError);
    assert.deepEqual([failed.failure, failed.stderr], [{ kind: "exit", code: 3 }, "no engine"]);
    const texts = told(answers);
    assert.deepEqual(
      ["cygnus-01", "cygnus-03", "cygnus-04"].map((name) => texts.get(name)),
      ["", "no answer within 10 s", "well"],
    );
  });

  it("that are dead are told as from here", () => {
    const texts = told(ask(() => "echo well\n", true, hosts.plan({}, { port: 1 })));
    assert.deepEqual([...new Set(texts.values())], ["unreachable: connection refused"]);
  });

  it("are asked through the connections that a sweep has kept, and keep their own for the next", () => {
    const count = hosts.plan().hosts.length;
    hosts.sweep();
    ask(() => "echo well\n");
    assert.equal(hosts.accepted(), count);
    ask(() => "echo well\n", false);
    assert.deepEqual([hosts.accepted(), hosts.sockets()], [2 * count, []]);
    ask(() => "echo well\n");
    ask(() => "echo well\n");
    assert.deepEqual([hosts.accepted(), hosts.sockets().length], [3 * count, count]);
  });

  it("may say much", () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `a line of a set ${i}`).join("\n");
    const [first] = [...told(ask((name) => (name === "cygnus-01" ? "seq 0 2999 | sed 's/^/a line of a set /'\n" : "echo\n"))).values()];
    assert.equal(first, lines);
  });
});

describe("askHosts, of a stack whose head is another machine", () => {
  const plan: DeploymentPlan = examplePlan({ method: "fan-out", fanOut: { head: "cygnus-08" }, munge: { mode: "none" } });
  const question = () => ({ step: "hello", seconds: 5, command: { script: "echo hello\n" }, parse: (stdout: string) => stdout });
  const askThem = () => withHosts((run) => askHosts(plan.hosts, question, { run }), plan);
  const rows = plan.hosts.flatMap(({ name }, i) =>
    i === 0 ? [`host\t${name}\tunreachable\tConnection refused`] : [`host\t${name}\tok\t`, `probe\t${name}\there \x1e`],
  );

  it("asks the head alone, once", async () => {
    const ssh = `printf '%s\\n' "$*" >>"\${0%/*}/calls"; cat >/dev/null; cat <<'ROWS'\n${[...rows, "end"].join("\n")}\nROWS`;
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
    ["is cut off in the middle", "printf 'host\\tcygnus-01\\tok\\t\\n'"],
  ] as const)
    it(`asks each host from here where the head ${what}`, async () => {
      const ssh = `case "$*" in *cygnus-08*) cat >/dev/null; ${says}; exit ;; esac; cat >/dev/null; echo from here`;
      const texts = valuesOf(await withPrograms({ ssh }, askThem));
      assert.ok(texts.length >= plan.hosts.length - 1 && texts.every((text) => text === "from here"), texts.join());
    });
});
