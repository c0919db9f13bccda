import { deepEqual, equal } from "node:assert/strict";
import { diffInputs } from "../../engine/provider/property-diff";
import type { PropertyMap } from "../../stack/property-value";
import { UNKNOWN } from "../../stack/property-value";

const RULES = {
  keyOf: (path: string) => (path === "envs" ? (element: unknown) => String(element).split("=")[0]! : undefined),
  replaces: (property: string) => property === "image",
  deleteBeforeReplace: false,
};

const detailed = (before: PropertyMap, after: PropertyMap) => diffInputs(before, after, RULES).detailed;

describe("diffInputs", () => {
  it("finds nothing between equal inputs, marks aside", () => {
    equal(diffInputs({ a: [1, { b: null }], __defaults: ["x"] }, { a: [1, {}], __defaults: [] }, RULES).changed, false);
  });

  it("names added, deleted and changed values by their path", () => {
    deepEqual(
      detailed({ gone: 1, list: [1, 2], map: { "max-size": "1m", b: 1 } }, { come: 1, list: [1, 3, 4], map: { "max-size": "2m", b: 1 } }),
      {
        gone: "delete",
        come: "add",
        "list[1]": "update",
        "list[2]": "add",
        'map["max-size"]': "update",
      },
    );
  });

  it("marks a property that needs a new object, and lists it", () => {
    deepEqual(diffInputs({ image: "a", b: 1 }, { image: "b", b: 2 }, RULES), {
      changed: true,
      replaceKeys: ["image"],
      deleteBeforeReplace: false,
      detailed: { image: "update-replace", b: "update" },
    });
  });

  it("takes an unknown value for a change", () => {
    deepEqual(detailed({ image: "a" }, { image: UNKNOWN }), { image: "update-replace" });
    deepEqual(detailed({ envs: ["A=1"] }, { envs: [UNKNOWN] }), { envs: "update" });
  });

  it("does not mind the order of a list that is a set", () => {
    deepEqual(detailed({ envs: ["A=1", "B=2"] }, { envs: ["B=2", "A=1"] }), {});
  });

  it("finds the element of a set that has changed by its key", () => {
    deepEqual(detailed({ envs: ["A=1", "B=2"] }, { envs: ["B=3", "A=1"] }), { "envs[0]": "update" });
    deepEqual(detailed({ envs: ["A=1", "B=2"] }, { envs: ["B=2"] }), { "envs[0]": "delete" });
    deepEqual(detailed({ envs: ["A=1"] }, { envs: ["C=1"] }), { "envs[0]": "update" });
  });
});
