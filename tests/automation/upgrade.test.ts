import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSite, type Site } from "../../automation";
import type { UpgradeRecord } from "../../operations/upgrade/upgrade-record";
import { holdFile } from "../../stack/held-file";
import { describeSelf } from "../../stack/lock-holder";

const CONFIG = {
  xprt: "sock",
  munge: { mode: "none" },
  hosts: "node-[1-2]",
  ssh: { address: "node-[1-2].invalid" },
  method: "fan-out",
  samplers: [{ hosts: "node-[1-2]", container: "samp", plugins: [{ name: "meminfo", interval: "1s" }] }],
};

/** Stopped at its only batch. */
const RECORD: UpgradeRecord = {
  version: 1,
  from: { tag: "4.5.3", digests: {} },
  to: { tag: "4.5.4", digests: {} },
  batches: [],
  baseline: { samplers: ["node-1"], stores: [], freshSeconds: 30 },
  onFailure: "stop",
  direction: "forward",
  state: "stopped",
  why: "samp-1: 1 host failed",
  gaps: {},
  waitSeconds: 120,
  message: "",
  startTime: 1,
};

// Its hosts do not exist: what is shown is what is known before one is asked.
describe("Site.upgrade", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-upgrade-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(config: Readonly<Record<string, unknown>> = CONFIG): Promise<Site> {
    return openSite({
      stack: "dev",
      folder: join(folder, "site"),
      config,
      backendUrl: `file://${folder}/state`,
      passphrase: "p",
      engine: "embedded",
    });
  }

  const history = () => join(folder, "state/.pulumi/history/ldms/dev");

  function keep(record: UpgradeRecord, holder: object = { ...describeSelf(), pid: 4_194_304 }): void {
    mkdirSync(history(), { recursive: true });
    writeFileSync(join(history(), "upgrade.json"), JSON.stringify({ ...record, holder }));
  }

  const refused = (promise: Promise<unknown>, message: string) => assert.rejects(promise, { name: "BadInputError", message });

  it("takes no tag that is none", async () => {
    const site = await open();
    const help = "help: a tag that the registry has, such as 4.5.4";
    const form = "must be an image's tag: up to 128 letters, digits, `_`, `.` and `-`";
    for (const to of ["", "4.5 4", "a/b", "$(reboot)", "x".repeat(129)])
      await refused(site.upgrade({ to }), `--to: ${form}: \`${to}\`\n${help}`);
    await refused(site.upgrade({ to: "4.5.4\n" }), `--to: ${form}: \`4.5.4\\n\`\n${help}`);
  });

  it("takes no share that is none", async () => {
    const site = await open();
    for (const maxFail of ["101%", "-1", "many"])
      await refused(
        site.upgrade({ to: "4.5.4", maxFail }),
        `--max-fail: must be a number of hosts, or a share of them: \`${maxFail}\`\nhelp: \`1\`, or \`5%\``,
      );
  });

  it("takes no time for the data in which the rate of before cannot come back", async () => {
    const site = await open();
    for (const [freshSeconds, wait] of [
      [60, 120],
      [30, 60],
      [0, 60],
    ] as const)
      await refused(
        site.upgrade({ to: "4.5.4", freshSeconds, waitSeconds: 30 }),
        `--fresh: must be more than 0 s, and less than --wait: \`${freshSeconds}\`\nhelp: --wait ${wait}`,
      );
    await refused(
      site.upgrade({ to: "4.5.4", waitSeconds: 20 }),
      "--fresh: must be more than 0 s, and less than --wait: `30`\nhelp: --wait 60",
    );
  });

  it("is for images that a registry has by the stack's tag", async () => {
    const site = await open({ ...CONFIG, images: { references: { "ldms-samp": "reg:5000/site/samp:7" } } });
    await refused(
      site.upgrade({ to: "4.5.4" }),
      `upgrade: no image of the stack comes from a registry by \`images.tag\`
help: a tag that a registry has: \`ldms:images: { source: registry, tag: … }\`; else change the file, and \`ldms up\``,
    );
  });

  it("changes nothing where the registry cannot be asked", async () => {
    const site = await open();
    const before = readFileSync(join(folder, "site/Pulumi.dev.yaml"), "utf8");
    await assert.rejects(site.upgrade({ to: "4.5.4" }), /^Error: [\s\S]*\nldms-samp: no digest; nothing was changed$/);
    assert.equal(readFileSync(join(folder, "site/Pulumi.dev.yaml"), "utf8"), before);
    assert.equal(existsSync(join(history(), "upgrade.json")), false);
  });

  it("keeps an `up` and another upgrade away while one is open", async () => {
    const site = await open();
    keep(RECORD);
    const message = `upgrade: an upgrade from 4.5.3 to 4.5.4 has not come to its end
help: ldms upgrade resume -s dev goes on, ldms upgrade abort -s dev goes back`;
    await refused(site.up().result, message);
    await refused(site.upgrade({ to: "4.5.5" }), message);
  });

  it("keeps away what the open one could not go on behind", async () => {
    const site = await open();
    keep(RECORD);
    const message = `upgrade: an upgrade from 4.5.3 to 4.5.4 has not come to its end
help: ldms upgrade resume -s dev goes on, ldms upgrade abort -s dev goes back`;
    await refused(site.move("docker"), message);
    await refused(site.mungeKey.rotate(), message);
  });

  it("does not say of one that goes back that it will pause", async () => {
    const site = await open();
    keep({ ...RECORD, state: "running", direction: "back" }, describeSelf());
    await refused(
      site.pauseUpgrade(),
      `upgrade: it is going back, which cannot be paused
help: wait for its end, or Ctrl-C where it runs: ldms upgrade resume -s dev then goes on`,
    );
    assert.equal(existsSync(join(history(), "upgrade-pause")), false);
  });

  it("names the process that works on it, and lets no other one take it up", async () => {
    const site = await open();
    const { pid, hostname } = describeSelf();
    keep({ ...RECORD, state: "running" }, describeSelf());
    const at = `process ${pid} on ${hostname} works on it`;
    const help = "ldms upgrade pause -s dev, and wait until it has stopped";
    await refused(site.resumeUpgrade(), `upgrade: ${at}\nhelp: ${help}`);
    await refused(site.abortUpgrade(), `upgrade: ${at}\nhelp: ${help}`);
    const message = `upgrade: an upgrade from 4.5.3 to 4.5.4 has not come to its end: ${at}\nhelp: ldms upgrade status -s dev`;
    await refused(site.up().result, message);
    assert.equal((await site.pauseUpgrade()).isAlive, true);
    assert.ok(existsSync(join(history(), "upgrade-pause")));
  });

  it("has nothing to pause, to go on with or to go back from where there is none", async () => {
    const site = await open();
    assert.equal(await site.upgradeStatus(), undefined);
    await refused(site.pauseUpgrade(), "upgrade: none is under way\nhelp: ldms upgrade status -s dev");
    const none = "upgrade: there is none that has not come to its end\nhelp: ldms upgrade --to TAG -s dev";
    await refused(site.resumeUpgrade(), none);
    keep({ ...RECORD, state: "ended" });
    await refused(site.abortUpgrade(), none);
    assert.deepEqual((await site.upgradeStatus())?.why, RECORD.why);
  });

  it("does not go on with one that came to its end while it waited for its turn", async () => {
    const site = await open();
    for (const takeUp of [() => site.resumeUpgrade(), () => site.abortUpgrade()]) {
      keep(RECORD);
      const taken = await holdFile(join(history(), "upgrade.json"), async () => {
        const waiting = takeUp().then(
          () => "went on",
          (error: Error) => error.message,
        );
        // Long enough for it to have read the record.
        await sleep(1000);
        keep({ ...RECORD, state: "ended" });
        return { waiting };
      });
      assert.equal(await taken.waiting, "upgrade: there is none that has not come to its end\nhelp: ldms upgrade --to TAG -s dev");
    }
  });

  it("knows a killed one by its process", async () => {
    const site = await open();
    keep({ ...RECORD, state: "running" });
    assert.equal((await site.upgradeStatus())?.isAlive, false);
  });

  it("names the lock of one that cannot be told dead from here, and goes by it", async () => {
    const site = await open();
    // As after a restart of the machine.
    const before = { ...describeSelf(), pidNamespace: "another start pid:[4026531836]" };
    keep({ ...RECORD, state: "running" }, before);
    const lock = join(history(), ".upgrade.json.lock-1.json");
    writeFileSync(lock, JSON.stringify(before));
    assert.equal((await site.upgradeStatus())?.isAlive, true);
    await refused(
      site.resumeUpgrade(),
      `upgrade: process ${before.pid} on ${before.hostname} works on it
help: ldms upgrade pause -s dev, and wait until it has stopped; where that process is gone for certain, remove \`${lock}\``,
    );
    rmSync(lock);
    assert.equal((await site.upgradeStatus())?.isAlive, false);
  });

  it("says where a record is that it cannot read", async () => {
    const site = await open();
    keep(RECORD);
    writeFileSync(join(history(), "upgrade.json"), "{");
    await assert.rejects(site.upgradeStatus(), {
      name: "EngineError",
      message: `upgrade: is no record of this package: \`${join(history(), "upgrade.json")}\`\nhelp: remove this file`,
    });
  });
});
