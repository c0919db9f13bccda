import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../engine/create-provider";
import type { ResourceState } from "../../engine/provider/provider";
import { type PropertyMap, Secret } from "../../stack/property-value";

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

  it("runs a local command in the project's folder, with its input", async () => {
    writeFileSync(join(project, "file"), "");
    const inputs = { create: "ls; cat; echo warn >&2", stdin: "in\n" };
    const { id, outputs } = await create(inputs);
    match(id, /^list[0-9a-f]{8}$/);
    deepEqual(outputs, { ...inputs, stdout: "file\nin", stderr: "warn" });
  });

  it("trims one newline alone, as the real provider does", async () => {
    equal((await create({ create: "printf 'a\\n\\n'" })).outputs["stdout"], "a\n");
  });

  it("takes the interpreter that the program names", async () => {
    const { outputs } = await create({ create: "a b", interpreter: ["/bin/echo", "-n", "x  y"] });
    equal(outputs["stdout"], "x  y a b");
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

  it("updates by `update`, else by `create`, and keeps the output where there is neither", async () => {
    const provider = createProvider("command", project);
    const old = stateOf({ create: "true" }, { create: "true", stdout: "before", stderr: "" });
    equal((await provider.update(old, { create: "false", update: "echo now" }))["stdout"], "now");
    equal((await provider.update(old, { create: "echo now" }))["stdout"], "now");
    equal((await provider.update(old, { delete: "true" }))["stdout"], "before");
  });

  it("deletes by `delete`, with the inputs of the state", async () => {
    const inputs = { delete: "cat > out", stdin: "gone" };
    await createProvider("command", project).delete(stateOf(inputs, inputs));
    equal(readFileSync(join(project, "out"), "utf8"), "gone");
  });

  it("replaces for triggers and updates for all else", async () => {
    const provider = createProvider("command", project);
    const { detailed } = await provider.diff(stateOf({ create: "a", triggers: ["1"] }, {}), { create: "b", triggers: ["2"] });
    deepEqual(detailed, { create: "update", "triggers[0]": "update-replace" });
  });

  it("fills a connection in and makes it and its keys secret, as the real provider does", async () => {
    const hop = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
    const given = { host: "cygnus-03", privateKey: "mine", proxy: { host: "login1", privateKey: "its" } };
    const { inputs } = await createProvider("command", ".").check(REMOTE, { connection: given });
    const proxy = { ...hop, host: "login1", privateKey: new Secret("its") };
    deepEqual(inputs, { connection: new Secret({ ...hop, host: "cygnus-03", privateKey: new Secret("mine"), proxy }) });
  });

  for (const [type, inputs, option] of [
    [REMOTE, { connection: { host: "a", password: "x" } }, "connection.password"],
    [REMOTE, { connection: { host: "a", privateKeyPassword: "x" } }, "connection.privateKeyPassword"],
    [LOCAL, { assetPaths: ["*"] }, "assetPaths"],
    [LOCAL, { archivePaths: ["*"] }, "archivePaths"],
    [LOCAL, { dir: "/" }, "dir"],
    [LOCAL, { environment: { A: "1" } }, "environment"],
    [REMOTE, { environment: { A: "1" } }, "environment"],
  ] as const) {
    it(`refuses \`${option}\` by name`, () =>
      rejects(
        createProvider("command", ".").check(type, inputs),
        new RegExp(`${type.type}: the embedded engine does not know the option: \`${option}\``),
      ));
  }

  it("refuses to hand the output before on, which the real provider does unless told not to", async () => {
    const { check } = createProvider("command", ".");
    const reasons = async (inputs: PropertyMap) => (await check(LOCAL, inputs)).failures.map(({ reason }) => reason);
    deepEqual(await reasons({ create: "true" }), ["`addPreviousOutputInEnv` is missing"]);
    deepEqual(await reasons({ create: "true", addPreviousOutputInEnv: true }), [
      "`addPreviousOutputInEnv` must be false: the embedded engine hands no output on",
    ]);
  });

  it("refuses another type of the package by name", () =>
    rejects(
      createProvider("command", ".").check({ urn: "urn:x", type: "command:remote:CopyToRemote" }, {}),
      /^ProviderError: urn:x: the embedded engine does not know the type: `command:remote:CopyToRemote`/,
    ));
});
