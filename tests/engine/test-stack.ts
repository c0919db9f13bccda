import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EngineEvent } from "../../engine/events/events";
import { type OperationArgs, type OperationResult, runOperation } from "../../engine/run-operation";
import type { DeploymentJson, ResourceJson } from "../../stack/deployment-json";
import { FakeHost, FakeProvider } from "./fake-provider";

const REPOSITORY = resolve(__dirname, "../..");
export const PASSPHRASE = "correct horse";

/** A project in a folder of its own with a "host" beside it; the program is set as text. */
export class TestStack {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-engine-"));
  readonly host = new FakeHost(join(this.folder, "host"));
  events: EngineEvent[] = [];

  constructor(readonly stack = "dev") {
    mkdirSync(join(this.folder, "project"));
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.projectFolder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(join(this.projectFolder, "package.json"), JSON.stringify({ name: "shop", main: "index.ts" }));
    cpSync(join(REPOSITORY, "tests/fixtures/engine/fake-sdk.ts"), join(this.projectFolder, "fake-sdk.ts"));
  }

  get projectFolder(): string {
    return join(this.folder, "project");
  }

  get backendUrl(): string {
    return `file://${join(this.folder, "backend")}`;
  }

  /** The body of index.ts; `pulumi`, `Thing`, `Group` and `Provider` are there. */
  program(body: string): void {
    const imports =
      'import * as pulumi from "@pulumi/pulumi";\nimport { Group, Provider, Thing } from "./fake-sdk";\nvoid [pulumi, Group, Provider, Thing];\n';
    writeFileSync(join(this.projectFolder, "index.ts"), `${imports}${body}\n`);
  }

  /** The pack of the fixtures in a folder beside the project. @returns the folder */
  addPolicyPack(): string {
    const folder = join(this.folder, "pack");
    mkdirSync(folder);
    writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "shop-rules", version: "0.0.1", main: "index.ts" }));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { noCheck: true, module: "commonjs", moduleResolution: "bundler" } }),
    );
    cpSync(join(REPOSITORY, "tests/fixtures/engine/policy-pack.ts"), join(folder, "index.ts"));
    return folder;
  }

  args(kind: OperationArgs["kind"], more: Partial<OperationArgs> = {}): OperationArgs {
    return {
      kind,
      projectFolder: this.projectFolder,
      stack: this.stack,
      backendUrl: this.backendUrl,
      passphrase: PASSPHRASE,
      createProvider: (name) => this.createProvider(name),
      onEvent: (event) => this.events.push(event),
      ...more,
    };
  }

  createProvider(name: string): FakeProvider {
    if (name !== "fake") throw new Error(`engine: has no provider for the package: \`${name}\``);
    return new FakeProvider(this.host);
  }

  async run(kind: OperationArgs["kind"], more: Partial<OperationArgs> = {}): Promise<OperationResult> {
    this.events = [];
    return runOperation(this.args(kind, more));
  }

  async up(body?: string, more: Partial<OperationArgs> = {}): Promise<OperationResult> {
    if (body !== undefined) this.program(body);
    return this.run("up", more);
  }

  async preview(body?: string, more: Partial<OperationArgs> = {}): Promise<OperationResult> {
    if (body !== undefined) this.program(body);
    return this.run("preview", more);
  }

  get statePath(): string {
    return join(this.folder, "backend/.pulumi/stacks/shop", `${this.stack}.json`);
  }

  get state(): DeploymentJson {
    return (JSON.parse(readFileSync(this.statePath, "utf8")) as { checkpoint: { latest: DeploymentJson } }).checkpoint.latest;
  }

  /** Resources of the state by logical name (the last one of it). */
  get resources(): Readonly<Record<string, ResourceJson>> {
    const resources = existsSync(this.statePath) ? (this.state.resources ?? []) : [];
    return Object.fromEntries(resources.map((resource) => [resource.urn.split("::").at(-1) ?? "", resource]));
  }

  /** Names of the state's custom resources that are no providers, sorted. */
  get things(): readonly string[] {
    const resources = existsSync(this.statePath) ? (this.state.resources ?? []) : [];
    return resources
      .filter(({ type }) => type === "fake:index:Thing")
      .map(({ urn }) => urn.split("::").at(-1) ?? "")
      .sort();
  }

  /** Names of the stack's lock files. */
  get locks(): readonly string[] {
    const folder = join(this.folder, "backend/.pulumi/locks/organization/shop", this.stack);
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  urn(name: string): string {
    return this.resources[name]?.urn ?? `urn:pulumi:${this.stack}::shop::fake:index:Thing::${name}`;
  }

  /** `create a`, in the order of the steps' beginnings; without the stack's and `same`. */
  get steps(): readonly string[] {
    return this.events.flatMap(({ resourcePreEvent }) => {
      if (resourcePreEvent === undefined) return [];
      const { op, urn, type } = resourcePreEvent.metadata;
      return op === "same" || type === "pulumi:pulumi:Stack" ? [] : [`${op} ${urn.split("::").at(-1)}`];
    });
  }

  get diagnostics(): string {
    return this.events.map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "").join("");
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
