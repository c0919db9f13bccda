import { deepEqual, equal } from "node:assert/strict";
import type { ContainerInspectInfo } from "dockerode";
import { createProvider } from "../../engine/create-provider";
import { isMap, listOf } from "../../engine/provider/values";
import { CONTAINER } from "../../engine/providers/docker/container";
import { createBodyOf, foundOf, inputsFrom, outputsFrom } from "../../engine/providers/docker/container-state";
import type { PropertyMap, PropertyValue } from "../../stack/property-value";
import recorded from "../fixtures/engine/recorded-state.json";

/** What the real engine with the real providers wrote. */
function recordedResource(type: string): { readonly inputs: PropertyMap; readonly outputs: PropertyMap } {
  const resource = recorded.deployment.resources.find((candidate) => candidate.type === type)!;

  return resource as unknown as { readonly inputs: PropertyMap; readonly outputs: PropertyMap };
}

/** The inputs as the program wrote them: without the defaults and their marks. */
function asWritten(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map((element) => asWritten(element as PropertyValue));
  if (!isMap(value)) return value;
  const defaults = listOf(value["__defaults"]);
  const entries = Object.entries(value).filter(([name]) => name !== "__defaults" && !defaults.includes(name));

  return Object.fromEntries(entries.map(([name, element]) => [name, asWritten(element)]));
}

// This proves the form of what is written, not what a Docker engine does; docker-engine.test.ts is about that.
describe("the docker provider and a state that the real one wrote", () => {
  for (const type of ["docker:index/container:Container", "docker:index/remoteImage:RemoteImage"]) {
    it(`checks the inputs of ${type} into the same inputs, marks and all`, async () => {
      const provider = createProvider("docker", ".");
      const { inputs } = recordedResource(type);
      const result = await provider.check({ urn: "urn", type }, asWritten(inputs) as PropertyMap);
      deepEqual(result, { inputs, failures: [] });
    });
  }

  it("writes a container's outputs alike, notes of the Terraform bridge included", () => {
    const { inputs, outputs } = recordedResource("docker:index/container:Container");
    const container = recordedContainer(inputs, outputs);
    const found = foundOf(container, { env: [], labels: {} });
    deepEqual(outputsFrom(container, found, inputsFrom(found, inputs)), outputs);
  });

  it("finds nothing to change in the recorded container", () => {
    const { inputs, outputs } = recordedResource("docker:index/container:Container");
    const old = { urn: "urn", type: "docker:index/container:Container", id: String(outputs["id"]), inputs, outputs };
    equal(CONTAINER.diff(old, inputs).changed, false);
  });
});

/** `docker inspect` of the recorded container: what was sent, and what Docker 26 fills in. */
function recordedContainer(inputs: PropertyMap, outputs: PropertyMap): ContainerInspectInfo {
  const { HostConfig, ...Config } = createBodyOf(inputs);

  return {
    Id: outputs["id"],
    Name: "/samp",
    Image: inputs["image"],
    Platform: "linux",
    State: { Running: true, ExitCode: 0 },
    Config: { ...Config, Hostname: "cygnus-01" },
    HostConfig: {
      ...(HostConfig as object),
      IpcMode: "private",
      Runtime: "runc",
      ShmSize: 64 * 1024 * 1024,
      SecurityOpt: ["label=disable"],
    },
    NetworkSettings: {
      Networks: {
        host: {
          Gateway: "",
          GlobalIPv6Address: "",
          GlobalIPv6PrefixLen: 0,
          IPAddress: "",
          IPPrefixLen: 0,
          IPv6Gateway: "",
          MacAddress: "",
        },
      },
    },
  } as unknown as ContainerInspectInfo;
}
