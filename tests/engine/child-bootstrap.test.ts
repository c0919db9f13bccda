import assert from "node:assert/strict";
import { childEnvironment, startNodeChild } from "../../engine/child-process";

describe("child-bootstrap", () => {
  async function evaluate(script: string): Promise<readonly string[]> {
    const lines: string[] = [];
    const onLine = (_: "stdout" | "stderr", line: string) => lines.push(line);
    const child = startNodeChild({
      argv: ["--eval", script],
      folder: process.cwd(),
      env: childEnvironment(),
      secretEnv: { A: "b" },
      onLine,
    });
    assert.equal(await child.exited, 0, lines.join("\n"));
    return lines;
  }

  it("leaves the SDK's package manager unloaded until somebody uses it", async () => {
    const isLoaded = 'console.log(Object.keys(require.cache).some((path) => path.includes("@npmcli/arborist/")));';
    const use = 'console.log(typeof require("@npmcli/arborist").Arborist);';
    const lines = await evaluate(`require("@pulumi/pulumi"); ${isLoaded} ${use} ${isLoaded}`);
    assert.deepEqual(lines, ["false", "function", "true"]);
  });

  it("sets the secret environment inside of the child", async () => {
    assert.deepEqual(await evaluate("console.log(process.env.A)"), ["b"]);
  });
});
