import type { ContainerInspectInfo } from "dockerode";
import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import { mapsOf } from "../../provider/values";
import { CONTAINER_PROPERTIES, setProperties } from "./container-properties";
import { type CreateBody, type Found, outputOf } from "./container-property";
import { type RawStateForm, rawStateDelta, terraformMeta } from "./raw-state";

/** What an image's configuration adds to each of its containers. */
export interface ImageConfig {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const RAW_STATE: RawStateForm = {
  singles: { capabilities: { adds: "add", drops: "drop" }, healthcheck: { tests: "test" } },
  maps: ["logOpts", "storageOpts", "sysctls", "tmpfs"],
  renamed: {
    dnsSearches: "dns_search",
    entrypoints: "entrypoint",
    envs: "env",
    groupAdds: "group_add",
    hosts: "host",
    networkDatas: "network_data",
    ulimits: "ulimit",
    uploads: "upload",
  },
};

/** The labels that a program gives a container, by name. */
export function labelsOf(inputs: PropertyMap): Readonly<Record<string, string>> {
  return Object.fromEntries(mapsOf(inputs["labels"]).map((entry) => [String(entry["label"]), String(entry["value"])]));
}

/** The body of the call that creates the container. */
export function createBodyOf(inputs: PropertyMap): Record<string, unknown> {
  const body: CreateBody = { Config: {}, HostConfig: {} };
  for (const [name, property] of setProperties(inputs)) property.write?.(inputs[name]!, body);

  return { ...body.Config, HostConfig: body.HostConfig };
}

export function foundOf(container: ContainerInspectInfo, image: ImageConfig): Found {
  return {
    Config: container.Config as unknown as Found["Config"],
    HostConfig: container.HostConfig as unknown as Found["HostConfig"],
    containerName: container.Name.replace(/^\//, ""),
    isRunning: container.State.Running,
    imageId: container.Image,
    imageEnv: image.env,
    imageLabels: image.labels,
  };
}

/** The program's inputs with what the host says of each; what the program left open stays open. */
export function inputsFrom(found: Found, inputs: PropertyMap): PropertyMap {
  const changed: Record<string, PropertyValue> = { ...inputs };
  for (const [name, { read }] of setProperties(inputs)) {
    if (read === undefined) continue;
    const value = read(found, inputs[name]!);
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  }

  return changed;
}

/** All outputs of the type, in the form in which the real provider keeps them. `inputs` as they are on the host. */
export function outputsFrom(container: ContainerInspectInfo, found: Found, inputs: PropertyMap): PropertyMap {
  const properties = Object.entries(CONTAINER_PROPERTIES).map(
    ([name, property]) => [name, outputOf(property, found, inputs[name])] as const,
  );
  const outputs: PropertyMap = {
    ...Object.fromEntries(properties),
    id: container.Id,
    exitCode: container.State.Running ? null : container.State.ExitCode,
    networkDatas: networksOf(container),
    platform: container.Platform,
  };
  const sorted = Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)));

  return {
    __meta: terraformMeta({ hasTimeouts: true, schemaVersion: "2" }),
    __pulumi_raw_state_delta: rawStateDelta(sorted, RAW_STATE),
    ...sorted,
  };
}

function networksOf(container: ContainerInspectInfo): PropertyValue {
  return Object.entries(container.NetworkSettings.Networks ?? {}).map(([networkName, network]) => ({
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
    networkName,
  }));
}
