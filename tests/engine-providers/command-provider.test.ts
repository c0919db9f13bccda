import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../engine/create-provider";
import type { ResourceState } from "../../engine/provider/provider";
import { runProcess } from "../../engine/providers/command/run-process";
import { type PropertyMap, Secret } from "../../stack/property";

const LOCAL = { urn: "urn:pulumi:s::p::command:local:Command::list", type: "command:local:Command" };
const REMOTE = { urn: "urn:pulumi:s::p::command:remote:Command::files", type: "command:remote:Command" };

describe("the command provider", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "ldms-test-"));
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const create = (inputs: PropertyMap) => createProvider("command", project).create(LOCAL, inputs, false);
  const stateOf = (inputs: PropertyMap, outputs: PropertyMap): ResourceState => ({ ...LOCAL, id: "list00000000", inputs, outputs });

  it("runs a local command in the project's folder, with input and environment", async () => {
    writeFileSync(join(project, "file"), "");
    const inputs = { create: 'ls; cat; echo "$A $B"; echo warn >&2', stdin: "in\n", environment: { A: "1 2", B: "'" } };
    const { id, outputs } = await create(inputs);
    match(id, /^list[0-9a-f]{8}$/);
    deepEqual(outputs, { ...inputs, stdout: "file\nin\n1 2 '", stderr: "warn" });
  });

  it("trims one newline alone, as the real provider does", async () => {
    equal((await create({ create: "printf 'a\\n\\n'" })).outputs["stdout"], "a\n");
  });

  it("takes the folder and the interpreter that the program names", async () => {
    const { outputs } = await create({ create: "a b", interpreter: ["/bin/echo", "-n", "x  y"], dir: "/" });
    equal(outputs["stdout"], "x  y a b");
    equal((await create({ create: "pwd", dir: "/" })).outputs["stdout"], "/");
  });

  it("does nothing where there is no command", async () => {
    deepEqual((await create({ delete: "false" })).outputs, { delete: "false", stdout: "", stderr: "" });
  });

  it("fails with the command's output, and never with its input", async () => {
    const error = await create({ create: `cat > /dev/null; echo bad >&2; exit 3 # ${"x".repeat(100)}`, stdin: "hidden" }).catch(
      (reason: Error) => reason,
    );
    const shown = `cat > /dev/null; echo bad >&2; exit 3 # ${"x".repeat(40)} …`;
    equal((error as Error).message, `localhost: exit code 3: \`${shown}\`\nbad`);
  });

  it("says that an interpreter is missing", () =>
    rejects(
      create({ create: "x", interpreter: ["/no/such"] }),
      /^ProviderError: localhost: not started \(spawn \/no\/such ENOENT\): `x`$/,
    ));

  it("updates by `update`, else by `create`, and hands the output before on", async () => {
    const provider = createProvider("command", project);
    const old = stateOf({ create: "true" }, { create: "true", stdout: "before", stderr: "" });
    const echo = 'echo "now $PULUMI_COMMAND_STDOUT"';
    equal((await provider.update(old, { create: "false", update: echo }))["stdout"], "now before");
    equal((await provider.update(old, { create: echo }))["stdout"], "now before");
    equal((await provider.update(old, { create: echo, addPreviousOutputInEnv: false }))["stdout"], "now ");
    equal((await provider.update(old, { delete: "true" }))["stdout"], "before");
  });

  it("deletes by `delete`, with the inputs of the state", async () => {
    const inputs = { delete: 'cat > "$FILE"', stdin: "gone", environment: { FILE: join(project, "out") } };
    await createProvider("command", project).delete(stateOf(inputs, inputs));
    equal(readFileSync(join(project, "out"), "utf8"), "gone");
  });

  it("replaces for triggers and updates for all else", async () => {
    const provider = createProvider("command", project);
    const { detailed } = await provider.diff(stateOf({ create: "a", triggers: ["1"] }, {}), { create: "b", triggers: ["2"] }, []);
    deepEqual(detailed, { create: "update", "triggers[0]": "update-replace" });
  });

  it("fills a connection in and makes it and its keys secret, as the real provider does", async () => {
    const hop = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
    const given = { host: "cygnus-03", privateKey: "mine", proxy: { host: "login1", privateKey: "its" } };
    const { inputs } = await createProvider("command", ".").check(REMOTE, undefined, { connection: given });
    const proxy = { ...hop, host: "login1", privateKey: new Secret("its") };
    deepEqual(inputs, { connection: new Secret({ ...hop, host: "cygnus-03", privateKey: new Secret("mine"), proxy }) });
  });

  for (const [type, inputs, option] of [
    [REMOTE, { connection: { host: "a", password: "x" } }, "connection.password"],
    [REMOTE, { connection: { host: "a", privateKeyPassword: "x" } }, "connection.privateKeyPassword"],
    [LOCAL, { assetPaths: ["*"] }, "assetPaths"],
    [LOCAL, { archivePaths: ["*"] }, "archivePaths"],
  ] as const) {
    it(`refuses \`${option}\` by name`, () =>
      rejects(
        createProvider("command", ".").check(type, undefined, inputs),
        new RegExp(`${type.type}: the embedded engine does not know the option: \`${option}\``),
      ));
  }

  it("refuses an environment that a remote host would not take", async () => {
    const inputs = { connection: { host: "a" }, environment: { A: "1" } };
    const { failures } = await createProvider("command", ".").check(REMOTE, undefined, inputs);
    deepEqual(failures, [{ property: "environment", reason: "`environment` is not empty: sshd takes no variables unless it is told to" }]);
  });

  it("refuses another type of the package by name", () =>
    rejects(
      createProvider("command", ".").check({ urn: "urn:x", type: "command:remote:CopyToRemote" }, undefined, {}),
      /^ProviderError: urn:x: the embedded engine does not know the type: `command:remote:CopyToRemote`/,
    ));
});

describe("runProcess", () => {
  it("kills at its time-out what a shell has started as well", async () => {
    const began = Date.now();
    const { ending, stdout } = await runProcess({ argv: ["/bin/sh", "-c", "echo begun; sleep 60 & wait"], timeoutMs: 300 });
    deepEqual([ending, stdout], [{ kind: "timeout" }, "begun\n"]);
    equal(Date.now() - began < 5000, true);
  });

  it("does not mind a command that leaves its input unread", async () => {
    const { ending } = await runProcess({ argv: ["true"], stdin: "x".repeat(10_000_000), timeoutMs: 5000 });
    deepEqual(ending, { kind: "exit", code: 0 });
  });

  it("keeps characters whole that arrive in pieces", async () => {
    const { stdout } = await runProcess({ argv: ["/bin/sh", "-c", "printf '\\303'; sleep 0.1; printf '\\244'"], timeoutMs: 5000 });
    equal(stdout, "ä");
  });
});
