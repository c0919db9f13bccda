import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openSite, type Site } from "../../automation";
import { fillWorkFolder } from "../../automation/fill-work-folder";
import type { ForgottenHost } from "../../automation/verbs/forget-hosts";
import { renderKnown } from "../../cli/forget-command";
import { withPrograms } from "../operations/fake-programs";
import { IDLE_SITE, type IdleRun, runIdle } from "./idle-hosts";

const SITE = { ...IDLE_SITE, munge: { mode: "none" } };
const WITHOUT_02 = {
  ...SITE,
  hosts: "cygnus-[01,03]",
  samplers: [{ ...IDLE_SITE.samplers[0], hosts: "cygnus-01" }],
};
/** Of cygnus-02, whatever is asked of it. */
const DEAD = ["cygnus-02-files", "cygnus-02-samp", "cygnus-02-ldms-samp"];
const KNOWN = ["cygnus-02", "cygnus-02", "cygnus-02-files", "cygnus-02-ldms-samp", "cygnus-02-samp", "cygnus-02-deployed"];

describe("Site.forget", function () {
  this.timeout(300_000);
  let folder: string;
  let deployed: string | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-forget-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** One deployment serves all. */
  async function haveDeployed(): Promise<void> {
    if (deployed === undefined) {
      assert.equal((await up(SITE)).outcome, "succeeded");
      deployed = state();
    }
    await write(SITE);
    mkdirSync(dirname(statePath()), { recursive: true });
    writeFileSync(statePath(), deployed);
  }

  const statePath = () => join(folder, "state/.pulumi/stacks/ldms/idle.json");
  const state = () => readFileSync(statePath(), "utf8");
  const up = (config: IdleRun["config"], failing: readonly string[] = []) => runIdle({ folder, config, key: "", kind: "up", failing });
  const open = (): Promise<Site> =>
    openSite({ stack: "idle", folder: join(folder, "site"), backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" });
  /** The stack file alone. */
  async function write(config: Readonly<Record<string, unknown>>): Promise<void> {
    const location = { projectFolder: `${folder}/site`, stack: "idle", backendUrl: `file://${folder}/state`, passphrase: "p" };
    await fillWorkFolder(location, { config });
  }

  it("takes a dead host out of the state, and the next up has nothing to do with it", async () => {
    await haveDeployed();
    const held = await up(WITHOUT_02, DEAD);
    assert.equal(held.outcome, "failed");
    const told: ForgottenHost[][] = [];
    const confirm = async (hosts: readonly ForgottenHost[]) => told.push([...hosts]) > 0;
    const report = await withPrograms({ ssh: "echo asked >&2; exit 9" }, async () =>
      (await open()).forget({ hosts: "cygnus-02", confirm }),
    );
    assert.deepEqual(report, { stack: "idle", hosts: told[0] });
    assert.deepEqual(
      told[0]?.map(({ host, heads }) => [host, heads]),
      [["cygnus-02", []]],
    );
    assert.ok(!state().includes("cygnus-02-samp"));
    const [entry] = await (await open()).history();
    assert.deepEqual([entry?.kind, entry?.message, entry?.result], ["forget", "cygnus-02", "done"]);
    const { outcome, changes } = await up(WITHOUT_02, DEAD);
    assert.deepEqual([outcome, changes["delete"]], ["succeeded", undefined]);
  });

  it("says what leaves the state, and on a no leaves everything as it is", async () => {
    await haveDeployed();
    await write(WITHOUT_02);
    const before = state();
    const report = await (await open()).forget({ hosts: "cygnus-02", confirm: async () => false });
    assert.equal(report.isDeclined, true);
    assert.deepEqual(report.hosts, [{ host: "cygnus-02", resources: KNOWN, heads: [] }]);
    assert.equal(
      renderKnown(report.hosts),
      `cygnus-02: 6 resources leave the state\nNothing on them is changed: should one come back, what runs there runs on.`,
    );
    assert.equal(state(), before);
  });

  it("refuses a host that the stack file names, and says what to write", async () => {
    await haveDeployed();
    const before = state();
    await assert.rejects((await open()).forget({ hosts: "cygnus-[02-03]" }), {
      name: "BadInputError",
      message: `forget: Pulumi.idle.yaml still names cygnus-[02-03]; nothing was changed
  - hosts: \`cygnus-[01-03]\`: write \`cygnus-01\`
  - samplers[0].hosts: \`cygnus-[01-02]\`: write \`cygnus-01\`
  - aggregators[0].hosts: \`cygnus-03\`: name another host, or take the entry out
help: change these lines, then run it again; a host that comes back is for \`ldms:tolerate\``,
    });
    assert.equal(state(), before);
  });

  it("refuses hosts that the stack knows nothing of, also beside one that it knows", async () => {
    await haveDeployed();
    await write(WITHOUT_02);
    const before = state();
    for (const hosts of ["cygnus-[02,09]", "cygnus-09"])
      await assert.rejects((await open()).forget({ hosts }), {
        name: "BadInputError",
        message: "forget: idle knows nothing of cygnus-09\nhelp: look for a slip of the pen; nothing was changed",
      });
    assert.equal(state(), before);
  });

  it("leaves a state alone that a run holds", async () => {
    await haveDeployed();
    await write(WITHOUT_02);
    const locks = join(folder, "state/.pulumi/locks/organization/ldms/idle");
    mkdirSync(locks, { recursive: true });
    writeFileSync(
      join(locks, "other.json"),
      JSON.stringify({ pid: process.pid, username: "ada", hostname: hostname(), timestamp: "2026-01-01" }),
    );
    const before = state();
    await assert.rejects((await open()).forget({ hosts: "cygnus-02" }), { name: "LockHeldError", message: /^stack: is locked by ada@/ });
    assert.equal(state(), before);
  });

  it("goes on with a state that `pulumi` wrote, which stays its own; what a killed run left there goes, too", async () => {
    await haveDeployed();
    await write(WITHOUT_02);
    const json = JSON.parse(state());
    const { latest } = json.checkpoint;
    latest.manifest = {
      ...latest.manifest,
      version: "v3.260.0",
      magic: "7dff0d166258e7f1d265e8e044021ea087795d58a0c6415ab6fe8b7c790e447f",
    };
    const find = (name: string) => latest.resources.find((one: { readonly urn: string }) => one.urn.endsWith(`::${name}`));
    const operations = ["cygnus-02-samp", "cygnus-01-samp"].map((name) => ({ resource: find(name), type: "updating" }));
    latest.pending_operations = [
      ...operations,
      { resource: { ...find("cygnus-02-samp"), urn: `${find("cygnus-02-samp").urn}2` }, type: "creating" },
    ];
    writeFileSync(statePath(), JSON.stringify(json));
    await (await open()).forget({ hosts: "cygnus-02" });
    const after = JSON.parse(state()).checkpoint.latest;
    assert.equal(after.manifest.version, "v3.260.0");
    assert.deepEqual(after.pending_operations, [operations[1]]);
    assert.ok(!JSON.stringify(after.resources).includes("::cygnus-02"));
  });

  for (const hosts of ["", "cygnus-[02", "cygnus-02;reboot", "-rf", "../cygnus-02", "$(id)"])
    it(`refuses ${JSON.stringify(hosts)} as hosts`, async () => {
      await write(WITHOUT_02);
      await assert.rejects((await open()).forget({ hosts }), { name: /HostlistError|BadInputError/ });
    });
});

describe("Site.forget by the method fan-out", function () {
  this.timeout(60_000);
  let folder: string;
  const { XDG_STATE_HOME } = process.env;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-forget-"));
    process.env["XDG_STATE_HOME"] = folder;
    mkdirSync(join(folder, "ldms/idle"), { recursive: true });
  });
  afterEach(() => {
    if (XDG_STATE_HOME === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = XDG_STATE_HOME;
    rmSync(folder, { recursive: true, force: true });
  });

  const path = (list: string) => join(folder, "ldms/idle", list);
  const rows = (...numbers: readonly number[]) => numbers.map((n) => `n${n} 10.0.0.${n}\n`).join("");
  const open = (hosts: string): Promise<Site> =>
    openSite({
      ...{ stack: "idle", folder: join(folder, "site"), backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" },
      config: {
        ...IDLE_SITE,
        method: "fan-out",
        munge: { mode: "none" },
        hosts,
        samplers: [{ ...IDLE_SITE.samplers[0], hosts }],
        aggregators: [],
      },
    });

  it("takes them out of what this machine remembers as the head, members and those that have left, and no other", async () => {
    writeFileSync(path("members"), rows(1, 2, 10, 12));
    writeFileSync(path("retired"), rows(3, 12));
    const told: string[] = [];
    const confirm = async (hosts: readonly ForgottenHost[]) => told.push(renderKnown(hosts)) > 0;
    const report = await (await open("n[1,10]")).forget({ hosts: "n[2,12]", confirm });
    assert.deepEqual(
      report.hosts.map(({ host, heads }) => [host, heads]),
      [
        ["n2", ["this machine"]],
        ["n12", ["this machine"]],
      ],
    );
    assert.match(told.join(), /^n\[2,12\]: this machine no longer tries to clean it\n/);
    assert.equal(readFileSync(path("members"), "utf8"), rows(1, 10));
    assert.equal(readFileSync(path("retired"), "utf8"), rows(3));
  });

  it("on a no, or for a host that it does not know, leaves the lists as they are", async () => {
    writeFileSync(path("members"), rows(1, 2));
    const site = await open("n1");
    await site.forget({ hosts: "n2", confirm: async () => false });
    await assert.rejects(site.forget({ hosts: "n[2,20]" }), { message: /^forget: idle knows nothing of n20\n/ });
    assert.equal(readFileSync(path("members"), "utf8"), rows(1, 2));
  });

  it("names a head that cannot be asked, and changes nothing", async () => {
    const site = await openSite({
      ...{ stack: "idle", folder: join(folder, "site"), backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" },
      config: { ...IDLE_SITE, method: "fan-out", fanOut: { head: "cygnus-03" }, munge: { mode: "none" } },
    });
    const ssh = "echo 'ssh: connect to host cygnus-03 port 22: No route to host' >&2; exit 255";
    await assert.rejects(
      withPrograms({ ssh }, () => site.forget({ hosts: "cygnus-09" })),
      {
        name: "RemoteCommandError",
        message: "cygnus-03: unreachable: no route to host: forget",
      },
    );
  });
});
