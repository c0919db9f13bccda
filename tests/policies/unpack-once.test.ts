import assert from "node:assert/strict";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unpackOnce } from "../../policies/unpack-once";

const sdk = require("@pulumi/policy/deserialize") as { deserializeProperties: (inputs: Struct, areSecretsKept: boolean) => object };

describe("unpackOnce", () => {
  const { deserializeProperties } = sdk;
  before(unpackOnce);
  after(() => {
    sdk.deserializeProperties = deserializeProperties;
  });

  it("unpacks a resource's inputs once for all policies", () => {
    const inputs = Struct.fromJavaScript({ name: "samp", labels: [{ label: "ldms.role" }] });
    const unpacked = sdk.deserializeProperties(inputs, false);
    assert.deepEqual(unpacked, { name: "samp", labels: [{ label: "ldms.role" }] });
    assert.equal(sdk.deserializeProperties(inputs, false), unpacked);
  });

  it("tells one resource's inputs from another's, and unpacks anew for a remediation", () => {
    const [one, other] = ["a", "b"].map((name) => Struct.fromJavaScript({ name })) as [Struct, Struct];
    assert.notDeepEqual(sdk.deserializeProperties(one, false), sdk.deserializeProperties(other, false));
    assert.notEqual(sdk.deserializeProperties(one, true), sdk.deserializeProperties(one, true));
  });

  it("is by the place where the SDK's server calls it", () => {
    const server = String(require("node:fs").readFileSync(require.resolve("@pulumi/policy/server")));
    assert.match(server, /deserialize_1\.deserializeProperties\(req\.getProperties\(\), false\)/);
  });
});
