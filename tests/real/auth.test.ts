import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderOvisFile } from "../../plan/auth/ovis-secret";
import { listContainers } from "../../plan/model/deployment-plan";
import { runProcess } from "../../processes/run-process";
import { needProgram } from "../standin/both";
import { freePorts, kill, needOvis, waitFor } from "./daemons";
import { planHere } from "./planned-daemons";

const SECRETS = {
  ovisSecret: { lengthBytes: 11, isUniform: false, fingerprint: "01" },
  ovisSalt: { lengthBytes: 44, isUniform: false, fingerprint: "02" },
};

describe("authentications as the plan writes them, on the real ldmsd", function () {
  this.timeout(60_000);
  const running: ChildProcess[] = [];
  let folder: string;

  before(function () {
    needOvis(this);
    needProgram(this, ["munged", "--version"], "munged");
    folder = mkdtempSync(join(tmpdir(), "ldms-auth-"));
  });
  after(async () => {
    await Promise.all(running.map(kill));
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const inFolder = (name: string) => join(folder, name);
  /** Where a container would see its files and its munge, they are here. */
  const here = (text: string) =>
    text.replaceAll("/etc/ldms/", `${folder}/`).replaceAll("plugin=munge", `plugin=munge socket=${inFolder("socket")}`);
  const run = (name: string, file: string, argv: readonly string[]) => {
    const env = { ...process.env, HOSTNAME: name, COMPONENT_ID: "1" };
    running.push(spawn(file, argv, { env, stdio: "ignore" }));
  };

  it("serve a sampler that the site starts by hand, at a port by ovis and at another by munge", async () => {
    writeFileSync(inFolder("key"), randomBytes(128), { mode: 0o600 });
    const files = ["key", "socket", "pid", "log", "seed"].map((name) => `--${name}${name === "socket" ? "" : "-file"}=${inFolder(name)}`);
    run("munged", "munged", ["--foreground", "--force", ...files]);
    await waitFor("munged", 10, async () => existsSync(inFolder("socket")));

    const ports = await freePorts(4);
    const plugins = [{ name: "meminfo", interval: "1s" }];
    const listeners = [{ name: "mg", port: ports[1], auth: "munge" }];
    const aggregator = { level: 1, hosts: "localhost", interval: "1s" };
    const plan = planHere(
      {
        munge: { mode: "host" },
        samplers: [{ name: "node", external: true, hosts: "localhost", port: ports[0], auth: "ovis", listeners, plugins }],
        aggregators: [
          { ...aggregator, name: "by-ovis", port: ports[2], auth: "ovis" },
          { ...aggregator, name: "by-munge", port: ports[3], via: "mg" },
        ],
      },
      {},
      SECRETS,
    );
    writeFileSync(inFolder("ovis.secret"), renderOvisFile("a-good-word"), { mode: 0o600 });
    const [node] = plan.externals!;
    writeFileSync(inFolder("node.conf"), here(node!.conf!));
    run("node", "ldmsd", node!.argv.slice(1).map(here));
    for (const { name, argv } of listContainers(plan)) {
      const conf = plan.hosts[0]!.files.find(({ path }) => path.endsWith(`/${name}/ldmsd.conf`))!.content;
      assert.equal(conf.kind, "text");
      writeFileSync(inFolder(`${name}.conf`), here("text" in conf ? conf.text : ""));
      const own = argv.map((word) => (word === "/etc/ldms/ldmsd.conf" ? inFolder(`${name}.conf`) : here(word)));
      run(name, "ldmsd", own.includes("munge") ? [...own, "-A", `socket=${inFolder("socket")}`] : own);
    }

    const list = async (port: number, ...auth: readonly string[]) =>
      (
        await runProcess(["timeout", "5", "ldms_ls", "-h", "localhost", "-x", "sock", "-p", String(port), ...auth], {
          timeoutSeconds: 10,
        }).catch((error: unknown) => ({ stdout: String((error as { stdout?: string }).stdout ?? error) }))
      ).stdout.trim();
    const ovis = ["-a", "ovis", "-A", `conf=${inFolder("ovis.secret")}`];
    const munge = ["-a", "munge", "-A", `socket=${inFolder("socket")}`];
    await waitFor("the set by ovis", 15, async () => (await list(ports[2]!, ...ovis)) === "node/meminfo");
    await waitFor("the set by munge", 15, async () => (await list(ports[3]!, ...munge)) === "node/meminfo");
    assert.equal(await list(ports[0]!, ...ovis), "node/meminfo");
    assert.equal(await list(ports[1]!, ...munge), "node/meminfo");
    assert.notEqual(await list(ports[0]!, ...munge), "node/meminfo");
    assert.notEqual(await list(ports[1]!, ...ovis), "node/meminfo");
  });
});
