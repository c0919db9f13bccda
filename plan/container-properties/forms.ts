import type { PlannedContainer } from "../model/container";
import { CONTAINER_PROPERTIES } from "./properties";
import type { ContainerProperty, FactsOf, RunLine } from "./property";

type Table = typeof CONTAINER_PROPERTIES;

/** What rules judge of a container, whoever tells it. */
export type PropertyFacts = FactsOf<Table>;

const ENTRIES: readonly (readonly [string, ContainerProperty<unknown>])[] = Object.entries(CONTAINER_PROPERTIES);
const PROPERTIES = ENTRIES.map(([, property]) => property);

export const PROPERTY_NAMES = Object.keys(CONTAINER_PROPERTIES) as readonly (keyof Table)[];

/** Those of `docker run` that have a meaning for the rules, or none; with any other one a container could be what they forbid. */
export const FLAGS: readonly string[] = ["--detach", ...PROPERTIES.flatMap(({ flag }) => flag ?? [])];
export const VALUED_OPTIONS: readonly string[] = PROPERTIES.flatMap(({ options }) => options ?? []);

/** The options of a `docker run`, and what stands after its image. */
export function typeContainer(container: PlannedContainer): { readonly options: readonly string[]; readonly argv: readonly string[] } {
  return {
    options: PROPERTIES.flatMap(({ typed }) => typed?.(container) ?? []),
    argv: PROPERTIES.flatMap((property) => property.arguments?.(container) ?? []),
  };
}

/** What @pulumi/docker's Container takes, but the image. */
export function containerInputs(container: PlannedContainer): Record<string, unknown> {
  return Object.assign({}, ...PROPERTIES.map(({ inputs }) => inputs?.(container)));
}

/** Each property as `read` has it of one form. */
export function readFacts(read: (property: ContainerProperty<unknown>) => unknown): PropertyFacts {
  const facts: Record<string, unknown> = {};
  for (const [name, property] of ENTRIES) facts[name] = read(property);
  return facts as PropertyFacts;
}

export function factsOfRun(line: RunLine): PropertyFacts {
  return readFacts((property) => property.ofTyped(line));
}

/** What is said of a container of which nothing is said. */
export const NOTHING_SAID: PropertyFacts = factsOfRun({ options: new Map(), image: "", argv: [] });
