import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDead, ownPidNamespace } from "../../stack/lock-holder";
import { LockHeldError, lockStack, removeLocks } from "../../stack/stack-lock";

const LOCK = `require(${JSON.stringify(require.resolve("tsx/cjs"))});
require(${JSON.stringify(resolve(__dirname, "../../stack/stack-lock"))}).lockStack(process.argv[1]);`;

describe("lockStack", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("writes what `pulumi` reads, and the namespace in which the pid counts", async () => {
    const lock = await lockStack(folder);
    const [name = ""] = readdirSync(folder);
    const holder = JSON.parse(readFileSync(join(folder, name), "utf8"));
    assert.deepEqual([holder.pid, holder.hostname, holder.pidNamespace], [process.pid, hostname(), ownPidNamespace()]);
    assert.ok(!Number.isNaN(Date.parse(holder.timestamp)) && holder.username);
    await lock.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("takes over from a process of this namespace that has ended without letting go", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", LOCK, folder]);
    const { takenOver } = await lockStack(folder);
    assert.deepEqual(
      takenOver.map((holder) => holder.pid),
      [pid],
    );
  });

  it("takes nothing over from another container of this name", async function () {
    const argv = ["--pid", "--fork", "--mount-proc", process.execPath, "-e", LOCK, folder];
    if (spawnSync("unshare", argv).status !== 0) this.skip();
    await assert.rejects(lockStack(folder), (error) => error instanceof LockHeldError && /cannot be told from here/.test(error.message));
    assert.equal(readdirSync(folder).length, 1);
  });

  it("tells no living process dead", () => {
    const here = { username: "ada", hostname: hostname(), timestamp: "?", pidNamespace: ownPidNamespace() };
    assert.equal(isDead({ ...here, pid: process.pid }), false);
    assert.equal(isDead({ ...here, pid: spawnSync("true").pid }), true);
  });

  it("is kept out by another user's lock, whom it names", async () => {
    writeFileSync(join(folder, "theirs.json"), "{}", { mode: 0o600 });
    await asNobody(folder, async (isOther) => {
      if (!isOther) chmodSync(join(folder, "theirs.json"), 0);
      await assert.rejects(lockStack(folder), /by somebody, whose lock cannot be read \(EACCES, of user id \d+\): /);
    });
  });

  it("is let in after `cancel`, which says what it removed", async () => {
    writeFileSync(join(folder, "empty.json"), "");
    mkdirSync(join(folder, "folder.json/within"), { recursive: true });
    assert.deepEqual(
      (await removeLocks(folder)).map(({ holder, problem }) => [holder, problem?.replace(/\d+/, "N")]),
      [
        [undefined, "does not say whose it is"],
        [undefined, "cannot be read (EISDIR, of user id N)"],
      ],
    );
    await (await lockStack(folder)).release();
  });
});

/** Root reads everything, and so is somebody else meanwhile. */
async function asNobody(folder: string, use: (isOther: boolean) => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return use(false);
  chmodSync(folder, 0o777);
  process.seteuid?.(65534);
  try {
    await use(true);
  } finally {
    process.seteuid?.(0);
  }
}
