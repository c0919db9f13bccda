import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { initSite, openSite } from "../../automation";
import { EXIT } from "../../cli/exit-codes";
import { shellLine } from "../../plan/text/shell";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI, withoutPulumi } from "../lab/find-pulumi";
import { succeeded } from "../lab/lab-stack";
import { type RunArgs, type RunResult, start } from "../lab/ldms-process";

const LDMS = resolve(__dirname, "../../bin/ldms.js");
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";
const STACK_FILE_PAGE = readFileSync(resolve(__dirname, "../../docs/stack-file.md"), "utf8");
const HOSTS = ["-s", "mine", "--hosts", "c[1-4]"];

describe("ldms init", function () {
  this.timeout(300_000);
  let at: string;
  let folder: string;
  let passphraseFile: string;

  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), "ldms-init-"));
    for (const name of ["site", "home", "programs"]) mkdirSync(join(at, name));
    folder = join(at, "site");
    passphraseFile = join(at, "home/.config/ldms/mine.passphrase");
  });
  afterEach(() => rmSync(at, { recursive: true }));

  function environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const { PATH = "" } = process.env;
    return { ...withoutPulumi({ PATH: `${join(at, "programs")}${delimiter}${PATH}`, HOME: join(at, "home") }), ...more };
  }

  function begin(words: readonly string[], args: Partial<RunArgs> = {}) {
    return start([process.execPath, LDMS, ...words], { folder, environment: environment(), timeoutSeconds: 200, ...args });
  }
  const ldms = (...words: readonly string[]): Promise<RunResult> => begin(words).ended;
  const withPassphrase = (...words: readonly string[]): Promise<RunResult> =>
    begin(words, { environment: environment({ PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile }) }).ended;

  /** What ssh-keyscan is told by the hosts that answer. */
  function hostsAnswer(...hosts: readonly string[]): void {
    const lines = hosts.map((host) => `case " $* " in *" ${host} "*) echo '${host} ${KEY}' ;; esac`);
    writeFileSync(join(at, "programs/ssh-keyscan"), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
  }

  const beginProject = () => writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\n");

  it("makes the stack file of a site's own files, with what it could not say at its top", async () => {
    beginProject();
    cpSync(join(__dirname, "../fixtures/sites/block.yaml"), join(folder, "block.yaml"));
    const { stdout } = succeeded(await ldms("init", "-s", "mine", "--from", "block.yaml"));
    const [, shown = ""] = /<!-- init --from -->\n([\s\S]*?)<!-- end of init --from -->/.exec(STACK_FILE_PAGE) ?? [];
    const lines = shown.split("\n").flatMap((line) => (line.startsWith("    ") && !line.includes("$ ldms") ? line.slice(4) : []));
    const told = lines.map((line) =>
      line
        .replace("~/.config/ldms/block.passphrase", passphraseFile)
        .replace("Pulumi.block.yaml", "Pulumi.mine.yaml")
        .replace("-s block", "-s mine"),
    );
    assert.deepEqual(
      told.filter((line) => !stdout.split("\n").includes(line)),
      [],
    );
    const text = readFileSync(join(folder, "Pulumi.mine.yaml"), "utf8");
    assert.ok(
      text.startsWith(
        "# LDMS on the cluster mine. Every key: docs/stack-file.md\n# Made from block.yaml by ldms init.\n# 6 things are not as in the files:\n",
      ),
    );
    assert.equal((await withPassphrase("plan", "-s", "mine", "--scale")).code, EXIT.done);
  });

  it("ends with one error where a site's own files are of no use, and writes nothing", async () => {
    beginProject();
    writeFileSync(join(folder, "none.conf"), "Dear administrator,\n");
    const nothing = await ldms("init", "-s", "mine", "--from", "none.conf");
    assert.deepEqual([nothing.code, /names no daemon that samples or pulls/.test(nothing.stderr)], [EXIT.badInput, true]);
    const twice = await ldms("init", "-s", "mine", "--hosts", "c1", "--from", "none.conf");
    assert.deepEqual([twice.code, /--hosts: has no effect with --from/.test(twice.stderr)], [EXIT.badInput, true]);
    const missing = await ldms("init", "--from", "none.conf");
    assert.deepEqual([missing.code, /--stack: is missing/.test(missing.stderr)], [EXIT.badInput, true]);
    assert.deepEqual(readdirSync(folder).sort(), ["Pulumi.yaml", "none.conf"]);
  });

  it("names the stack file's folder, and itself by the name that a shell finds", async () => {
    beginProject();
    mkdirSync(join(folder, "below"));
    symlinkSync(LDMS, join(at, "programs/ldms"));
    const { stdout } = succeeded(await begin(["init", ...HOSTS, "--no-pin"], { folder: join(folder, "below") }).ended);
    assert.match(stdout, new RegExp(`^${join(folder, "Pulumi.mine.yaml")}: 4 hosts; `));
    assert.match(stdout, /^ {2}ldms up -s mine$/m);
    const other = join(at, "other/ldms");
    mkdirSync(join(at, "other"));
    writeFileSync(other, "");
    rmSync(join(folder, "Pulumi.mine.yaml"));
    const PATH = `${join(at, "other")}${delimiter}${environment()["PATH"]}`;
    const hidden = succeeded(await begin(["init", ...HOSTS, "--no-pin"], { environment: environment({ PATH }) }).ended);
    assert.ok(hidden.stdout.includes(`\n  ${LDMS} up -s mine\n`), hidden.stdout);
  });

  it("keeps no passphrase in the project's folder by itself", async () => {
    beginProject();
    const made = await begin(["init", ...HOSTS, "--no-pin"], { environment: environment({ XDG_CONFIG_HOME: folder }) }).ended;
    const own = join(folder, "ldms/mine.passphrase");
    const lines = [
      "the command line is not valid:",
      `  - --passphrase-file: is missing: the passphrase's own place, \`${own}\`, lies in the project's folder, and could go into its repository`,
      "      help: name a file elsewhere, or begin in a folder of the stack's own\n",
    ];
    assert.deepEqual([made.code, made.stderr], [EXIT.badInput, lines.join("\n")]);
    assert.deepEqual(readdirSync(folder), ["Pulumi.yaml"]);
  });

  it("says what it made, and the lines that come next", async () => {
    beginProject();
    hostsAnswer("c1", "c2", "c3", "c4");
    const { stdout, stderr } = succeeded(await ldms("init", ...HOSTS, "--yes"));
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      `Pulumi.mine.yaml: 4 hosts; c[1-3] are sampled, c4 aggregates and stores
${passphraseFile}: the passphrase of its secrets; keep a copy, without it nobody can read them
c[1-4]: new: ed25519 SHA256:kM8ilxKzczQ4n9SphlexFCg69ZFCJagIPLx2UD+GXL4
known_hosts.mine: has the keys of c[1-4]

Next:
  export PULUMI_CONFIG_PASSPHRASE_FILE=${passphraseFile}
  ${LDMS} plan -s mine
  ${LDMS} preflight -s mine
  ${LDMS} up -s mine
`,
    );
    assert.deepEqual(readdirSync(folder).sort(), ["Pulumi.mine.yaml", "Pulumi.yaml", "known_hosts.mine"]);
    assert.equal(statSync(passphraseFile).mode & 0o777, 0o600);
  });

  it("keeps the keys of the hosts that answer, and says how the others' are kept later", async () => {
    hostsAnswer("c1", "c2");
    const { code, stdout } = await ldms("init", ...HOSTS, "--yes");
    assert.equal(code, EXIT.failed);
    assert.match(stdout, /^c\[3-4\]: gives no host key$/m);
    assert.match(stdout, /^known_hosts\.mine: has the keys of c\[1-2\]$/m);
    assert.match(stdout, /^Next:\n {2}export .*\n {2}\S+ hosts trust -s mine\n {2}\S+ plan -s mine$/m);
    succeeded(await withPassphrase("plan", "-s", "mine"));
  });

  it("leaves the stack file whole where nobody can be asked for keys", async () => {
    writeFileSync(join(at, "programs/ssh-keyscan"), "#!/bin/sh\necho no such thing >&2\nexit 127\n", { mode: 0o755 });
    assert.equal((await ldms("init", ...HOSTS, "--yes")).code, EXIT.failed);
    succeeded(await withPassphrase("plan", "-s", "mine"));
  });

  describe("in an empty folder", () => {
    it("makes a project that plans and is judged", async () => {
      succeeded(await ldms("init", ...HOSTS, "--no-pin"));
      assert.deepEqual(readdirSync(folder).sort(), ["Pulumi.mine.yaml", "Pulumi.yaml", "index.js", "node_modules"]);
      assert.match(succeeded(await withPassphrase("plan", "-s", "mine")).stdout, /^# Stack mine: 4 containers on 4 hosts, c\[1-4\]$/m);
      const state = { PULUMI_BACKEND_URL: `file://${at}`, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile };
      const judged = await begin(["policy", "-s", "mine"], { environment: environment(state) }).ended;
      assert.match(succeeded(judged).stdout, /^mine: 0 mandatory/);
    });

    it("makes a program that runs nothing that others could have left in /tmp", async () => {
      succeeded(await ldms("init", ...HOSTS, "--no-pin"));
      const TMPDIR = join(at, "tmp");
      mkdirSync(TMPDIR);
      const program = [process.execPath, "--eval", 'console.log(typeof require("./index.js"))'] as const;
      const run = await start(program, { folder, environment: environment({ TMPDIR }), timeoutSeconds: 60 }).ended;
      assert.deepEqual([succeeded(run).stdout, readdirSync(TMPDIR)], ["function\n", []]);
    });

    it("makes a project that the real `pulumi` previews", async function () {
      needPulumi.call(this, "is the embedded engine, and does not prove that the real CLI runs the project");
      succeeded(await ldms("init", ...HOSTS, "--no-pin", "--auth", "munge-key"));
      const { PATH = "" } = process.env;
      const real = {
        ...QUIET_PULUMI,
        PATH: `${PULUMI_FOLDER}${delimiter}${PATH}`,
        PULUMI_HOME: join(at, "home"),
        PULUMI_BACKEND_URL: `file://${at}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
        LDMS_SWEEP: "off",
      };
      const run = (words: string) =>
        start(["pulumi", ...words.split(" ")], { folder, environment: environment(real), timeoutSeconds: 200 }).ended;
      const before = readFileSync(join(folder, "Pulumi.mine.yaml"), "utf8");
      succeeded(await run("stack init mine"));
      assert.match(succeeded(await run("preview -s mine --non-interactive")).stdout, /\+ \d+ to create/);
      assert.equal(readFileSync(join(folder, "Pulumi.mine.yaml"), "utf8"), before);
    });

    it("takes paths as they are typed, and writes them as the project has them", async () => {
      succeeded(await ldms("init", ...HOSTS, "--no-pin"));
      mkdirSync(join(folder, "notes"));
      writeFileSync(join(folder, "notes/id"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
      const words = ["init", "-s", "other", "--hosts", "c[1-4]", "--no-pin", "--ssh-key", "id"];
      succeeded(await begin(words, { folder: join(folder, "notes") }).ended);
      assert.match(readFileSync(join(folder, "Pulumi.other.yaml"), "utf8"), /^ {2}ldms:ssh: \{ user: root, key: notes\/id \}$/m);
    });
  });

  for (const [auth, names] of [
    ["munge-key", ["mungeKey"]],
    ["ovis", ["ovisSecret", "ovisSalt"]],
  ] as const)
    it(`makes the secrets of --auth ${auth}, encrypted under the passphrase`, async () => {
      beginProject();
      succeeded(await ldms("init", ...HOSTS, "--no-pin", "--auth", auth));
      const text = readFileSync(join(folder, "Pulumi.mine.yaml"), "utf8");
      const site = await openSite({ folder, stack: "mine", passphrase: readFileSync(passphraseFile, "utf8").trim(), engine: "embedded" });
      for (const name of names) {
        const { value, isSecret } = await site.config.get(name);
        assert.deepEqual([isSecret, text.includes(value)], [true, false]);
      }
      assert.equal((await site.plan()).plan.stack, "mine");
    });

  it("goes on with a passphrase that is there, in its file or given", async () => {
    beginProject();
    succeeded(await ldms("init", ...HOSTS, "--no-pin"));
    const before = readFileSync(passphraseFile, "utf8");
    rmSync(join(folder, "Pulumi.mine.yaml"));
    const { stdout } = succeeded(await ldms("init", ...HOSTS, "--no-pin"));
    assert.ok(stdout.includes(`\n${passphraseFile}: was there, and is the passphrase of its secrets\n`), stdout);
    assert.equal(readFileSync(passphraseFile, "utf8"), before);

    rmSync(join(at, "home/.config"), { recursive: true });
    const given = begin(["init", "-s", "two", "--hosts", "c[1-4]", "--no-pin"], {
      environment: environment({ PULUMI_CONFIG_PASSPHRASE: "p" }),
    });
    assert.match(succeeded(await given.ended).stdout, /\nNext:\n {2}\S+ hosts trust -s two\n/);
    assert.ok(!existsSync(join(at, "home/.config")));
  });

  it("is named by the error of a stack that is not there", async () => {
    beginProject();
    const { code, stderr } = await ldms("plan", "-s", "cygnus");
    assert.deepEqual(
      [code, stderr],
      [
        EXIT.badInput,
        "Pulumi.cygnus.yaml is not valid:\n  - stack: there is no such file here\n      help: ldms init -s cygnus writes it\n",
      ],
    );
  });

  for (const reached of ["home/.config/ldms", "site/index.js", "site/Pulumi.yaml", "site/Pulumi.mine.yaml"])
    it(`leaves nothing half-written where it is killed at ${reached}, and is done again then`, async () => {
      const started = begin(["init", ...HOSTS, "--no-pin", "--auth", "munge-key"]);
      while (!existsSync(join(at, reached))) await new Promise((resolve) => setTimeout(resolve, 1));
      started.kill("SIGKILL");
      await started.ended;
      if (existsSync(passphraseFile)) assert.match(readFileSync(passphraseFile, "utf8"), /^[\w-]{32}\n$/);
      if (!existsSync(join(folder, "Pulumi.mine.yaml"))) succeeded(await ldms("init", ...HOSTS, "--no-pin", "--auth", "munge-key"));
      const passphrase = readFileSync(passphraseFile, "utf8").trim();
      const site = await openSite({ folder, stack: "mine", passphrase, engine: "embedded" });
      assert.equal((await site.plan()).plan.hosts.length, 4);
    });

  describe("on a terminal", () => {
    before(function () {
      if (existsSync("/usr/bin/script")) return;
      console.warn("!!!! No `script` here: what `ldms init` asks on a terminal is NOT tested !!!!");
      this.skip();
    });

    async function onTerminal(
      words: readonly string[],
      typed: string,
    ): Promise<{ readonly code: number | undefined; readonly shown: string }> {
      const line = shellLine([process.execPath, LDMS, ...words]);
      const argv = ["/usr/bin/script", "--quiet", "--return", "--command", line, "/dev/null"] as const;
      const { code, stdout } = await start([...argv], { folder, environment: environment(), timeoutSeconds: 60, stdin: typed }).ended;
      return { code, shown: stdout.replaceAll("\r", "") };
    }

    it("asks for what is missing, says what is wrong, and writes what was answered", async () => {
      const typed = ["mine", "c[1-4", "c[1-4]", ...Array<string>(4).fill(""), "/data", "rdma", ...Array<string>(5).fill("")];
      const { code, shown } = await onTerminal(["init", "--no-pin"], `${typed.join("\n")}\n`);
      assert.equal(code, EXIT.done, shown);
      assert.match(shown, /the bracket is never closed/);
      assert.match(shown, /Hosts that aggregate, one for 1000 hosts \[c4\]: /);
      const text = readFileSync(join(folder, "Pulumi.mine.yaml"), "utf8");
      assert.match(text, /^ {2}ldms:xprt: rdma$/m);
      assert.match(text, /^ {10}hostPath: \/data$/m);
    });

    it("says at once what is wrong with its options, before it asks", async () => {
      const { code, shown } = await onTerminal(["init", "--no-pin", "--xprt", "tcp"], "");
      assert.equal(code, EXIT.badInput);
      assert.match(shown, /^the command line is not valid:\n {2}- --xprt: must be `sock`.*: `tcp`\n$/);
    });
  });
});

describe("initSite", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-init-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const config = {
    xprt: "sock",
    munge: { mode: "host" },
    hosts: "c[1-2]",
    samplers: [{ hosts: "c[1-2]", plugins: [{ name: "meminfo", interval: "1s" }] }],
  };

  it("makes a site that opens, with a program's own secrets and notes", async () => {
    const files = { "/run/token": { secret: "token" } };
    const samplers = [{ ...config.samplers[0], files: Object.entries(files).map(([path, { secret }]) => ({ path, secret })) }];
    const made = await initSite({
      stack: "a",
      folder,
      config: { ...config, samplers },
      secrets: { token: "t0ken" },
      notes: ["by hand"],
      passphrase: "p",
    });
    assert.deepEqual([made.files, made.passphraseFile], [["Pulumi.a.yaml", "Pulumi.yaml", "index.js", "node_modules"], undefined]);
    const text = readFileSync(join(folder, "Pulumi.a.yaml"), "utf8");
    assert.match(text, /^# by hand$/m);
    assert.ok(!text.includes("t0ken"));
    const site = await openSite({ stack: "a", folder, passphrase: "p", engine: "embedded" });
    assert.equal((await site.config.get("token")).value, "t0ken");
    assert.equal((await site.plan()).plan.hosts.length, 2);
  });

  it("writes nothing for a configuration that does not plan", async () => {
    await assert.rejects(
      initSite({ stack: "a", folder, config: { ...config, xprt: "tcp" }, passphrase: "p" }),
      /^ConfigError: Pulumi\.a\.yaml is not valid:\n {2}- xprt: /,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it("lets one of two that begin at once be the one", async () => {
    const passphraseFile = join(folder, "passphrase");
    const begin = () => initSite({ stack: "a", folder: join(folder, "site"), config, passphraseFile });
    mkdirSync(join(folder, "site"));
    const ended = await Promise.allSettled([begin(), begin()]);
    assert.deepEqual(ended.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const site = await openSite({
      stack: "a",
      folder: join(folder, "site"),
      passphrase: readFileSync(passphraseFile, "utf8").trim(),
      engine: "embedded",
    });
    assert.equal((await site.plan()).plan.hosts.length, 2);
  });
});
