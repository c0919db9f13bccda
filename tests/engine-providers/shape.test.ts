import { deepEqual, equal, throws } from "node:assert/strict";
import { ProviderError } from "../../engine/provider/provider";
import { checkInputs, type Fields } from "../../engine/provider/shape";
import { UNKNOWN } from "../../stack/property-value";

const FIELDS: Fields = {
  name: { shape: "string", isRequired: true },
  size: { shape: "number", default: 3, problem: (value) => ((value as number) > 0 ? undefined : `is not above 0: \`${value}\``) },
  parts: { shape: { list: { fields: { label: { shape: "string", isRequired: true }, mode: { shape: "string", default: "rw" } } } } },
  options: { shape: { map: "string" } },
};

describe("checkInputs", () => {
  it("fills in defaults and lists them at each level", () => {
    deepEqual(checkInputs("t", { name: "a", parts: [{ label: "x" }] }, FIELDS, true), {
      inputs: { __defaults: ["size"], name: "a", size: 3, parts: [{ __defaults: ["mode"], label: "x", mode: "rw" }] },
      failures: [],
    });
  });

  it("leaves the marks out where the real provider has none", () => {
    deepEqual(checkInputs("t", { name: "a" }, FIELDS, false).inputs, { name: "a", size: 3 });
  });

  it("lets null stand for a value that is not set", () => {
    deepEqual(checkInputs("t", { name: "a", size: null }, FIELDS, false).inputs, { name: "a", size: 3 });
  });

  it("reports all problems with their paths", () => {
    const { failures } = checkInputs("t", { size: -1, parts: [{ label: 1 }, {}], options: { a: true } }, FIELDS, true);
    deepEqual(failures, [
      { property: "name", reason: "`name` is missing" },
      { property: "size", reason: "`size` is not above 0: `-1`" },
      { property: "parts[0].label", reason: "`parts[0].label` is not a string" },
      { property: "parts[1].label", reason: "`parts[1].label` is missing" },
      { property: "options.a", reason: "`options.a` is not a string" },
    ]);
  });

  it("lets unknown values pass at every level", () => {
    const inputs = { name: UNKNOWN, size: UNKNOWN, parts: UNKNOWN, options: { a: UNKNOWN } };
    deepEqual(checkInputs("t", inputs, FIELDS, false), { inputs, failures: [] });
  });

  for (const [inputs, path] of [
    [{ name: "a", colour: "red" }, "colour"],
    [{ name: "a", parts: [{ label: "x", sise: 1 }] }, "parts[0].sise"],
  ] as const) {
    it(`throws for the unknown option \`${path}\``, () => {
      throws(
        () => checkInputs("docker:x:Y", inputs, FIELDS, true),
        (error: unknown) => {
          equal(error instanceof ProviderError, true);
          equal(
            (error as Error).message,
            `docker:x:Y: the embedded engine does not know the option: \`${path}\`\nhelp: remove it, or run with \`--engine pulumi\``,
          );
          return true;
        },
      );
    });
  }
});
