import assert from "node:assert/strict";
import { registeredResources } from "../../bench/registered-resources";
import { SPEC_LABEL } from "../../plan/containers/spec-hash";
import { manifestEntry } from "../../plan/delivery/deliver-files";
import { readDeployedState, type StateResource } from "../../plan/deployed/deployed-state";
import { pullReference } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { batchesOf } from "../policies/batches";
import { examplePlan, type Values } from "./example-stack";

/** What a plan would have brought to its hosts. */
function expected({ hosts }: DeploymentPlan) {
  return new Map(
    hosts.map(({ name, files, containers }) => [
      name,
      {
        files: new Map(files.map((file) => [file.path, manifestEntry(file)])),
        specs: new Map(containers.map((container) => [container.name, container.labels[SPEC_LABEL]])),
      },
    ]),
  );
}

function readBack(resources: readonly StateResource[]) {
  return new Map(
    [...readDeployedState(resources)].map(([host, { files, containers }]) => [
      host,
      { files, specs: new Map([...containers].map(([name, { spec }]) => [name, spec])) },
    ]),
  );
}

/** As a state has them: below the component of their host. */
function ofDocker(plan: DeploymentPlan): StateResource[] {
  const hostOf = (name: string) => plan.hosts.find((host) => name.startsWith(`${host.name}-`))!.name;
  return registeredResources(plan).map(({ type, name, props }) => ({
    type,
    parent: `urn:pulumi:${plan.stack}::ldms::ldms:index:Cluster$ldms:index:Host::${hostOf(name)}`,
    inputs: props,
  }));
}

function ofFanOut(plan: DeploymentPlan): StateResource[] {
  const parent = `urn:pulumi:${plan.stack}::ldms::ldms:index:Cluster$ldms:index:FanOut::fan-out`;
  return batchesOf(plan).map(({ type, props }) => ({ type, parent, inputs: props }));
}

const FAN_OUT = { method: "fan-out", fanOut: { serial: [1] } };
const OWN_IDS = { componentIds: { "cygnus-[01-04]": "2201-2204" } };
const HEADS = { ...FAN_OUT, fanOut: { heads: [{ host: "cygnus-06", hosts: "cygnus-[02,06]" }] } };

describe("readDeployedState", () => {
  const stacks: Readonly<Record<string, readonly [(plan: DeploymentPlan) => StateResource[], Values]>> = {
    "the method docker": [ofDocker, {}],
    "the method fan-out": [ofFanOut, FAN_OUT],
    "several heads": [ofFanOut, HEADS],
    "component ids of the hosts' own": [ofFanOut, { ...FAN_OUT, ...OWN_IDS }],
    "such ids by the method docker": [ofDocker, OWN_IDS],
  };
  for (const [title, [resourcesOf, values]] of Object.entries(stacks))
    it(`reads back files and hashes of ${title}`, () => {
      const plan = examplePlan(values);
      assert.deepEqual(readBack(resourcesOf(plan)), expected(plan));
    });

  it("knows what each container was made from", () => {
    const plan = examplePlan(FAN_OUT);
    const wanted = new Map(plan.images.map((image) => [image.name, pullReference(image)]));
    const state = readDeployedState(ofFanOut(plan));
    for (const { name, containers } of plan.hosts)
      for (const container of containers)
        assert.equal(state.get(name)!.containers.get(container.name)!.reference, wanted.get(container.image));
  });

  it("takes the name of an image from the resource beside the container", () => {
    const parent = "urn:pulumi:s::ldms::ldms:index:Cluster$ldms:index:Host::n1";
    const inputs = { name: "samp", image: "sha256:1d", labels: [{ label: SPEC_LABEL, value: "3f" }] };
    const container = { type: "docker:index/container:Container", parent, inputs };
    const image = {
      type: "docker:index/remoteImage:RemoteImage",
      parent,
      inputs: { name: "reg:5000/samp:1" },
      outputs: { imageId: "sha256:1d" },
    };
    const samp = (...resources: StateResource[]) => readDeployedState(resources).get("n1")?.containers.get("samp");
    assert.deepEqual(samp(container, image), { spec: "3f", reference: "reg:5000/samp:1" });
    assert.deepEqual(samp(container), { spec: "3f", reference: "sha256:1d" });
    assert.equal(samp({ ...container, delete: true }, image), undefined);
  });

  it("reads nothing from what is encrypted, or is none of ours", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
    const command = { type: "command:local:Command", parent: "", inputs: { create: secret } };
    const other = { type: "command:local:Command", inputs: { create: "hosts=n1\ntrue\n" } };
    assert.equal(readDeployedState([command, other, { type: "x" }]).size, 0);
  });
});
