import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, startNodeChild, type WaitingChild } from "../../engine/children/child-process";
import { warmRunner } from "../../engine/children/program-runner";
import { TestStack } from "./test-stack";

describe("startNodeChild", () => {
  const folder = mkdtempSync(join(tmpdir(), "ldms-child-"));
  after(() => rmSync(folder, { recursive: true }));

  function startScript(script: string): WaitingChild {
    const module = join(folder, "script.cjs");
    writeFileSync(module, script);
    return startNodeChild({ module, folder: process.cwd(), env: childEnvironment() });
  }

  async function evaluate(child: WaitingChild): Promise<readonly string[]> {
    const lines: string[] = [];
    const onLine = (_: "stdout" | "stderr", line: string) => lines.push(line);
    const { exited } = child.begin({ argv: ["--one", "two words"], secretEnv: { SECRET: "s" }, onLine });
    assert.equal(await exited, 0, lines.join("\n"));
    return lines;
  }

  it("hands arguments and secret environment to a child that waits for them, and no process list shows them", async () => {
    const shown = 'console.log(require("node:fs").readFileSync("/proc/self/cmdline", "utf8").includes("--one"));';
    const child = startScript(`console.log(process.argv.slice(2).join("|"), process.env.SECRET); ${shown}`);
    assert.deepEqual(await evaluate(child), ["--one|two words s", "false"]);
  });

  it("has TypeScript run from no folder of /tmp", () => {
    const { TSX_DISABLE_CACHE, TS_NODE_CACHE, TS_NODE_CACHE_DIRECTORY = "" } = childEnvironment();
    assert.equal(TSX_DISABLE_CACHE, "1");
    assert.ok(TS_NODE_CACHE === "false" || TS_NODE_CACHE_DIRECTORY.endsWith("/ldms/ts-node"));
  });

  it("leaves the SDK's package manager unloaded until somebody uses it", async () => {
    const isLoaded = 'console.log(Object.keys(require.cache).some((path) => path.includes("@npmcli/arborist/")));';
    const sdk = `const load = require("node:module").createRequire(${JSON.stringify(`${process.cwd()}/`)}); load("@pulumi/pulumi");`;
    const use = 'console.log(typeof load("@npmcli/arborist").Arborist);';
    assert.deepEqual(await evaluate(startScript(`${sdk} ${isLoaded} ${use} ${isLoaded}`)), ["false", "function", "true"]);
  });

  it("leaves the SDK's TypeScript compiler and its tracing unloaded, and has both for who uses them", async () => {
    // The serializer touches every builtin module, and Node.js 26 warns of some.
    const loaded =
      "process.removeAllListeners('warning'); const has = (part) => Object.keys(require.cache).some((path) => path.includes(part));";
    const show = 'console.log(["typescript/lib/", "sdk-trace-node/", "closure/v8Hooks"].map(has).join());';
    const from = JSON.stringify(`${process.cwd()}/`);
    const sdk = `${loaded} const load = require("node:module").createRequire(${from}); const { runtime } = load("@pulumi/pulumi");`;
    const run = 'const tracing = load("@pulumi/pulumi/cmd/run/tracing");';
    const use =
      "const number = 3; runtime.serializeFunction(() => number).then(({ text }) => { console.log(/return __f0|number/.test(text)); tracing";
    const end = `.start("http://localhost:1/"); ${show} });`;
    assert.deepEqual(await evaluate(startScript(`${sdk} ${run} ${show} ${use}${end}`)), ["false,false,false", "true", "true,true,true"]);
  });

  it("keeps no process alive with a child that never began", async () => {
    const starter = join(folder, "starter.ts");
    const engine = JSON.stringify(join(process.cwd(), "engine/children/child-process"));
    const start = `startNodeChild({ module: "never", folder: ${JSON.stringify(process.cwd())}, env: childEnvironment() })`;
    writeFileSync(starter, `import { childEnvironment, startNodeChild } from ${engine};\n${start};\n`);
    execFileSync(process.execPath, ["--require", require.resolve("tsx/cjs"), starter], { timeout: 30_000, stdio: "pipe" });
  });
});

describe("warmRunner", () => {
  it("has the program of this checkout loaded as this command is, and another one by the compiler of its own", () => {
    const argumentsOf = () => execFileSync("ps", ["--ppid", String(process.pid), "-o", "args="], { encoding: "utf8" });
    warmRunner(process.cwd());
    assert.match(argumentsOf(), /bin\/sources\.js --require \S+child-begin\.cjs \S+cmd\/run$/m);
    warmRunner(stack.projectFolder);
    assert.match(argumentsOf(), /child-bootstrap\.cjs --require \S+child-begin\.cjs \S+cmd\/run$/m);
  });

  const stack = new TestStack();
  after(() => {
    delete process.env["LDMS_TEST_SET"];
    stack.close();
  });

  it("starts a runner that the next run takes, with what the environment has by then", async () => {
    const isFromBefore = "process.uptime() * 1000 > Date.now() - Number(process.env.LDMS_TEST_SET)";
    stack.program(`export const isWarm = ${isFromBefore};`);
    warmRunner(stack.projectFolder);
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.env["LDMS_TEST_SET"] = String(Date.now());
    const { outputs } = await stack.run("preview");
    assert.equal(outputs["isWarm"], true);
    assert.equal((await stack.run("preview")).outputs["isWarm"], false);
  });

  it("has been called for the update by the time that somebody confirms the preview", async () => {
    delete process.env["LDMS_TEST_SET"];
    const isFromBefore = "process.uptime() * 1000 > Date.now() - Number(process.env.LDMS_TEST_SET)";
    stack.program(`export const isWarm = ${isFromBefore};`);
    const { outputs, outcome } = await stack.run("up", {
      confirm: async () => {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        process.env["LDMS_TEST_SET"] = String(Date.now());
        return true;
      },
    });
    assert.deepEqual([outcome, outputs["isWarm"]], ["succeeded", true]);
  });
});
