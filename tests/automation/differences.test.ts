import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { RunRecord } from "../../automation/run-record";
import { imageTargets } from "../../automation/verbs/build-images";
import { LineDisplay } from "../../engine/display/line-display";
import type { EngineEvent } from "../../engine/events/events";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI } from "../lab/find-pulumi";
import { examplePlan } from "../unit/example-stack";
import { IDLE_KEY, IDLE_SITE, type IdleRun, runIdle } from "./idle-hosts";

const RECORDED = join(__dirname, "../fixtures/engine/state-without-words.json.gz");
const [SAMPLERS] = IDLE_SITE.samplers;
const withSamplers = (changes: object) => ({ ...IDLE_SITE, samplers: [{ ...SAMPLERS, ...changes }] });
const SLOWER = withSamplers({ plugins: [{ name: "meminfo", interval: "2s", offset: "0s" }] });
const CONF = "/var/lib/ldms/idle/samp/ldmsd.conf";

describe("what a run says of changes", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-words-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(args: Omit<IdleRun, "folder">) {
    const events: EngineEvent[] = [];
    const lines: string[] = [];
    const record = new RunRecord();
    const display = new LineDisplay(
      (line) => lines.push(line),
      (phase) => phase,
    );
    const result = await runIdle({
      folder,
      ...args,
      onEvent: (event) => {
        events.push(event);
        record.add(event);
        display.onEvent(event, args.kind === "preview" ? "preview" : "update");
      },
    });
    display.close();
    return { result, record, lines, said: [...lines, JSON.stringify(events), JSON.stringify(record)].join("\n") };
  }

  for (const kind of ["preview", "up"] as const) {
    it(`a changed interval is two lines of text that differ, for people and as data: ${kind}`, async () => {
      await run({ kind: "up", config: IDLE_SITE });
      const { record, lines } = await run({ kind, config: SLOWER });
      const at = lines.indexOf(`    cygnus-[01-02]: ${CONF} (replaces samp)`);
      assert.ok(at > 0, lines.join("\n"));
      const changed = lines.slice(at).filter((line) => /^ {6}[-+]start/.test(line));
      assert.deepEqual(changed, ["      -start name=meminfo interval=1s offset=0s", "      +start name=meminfo interval=2s offset=0s"]);
      const [difference] = record.differences;
      assert.deepEqual(
        [difference?.kind, difference?.name, difference?.hosts, difference?.change, difference?.restarts],
        ["file", CONF, "cygnus-[01-02]", "changed", "samp"],
      );
      assert.match(difference?.diff ?? "", /\n-start name=meminfo interval=1s offset=0s\n\+start name=meminfo interval=2s offset=0s$/);
      // No script of ours, no base64, no hash.
      assert.doesNotMatch(lines.join("\n"), /stdin|create:|MANIFEST|ldms\.spec|[A-Za-z0-9+/]{40}/);
    });
  }

  it("a container says in the words of `docker run` what changes of it", async () => {
    await run({ kind: "up", config: IDLE_SITE });
    const { record, lines } = await run({ kind: "preview", config: withSamplers({ memory: "64M", env: { DEBUG: "1" } }) });
    const at = lines.indexOf("    cygnus-[01-02]: docker run of samp");
    assert.deepEqual(lines.slice(at + 1, at + 4), ["      - --memory 516m", "      + --memory 64m", "      + --env DEBUG=1"]);
    assert.deepEqual(
      record.differences.map(({ kind, name, hosts }) => [kind, name, hosts]),
      [["container", "samp", "cygnus-[01-02]"]],
    );
  });

  it("a secret is told as changed, and no output has one", async () => {
    const password = "correct-horse-battery";
    mkdirSync(join(folder, "site"));
    const site = (file: string, word: string) => {
      writeFileSync(join(folder, "site", file), `broker=mq:9092\npassword = ${word}\n`);
      return withSamplers({ files: [{ path: "/etc/ldms/kafka.conf", file }] });
    };
    const [own, other] = [site("own.conf", password), site("other.conf", `${password}2`)];
    const key = Buffer.from(IDLE_KEY, "base64").toString().split("").reverse().join("");
    const outputs = [
      await run({ kind: "up", config: own }),
      await run({ kind: "preview", config: other, key: Buffer.from(key).toString("base64") }),
      await run({ kind: "up", config: other, key: Buffer.from(key).toString("base64") }),
    ];
    const text = outputs.map(({ said }) => said).join("\n");
    assert.match(text, /: the secret has changed/);
    assert.match(text, /: its text has changed; it may have a password in it, and is not shown/);
    const plain = Buffer.from(IDLE_KEY, "base64").toString();
    const inBase64 = (value: string) => Buffer.from(value).toString("base64").replace(/=+$/, "");
    for (const secret of [plain, IDLE_KEY.replace(/=+$/, ""), key, inBase64(key), inBase64(plain)]) {
      assert.ok(!text.includes(secret), secret);
      for (const file of readdirSync(join(folder, "state"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()))
        assert.ok(!readFileSync(join(file.parentPath, file.name), "utf8").includes(secret), file.name);
    }
    assert.ok(!text.includes(password), text);
  });

  it("a build of images makes no words of hosts that get nothing yet", async () => {
    const plan = examplePlan({ images: { source: "build", registry: "reg:5000", ovis: "ovis" } });
    const { result, lines } = await run({ kind: "up", config: IDLE_SITE, targets: imageTargets(plan, undefined) });
    assert.equal(result.outcome, "succeeded", lines.join("\n"));
    assert.match(lines.join("\n"), /ldms:index:Host cygnus-01 create/);
    assert.doesNotMatch(lines.join("\n"), /Deployed|Container/);
  });

  it("what failed on a host is told again, and what came to pass on another is not", async () => {
    await run({ kind: "up", config: IDLE_SITE });
    const up = await run({ kind: "up", config: SLOWER, failing: ["cygnus-01-files"] });
    assert.equal(up.result.outcome, "failed");
    assert.deepEqual([...new Set(up.record.differences.map(({ hosts }) => hosts))], ["cygnus-02"]);
    const next = await run({ kind: "preview", config: SLOWER });
    assert.ok(next.record.differences.length > 0);
    assert.deepEqual([...new Set(next.record.differences.map(({ hosts }) => hosts))], ["cygnus-01"]);
  });

  it("what is left out is told when it is not", async () => {
    await run({ kind: "up", config: IDLE_SITE });
    await run({ kind: "up", config: SLOWER, excludes: ["files", "samp", "deployed"].map((key) => `**::cygnus-01-${key}`) });
    const next = await run({ kind: "preview", config: SLOWER });
    assert.deepEqual([...new Set(next.record.differences.map(({ hosts }) => hosts))], ["cygnus-01"]);
  });

  /** Made by the version before words, of the same site. A version that replaces containers on purpose has it made anew. */
  function bringStateWithoutWords() {
    const stacks = join(folder, "state/.pulumi/stacks/ldms");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(join(folder, "state/.pulumi/meta.yaml"), "version: 1\n");
    writeFileSync(join(stacks, "idle.json"), gunzipSync(readFileSync(RECORDED)));
  }

  it("a container of which the state has no words yet is shown by its properties, and no script is", async () => {
    bringStateWithoutWords();
    const changed = { plugins: SLOWER.samplers[0]!.plugins, env: { DEBUG: "1" }, mounts: { "/srv/site": "/srv/site" } };
    const config = { ...withSamplers(changed), munge: { mode: "host" } };
    const { lines, record } = await run({ kind: "preview", config, key: "" });
    assert.deepEqual(record.differences, []);
    const of = (name: string) => {
      const below = lines.slice(lines.findIndex((line) => line.includes(` ${name} `)) + 1);
      return below.slice(
        0,
        below.findIndex((line) => !line.startsWith("        ")),
      );
    };
    assert.deepEqual(of("cygnus-01-files"), []);
    const shown = of("cygnus-01-samp").join("\n");
    assert.match(shown, /^ {8}\+ envs\[\d+\]: "DEBUG=1" {2}\(replaces\)$/m);
    assert.match(shown, /^ {8}\+ volumes\[\d+\]: \{.*"hostPath":"\/srv\/site".*\} {2}\(replaces\)$/m);
    assert.match(shown, /^ {8}~ labels\[\d+\]\.value: "[0-9a-f]+" => "[0-9a-f]+" {2}\(replaces\)$/m);
    // With words in the state it is said in words alone.
    await run({ kind: "up", config: { ...IDLE_SITE, munge: { mode: "host" } }, key: "" });
    const next = await run({ kind: "preview", config, key: "" });
    assert.ok(next.lines.includes("      + --env DEBUG=1"), next.lines.join("\n"));
    assert.doesNotMatch(next.lines.join("\n"), /envs|volumes|labels/);
  });

  it("the first `up` on a state without words writes them, and touches no container", async () => {
    bringStateWithoutWords();
    const site = { config: { ...IDLE_SITE, munge: { mode: "host" } }, key: "" };
    for (const kind of ["preview", "up"] as const) {
      const { result, record } = await run({ kind, ...site });
      assert.equal(result.outcome, "succeeded");
      assert.deepEqual(
        record.steps.map(({ op, name }) => `${op} ${name}`).sort(),
        ["create cygnus-01-deployed", "create cygnus-02-deployed", "create cygnus-03-deployed"].concat(
          // The state is of a version whose hosts were left by another script.
          ["update cygnus-01-files", "update cygnus-02-files", "update cygnus-03-files"],
        ),
      );
    }
    const { lines } = await run({ kind: "preview", ...site });
    assert.equal(lines.at(-1), "nothing to do: 21 unchanged resources (embedded engine)");
  });

  describe("by the real `pulumi`", () => {
    before(function () {
      needPulumi.call(this, "is the embedded engine, above");
    });

    it("is the same words in its own diff, without scripts and secrets, and what is waived is one message", async () => {
      await run({ kind: "up", config: IDLE_SITE });
      // Writes the changed site's project.
      await run({ kind: "preview", config: SLOWER });
      const pack = ["--policy-pack", join(__dirname, "../../policies")];
      const said = await pulumi(folder, ["preview", "--diff", "--stack", "idle", ...pack]);
      assert.match(said, /\n +- start name=meminfo interval=1s offset=0s\n +\+ start name=meminfo interval=2s offset=0s\n/);
      assert.doesNotMatch(said, /[A-Za-z0-9+/]{80}|~ (stdin|create|update) *: [^\n]*=>/);
      assert.ok(!said.includes(Buffer.from(IDLE_KEY, "base64").toString()));
      assert.equal(said.match(/waivers-shown/g)?.length, 1);
      assert.match(said, /findings waived by design: no-host-network/);
    });
  });
});

async function pulumi(folder: string, args: readonly string[]): Promise<string> {
  const environment = { PULUMI_BACKEND_URL: `file://${folder}/state`, PULUMI_CONFIG_PASSPHRASE: "p", PULUMI_HOME: join(folder, "home") };
  const PATH = [PULUMI_FOLDER, process.env["PATH"]].join(delimiter);
  const env = { ...process.env, ...QUIET_PULUMI, ...environment, PULUMI_SKIP_UPDATE_CHECK: "true", PATH };
  const { stdout, stderr } = await promisify(execFile)("pulumi", args, { cwd: join(folder, "site"), env, maxBuffer: 1 << 26 });
  return stdout + stderr;
}
