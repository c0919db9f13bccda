import assert from "node:assert/strict";
import { parseYaml, YamlError, type YamlReader } from "../../plan/yaml/yaml";

/** What `pulumi config --json` (3.248) makes of the same text. */
const LIKE_PULUMI: readonly (readonly [string, string, unknown])[] = [
  ["an alias", "a: &x [1, 2]\nb: *x", { a: [1, 2], b: [1, 2] }],
  ["an alias of a whole part", "x: &c { k: 1 }\nconfig: *c", { x: { k: 1 }, config: { k: 1 } }],
  ["a merge key", "x: &c { k: 1 }\nconfig: { <<: *c, l: 2 }", { x: { k: 1 }, config: { k: 1, l: 2 } }],
  ["a merge key whose own keys win", "a: { <<: { a: 1, b: 2 }, b: 3 }", { a: { a: 1, b: 3 } }],
  ["a list of merges, of which the first wins", "a: { <<: [{ c: 1 }, { c: 2 }], d: 3 }", { a: { c: 1, d: 3 } }],
  ["words that are truth values elsewhere", "a: yes\nb: on\nc: True", { a: "yes", b: "on", c: true }],
  ["numbers", "a: 0x1F\nb: 0o777\nc: 1e3\nd: 1.50\ne: .5\nf: 0123456789", { a: 31, b: 511, c: 1000, d: 1.5, e: 0.5, f: 123456789 }],
  ["a tag that makes a text", "a: !!str 010", { a: "010" }],
  ["what looks like a number in quotes", 'a: "010"\nb: "2027-03-31"', { a: "010", b: "2027-03-31" }],
  ["sixties", "a: 12:30:45", { a: "12:30:45" }],
  ["a byte order mark", "\ufeffa: 1", { a: 1 }],
  ["a file of comments", "# nothing\n", null],
];

function problemsOf(text: string, reader: YamlReader): readonly string[] {
  try {
    parseYaml(text, reader);
  } catch (error) {
    if (error instanceof YamlError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("parseYaml", () => {
  for (const [title, text, value] of LIKE_PULUMI) {
    it(`reads ${title} as Pulumi does`, () => assert.deepEqual(parseYaml(text, "go"), value));
  }

  it("reads YAML 1.1 for maestro, with anchors and merge keys", () => {
    const text = "a: &x { perm: 0777 }\nb: { <<: *x }\nc: no";
    assert.deepEqual(parseYaml(text, "python"), { a: { perm: 511 }, b: { perm: 511 }, c: false });
    assert.deepEqual(problemsOf("on: 1", "python"), ["line 1: the key `on` is no text"]);
  });

  for (const number of [
    "00",
    "-010",
    "0b11",
    "-0x1F",
    "0X1F",
    "0O7",
    "1_000",
    "0x_1",
    "1_0.5",
    "2026-1-2",
    "2001-12-14t21:59:43Z",
    ".nan",
  ]) {
    it(`refuses ${number}, which Pulumi reads otherwise`, () =>
      assert.deepEqual(problemsOf(`a:\n  - ${number}`, "go"), [`line 2: \`${number}\` is not the same to every reader of YAML`]));
  }

  for (const text of ["08", "1.", "2026-01-02foo", "4.5.3", "1e3", "-1", "a_b", "0abc", "_1", "10.0.0.1", "cygnus-01"]) {
    it(`takes ${text}`, () => assert.deepEqual(problemsOf(`a: ${text}`, "go"), []));
  }

  it("says to quote a hostlist within braces or brackets, once a line, and what is wrong above it", () => {
    const quote = (line: number, list: string) => `line ${line}: has brackets without quotes within \`{ }\` or \`[ ]\`: \`${list}\``;
    assert.deepEqual(problemsOf("a: { hosts: cygnus-[01-09], b: 1 }", "go"), [quote(1, "cygnus-[01-09]")]);
    assert.deepEqual(problemsOf("a: [n[1-2,5]-x, m[1-2]]", "go"), [quote(1, "n[1-2,5]-x")]);
    assert.deepEqual(problemsOf("a: b: c\nd: { e: n[1-2] }", "go"), [
      "line 1: is not YAML: Nested mappings are not allowed in compact mappings",
      quote(2, "n[1-2]"),
    ]);
    assert.deepEqual(problemsOf("hosts: n[1-2]\nmore: 'n[1]'", "go"), []);
  });

  it("says of every mistake where it is", () => {
    assert.deepEqual(problemsOf("a: 1\na: 2\nb: *c\nd: !e 1", "go"), [
      "line 2: the key `a` is there twice",
      "line 3: `*c` stands for nothing: there is no `&c` before it",
      "line 4: has the tag `!e`",
    ]);
  });
});
