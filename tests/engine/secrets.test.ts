import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStack, readConfig } from "../../stack/open-stack";
import { createSecretBox, openSecretBox } from "../../stack/secrets";
import { PASSPHRASE, TestStack } from "./test-stack";

/** Written by the `pulumi` command (3.260) for the passphrase of these tests. */
const STACK_FILE = `# kept by hand
encryptionsalt: v1:YaotOy2FktU=:v1:c5ZGxCNK4VJRwWpP:TUfyv6dsEjQ/edr/n52fWXgw3zrwuw==
config:
  shop:tok: # the token
    secure: v1:ig+Mj/GPRkEDyvmN:6iYUsLEmK84BGfTy7ZkXs7yDNrMXIg==
  shop:plain: "7"
  shop:count: 1.50
  shop:on: true
  other:key: "a: b"
  shop:o:
    list:
      - 7
    inner:
      secure: v1:Hk9t25EvtVkSGz0Y:DOKqoKV4oaQzARGyX6nzA5JZvfFVxDa9
`;

describe("secrets", function () {
  this.timeout(60_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack();
  });
  afterEach(() => stack.close());

  const location = () => ({ projectFolder: stack.projectFolder, stack: "dev", backendUrl: stack.backendUrl, passphrase: PASSPHRASE });
  const stackFile = () => join(stack.projectFolder, "Pulumi.dev.yaml");

  it("are read as the pulumi command wrote them, in structures too", async () => {
    writeFileSync(stackFile(), STACK_FILE);
    assert.deepEqual(await readConfig(await openStack(location())), {
      "shop:tok": { value: "s3cr3t", isSecret: true },
      "shop:plain": { value: "7", isSecret: false },
      "shop:count": { value: "1.5", isSecret: false },
      "shop:on": { value: "true", isSecret: false },
      "other:key": { value: "a: b", isSecret: false },
      "shop:o": { value: '{"list":[7],"inner":"hid<den>"}', isSecret: true },
    });
  });

  it("refuse a wrong passphrase, and none", async () => {
    writeFileSync(stackFile(), STACK_FILE);
    const read = async (passphrase: string | undefined) => readConfig(await openStack({ ...location(), passphrase }));
    await assert.rejects(read("wrong"), /secrets: incorrect passphrase/);
    await assert.rejects(read(undefined), /no passphrase was given/);
  });

  it("take their key once, however often one place is opened", async () => {
    writeFileSync(stackFile(), STACK_FILE);
    const place = location();
    const [first, again, other] = await Promise.all([place, place, location()].map(openStack));
    const box = (opened: typeof first) => opened!.secrets.open(opened!.file.saltState);
    assert.equal(await box(again), await box(first));
    assert.notEqual(await box(other), await box(first));
  });

  it("are set beside comments that stay", async () => {
    writeFileSync(stackFile(), STACK_FILE);
    const { file } = await openStack(location());
    await file.set("mine", "ours", PASSPHRASE);
    await file.set("plain", "8", undefined);
    const text = readFileSync(stackFile(), "utf8");
    assert.match(text, /^# kept by hand\n/);
    assert.match(text, /# the token/);
    assert.match(text, /shop:count: 1.50\n {2}shop:on: true\n/);
    assert.ok(!text.includes("ours"));
    const config = await readConfig(await openStack(location()));
    assert.deepEqual(
      [config["shop:mine"], config["shop:plain"]],
      [
        { value: "ours", isSecret: true },
        { value: "8", isSecret: false },
      ],
    );
  });

  it("are set and taken out by one writing", async () => {
    writeFileSync(stackFile(), STACK_FILE);
    const { file } = await openStack(location());
    await file.setSecrets({ mine: "ours", tok: undefined, absent: undefined }, PASSPHRASE);
    const config = await readConfig(await openStack(location()));
    assert.deepEqual([config["shop:mine"], "shop:tok" in config], [{ value: "ours", isSecret: true }, false]);
    assert.match(readFileSync(stackFile(), "utf8"), /shop:count: 1.50\n/);
  });

  it("make their salt with the first one", async () => {
    const { file } = await openStack(location());
    await file.set("token", "t0ken", PASSPHRASE);
    const config = await readConfig(await openStack(location()));
    assert.deepEqual(config["shop:token"], { value: "t0ken", isSecret: true });
  });

  it("do not open with another box, nor when a bit is changed", async () => {
    const box = await createSecretBox("one");
    const sealed = box.encrypt("text");
    assert.equal((await openSecretBox("one", box.saltState)).decrypt(sealed), "text");
    // Not the last digit: not all of its bits belong to the text.
    const changed = sealed.replace(/[^:]+$/, (cipher) => (cipher.startsWith("A") ? "B" : "A") + cipher.slice(1));
    assert.throws(() => box.decrypt(changed), /does not belong/);
    await assert.rejects(openSecretBox("two", box.saltState), /incorrect passphrase/);
  });

  it("are in no file, event or environment of a run; their outputs and what is marked stay secret", async () => {
    const body = `const secret = new pulumi.Config().requireSecret("token");
      const a = new Thing("a", { password: secret, tags: { deep: secret } }, { additionalSecretOutputs: ["handle"] });
      new Thing("b", { base: a.handle });
      if (require("node:fs").readFileSync("/proc/self/environ", "utf8").includes("tok-98765")) throw new Error("in the environment");
      export const [password, handle, size] = [a.password, a.handle, a.size];`;
    const result = await stack.up(body, { config: { "shop:token": { value: "tok-98765", isSecret: true } } });
    assert.equal(result.outcome, "succeeded", stack.diagnostics);
    const text = readFileSync(stack.statePath, "utf8") + JSON.stringify(stack.events);
    assert.ok(!text.includes("tok-98765"));
    const secretNames = Object.entries(result.outputs).filter(([, value]) => value?.constructor.name === "Secret");
    assert.deepEqual(
      secretNames.map(([name]) => name),
      ["handle", "password"],
    );
    assert.deepEqual(stack.host.object("a")?.["password"], "tok-98765");
    assert.equal(typeof stack.resources["b"]?.inputs?.["base"], "object");
  });

  it("need a passphrase: nothing is created without", async () => {
    const result = await stack.up('new Thing("a", { password: pulumi.secret("hunter22") });', { passphrase: undefined });
    assert.equal(result.outcome, "failed");
    assert.match(stack.diagnostics, /this stack has secrets and no passphrase was given/);
    assert.deepEqual(stack.host.labels, []);
  });
});
