import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

type Unpack = (inputs: Struct, areSecretsKept: boolean) => object;

/** Of the SDK, which has no types of it; its server calls it by this place. */
const sdk = require("@pulumi/policy/deserialize") as { deserializeProperties: Unpack };

/**
 * The SDK unpacks the inputs of every resource anew for every policy: two thirds of what judging a large stack takes. No policy changes them, so
 * that once does for all.
 */
export function unpackOnce(): void {
  const unpack = sdk.deserializeProperties;
  const known = new WeakMap<Struct, object>();
  sdk.deserializeProperties = (inputs, areSecretsKept) => {
    // For a remediation, which may change them.
    if (areSecretsKept) return unpack(inputs, areSecretsKept);
    const before = known.get(inputs);
    if (before !== undefined) return before;
    const unpacked = unpack(inputs, areSecretsKept);
    known.set(inputs, unpacked);
    return unpacked;
  };
}
