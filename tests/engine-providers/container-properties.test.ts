import { deepEqual, equal, rejects } from "node:assert/strict";
import type { ContainerInspectInfo } from "dockerode";
import type { ResourceState } from "../../engine/provider/provider";
import { CONTAINER } from "../../engine/providers/docker/container";
import { CONTAINER_PROPERTIES } from "../../engine/providers/docker/container-properties";
import type { CreateBody } from "../../engine/providers/docker/container-property";
import { createBodyOf, foundOf, inputsFrom, outputsFrom } from "../../engine/providers/docker/container-state";
import type { PropertyMap } from "../../stack/property-value";
import { ALL_INPUTS, CONTAINER_EXAMPLES } from "./container-examples";

const IMAGE = `sha256:${"1".repeat(64)}`;
/** What no change on the host can alter: they steer this provider alone, or have tests of their own. */
const WITHOUT_EXAMPLE = ["destroyGraceSeconds", "image", "name"];

/** What Docker would say of a container made from that body, as far as this provider asks. */
function inspectOf(
  body: CreateBody,
  changes: { readonly name?: string; readonly image?: string; readonly isRunning?: boolean } = {},
): ContainerInspectInfo {
  return {
    Id: "c0ffee",
    Name: `/${changes.name ?? "samp"}`,
    Image: changes.image ?? IMAGE,
    Platform: "linux",
    State: { Running: changes.isRunning ?? true, ExitCode: 0 },
    NetworkSettings: { Networks: {} },
    ...body,
  } as unknown as ContainerInspectInfo;
}

function bodyOf(inputs: PropertyMap): CreateBody {
  const { HostConfig, ...Config } = structuredClone(createBodyOf(inputs));

  return { Config, HostConfig: HostConfig as Record<string, unknown> };
}

async function checked(inputs: PropertyMap): Promise<PropertyMap> {
  const result = await CONTAINER.check(inputs);
  deepEqual(result.failures, []);

  return result.inputs;
}

/** What a run says after somebody has changed things by hand: read, then compare with the unchanged program. */
function diffAfter(inspect: ContainerInspectInfo, inputs: PropertyMap) {
  const found = foundOf(inspect, { env: ["PATH=/bin"], labels: { "from.image": "1" } });
  const read = inputsFrom(found, inputs);
  const old: ResourceState = { urn: "urn", type: "t", id: inspect.Id, inputs: read, outputs: outputsFrom(inspect, found, read) };

  return CONTAINER.diff(old, inputs);
}

describe("CONTAINER_PROPERTIES", () => {
  it("has an example for every input that a host can change", () => {
    const fieldOf = (name: string) => CONTAINER_PROPERTIES[name]!.field;
    const settable = Object.keys(CONTAINER_PROPERTIES).filter((name) => fieldOf(name) !== undefined && !fieldOf(name)!.isFixed);
    deepEqual([...Object.keys(CONTAINER_EXAMPLES), ...WITHOUT_EXAMPLE].sort(), settable.sort());
  });

  for (const [name, example] of Object.entries(CONTAINER_EXAMPLES)) {
    it(`sends \`${name}\` where Docker expects it`, async () => {
      const body = bodyOf(await checked({ ...ALL_INPUTS, name: "samp", image: IMAGE }));
      for (const [half, values] of Object.entries(example.sent)) {
        for (const [key, value] of Object.entries(values)) deepEqual(body[half as keyof CreateBody][key], value);
      }
    });

    it(`shows a change of \`${name}\` made by hand, and nothing else`, async () => {
      const inputs = await checked({ ...ALL_INPUTS, name: "samp", image: IMAGE });
      const body = bodyOf(inputs);
      example.tamper(body);
      deepEqual(diffAfter(inspectOf(body), inputs).detailed, example.diff);
    });
  }

  it("shows nothing for a container as it was made, with what Docker and the image add", async () => {
    const inputs = await checked({ ...ALL_INPUTS, name: "samp", image: IMAGE });
    const body = bodyOf(inputs);
    Object.assign(body.Config, {
      Env: [...(body.Config["Env"] as string[]), "PATH=/bin"],
      Labels: { ...(body.Config["Labels"] as object), "from.image": "1" },
    });
    Object.assign(body.HostConfig, { SecurityOpt: ["no-new-privileges", "label=disable"], CapAdd: ["CAP_SYS_NICE"] });
    equal(diffAfter(inspectOf(body), inputs).changed, false);
  });

  it("shows nothing of what the program leaves open", async () => {
    const inputs = await checked({ name: "samp", image: IMAGE });
    const body = bodyOf({ ...inputs, ...ALL_INPUTS, networkMode: "bridge", restart: "no" });
    equal(diffAfter(inspectOf(body), inputs).changed, false);
  });

  it("takes an empty command for the image's own", async () => {
    const inputs = await checked({ name: "samp", image: IMAGE, command: [] });
    const body = bodyOf(inputs);
    equal(body.Config["Cmd"], undefined);
    body.Config["Cmd"] = ["bash"];
    equal(diffAfter(inspectOf(body), inputs).changed, false);
  });

  it("shows a stopped container as one that must run", async () => {
    const inputs = await checked({ name: "samp", image: IMAGE });
    deepEqual(diffAfter(inspectOf(bodyOf(inputs), { isRunning: false }), inputs).detailed, { mustRun: "update" });
  });

  it("shows another image and another name", async () => {
    const inputs = await checked({ name: "samp", image: IMAGE });
    const other = inspectOf(bodyOf(inputs), { image: `sha256:${"2".repeat(64)}`, name: "other" });
    deepEqual(diffAfter(other, inputs).detailed, { image: "update-replace", name: "update-replace" });
  });

  it("compares an image that is given by name by that name", async () => {
    const inputs = await checked({ name: "samp", image: "reg:5000/samp:1" });
    equal(diffAfter(inspectOf(bodyOf(inputs)), inputs).changed, false);
  });

  it("replaces a container to take a limit away, since `docker update` cannot", async () => {
    const inputs = await checked({ name: "samp", image: IMAGE });
    const old = { urn: "urn", type: "t", id: "1", inputs: { ...inputs, memory: 64 }, outputs: {} };
    deepEqual(CONTAINER.diff(old, inputs), {
      changed: true,
      replaceKeys: ["memory"],
      deleteBeforeReplace: true,
      detailed: { memory: "delete-replace" },
    });
  });

  const REFUSED: readonly (readonly [string, PropertyMap])[] = [
    ["networksAdvanced", { networksAdvanced: [{ name: "lab" }] }],
    ["hostname", { hostname: "node" }],
    ["sysctls", { sysctls: {} }],
    ["wait", { wait: true }],
    ["start", { start: true }],
    ["mustRun", { mustRun: false }],
    ["healthcheck.startInterval", { healthcheck: { startInterval: "1s" } }],
    ["volumes[0].fromContainer", { volumes: [{ containerPath: "/a", fromContainer: "b" }] }],
    ["volumes[0].selinuxRelabel", { volumes: [{ containerPath: "/a", hostPath: "/a", selinuxRelabel: "z" }] }],
  ];

  for (const [path, extra] of REFUSED) {
    it(`refuses \`${path}\` by name`, () =>
      rejects(CONTAINER.check({ name: "samp", image: IMAGE, ...extra }), {
        message: `docker:index/container:Container: the embedded engine does not know the option: \`${path}\`\nhelp: remove it, or run with \`--engine pulumi\``,
      }));
  }

  it("names every bad value", async () => {
    const { failures } = await CONTAINER.check({
      image: IMAGE,
      restart: "never",
      memory: "1g",
      healthcheck: { interval: "10" },
      volumes: [{ containerPath: "/a", hostPath: "relative" }],
    });
    deepEqual(
      failures.map((failure) => failure.reason),
      [
        "`healthcheck.interval` is not a duration such as `10s`: `10`",
        "`memory` is not a number",
        "`name` is missing",
        "`restart` is not one of no, on-failure, always, unless-stopped: `never`",
        "`volumes[0].hostPath` is not an absolute path: `relative`",
      ],
    );
  });
});
