import { containerArgs } from "../../components/docker-container";
import { renderDelivery, renderDeliveryInput } from "../../plan/deliver-files";
import type { DeploymentPlan } from "../../plan/deployment-plan";
import { childName } from "../../plan/resource-names";
import { CONTAINER_TYPE, IMAGE_TYPE, type SeenResource } from "../../policies/resource-facts";
import { examplePlan, type Values } from "../unit/example-stack";

/** Inputs that a mutator may change as it likes. */
export interface Inputs {
  [key: string]: unknown;
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Inputs;
}

const KEY = Buffer.from("0123456789abcdef0123456789abcdefghijklmnopqrstuvwxyz").toString("base64");
const OWNERS = "ldms:index:Cluster$ldms:index:Host";

/** The resources of cygnus as components/ registers them, as plain JSON. */
export function registered(values: Values = {}): Resource[] {
  const plan = examplePlan(values, { secrets: { mungeKey: { lengthBytes: 52, isUniform: false, fingerprint: "0a" } }, ownFiles: {} });
  return JSON.parse(JSON.stringify([...containersOf(plan), ...deliveriesOf(plan), ...imagesOf(plan)])) as Resource[];
}

function resource(type: string, name: string, props: object): SeenResource {
  return { type, name, urn: `urn:pulumi:cygnus::ldms::${OWNERS}$${type}::${name}`, props: { ...props } };
}

function containersOf({ containers }: DeploymentPlan): SeenResource[] {
  return containers.map((one) => resource(CONTAINER_TYPE, childName(one.host, one.name), containerArgs(one, `sha256:${"0".repeat(64)}`)));
}

function deliveriesOf({ stack, hosts }: DeploymentPlan): SeenResource[] {
  return hosts.flatMap(({ name, files }) => {
    const props = {
      create: renderDelivery(stack, files),
      stdin: renderDeliveryInput(files, () => KEY),
      connection: { hostKey: "ssh-ed25519 AA" },
    };
    return files.length ? [resource("command:remote:Command", childName(name, "files"), props)] : [];
  });
}

function imagesOf({ images }: DeploymentPlan): SeenResource[] {
  return images.map(({ name }) => resource(IMAGE_TYPE, `cygnus-07-${name}`, { name: `ovishpc/${name}@sha256:${"0".repeat(64)}` }));
}

/** mulberry32: the same numbers from the same seed, 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function roleOf({ props }: Resource): string {
  const labels = (props["labels"] ?? []) as { readonly label: string; readonly value: string }[];
  return labels.find(({ label }) => label === "ldms.role")?.value ?? "";
}

/** Changes the text of the file of that name in the delivery that has it. */
export function editFile(resources: readonly Resource[], name: string, edit: (text: string) => string): void {
  for (const { props } of resources.filter(({ type }) => type === "command:remote:Command")) {
    const manifest = String(props["create"])
      .split("\n")
      .filter((line) => /^[0-7]{4} \d+:\d+ \//.test(line));
    const index = manifest.findIndex((line) => line.split(" ")[2]?.endsWith(`/${name}`));
    if (index < 0) continue;
    const contents = String(props["stdin"]).split("\n");
    contents[index] = Buffer.from(edit(Buffer.from(contents[index]!, "base64").toString())).toString("base64");
    props["stdin"] = contents.join("\n");
  }
}
