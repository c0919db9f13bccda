import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { PropertyMap } from "../../stack/property-value";
import { fromWireMap, type JsonMap } from "../../stack/property-values";
import type { CustomTimeouts } from "../../stack/resource-record";
import { parseDuration } from "./step-timeout";

/** What the program asks for: one registration. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** URN, empty for the stack itself and for default providers. */
  readonly parent: string;
  readonly inputs: PropertyMap;
  /** `URN::ID`, empty where the default provider is meant. */
  readonly provider: string;
  /** Of the SDK that registers, and so of the default provider: `5.2.0`. */
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Names of inputs: `memorySwap`. */
  readonly ignoreChanges: readonly string[];
  /** Kept for the state alone: see `COMMANDS_OWN`. */
  readonly replaceOnChanges: readonly string[];
  /** Kept for the state alone: what of a difference is shown, the display knows. */
  readonly hideDiffs: readonly string[];
  /** Undefined leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts: CustomTimeouts | undefined;
  readonly aliases: readonly GoalAlias[];
}

/** A whole URN, or the parts that differ from the resource's own. */
export type GoalAlias =
  | { readonly urn: string }
  | { readonly name: string; readonly type: string; readonly stack: string; readonly project: string; readonly parent: string | undefined };

/** What the SDK of `@pulumi/command` says of every command; that provider replaces for changed triggers by itself. */
const COMMANDS_OWN = "triggers[*]";

/** @throws Error that names the option, for one that this engine does not know. */
export function readGoal(request: RegisterResourceRequest): Goal {
  const unknown = findUnknownOption(request);
  if (unknown !== undefined) {
    throw new Error(
      `\`${request.getName()}\`: the embedded engine does not know the resource option: \`${unknown}\`\nhelp: leave the option out, or use the \`pulumi\` command`,
    );
  }
  const object = (request.getObject()?.toJavaScript() ?? {}) as JsonMap;
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: fromWireMap(object),
    provider: request.getProvider(),
    version: request.getVersion(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: readPropertyDependencies(request),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiffs: request.getHidediffsList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: readTimeouts(request),
    aliases: [...request.getAliasesList().map(readAlias), ...request.getAliasurnsList().map((urn) => ({ urn }))],
  };
}

function findUnknownOption(request: RegisterResourceRequest): string | undefined {
  const options: readonly (readonly [string, boolean])[] = [
    ["import", request.getImportid() !== ""],
    ["remote", request.getRemote()],
    ["transforms", request.getTransformsList().length > 0],
    ["hooks", hasHooks(request)],
    ["deletedWith", request.getDeletedwith() !== ""],
    ["replaceOnChanges", request.getReplaceonchangesList().some((path) => path !== COMMANDS_OWN)],
    ["replaceWith", request.getReplaceWithList().length > 0],
    ["replacementTrigger", request.getReplacementTrigger() !== undefined],
    ["pluginDownloadURL", request.getPlugindownloadurl() !== ""],
    ["packageRef", request.getPackageref() !== ""],
    ["envVarMappings", request.getEnvvarmappingsMap().getLength() > 0],
    ["customTimeouts.read", (request.getCustomtimeouts()?.getRead() ?? "") !== ""],
  ];
  const nested = request.getIgnorechangesList().find((path) => !/^\w+$/.test(path));
  return options.find(([, isSet]) => isSet)?.[0] ?? (nested === undefined ? undefined : `ignoreChanges: ${nested}`);
}

function hasHooks(request: RegisterResourceRequest): boolean {
  return Object.values(request.getHooks()?.toObject() ?? {}).some((names) => Array.isArray(names) && names.length > 0);
}

function readPropertyDependencies(request: RegisterResourceRequest): Readonly<Record<string, readonly string[]>> {
  const result: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, key) => {
    result[key] = dependencies.getUrnsList();
  });
  return result;
}

function readTimeouts(request: RegisterResourceRequest): CustomTimeouts | undefined {
  const timeouts = request.getCustomtimeouts();
  const texts = { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "", delete: timeouts?.getDelete() ?? "" };
  const set = Object.entries(texts).filter(([, text]) => text !== "");
  return set.length === 0 ? undefined : Object.fromEntries(set.map(([action, text]) => [action, parseDuration(text)]));
}

function readAlias(alias: Alias): GoalAlias {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  const parent = spec.hasNoparent() && spec.getNoparent() ? "" : spec.hasParenturn() ? spec.getParenturn() : undefined;
  return { name: spec.getName(), type: spec.getType(), stack: spec.getStack(), project: spec.getProject(), parent };
}
