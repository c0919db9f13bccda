import assert from "node:assert/strict";
import { isContentLine, readGenerated, renderGenerated } from "../../plan/delivery/content-line";

describe("a line of a delivery's input", () => {
  it("asks for random bytes, or has content", () => {
    assert.deepEqual([renderGenerated(50), readGenerated("generate:50")], ["generate:50", 50]);
    assert.deepEqual(["", "aGk=", "generate:", "generate:5x", " generate:5"].map(readGenerated), Array(5).fill(undefined));
  });

  it("is told from what a shell would run", () => {
    assert.deepEqual(["", "aGk=", "aGkK", "generate:50"].map(isContentLine), [true, true, true, true]);
    assert.deepEqual(["docker run x", "generate:$(id)", "generate:", "aGk=\n"].map(isContentLine), [false, false, false, false]);
  });
});
