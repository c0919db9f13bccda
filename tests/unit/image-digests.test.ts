import assert from "node:assert/strict";
import { findDigests } from "../../automation/image-digests";

describe("findDigests", () => {
  it("takes the digest of a locked image from its reference, and reads no state", async () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    const image = { name: "ldms-samp", reference: `ovishpc/ldms-samp@${digest}` };
    assert.deepEqual(await findDigests({ projectFolder: "/nowhere", stack: "cygnus" }, [image]), [{ ...image, digest }]);
  });
});
