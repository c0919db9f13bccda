import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { equalValues } from "../../engine/provider/property-secrets";
import {
  type CheckResult,
  type DiffKind,
  type DiffResult,
  type Provider,
  type ProviderCall,
  ProviderError,
  type ResourceIdentity,
  type ResourceState,
} from "../../engine/provider/provider";
import type { PropertyMap } from "../../stack/property-value";

const KNOWN = ["label", "size", "zone", "password", "tags", "base", "failOn", "delayMs", "invalid"];
const REPLACES: ReadonlySet<string> = new Set(["label", "zone", "base"]);

/** A call as it is recorded: `{ call: "create", name: "a", host: "one" }`. */
export interface FakeCall {
  readonly call: string;
  readonly name: string;
  readonly host: string;
  readonly isResumed?: boolean;
  readonly takenOverId?: string;
}

/** A "host" that is a folder: one file an object, a log of the calls. It survives the engine's process, as a real host does. */
export class FakeHost {
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "objects"), { recursive: true });
  }

  get calls(): readonly FakeCall[] {
    const path = join(this.folder, "calls.log");
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").trim().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FakeCall);
  }

  /** The calls that change something, as `create a`. */
  get effects(): readonly string[] {
    return this.calls.filter(({ call }) => ["create", "update", "delete"].includes(call)).map(({ call, name }) => `${call} ${name}`);
  }

  forgetCalls(): void {
    rmSync(join(this.folder, "calls.log"), { force: true });
  }

  /** Labels of the objects that exist, sorted. */
  get labels(): readonly string[] {
    return readdirSync(join(this.folder, "objects")).map(decodeURIComponent).sort();
  }

  object(label: string): PropertyMap | undefined {
    const path = this.path(label);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as PropertyMap) : undefined;
  }

  /** Whole or not at all, whenever its process is killed: as on an engine. */
  put(label: string, object: PropertyMap): void {
    const beside = join(this.folder, "beside");
    writeFileSync(beside, JSON.stringify(object));
    renameSync(beside, this.path(label));
  }

  remove(label: string): void {
    rmSync(this.path(label), { force: true });
  }

  record(call: FakeCall): void {
    appendFileSync(join(this.folder, "calls.log"), `${JSON.stringify(call)}\n`);
  }

  private path(label: string): string {
    return join(this.folder, "objects", encodeURIComponent(label));
  }
}

/** Provider of the package `fake`, whose things are files of a `FakeHost`. */
export class FakeProvider implements Provider {
  private host = "default";

  constructor(private readonly objects: FakeHost) {}

  async checkConfig(inputs: PropertyMap): Promise<CheckResult> {
    const failures = Object.keys(inputs).filter((key) => key !== "host" && key !== "verbose");
    return { inputs, failures: failures.map((property) => ({ property, reason: "is not known" })) };
  }

  async diffConfig(oldInputs: PropertyMap, newInputs: PropertyMap): Promise<DiffResult> {
    const keys = changedKeys(oldInputs, newInputs);
    return {
      changed: keys.length > 0,
      replaceKeys: keys.filter((key) => key === "host"),
      deleteBeforeReplace: false,
      detailed: detailsOf(keys, oldInputs, newInputs),
    };
  }

  async configure(inputs: PropertyMap): Promise<void> {
    this.host = String(inputs["host"] ?? "default");
  }

  async check(resource: ResourceIdentity, inputs: PropertyMap): Promise<CheckResult> {
    if (resource.type !== "fake:index:Thing") throw new ProviderError(`fake: does not know the type: \`${resource.type}\``);
    const unknown = Object.keys(inputs).filter((key) => !KNOWN.includes(key));
    const failures = unknown.map((property) => ({ property, reason: "is not known" }));
    if (inputs["invalid"] === true) failures.push({ property: "invalid", reason: "must not be true" });
    return { inputs: { size: 1, ...inputs }, failures };
  }

  async diff(old: ResourceState, inputs: PropertyMap): Promise<DiffResult> {
    const keys = changedKeys(old.inputs, inputs).filter((key) => key !== "failOn" && key !== "delayMs");
    const replaceKeys = keys.filter((key) => REPLACES.has(key));
    return {
      changed: keys.length > 0,
      replaceKeys,
      deleteBeforeReplace: keys.includes("base"),
      detailed: detailsOf(keys, old.inputs, inputs),
    };
  }

  async create(
    resource: ResourceIdentity,
    inputs: PropertyMap,
    isResumed: boolean,
    call?: ProviderCall,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    const label = String(inputs["label"]);
    await this.act("create", resource.urn, inputs, isResumed, call?.takenOverId);
    const present = this.objects.object(label);
    if (present !== undefined && !(isResumed && present["urn"] === resource.urn))
      throw new ProviderError(`${this.host}: name already in use: \`${label}\``, this.host);
    const handle = `${label}@${this.host}#${String(inputs["zone"] ?? "")}`;
    this.objects.put(label, { ...inputs, urn: resource.urn, handle });
    await this.afterEffect(inputs);
    return { id: label, outputs: { ...inputs, handle } };
  }

  async read(old: ResourceState): Promise<ResourceState | undefined> {
    await this.act("read", old.urn, old.inputs);
    const object = this.objects.object(old.id);
    if (object === undefined) return undefined;
    const { urn: _urn, handle, ...found } = object;
    const inputs = Object.fromEntries(Object.keys(old.inputs).flatMap((key) => (found[key] === undefined ? [] : [[key, found[key]]])));
    return { ...old, inputs, outputs: { ...found, handle: handle ?? null } };
  }

  async update(old: ResourceState, inputs: PropertyMap): Promise<PropertyMap> {
    await this.act("update", old.urn, inputs);
    const object = this.objects.object(old.id);
    if (object === undefined) throw new ProviderError(`${this.host}: is not there: \`${old.id}\``, this.host);
    this.objects.put(old.id, { ...inputs, urn: old.urn, handle: object["handle"] ?? null });
    await this.afterEffect(inputs);
    return { ...inputs, handle: object["handle"] ?? null };
  }

  async delete(old: ResourceState): Promise<void> {
    await this.act("delete", old.urn, old.inputs);
    this.objects.remove(old.id);
    await this.afterEffect(old.inputs);
  }

  async close(): Promise<void> {
    this.objects.record({ call: "close", name: "", host: this.host });
  }

  private async act(call: string, urn: string, inputs: PropertyMap, isResumed?: boolean, takenOverId?: string): Promise<void> {
    const name = urn.split("::").at(-1) ?? "";
    this.objects.record({ call, name, host: this.host, ...(isResumed === true ? { isResumed } : {}), ...(takenOverId && { takenOverId }) });
    if (typeof inputs["delayMs"] === "number") await sleep(inputs["delayMs"]);
    if (inputs["failOn"] === call) throw new ProviderError(`${this.host}: cannot ${call}: \`${name}\``, this.host);
  }

  /** The same time again between the effect and the answer: where a kill hurts most. */
  private async afterEffect(inputs: PropertyMap): Promise<void> {
    if (typeof inputs["delayMs"] === "number") await sleep(inputs["delayMs"]);
  }
}

function changedKeys(old: PropertyMap, next: PropertyMap): readonly string[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  return keys.filter((key) => key in old !== key in next || !equalValues(old[key] ?? null, next[key] ?? null));
}

function detailsOf(keys: readonly string[], old: PropertyMap, next: PropertyMap): Readonly<Record<string, DiffKind>> {
  const entries = keys.flatMap((key): (readonly [string, DiffKind])[] => {
    const kind: DiffKind = !(key in old) ? "add" : key in next ? "update" : "delete";
    return [[key, REPLACES.has(key) ? (`${kind}-replace` as DiffKind) : kind]];
  });
  return Object.fromEntries(entries);
}
