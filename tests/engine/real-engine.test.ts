import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createProvider } from "../../engine/create-provider";
import type { DeploymentJson } from "../../stack/deployment-json";
import { importStack } from "../../stack/stack-admin";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI } from "../lab/find-pulumi";
import { PASSPHRASE, TestStack } from "./test-stack";

const HEAD = `import * as pulumi from "@pulumi/pulumi";
import { local } from "@pulumi/command";
class Box extends pulumi.ComponentResource {
  constructor(name: string, v: number, opts?: pulumi.ComponentResourceOptions) { super("shop:index:Box", name, { v }, opts); }
}
class C extends local.Command {
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) { super(name, { addPreviousOutputInEnv: false, ...args }, opts); }
}
`;

/** One after the other: creates; an update, both replacements, a delete; an alias; a program that throws; deletes. */
const PROGRAMS: readonly string[] = [
  `const b = new Box("b", 1); const a = new C("a", { create: "echo 1", triggers: ["1"], stdin: pulumi.secret("s") }, { parent: b });
   const d = new C("d", { create: pulumi.interpolate\`echo \${a.stdout}\` }, { parent: b, additionalSecretOutputs: ["stdout"] });
   new C("e", { create: "true" }, { dependsOn: [d], customTimeouts: { create: "5m" } }); new C("gone", { create: "true" }, { dependsOn: [a] });`,
  `const b = new Box("b", 2); const a = new C("a", { create: "echo 2", triggers: ["2"] }, { parent: b, deleteBeforeReplace: true });
   const d = new C("d", { create: pulumi.interpolate\`echo \${a.stdout}\`, triggers: [a.stdout] }, { parent: b, protect: true });
   new C("e", { create: "true", update: "echo u" }, { dependsOn: [d] });`,
  `const b = new Box("bb", 2, { aliases: [{ name: "b" }] }); const a = new C("a", { create: "echo 3", triggers: ["3"] }, { parent: b });
   const d = new C("d", { create: pulumi.interpolate\`echo \${a.stdout}\`, triggers: [a.stdout] }, { parent: b });
   new C("e", { create: "true", update: "echo u" }, { dependsOn: [d] }); export const out = d.stdout;`,
  `const b = new Box("bb", 2); const a = new C("a", { create: "echo 3", triggers: ["3"] }, { parent: b }); export const out = a.stdout; throw new Error("x");`,
  "export const x = 1;",
];

const OPS: readonly (readonly [RegExp, string])[] = [
  [/^ {4}\+ (\d+) /m, "create"],
  [/^ {4}~ (\d+) /m, "update"],
  [/^ {4}- (\d+) /m, "delete"],
  [/^ {4}\+-(\d+) /m, "replace"],
  [/(\d+) unchanged/, "same"],
];

describe("the embedded engine beside the real one", function () {
  this.timeout(300_000);
  let stack: TestStack;
  before(function () {
    needPulumi.call(this, "is recorded-state.test.ts");
  });
  beforeEach(() => {
    stack = new TestStack();
    mkdirSync(join(stack.folder, "real"));
    pulumi("stack", "init", "dev");
  });
  afterEach(() => stack?.close());

  /** What it printed, failed or not. */
  function pulumi(...argv: readonly string[]): string {
    const own = {
      PULUMI_HOME: join(stack.folder, "home"),
      PULUMI_BACKEND_URL: `file://${stack.folder}/real`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    };
    const PATH = [PULUMI_FOLDER, process.env["PATH"]].join(delimiter);
    const quiet = { ...QUIET_PULUMI, PULUMI_SKIP_UPDATE_CHECK: "true" };
    try {
      const options = { cwd: stack.projectFolder, encoding: "utf8", stdio: "pipe", timeout: 120_000 } as const;
      return execFileSync(join(PULUMI_FOLDER ?? "", "pulumi"), argv, { ...options, env: { ...process.env, PATH, ...own, ...quiet } });
    } catch (error) {
      return String((error as { readonly stdout?: string }).stdout);
    }
  }

  function counts(printed: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      OPS.flatMap(([pattern, op]) => (pattern.test(printed) ? [[op, Number(pattern.exec(printed)?.[1])] as const] : [])),
    );
  }

  const realState = () =>
    (JSON.parse(pulumi("stack", "export", "--stack", "dev", "--show-secrets")) as { readonly deployment: DeploymentJson }).deployment;

  /** Without times, random ids and ciphertexts. */
  function comparable({ resources = [] }: DeploymentJson): unknown {
    const kept = resources.map(({ id: _id, created: _created, modified: _modified, ...rest }) => rest as Record<string, unknown>);
    const text = JSON.stringify(
      kept.sort((a, b) => (String(a["urn"]) < String(b["urn"]) ? -1 : 1)),
      (key, value: unknown) =>
        ["sourcePosition", "stackTrace", "__pulumi-go-provider-version", "ciphertext", "plaintext"].includes(key) ? undefined : value,
    );
    return JSON.parse(text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(random)")) as unknown;
  }

  const own = () => ({ createProvider: (name: string) => createProvider(name, stack.projectFolder) });

  it("previews the same, does the same and records the same", async () => {
    for (const [index, body] of PROGRAMS.entries()) {
      writeFileSync(join(stack.projectFolder, "index.ts"), HEAD + body);
      const note = `program ${index}`;
      const preview = counts(pulumi("preview", "--stack", "dev"));
      assert.deepEqual((await stack.run("preview", own())).changes, preview, `${note}, preview`);
      const up = counts(pulumi("up", "--yes", "--skip-preview", "--stack", "dev"));
      assert.deepEqual((await stack.run("up", own())).changes, up, `${note}, up`);
      assert.deepEqual(comparable(stack.state), comparable(realState()), `${note}, state`);
    }
  });

  it("hands its state over, and takes the other's, without a change", async () => {
    writeFileSync(join(stack.projectFolder, "index.ts"), HEAD + PROGRAMS[0]);
    await stack.run("up", own());
    const path = join(stack.folder, "ours.json");
    writeFileSync(path, JSON.stringify({ version: 3, deployment: stack.state }));
    pulumi("stack", "import", "--stack", "dev", "--file", path);
    assert.deepEqual(counts(pulumi("preview", "--stack", "dev")), { same: 6 });
    pulumi("up", "--yes", "--refresh", "--stack", "dev");
    await importStack({ ...stack.args("up") }, JSON.stringify({ version: 3, deployment: realState() }));
    assert.deepEqual((await stack.run("up", { ...own(), takeOver: true })).changes, { same: 6 });
  });
});
