import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { AuditLog } from "../../portal/server/audit-log";

const DOCS = resolve(__dirname, "../../docs/portal.md");
const LOGROTATE = "/usr/sbin/logrotate";
const WRITERS = 300;

describe("AuditLog", () => {
  let folder: string;
  let log: AuditLog;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-audit-"));
    log = AuditLog.of(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (act: string) => log.write({ who: "anna", from: "socket", stack: "lab", act, result: "done" });
  const actsIn = (path: string) =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { act: string }).act);

  it("goes on in a new file where the old one was renamed, which its owner alone may read", async () => {
    await write("before");
    renameSync(log.path, `${log.path}.1`);
    await write("after");
    assert.deepEqual([actsIn(`${log.path}.1`), actsIn(log.path)], [["before"], ["after"]]);
    assert.equal(statSync(log.path).mode & 0o777, 0o600);
    assert.deepEqual(
      (await log.read("lab")).map(({ act }) => act),
      ["after"],
    );
  });

  it("goes on at the beginning of a file that was emptied", async () => {
    await write("before");
    truncateSync(log.path);
    await write("after");
    assert.deepEqual(actsIn(log.path), ["after"]);
  });

  it("loses no line by what docs/portal.md has logrotate do, while acts are written", async function () {
    if (!existsSync(LOGROTATE)) {
      console.error("!!!! No logrotate here: this test is SKIPPED !!!!");
      this.skip();
    }
    await write("first");
    const block = /^ {4}\/srv\/ldms\/\.ldms\/portal-audit\.jsonl \{\n([\s\S]*?)^ {4}\}\n/m.exec(readFileSync(DOCS, "utf8"))![1]!;
    const { username, gid } = userInfo();
    const group = execFileSync("getent", ["group", String(gid)], { encoding: "utf8" }).split(":")[0]!;
    const config = join(folder, "logrotate.conf");
    writeFileSync(config, `${log.path} {\n${block.replace("anna staff", `${username} ${group}`)}}\n`, { mode: 0o644 });
    const rotate = () => execFileSync(LOGROTATE, ["--force", "--state", join(folder, "state"), config]);
    const written = Array.from({ length: WRITERS }, (_, i) => write(`act-${i}`));
    // In the middle of them: some have opened the file that is renamed.
    await written[WRITERS / 3];
    rotate();
    await Promise.all(written);
    await write("before last");
    rotate();
    await write("last");
    const files = readdirSync(join(folder, ".ldms")).map((name) => join(folder, ".ldms", name));
    assert.deepEqual(files.map((file) => file.replace(/.*jsonl/, "")).sort(), ["", ".1", ".2.gz"]);
    execFileSync("gunzip", [`${log.path}.2.gz`]);
    const acts = readdirSync(join(folder, ".ldms")).flatMap((name) => actsIn(join(folder, ".ldms", name)));
    assert.equal(new Set(acts).size, WRITERS + 3);
    assert.equal(acts.length, WRITERS + 3);
  });
});
