import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { delimiterFor, shellDoubleQuote, shellLine, shellQuote } from "../../plan/text/shell";

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

describe("delimiterFor", () => {
  it("is the word where the text has it nowhere, and a longer one where it has", () => {
    assert.equal(delimiterFor("a\nb\n", "END"), "END");
    assert.equal(delimiterFor("a\nEND\nEND__\nEND_ b\n", "END"), "END___");
  });

  it("ends a here-document after all of any text", () => {
    const line = fc.constantFrom("END", "END_", "END__", "_END", "END END", "$(echo no)", "`echo no`", "'", "");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.map((one) => `${one}\n`).join("");
        const delimiter = delimiterFor(text, "END");
        assert.equal(execFileSync("sh", ["-c", `cat <<'${delimiter}'\n${text}${delimiter}\n`], { encoding: "utf8" }), text);
      }),
      { numRuns: 20 },
    );
  });

  it("takes a text of nothing but the word", () => assert.equal(delimiterFor(`END${"_".repeat(100_000)}`, "END").length, 100_004));
});
