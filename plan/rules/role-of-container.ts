import { ROLES } from "../containers/roles";
import { showControls } from "../text/text";
import type { ContainerFacts } from "./facts";

/** A container without a role is none of this project's. */
export function isOurs({ role }: ContainerFacts): boolean {
  return role !== undefined;
}

export function isLdmsd({ role }: ContainerFacts): boolean {
  return role !== undefined && ROLES[role].isLdmsd;
}

export function isService({ role }: ContainerFacts): boolean {
  return role !== undefined && ROLES[role].isService;
}

/** They alone keep rows. */
export function hasStores({ role }: ContainerFacts): boolean {
  return role !== undefined && ROLES[role].hasStores;
}

/** ``sampler `samp` `` */
export function nameOf({ role, name }: ContainerFacts): string {
  return `${role ?? "container"} \`${name}\``;
}

/** `` `SYS_ADMIN`, `SYS_BOOT` `` */
export function quoted(words: readonly (string | number)[]): string {
  return words.map((word) => `\`${showControls(String(word))}\``).join(", ");
}
