/**
 * A value in a resource's inputs or outputs as the engine keeps it in memory. Shape by example:
 * `{ name: "samp", privileged: true, stdin: new Secret("…"), image: UNKNOWN }`.
 */
export type PropertyValue = null | boolean | number | string | readonly PropertyValue[] | PropertyMap | Secret | Unknown;

export interface PropertyMap {
  readonly [key: string]: PropertyValue;
}

/** A value that is encrypted in the state and never printed. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

/** A value that only `up` will know; appears in previews alone. */
export class Unknown {}

export const UNKNOWN = new Unknown();
