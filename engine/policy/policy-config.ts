import { type AnalyzerInfo, ConfigureAnalyzerRequest, EnforcementLevel, PolicyConfig } from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineError } from "../../stack/engine-error";

/** By policy, or `all`: a level, or `{ enforcementLevel, …settings }`. Shape by example: `{ "image-pinned-by-digest": "advisory" }`. */
export type PolicyPackConfig = Readonly<Record<string, unknown>>;

const LEVELS: Readonly<Record<string, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  remediate: EnforcementLevel.REMEDIATE,
  disabled: EnforcementLevel.DISABLED,
};

interface PolicySettings {
  readonly level: EnforcementLevel | undefined;
  readonly properties: Readonly<Record<string, JavaScriptValue>>;
}

/**
 * The settings of every policy of a pack: its own level and defaults, then the pack's initial settings, then the given ones; in each `all` first.
 * @throws EngineError for a policy that the pack does not have, or a level that there is not.
 */
export function makePolicyConfig(info: AnalyzerInfo, given: PolicyPackConfig): ConfigureAnalyzerRequest {
  const names = new Set(["all", ...info.getPoliciesList().map((policy) => policy.getName())]);
  const stranger = Object.keys(given).find((name) => !names.has(name));
  if (stranger !== undefined) throw new EngineError(`policy pack \`${info.getName()}\`: has no policy of this name: \`${stranger}\``);
  const initial = readInitial(info);
  const request = new ConfigureAnalyzerRequest();
  for (const policy of info.getPoliciesList()) {
    const name = policy.getName();
    const layers = [initial.get("all"), initial.get(name), readGiven("all", given["all"]), readGiven(name, given[name])];
    const config = new PolicyConfig();
    config.setEnforcementlevel(layers.reduce((level, layer) => layer?.level ?? level, policy.getEnforcementlevel()));
    const defaults = schemaDefaults(policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {});
    config.setProperties(Struct.fromJavaScript(Object.assign({}, defaults, ...layers.map((layer) => layer?.properties))));
    request.getPolicyconfigMap().set(name, config);
  }
  return request;
}

function readInitial(info: AnalyzerInfo): ReadonlyMap<string, PolicySettings> {
  const result = new Map<string, PolicySettings>();
  info.getInitialconfigMap().forEach((config, name) => {
    result.set(name, { level: config.getEnforcementlevel(), properties: config.getProperties()?.toJavaScript() ?? {} });
  });
  return result;
}

function readGiven(name: string, value: unknown): PolicySettings | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return { level: readLevel(name, value), properties: {} };
  if (typeof value !== "object" || value === null) throw new EngineError(`policy settings: \`${name}\` is neither a level nor a map`);
  const { enforcementLevel, ...properties } = value as Readonly<Record<string, JavaScriptValue>>;
  return { level: enforcementLevel === undefined ? undefined : readLevel(name, String(enforcementLevel)), properties };
}

function readLevel(name: string, level: string): EnforcementLevel {
  const known = LEVELS[level];
  if (known === undefined)
    throw new EngineError(`policy settings: \`${name}\` has a level that is not one of ${Object.keys(LEVELS).join(", ")}: \`${level}\``);
  return known;
}

function schemaDefaults(properties: Readonly<Record<string, JavaScriptValue>>): Readonly<Record<string, JavaScriptValue>> {
  const entries = Object.entries(properties).flatMap(([key, schema]) => {
    const value = typeof schema === "object" && schema !== null && "default" in schema ? (schema.default as JavaScriptValue) : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}
