import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PassphraseError } from "../../automation";
import { EXIT } from "../../cli/exit-codes";
import { setSecrets } from "../../stack/stack-config";
import { withoutPulumi } from "../lab/find-pulumi";
import { type RunResult, start } from "../lab/ldms-process";
import { FaultSite, PASSPHRASE, STACK } from "./faults/fault-site";

/** Nobody listens there; the key makes commands that reach them hold a secret. */
const NOBODY = { user: "root", address: "127.0.0.[1-8]", port: 1, connectTimeout: 2, key: "keys/id" };
const LDMS = resolve(__dirname, "../../bin/ldms.js");
const GIVEN = { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };

interface Unready {
  readonly what: string;
  readonly breaks?: (at: FaultSite) => void | Promise<void>;
  readonly environment: Readonly<Record<string, string>>;
  readonly says: (at: FaultSite) => string;
}

const VARIABLES = "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE";

const UNREADY: readonly Unready[] = [
  {
    what: "no passphrase, for what will be secret",
    environment: {},
    says: () => `secrets: this stack has secrets and no passphrase was given\nhelp: set ${VARIABLES}\n`,
  },
  {
    what: "no passphrase, for what is secret",
    breaks: (at) => setSecrets(at.location, { sshKey: "not used" }),
    environment: {},
    says: () => `secrets: this stack has secrets and no passphrase was given\nhelp: set ${VARIABLES}\n`,
  },
  {
    what: "a wrong passphrase",
    breaks: (at) => setSecrets(at.location, { sshKey: "not used" }),
    environment: { PULUMI_CONFIG_PASSPHRASE: "another" },
    says: () => `secrets: incorrect passphrase\nhelp: set ${VARIABLES} to the stack's passphrase\n`,
  },
  {
    what: "a passphrase file that is not there",
    environment: { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere/passphrase" },
    says: () =>
      "PULUMI_CONFIG_PASSPHRASE_FILE: cannot be read: `/nowhere/passphrase` (ENOENT)\nhelp: name the file with the stack's passphrase\n",
  },
  {
    what: "an ssh key that is not there",
    breaks: (at) => rmSync(join(at.projectFolder, "keys/id")),
    environment: GIVEN,
    says: ({ projectFolder }) =>
      `ssh.key: cannot be read: \`${projectFolder}/keys/id\` (ENOENT)\nhelp: name the private key that logs in to the hosts, or leave \`key\` out to use the agent's\n`,
  },
  {
    what: "an ssh key that is the public one",
    breaks: (at) => writeFileSync(join(at.projectFolder, "keys/id"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== root@desk\n"),
    environment: GIVEN,
    says: ({ projectFolder }) =>
      `ssh.key: is no private key: \`${projectFolder}/keys/id\`\nhelp: name the private key that logs in to the hosts, or leave \`key\` out to use the agent's\n`,
  },
  {
    what: "a backend that is no folder",
    breaks: (at) => {
      rmSync(at.backendFolder, { recursive: true });
      writeFileSync(at.backendFolder, "");
    },
    environment: GIVEN,
    says: ({ backendFolder }) =>
      `state: cannot be written: \`${backendFolder}\`: ENOTDIR\nhelp: make room there, or let it be written to; then run it again\n`,
  },
];

describe("ldms up, whose secrets or state cannot be written", function () {
  this.timeout(60_000);
  let at: FaultSite;
  beforeEach(() => {
    at = new FaultSite("embedded");
    at.configure({ "ldms:method": "docker", "ldms:ssh": NOBODY });
    at.program(["a"]);
    mkdirSync(join(at.projectFolder, "keys"));
    writeFileSync(join(at.projectFolder, "keys/id"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  });
  afterEach(() => at.close());

  function environment(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { PATH = "", HOME = "" } = process.env;
    return withoutPulumi({ PATH, HOME, PULUMI_BACKEND_URL: at.location.backendUrl, ...given });
  }

  function up(given: Readonly<Record<string, string>>, as: readonly string[] = []): Promise<RunResult> {
    const [program = "", ...words] = [...as, process.execPath, LDMS, "up", "-s", STACK, "--yes", "--no-wait"];
    return start([program, ...words], { folder: at.projectFolder, environment: environment(given), timeoutSeconds: 60 }).ended;
  }

  /** Nothing is made, run or recorded. */
  function assertUntouched(): void {
    assert.deepEqual(at.things, []);
    const isFolder = statSync(at.backendFolder).isDirectory();
    assert.deepEqual(isFolder ? readdirSync(at.backendFolder) : [], []);
    assert.equal(existsSync(join(at.projectFolder, ".ldms")), false);
  }

  for (const { what, breaks, environment: given, says } of UNREADY) {
    it(`ends with one error and exit code 2 before it contacts anybody: ${what}`, async () => {
      await breaks?.(at);
      const { code, stdout, stderr } = await up(given);
      assert.deepEqual([code, stdout, stderr], [EXIT.badInput, "", says(at)]);
      assertUntouched();
    });
  }

  it("ends so where the backend's folder may not be written to", async function () {
    chmodSync(at.backendFolder, 0o555);
    // To root every folder is one that it may write to.
    const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : [];
    if (asNobody.length > 0) {
      chmodSync(at.folder, 0o755);
      const [program = "", ...words] = [...asNobody, process.execPath, LDMS, "--version"];
      if (spawnSync(program, words).status !== 0) {
        console.warn("!!!! Nobody but root may read this checkout: a backend that may not be written to is NOT tested !!!!");
        return this.skip();
      }
    }
    const { code, stdout, stderr } = await up(GIVEN, asNobody);
    const { backendFolder } = at;
    const says = `state: cannot be written: \`${backendFolder}\`: EACCES\nhelp: make room there, or let it be written to; then run it again\n`;
    assert.deepEqual([code, stdout, stderr], [EXIT.badInput, "", says]);
    assertUntouched();
  });

  it("is the same error for a program", async () => {
    const run = (await at.open({ passphrase: undefined })).up();
    await assert.rejects(run.result, (error) => error instanceof PassphraseError && error.kind === "missing");
    assertUntouched();
  });

  it("goes on to the hosts where all is there", async () => {
    const { code, stderr } = await up(GIVEN);
    assert.equal(code, EXIT.failed);
    assert.match(stderr, /^nothing was changed: cygnus-\[01-07\]: unreachable: connection refused$/m);
  });

  it("needs no passphrase where nothing is secret", async () => {
    at.configure({ "ldms:method": "docker", "ldms:ssh": { ...NOBODY, key: undefined } });
    assert.match((await up({})).stderr, /^nothing was changed: cygnus-\[01-07\]: unreachable: connection refused$/m);
  });

  describe("on a terminal", () => {
    const QUESTION = /Passphrase of the stack's secrets \(or set PULUMI_CONFIG_PASSPHRASE\): /g;

    before(function () {
      if (existsSync("/usr/bin/script")) return;
      console.warn("!!!! No `script` here: that a passphrase is asked for on a terminal is NOT tested !!!!");
      this.skip();
    });

    async function upOnTerminal(typed: string): Promise<{ readonly code: number | undefined; readonly shown: string }> {
      const line = `${process.execPath} ${LDMS} up -s ${STACK} --yes --no-wait`;
      const argv = ["/usr/bin/script", "--quiet", "--return", "--command", line, "/dev/null"] as const;
      const args = { folder: at.projectFolder, environment: environment({}), timeoutSeconds: 60, stdin: typed };
      const { code, stdout } = await start([...argv], args).ended;
      return { code, shown: stdout.replaceAll("\r", "") };
    }

    it("asks once for the passphrase of what is secret", async () => {
      await setSecrets(at.location, { sshKey: "not used" });
      const { shown } = await upOnTerminal("another\n");
      assert.equal(shown.match(QUESTION)?.length, 1);
      assert.match(shown, /^secrets: incorrect passphrase$/m);
    });

    it("asks for a first one twice, and goes on with it", async () => {
      const { code, shown } = await upOnTerminal("first\nfirst\n");
      assert.equal(shown.match(QUESTION)?.length, 1);
      assert.match(shown, /^The same once more: $/m);
      assert.match(shown, /^nothing was changed: cygnus-\[01-07\]: unreachable: connection refused$/m);
      assert.equal(code, EXIT.failed);
    });

    it("takes no first one that was typed in two ways", async () => {
      const { code, shown } = await upOnTerminal("first\nsecond\n");
      assert.match(shown, /^passphrase: the two are not the same; nothing was changed$/m);
      assert.equal(code, EXIT.badInput);
      assertUntouched();
    });
  });
});
