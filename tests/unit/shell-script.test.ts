import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { readAssignments, renderAssignments, renderDocument, sh } from "../../plan/text/shell-script";

const run = (script: string) => spawnSync("sh", ["-s"], { input: script, encoding: "utf8" }).stdout;

describe("renderAssignments", () => {
  it("quotes where a shell needs it", () => {
    assert.equal(
      renderAssignments({ stack: "cygnus", claim: "", count: 3, dial: `ssh -- "$1" it's` }),
      "stack=cygnus\nclaim=''\ncount=3\ndial='ssh -- \"$1\" it'\\''s'\n",
    );
  });

  it("sets what `readAssignments` reads, and what a shell then has", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~\n]*$/), (value) => {
        const lines = renderAssignments({ value, end: "x" });
        assert.deepEqual(
          [...readAssignments(lines)!],
          [
            ["value", value],
            ["end", "x"],
          ],
        );
        assert.equal(run(`${lines}printf '%s' "$value"\n`), value);
      }),
      { numRuns: 50 },
    );
  });
});

describe("readAssignments", () => {
  it("reads no text with anything else in it", () => {
    for (const line of ["touch x", "a=$(touch x)", "a=b touch x", "a='b'c", 'a="b"', "a='b'; touch x", "PATH=/x", "a=b # x", "a='b", "a=b"])
      assert.equal(readAssignments(`first=1\n${line}${line === "a=b" ? "" : "\n"}`), undefined, line);
  });
});

describe("renderDocument", () => {
  it("makes a function that prints the text, whatever the text has", () => {
    for (const text of ["", "one\n", "LDMS_TEXT\n", "$x `y` \\n 'z'\nLDMS_TEXT_\nLDMS_TEXT\n"])
      assert.equal(run(`${renderDocument("text", text)}text\n`), text);
  });
});

describe("sh", () => {
  it("takes the text as it is typed, but for what a template needs", () => {
    assert.equal(
      sh`
printf '%s\n' "\${1##*/}" $x
`,
      `printf '%s\\n' "$\{1##*/}" $x\n`,
    );
  });
});
