import assert from "node:assert/strict";
import * as docker from "@pulumi/docker";
import fc from "fast-check";
import { containerArgs } from "../../components/docker-container";
import { anyContainer } from "../unit/any-container";
import { record } from "./recorded";

describe("containerArgs", function () {
  this.timeout(30_000);

  it("has no input that Pulumi's provider would pass over", async () => {
    const all = fc.sample(anyContainer, 20).map((container, i) => ({ name: `c${i}`, args: containerArgs(container, "sha256:00") }));
    const recorded = await record(() => {
      for (const { name, args } of all) new docker.Container(name, args);
    });
    for (const { name, inputs } of recorded) assert.deepEqual(inputs, all.find((one) => one.name === name)!.args);
    assert.equal(recorded.length, all.length);
  });
});
