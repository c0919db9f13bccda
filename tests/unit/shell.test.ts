import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { shellDoubleQuote, shellLine, shellQuote } from "../../plan/shell";

/** The words that sh makes of a text. */
function words(line: string): string[] {
  const script = `print() { for word; do printf '%s\\036' "$word"; done; }; print ${line}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\x1e").slice(0, -1);
}

/** Anything but what no argv can hold, and the mark that `words` divides by. */
const word = fc.string({ unit: "grapheme" }).filter((text) => !["\0", "\x1e"].some((mark) => text.includes(mark)));

describe("shellLine", () => {
  it("leaves plain words bare and quotes the others", () => {
    assert.equal(shellLine(["docker", "run", "--name", "a; rm -rf /", "it's", ""]), "docker run --name 'a; rm -rf /' 'it'\\''s' ''");
  });

  it("gives sh back every word", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (argv) => {
        assert.deepEqual(words(shellLine(argv)), argv);
      }),
      { numRuns: 20 },
    );
  });
});

describe("shellDoubleQuote", () => {
  it("gives sh back every word, also from inside single quotes", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (argv) => {
        const line = argv.map(shellDoubleQuote).join(" ");
        assert.deepEqual(words(line), argv);
        assert.deepEqual(words(shellQuote(line)), line === "" ? [""] : [line]);
      }),
      { numRuns: 20 },
    );
  });
});
