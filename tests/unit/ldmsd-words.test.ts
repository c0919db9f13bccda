import assert from "node:assert/strict";
import fc from "fast-check";
import { renderDuration } from "../../plan/ldmsd/durations";
import { checkAttribute, checkWord } from "../../plan/ldmsd/words";
import { toMicroseconds } from "../../plan/text/duration";

describe("checkWord", () => {
  const REFUSED: Readonly<Record<string, readonly string[]>> = {
    "is empty": [""],
    "holds a blank, a tab or the end of a line": ["a b", '"a b"', "a\tb", "a\n", "a\r", "a\vb", "a\fb"],
    "holds a double quote": ['a"b'],
    "holds a backslash": ["n1\\", "^p\\d$"],
    "holds a sign outside of printable ASCII": ["é", "日本", "a\x01b", "a\x7fb", "a\xa0b", "a\0b"],
    "names a variable of 100 characters or more": [`\${${"A".repeat(100)}}`],
  };
  for (const [reason, texts] of Object.entries(REFUSED)) {
    it(`says that a word ${reason}`, () =>
      assert.deepEqual(
        texts.map((text) => [text, checkWord(text)]),
        texts.map((text) => [text, reason]),
      ));
  }

  it("takes every other printable sign, as ldmsd does", () => {
    const signs = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    assert.equal(signs.filter((sign) => checkWord(`a${sign}b`) !== undefined).join(""), ' "\\');
  });

  it("takes variables, which ldmsd replaces", () => {
    assert.deepEqual(
      [`\${HOSTNAME}/meminfo`, `\${${"A".repeat(99)}}`, "^(nid[0-9]+|l1)$"].filter((text) => checkWord(text) !== undefined),
      [],
    );
  });
});

describe("checkAttribute", () => {
  it("refuses what ldmsd would take for the name of the plugin", () => {
    assert.equal(checkAttribute("names"), "starts with `name`, which ldmsd keeps for itself");
    assert.equal(checkAttribute("a=b"), "holds `=` or starts with `#`");
    assert.equal(checkAttribute("#a"), "holds `=` or starts with `#`");
    assert.equal(checkAttribute("a b"), "holds a blank, a tab or the end of a line");
    assert.equal(checkAttribute("component_id"), undefined);
  });
});

describe("renderDuration", () => {
  const DURATIONS: readonly (readonly [string, string])[] = [
    ["1s", "1s"],
    ["-200ms", "-200ms"],
    ["90000ms", "90000ms"],
    ["1.5s", "1500ms"],
    ["1.001s", "1001ms"],
    ["1m", "60s"],
    ["1h", "3600s"],
    ["1d", "86400s"],
    ["1S", "1s"],
    ["0.25ms", "250us"],
    ["-0.5s", "-500ms"],
    ["0s", "0s"],
    ["-0.0s", "0s"],
    ["0.1us", "1us"],
  ];
  for (const [text, rendered] of DURATIONS) {
    it(`renders ${text} as ${rendered}`, () => assert.equal(renderDuration(text), rendered));
  }

  it("keeps every duration to the microsecond, in a form that every attribute takes", () => {
    const durations = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat(999), fc.constantFrom("ms", "s", "m", "h", "d"));
    fc.assert(
      fc.property(durations, ([whole, part, unit]) => {
        const text = `${whole}.${String(part).padStart(3, "0")}${unit}`;
        const rendered = renderDuration(text);
        assert.match(rendered, /^-?[0-9]+(us|ms|s)$/);
        assert.equal(toMicroseconds(rendered), Math.round(toMicroseconds(text)));
      }),
    );
  });
});
