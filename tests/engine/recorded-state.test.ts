import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CheckResult, DiffResult, Provider, ResourceIdentity, ResourceState } from "../../engine/provider/provider";
import type { ExportJson, ResourceJson } from "../../stack/deployment-json";
import type { PropertyMap } from "../../stack/property-value";
import { isMap, type JsonMap, type JsonValue, SECRET_SIGNATURE, SIGNATURE_KEY } from "../../stack/property-values";
import { TestStack } from "./test-stack";

const FIXTURES = resolve(__dirname, "../fixtures/engine");
const RECORDED = (JSON.parse(readFileSync(join(FIXTURES, "recorded-state.json"), "utf8")) as ExportJson).deployment.resources ?? [];

/** Answers as the real providers did when the state was recorded: their defaults, ids and outputs. */
class ReplayProvider implements Provider {
  async checkConfig(inputs: PropertyMap): Promise<CheckResult> {
    return { inputs, failures: [] };
  }

  async diffConfig(): Promise<DiffResult> {
    return { changed: false, replaceKeys: [], deleteBeforeReplace: false, detailed: {} };
  }

  async configure(): Promise<void> {}

  async check({ urn }: ResourceIdentity, inputs: PropertyMap): Promise<CheckResult> {
    return { inputs: replay(recordedOf(urn).inputs ?? {}, inputs), failures: [] };
  }

  async diff(): Promise<DiffResult> {
    return this.diffConfig();
  }

  async create({ urn }: ResourceIdentity, inputs: PropertyMap): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    const { id = "", outputs = {} } = recordedOf(urn);
    return { id, outputs: replay(outputs, inputs) };
  }

  async read(old: ResourceState): Promise<ResourceState> {
    return old;
  }

  async update(_old: ResourceState, inputs: PropertyMap): Promise<PropertyMap> {
    return inputs;
  }

  async delete(): Promise<void> {}

  async close(): Promise<void> {}
}

function recordedOf(urn: string): ResourceJson {
  const found = RECORDED.find((resource) => resource.urn === urn);
  assert.ok(found, `the recorded program has no ${urn}`);
  return found;
}

/** Recorded values, with the program's own in the place of secrets. `__inputs` is a secret that the provider itself makes. */
function replay(recorded: JsonMap, inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(recorded).map(
    ([key, value]) => [key, isSecret(value) ? (inputs[key] ?? null) : (value as PropertyMap[string])] as const,
  );
  return Object.fromEntries(entries);
}

function isSecret(value: JsonValue | undefined): boolean {
  return isMap(value as PropertyMap[string]) && (value as JsonMap)[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

/** What is left to compare: no times, no ciphertexts, no random ids. */
function comparable(resource: ResourceJson): unknown {
  const { created: _created, modified: _modified, ...rest } = resource;
  return JSON.parse(JSON.stringify(rest), (key, value: JsonValue) => {
    if (key === "__inputs") return "(the provider's own secret)";
    if (isSecret(value)) return "(secret)";
    return typeof value === "string" ? value.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=$)/g, "(random)") : value;
  }) as unknown;
}

/** A property of the plugin's build, not of the engine. */
function withoutPluginVersion({ inputs, outputs, ...rest }: ResourceJson): ResourceJson {
  const strip = (map: JsonMap | undefined): JsonMap =>
    Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => key !== "__pulumi-go-provider-version"));
  return {
    ...rest,
    ...(inputs === undefined ? {} : { inputs: strip(inputs) }),
    ...(outputs === undefined ? {} : { outputs: strip(outputs) }),
  };
}

// Proves the engine's part of the state: URNs, parents, providers, dependencies, options, secrets, order. Not what real providers answer: that is
// replayed.
describe("the recorded program", function () {
  this.timeout(60_000);
  let stack: TestStack;
  beforeEach(() => {
    stack = new TestStack("rec");
    writeFileSync(join(stack.projectFolder, "Pulumi.yaml"), "name: recorded\nruntime: nodejs\n");
    cpSync(join(FIXTURES, "recorded-program.ts"), join(stack.projectFolder, "index.ts"));
  });
  afterEach(() => stack.close());

  it("has the state that the real engine recorded for it", async () => {
    const args = { createProvider: () => new ReplayProvider() };
    const result = await stack.run("up", args);
    assert.equal(result.outcome, "succeeded", stack.diagnostics);
    assert.deepEqual(result.changes, { create: 7 });
    const path = join(stack.folder, "backend/.pulumi/stacks/recorded/rec.json");
    const read = () =>
      (JSON.parse(readFileSync(path, "utf8")) as { checkpoint: { latest: { resources: ResourceJson[] } } }).checkpoint.latest.resources;
    const byUrn = (resources: readonly ResourceJson[]) =>
      Object.fromEntries(resources.map((resource) => [resource.urn, comparable(withoutPluginVersion(resource))]));
    assert.deepEqual(byUrn(read()), byUrn(RECORDED));
    const before = readFileSync(path, "utf8");
    assert.deepEqual((await stack.run("up", args)).changes, { same: 7 });
    assert.equal(readFileSync(path, "utf8"), before);
  });

  it("has its resources behind what they need", () => {
    const seen = new Set<string>();
    for (const { urn, parent = "", dependencies = [], provider = "" } of RECORDED) {
      for (const needed of [parent, ...dependencies, provider.slice(0, Math.max(0, provider.lastIndexOf("::")))])
        assert.ok(needed === "" || seen.has(needed), `${urn} needs ${needed}`);
      seen.add(urn);
    }
  });
});
