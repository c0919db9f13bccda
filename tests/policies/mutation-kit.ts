import { KEY_FACTS, type RegisteredResource, registeredResources } from "../../bench/registered-resources";
import { examplePlan, type Values } from "../unit/example-stack";
import type { Pick } from "./stack-mutators";

/** The resources of cygnus as components/ registers them. */
export function registered(values: Values = {}): RegisteredResource[] {
  return registeredResources(examplePlan(values, KEY_FACTS));
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

export function pickFrom(random: () => number): Pick {
  return (choices) => choices[Math.floor(random() * choices.length)]!;
}

export function roleOf({ props }: RegisteredResource): string {
  const labels = (props["labels"] ?? []) as { readonly label: string; readonly value: string }[];
  return labels.find(({ label }) => label === "ldms.role")?.value ?? "";
}

/** Changes the text of the file of that name in the delivery that has it. */
export function editFile(resources: readonly RegisteredResource[], name: string, edit: (text: string) => string): void {
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
