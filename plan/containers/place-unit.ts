import type { PlannedContainer } from "../model/container";
import type { ContainerUnit } from "./container-unit";
import { STACK_LABEL } from "./ownership";
import { hashSpecs, SPEC_LABEL } from "./spec-hash";

/** A container on one of its hosts, and the unit that it is of. */
export interface PlacedUnit {
  readonly container: PlannedContainer;
  readonly unit: ContainerUnit;
}

/** The unit on each of its hosts, labelled. What the hosts have alike is one and the same object on all of them. */
export function placeUnit(stack: string, unit: ContainerUnit): PlacedUnit[] {
  const { container, files, places } = unit;
  const labels = { [STACK_LABEL]: stack, "ldms.role": container.role };
  const specOf = hashSpecs(container, files, labels);
  return places.map(({ host, env }) => ({
    unit,
    container: { ...container, host, env, labels: { ...labels, [SPEC_LABEL]: specOf({ host, env }) } },
  }));
}
