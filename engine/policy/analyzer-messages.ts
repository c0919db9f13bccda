import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PropertyMap } from "../../stack/property-value";
import { type JsonValue, toWireMap } from "../../stack/property-values";
import type { ResourceRecord } from "../../stack/resource-record";
import { urnName } from "../../stack/urn";
import type { Goal } from "../goal/goal";

/** A resource as a pack is shown it, before its step. */
export interface PolicySubject {
  readonly record: ResourceRecord;
  readonly goal: Goal;
  readonly provider: ResourceRecord | undefined;
}

export function makeAnalyzeRequest({ record, goal, provider }: PolicySubject): AnalyzeRequest {
  const request = new AnalyzeRequest();
  request.setType(record.type);
  request.setUrn(record.urn);
  request.setName(urnName(record.urn));
  request.setProperties(toStruct(record.inputs));
  request.setOptions(makeOptions(record, goal.deleteBeforeReplace));
  if (provider !== undefined) request.setProvider(makeProvider(provider));
  return request;
}

/** The whole stack, each resource with what came out of it. */
export function makeStackRequest(
  records: readonly ResourceRecord[],
  providerOf: (record: ResourceRecord) => ResourceRecord | undefined,
): AnalyzeStackRequest {
  const request = new AnalyzeStackRequest();
  request.setResourcesList(records.map((record) => makeResource(record, providerOf(record))));
  return request;
}

function makeResource(record: ResourceRecord, provider: ResourceRecord | undefined): AnalyzerResource {
  const resource = new AnalyzerResource();
  resource.setType(record.type);
  resource.setUrn(record.urn);
  resource.setName(urnName(record.urn));
  resource.setProperties(toStruct(record.outputs));
  resource.setOptions(makeOptions(record, undefined));
  resource.setParent(record.parent);
  resource.setDependenciesList([...record.dependencies]);
  if (provider !== undefined) resource.setProvider(makeProvider(provider));
  for (const [key, urns] of Object.entries(record.propertyDependencies)) {
    if (urns.length === 0) continue;
    const dependencies = new AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    resource.getPropertydependenciesMap().set(key, dependencies);
  }
  return resource;
}

function makeOptions(record: ResourceRecord, deleteBeforeReplace: boolean | undefined): AnalyzerResourceOptions {
  const options = new AnalyzerResourceOptions();
  options.setProtect(record.protect);
  options.setIgnorechangesList([...record.ignoreChanges]);
  options.setDeletebeforereplace(deleteBeforeReplace ?? false);
  options.setDeletebeforereplacedefined(deleteBeforeReplace !== undefined);
  options.setAdditionalsecretoutputsList([...record.additionalSecretOutputs]);
  options.setAliasesList([...record.aliases]);
  options.setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
  options.setParent(record.parent);
  return options;
}

function makeProvider(record: ResourceRecord): AnalyzerProviderResource {
  const provider = new AnalyzerProviderResource();
  provider.setType(record.type);
  provider.setUrn(record.urn);
  provider.setName(urnName(record.urn));
  provider.setProperties(toStruct(record.inputs));
  return provider;
}

/** Without what providers keep for themselves under keys that begin with two underscores. */
function toStruct(values: PropertyMap): Struct {
  return Struct.fromJavaScript(withoutInternal(toWireMap(values)) as Parameters<typeof Struct.fromJavaScript>[0]);
}

function withoutInternal(value: JsonValue): JsonValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withoutInternal);
  const kept = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutInternal(item)]));
}
