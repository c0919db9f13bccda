import assert from "node:assert/strict";
import { findMethod } from "../../operations/move";

const CLUSTER = "urn:pulumi:lab::ldms::ldms:index:Cluster";
const of = (...paths: readonly string[]) => findMethod(paths.map((path) => ({ urn: `${CLUSTER}$${path}`, type: "" })));

describe("findMethod", () => {
  it("tells by what is on hosts which method made it", () => {
    assert.equal(of("ldms:index:Images::lab", "ldms:index:Host$docker:index/container:Container::cygnus-01-samp"), "docker");
    assert.equal(of("ldms:index:FanOut$command:remote:Command::fan-out-samp-1"), "fan-out");
  });

  it("tells none where a run has only built images", () => {
    const built = [
      "ldms:index:Images$docker:index/image:Image::ldms-samp",
      "ldms:index:Host::cygnus-01",
      "ldms:index:Host$pulumi:providers:docker::cygnus-01",
    ];
    assert.equal(of(...built), undefined);
  });
});
