import assert from "node:assert/strict";
import type { RunDetails, SiteHistoryEntry } from "../../automation/verbs/read-history";
import { renderHistory, renderRestored, renderRun } from "../../cli/render-history";

const RUN: SiteHistoryEntry = {
  run: 57,
  kind: "up",
  result: "succeeded",
  startTime: 1795906310,
  endTime: 1795906710,
  who: "anna@admin1",
  message: "more rows",
  resourceChanges: { update: 12, create: 1, same: 40 },
  skippedHosts: ["n2", "n1"],
};
const BARE: SiteHistoryEntry = { kind: "update", result: "failed", startTime: 1795906300, endTime: 1795906301 };
const DETAILS: RunDetails = {
  ...RUN,
  images: [{ name: "ldms-samp", reference: "ldms-samp:4.5.3", digest: "sha256:1f" }],
  steps: Array.from({ length: 22 }, (_, n) => `update n${n}-samp`),
  failures: ["no \u001b[31mway"],
  files: [{ path: "perf.conf", change: "changed", diff: "" }],
  differences: [{ kind: "container", name: "samp", hosts: "n[0-21]", change: "changed", diff: "- a\n+ b", notes: ["why"] }],
};

describe("renderHistory", () => {
  it("has a line a run, also of one that bare pulumi made", () => {
    const lines = renderHistory([RUN, BARE]).split("\n");
    assert.equal(lines[0], "RUN  WHEN              TOOK   WHO          WHAT           CHANGES  RESULT");
    assert.match(
      lines[1]!,
      /^57 {3}20\d\d-\d\d-\d\d \d\d:\d\d {2}7 min {2}anna@admin1 {2}up: more rows {2}\+1 ~12 {3}succeeded, left out n\[1-2\]$/,
    );
    assert.match(lines[2]!, / 1 s {17,}update {9}none {5}failed$/);
    assert.equal(lines.length, 3);
  });

  it("shows no terminal what a message would have it do", () => {
    assert.ok(!renderHistory([{ ...RUN, message: "a\u001b[2Jb" }]).includes("\u001b"));
  });
});

describe("renderRun", () => {
  it("tells images, files, failures and the first steps; and differences where they are wanted", () => {
    const text = renderRun(DETAILS, {});
    for (const line of [
      "  image ldms-samp: ldms-samp:4.5.3@sha256:1f",
      "  changed file: perf.conf",
      "  update n19-samp",
      "  and 2 more steps",
    ])
      assert.ok(text.split("\n").includes(line), line);
    assert.doesNotMatch(text, /may have a password/);
    assert.ok(!text.includes("\u001b"));
    assert.match(
      renderRun(DETAILS, { diff: true }),
      /may have a password in it, and is not shown\n\nn\[0-21\]: changed samp\n {2}- a\n {2}\+ b\n {2}why$/,
    );
  });
});

describe("renderRestored", () => {
  it("says what comes back, what is kept, and whose the secrets are", () => {
    const restored = {
      to: RUN,
      written: ["perf.conf"],
      keptIn: "before-rollback-to-57",
      secretsOfToday: ["ldms:mungeKey"],
      unknownImages: ["a:1", "b:2"],
    };
    const [head, ...lines] = renderRestored(restored).split("\n");
    assert.match(head!, /^back to run 57 of 20.*, anna@admin1: up: more rows$/);
    assert.deepEqual(lines, [
      "  files as they were then: perf.conf",
      "  what they take the place of is in before-rollback-to-57",
      "  secrets are today's: ldms:mungeKey",
      "  nobody knows what these tags named then; what they name today is taken: a:1, b:2",
    ]);
  });
});
