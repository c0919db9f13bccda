import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { holdFile } from "../../stack/held-file";
import { ownPidNamespace } from "../../stack/lock-holder";
import { holdStackFile, setConfig } from "../../stack/stack-config";
import { LockHeldError } from "../../stack/stack-lock";

const LDMS = resolve(__dirname, "../../bin/ldms.js");

describe("a stack file that is changed", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-held-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const location = () => ({ projectFolder: folder, stack: "s", backendUrl: `file://${folder}`, passphrase: "x" });
  const text = () => readFileSync(join(folder, "Pulumi.s.yaml"), "utf8");
  const values = () =>
    text()
      .match(/ldms:k\d+/g)
      ?.sort();

  it("by eight at once has the values of all", async () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    // On a slow machine eight may be in each other's way for longer than one waits.
    const put = async (number: number): Promise<void> => {
      try {
        await setConfig(location(), `k${number}`, { value: "v", isSecret: number % 2 === 1 });
      } catch (error) {
        if (!(error instanceof LockHeldError)) throw error;
        await put(number);
      }
    };
    await Promise.all(numbers.map(put));
    assert.deepEqual(
      values(),
      [0, 1, 2, 3, 4, 5, 6, 7].map((number) => `ldms:k${number}`),
    );
    assert.equal(text().match(/encryptionsalt/g)?.length, 1);
    assert.deepEqual(readdirSync(folder).sort(), ["Pulumi.s.yaml", "Pulumi.yaml"]);
  });

  it("by three commands at once has the values of all", async () => {
    const children = ["k1", "k2", "k3"].map((key) => {
      const env = { ...process.env, HOME: folder };
      return once(spawn(process.execPath, [LDMS, "config", "set", "-s", "s", key, "v"], { cwd: folder, env, stdio: "inherit" }), "exit");
    });
    assert.deepEqual(
      (await Promise.all(children)).map(([code]) => code),
      [0, 0, 0],
    );
    assert.deepEqual(values(), ["ldms:k1", "ldms:k2", "ldms:k3"]);
  });

  it("is read inside, by whoever writes one value by another", async () => {
    await setConfig(location(), "k1", { value: "0", isSecret: false });
    const count = () =>
      holdStackFile(location(), async (file) => {
        const value = String(Number(/k1: "?(\d+)/.exec(text())?.[1]) + 1);
        await file.set("k1", { value, isSecret: false });
      });
    await Promise.all([count(), count(), count()]);
    assert.match(text(), /k1: "3"/);
  });

  it("is held again after one that was killed, whose half-written file goes", async () => {
    const { pid } = spawnSync("true");
    const dead = { pid, username: "ada", hostname: hostname(), timestamp: "?", pidNamespace: ownPidNamespace() };
    writeFileSync(join(folder, ".Pulumi.s.yaml.lock-dead.json"), JSON.stringify(dead));
    writeFileSync(join(folder, "Pulumi.s.yaml.0123456789abcdef.tmp"), "half");
    await setConfig(location(), "k1", { value: "v", isSecret: false });
    assert.deepEqual(readdirSync(folder).sort(), ["Pulumi.s.yaml", "Pulumi.yaml"]);
  });

  it("keeps another one out for as long as it takes, and then lets go of it whatever happened", async () => {
    const path = join(folder, "Pulumi.s.yaml");
    await assert.rejects(
      holdFile(path, async () => {
        await assert.rejects(setConfig(location(), "k1", { value: "v", isSecret: false }), LockHeldError);
        throw new Error("enough");
      }),
      /^Error: enough$/,
    );
    await setConfig(location(), "k1", { value: "v", isSecret: false });
    assert.deepEqual(values(), ["ldms:k1"]);
  });

  it("is not written through a link that somebody has laid beside it", async () => {
    writeFileSync(join(folder, "theirs"), "theirs");
    symlinkSync("theirs", join(folder, "Pulumi.s.yaml.tmp"));
    await setConfig(location(), "k1", { value: "v", isSecret: false });
    assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "theirs");
  });

  it("in a folder that cannot be written is told with the folder", async () => {
    await assert.rejects(
      holdFile("/proc/nowhere/Pulumi.s.yaml", async () => undefined),
      /^EngineError: \/proc\/nowhere\/Pulumi\.s\.yaml: cannot be written: \w+\nhelp: /,
    );
  });
});
