import assert from "node:assert/strict";
import { SOURCE_DEFAULTS } from "../../plan/builds/source-defaults";
import { findRelease, grammarOfSource } from "../../plan/images/upstream-versions";
import type { ConfigProblem } from "../../plan/problems/errors";
import { ConfigError } from "../../plan/problems/errors";
import { exampleConfig, examplePlan, textOf, type Values } from "./example-stack";

describe("findRelease", () => {
  const UI = ["ldms-ui"];
  const cases: readonly (readonly [tag: string, ...grammarAndLacks: readonly unknown[]])[] = [
    ["4.3.9", undefined, undefined],
    ["4.3.10", "A", undefined],
    ["4.3.11", "A", []],
    ["4.3.11-arm64", "A", []],
    ["4.4.0", "B", undefined],
    ["4.4.3", "B", undefined],
    ["4.4.4", "B", UI],
    ["4.4.5", "C", UI],
    ["4.4.10", "C", UI],
    ["4.5.1", "C", UI],
    ["v4.5.3", "C", UI],
    ["10.0.0", "C", UI],
    ["OVIS-4", undefined, ["ldms-maestro", "ldms-ui"]],
    ["unstable", undefined, UI],
    ["latest", undefined, undefined],
    ["standin", undefined, undefined],
    ["4.5.3-site", undefined, undefined],
    ["toString", undefined, undefined],
  ];
  for (const [tag, ...known] of cases) {
    it(`knows of ${tag}: ${known.map((one) => (one === undefined ? "nothing" : `${one}`)).join(", ")}`, () => {
      const { grammar, lacks } = findRelease(tag);
      assert.deepEqual([grammar, lacks], known);
    });
  }
});

describe("grammarOfSource", () => {
  it("has the stack's own default as one of C, and a branch of a site's as unknown", () =>
    assert.deepEqual([SOURCE_DEFAULTS.maestro.branch, "site", "constructor"].map(grammarOfSource), ["C", undefined, undefined]));
});

describe("maestro.grammar", () => {
  const OWN = { host: "cygnus-07", configFile: "own.yaml" };
  const A = { maestro: { host: "cygnus-07", grammar: "A" } };
  const AT_4_3 = { references: { "ldms-maestro": "reg.site:5000/ovishpc/ldms-maestro:4.3.11" } };
  const built = (maestro: Values) => ({ images: { source: "build", sources: { maestro } } });

  function problems(changes: Values): readonly ConfigProblem[] {
    try {
      exampleConfig(changes);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  }
  const messages = (changes: Values) => problems(changes).map(({ path, message }) => `${path}: ${message}`);

  it("is C where the file says nothing", () => {
    assert.equal(exampleConfig().maestro?.grammar, "C");
    assert.doesNotMatch(textOf(examplePlan(), "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml"), /^samplers:$/m);
  });

  const wrong: readonly (readonly [string, Values, string])[] = [
    ["A with 4.5.3", A, "is not what the maestro of `images.tag` 4.5.3 reads, which is `C`: `A`"],
    ["C with 4.3.11", { images: { tag: "4.3.11" } }, "is not what the maestro of `images.tag` 4.3.11 reads, which is `A`: `C`"],
    [
      "A with 4.4.4",
      { images: { tag: "4.4.4" }, ...A },
      "is not what the maestro of `images.tag` 4.4.4 reads, which is one between `A` and `C` that is not written here: `A`",
    ],
    [
      "C with a reference of 4.3.11",
      { images: AT_4_3 },
      "is not what the maestro of `images.references` reg.site:5000/ovishpc/ldms-maestro:4.3.11 reads, which is `A`: `C`",
    ],
    [
      "A with the built default",
      { ...built({}), ...A },
      "is not what the maestro of `images.sources` a18477122ab85bb271be0d9f25a44fb1ae71df63 reads, which is `C`: `A`",
    ],
    [
      "C with an old source",
      built({ branch: "e009d4551aa86070bb1ea41daaa987b8af39fb53" }),
      "is not what the maestro of `images.sources` e009d4551aa86070bb1ea41daaa987b8af39fb53 reads, which is `A`: `C`",
    ],
  ];
  for (const [title, changes, message] of wrong)
    it(`refuses ${title}, naming both`, () => assert.deepEqual(messages(changes), [`maestro.grammar: ${message}`]));

  it("says what to do", () => {
    const help = (changes: Values) => problems(changes)[0]?.help;
    assert.equal(help(A), "leave `grammar` out, or name an `ldms-maestro` of 4.3 by `images.references`");
    assert.equal(help({ images: { tag: "4.3.11" } }), "set `maestro: { grammar: A }`, or take a maestro of 4.4.5 or later");
  });

  const right: readonly (readonly [string, Values])[] = [
    ["A with 4.3.11", { images: { tag: "4.3.11" }, ...A }],
    ["A with a reference of 4.3.11 beside 4.5.3", { images: AT_4_3, ...A }],
    ["A with an old source", { ...built({ branch: "72e02e2a779060557699e2c50537a3d39c8fbe20" }), ...A }],
    ["A with a tag of the site's own", { images: { tag: "standin" }, ...A }],
    ["A with a repository of the site's own", { ...built({ repo: "/srv/maestro" }), ...A }],
    ["a file of the site's own with 4.4.4", { images: { tag: "4.4.4" }, maestro: OWN }],
    ["a stack without maestro with 4.4.4", { images: { tag: "4.4.4" }, maestro: undefined }],
  ];
  for (const [title, changes] of right) it(`takes ${title}`, () => assert.deepEqual(messages(changes), []));
});
