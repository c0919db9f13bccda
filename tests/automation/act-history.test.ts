import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { openSite, type Site } from "../../automation";
import type { ExecArgs } from "../../automation/verbs/talk";
import { renderHistory } from "../../cli/render-history";
import { withPrograms } from "../operations/fake-programs";

const CYGNUS = parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Record<string, unknown> };
const CONFIG = Object.fromEntries(Object.entries(CYGNUS.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
const SELF = `${userInfo().username}@${hostname()}`;

describe("ldms exec in the history", function () {
  this.timeout(60_000);
  let folder: string;
  let site: Site;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-acts-"));
    const backendUrl = `file://${folder}/state`;
    site = await openSite({
      stack: "cygnus",
      folder: join(folder, "site"),
      config: CONFIG,
      backendUrl,
      passphrase: "p",
      engine: "embedded",
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const historyFolder = () => join(folder, "state/.pulumi/history/ldms/cygnus");
  const acts = () => readdirSync(historyFolder()).filter((name) => name.startsWith("act-"));
  /** cygnus-02 says no, cygnus-03 is away; every host writes down what the history had before it ran. */
  const ssh = () => `for word in "$@"; do case $word in root@*) host=\${word#root@} ;; esac; done
case $host in cygnus-03) echo 'ssh: connect to host x port 22: No route to host' >&2; exit 255 ;; esac
cp ${historyFolder()}/act-*.json ${folder}/before.json
while [ $# -gt 1 ]; do shift; done
case $host in cygnus-02) false=7 ;; esac
false=\${false:-0} sh -c "$1"`;
  const exec = (args: ExecArgs) => withPrograms({ ssh: ssh(), docker: "exit 0" }, () => site.exec(args));

  it("says who, when, what and where, before anything runs, and then how it ended", async () => {
    const before = Math.floor(Date.now() / 1000);
    await exec({ hosts: "cygnus-[01-04]", command: ["exit $false"], actor: "ben" });
    const begun = JSON.parse(readFileSync(join(folder, "before.json"), "utf8"));
    assert.deepEqual([begun.text, begun.hosts, begun.endTime, begun.ends], ["exit $false", "cygnus-[01-04]", undefined, undefined]);
    const [entry] = await site.history();
    assert.ok(entry && entry.startTime >= before && entry.endTime >= entry.startTime);
    const { startTime: _, endTime: __, ...rest } = entry;
    assert.deepEqual(rest, {
      kind: "exec",
      result: "done",
      who: `ben by ${SELF}`,
      message: "exit $false",
      hosts: "cygnus-[01-04]",
      ends: { "exit code 0": "cygnus-[01,04]", "exit code 7": "cygnus-02", "unreachable: no route to host": "cygnus-03" },
    });
    const [, line = ""] = renderHistory([entry]).split("\n");
    assert.match(
      line,
      /exec: exit \$false +exit code 0: cygnus-\[01,04\]; exit code 7: cygnus-02; unreachable: no route to host: cygnus-03$/,
    );
  });

  it("tells containers, and the words of a program as a shell would read them", async () => {
    await exec({ role: "aggregator", hosts: "cygnus-05", command: ["ls", "-l", "a b"] });
    const [entry] = await site.history();
    assert.deepEqual([entry?.message, entry?.inside, entry?.who], ["ls -l 'a b'", "role aggregator", SELF]);
    assert.match(renderHistory([entry!]), /exec: ls -l 'a b' \(role aggregator\)/);
  });

  for (const [command, kept] of [
    [["mysql --password=hunter2 -e x"], "mysql … (not kept: it may have a password in it)"],
    [["curl", "https://ada:hunter2@site/x"], "curl … (not kept: it may have a password in it)"],
    [["TOKEN=hunter2 ./send"], "… (not kept: it may have a password in it)"],
  ] as const)
    it(`keeps no password: ${kept}`, async () => {
      await exec({ hosts: "cygnus-01", command });
      assert.equal((await site.history())[0]?.message, kept);
      for (const name of acts()) assert.ok(!readFileSync(join(historyFolder(), name), "utf8").includes("hunter2"));
    });

  it("has a long command up to 1000 characters, and shows no control character", async () => {
    await exec({ hosts: "cygnus-01", command: [`: ${"x".repeat(5000)}`] });
    assert.equal((await site.history())[0]?.message?.length, 1001);
    await exec({ hosts: "cygnus-01", command: [": \u001b[2J\nfake  run"] });
    const shown = renderHistory((await site.history()).slice(0, 2));
    assert.ok(!shown.includes("\u001b") && shown.split("\n").length === 3, shown);
  });

  it("has nothing of one that was declined", async () => {
    const hosts = "cygnus-[01-40]";
    const many = {
      ...CONFIG,
      hosts,
      samplers: [{ hosts: "cygnus-[01-04],cygnus-[08-40]", plugins: [{ name: "meminfo", interval: "1s" }] }],
    };
    const backendUrl = `file://${folder}/state`;
    site = await openSite({ stack: "cygnus", folder: join(folder, "site"), config: many, backendUrl, passphrase: "p", engine: "embedded" });
    assert.equal((await exec({ command: ["true"], confirm: async () => false })).isDeclined, true);
    assert.deepEqual(await site.history(), []);
  });

  it("runs where the history cannot be written, and says so", async () => {
    mkdirSync(join(folder, "state/.pulumi"), { recursive: true });
    writeFileSync(join(folder, "state/.pulumi/history"), "");
    const { results, unkept } = await withPrograms({ ssh: 'while [ $# -gt 1 ]; do shift; done; exec sh -c "$1"' }, () =>
      site.exec({ hosts: "cygnus-01", command: ["echo ran"] }),
    );
    assert.deepEqual(
      results.map(({ output }) => output),
      ["ran"],
    );
    assert.match(unkept ?? "", /ENOTDIR|EEXIST/);
  });

  it("is readable for its owner alone, and tells a command that was cut off", async () => {
    await exec({ hosts: "cygnus-01", command: ["true"] });
    const [name = ""] = acts();
    const path = join(historyFolder(), name);
    assert.equal(statSync(path).mode & 0o077, 0);
    const { endTime: _, ends: __, ...begun } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...begun, holder: { ...begun.holder, pid: 4_000_000 } }));
    assert.equal((await site.history())[0]?.result, "cut off");
  });

  it("says which file is none of ours", async () => {
    mkdirSync(historyFolder(), { recursive: true });
    writeFileSync(join(historyFolder(), "act-000001.json"), "{");
    await assert.rejects(site.history(), /^EngineError: history: is no act of this package: `.*act-000001\.json`\nhelp: remove this file$/);
  });
});
