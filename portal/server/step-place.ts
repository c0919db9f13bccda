import type { EngineEvent } from "../../engine/events/events";
import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { isProviderType, STACK_TYPE, urnName, urnType } from "../../stack/urn";
import { type Layout, placeOf } from "./stack-layout";

export type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** Where a step works, and on what. */
export interface StepPlace {
  /** A group of the topology, or of batches. */
  readonly group: string;
  readonly hosts: readonly string[];
  /** Free of the host's name: `samp`, `files`; of a batch `samp-1`. */
  readonly name: string;
  /** Hosts that one command works on. */
  readonly isBatch?: true;
}

export const OF_THE_STACK = "(stack)";

const HOST_TYPE = "ldms:index:Host";

/** Types of resources as people call them; of the others it is said that there is a `resource`. */
const WORDS: Readonly<Record<string, string>> = {
  "docker:index/container:Container": "container",
  "docker:index/volume:Volume": "volume",
  "docker:index/image:Image": "image",
  "docker:index/remoteImage:RemoteImage": "image",
  "command:remote:Command": "command",
  "command:local:Command": "command",
};

export function wordOfType(type: string): string {
  return WORDS[type] ?? "resource";
}

/** Holds others together, or says in words what they do: nothing that is done anywhere. */
export function isBookkeeping(type: string): boolean {
  return type === STACK_TYPE || type === DEPLOYED_TYPE || type.startsWith("ldms:index:") || isProviderType(type);
}

/** Finds the place of each step of a stack's runs. */
export class StepPlaces {
  private readonly batches: ReadonlyMap<string, StepPlace>;

  /** @param layout undefined where the stack file has no plan: of the stack is everything then */
  constructor(private readonly layout: Layout | undefined) {
    this.batches = layout ? listBatches(layout.plan) : new Map();
  }

  find({ urn, new: next, old }: StepMetadata): StepPlace {
    const name = urnName(urn);
    const batch = this.batches.get(name);
    if (batch) return batch;
    const parent = next?.parent || old?.parent || "";
    if (parent === "" || urnType(parent) !== HOST_TYPE) return { group: OF_THE_STACK, hosts: [], name };
    const host = urnName(parent);
    const key = name.startsWith(`${host}-`) ? name.slice(host.length + 1) : name;
    return { group: this.groupOf(host, key), hosts: [host], name: key };
  }

  private groupOf(host: string, key: string): string {
    const { layout } = this;
    const index = layout?.indexOf.get(host);
    // A host that has left the stack.
    if (!layout || index === undefined) return OF_THE_STACK;
    const group = layout.groupsOf.get(placeOf(host, key))?.[0] ?? layout.firstGroups[index] ?? -1;
    return layout.groups[group]?.name ?? OF_THE_STACK;
  }
}

function listBatches(plan: DeploymentPlan): ReadonlyMap<string, StepPlace> {
  const batches = listFanOuts(plan).flatMap((fanOut) =>
    fanOut.groups.flatMap((group) =>
      group.batches.map((batch) => {
        const hosts = batch.hosts.map(({ name }) => name);
        return [`${fanOut.name}-${batch.name}`, { group: group.name, hosts, name: batch.name, isBatch: true }] as const;
      }),
    ),
  );
  return new Map(batches);
}
