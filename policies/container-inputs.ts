import { PROPERTY_NAMES } from "../plan/container-properties/forms";
import { CONTAINER_PROPERTIES } from "../plan/container-properties/properties";
import type { ContainerFacts } from "../plan/rules/facts";
import { hostOf, readInput, type SeenResource } from "./seen-resource";

const FACTS: readonly (keyof ContainerFacts)[] = ["host", ...PROPERTY_NAMES];

/**
 * The reverse of components/docker-container.ts, of what the rules judge. Each is read when a rule first asks for it: most rules ask for two or
 * three, and what a preview does not know yet keeps only those from judging that need it.
 */
class ContainerInputs {
  readonly #resource: SeenResource;
  readonly #known = new Map<keyof ContainerFacts, unknown>();

  constructor(resource: SeenResource) {
    this.#resource = resource;
  }

  get(name: keyof ContainerFacts): unknown {
    if (!this.#known.has(name)) this.#known.set(name, this.#read(name));
    return this.#known.get(name);
  }

  #read(name: keyof ContainerFacts): unknown {
    if (name === "host") return hostOf(this.#resource.name, String(this.get("name")));
    return CONTAINER_PROPERTIES[name].ofInputs((input) => readInput(this.#resource.props, input));
  }
}

for (const name of FACTS) Object.defineProperty(ContainerInputs.prototype, name, { get: ofName(name) });

function ofName(name: keyof ContainerFacts) {
  return function (this: ContainerInputs) {
    return this.get(name);
  };
}

export function factsOfContainer(resource: SeenResource): ContainerFacts {
  return new ContainerInputs(resource) as unknown as ContainerFacts;
}

/** All at once, as a plain record. */
export function readWhole(facts: ContainerFacts): ContainerFacts {
  return Object.fromEntries(FACTS.map((key) => [key, facts[key]])) as unknown as ContainerFacts;
}
