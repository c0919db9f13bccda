import assert from "node:assert/strict";
import { drawSvg } from "../../bench/first-hour/draw-svg";
import { maskedText, type RecordedCommand, type Recording } from "../../bench/first-hour/recording";
import { COLUMNS, planTimeline } from "../../bench/first-hour/timeline";

const command = (typed: string, ...lines: RecordedCommand["lines"]): RecordedCommand => ({ typed, seconds: lines.at(-1)?.[0] ?? 0, lines });
const recordingOf = (...commands: readonly RecordedCommand[]): Recording => ({ binaries: "stand-ins of LDMS", commands });

describe("planTimeline", () => {
  it("types line by line and shows no wait of more than 0.7 s", () => {
    const { rows } = planTimeline(recordingOf(command("ldms up \\\n    --yes", [30, "done"], [30, "well"])));
    assert.deepEqual(
      rows.map(({ text, kind }) => `${kind}: ${text}`),
      ["typed: $ ldms up \\", "typed:     --yes", "printed: done", "printed: well"],
    );
    const [, typed, done, well] = rows;
    assert.ok(Math.abs(done!.atSeconds - typed!.typedAtSeconds! - 0.7) < 0.001);
    assert.ok(Math.abs(well!.atSeconds - done!.atSeconds - 0.06) < 0.001);
  });

  it("cuts a line that is too long, and says how many it leaves out of a long text", () => {
    const lines = Array.from({ length: 30 }, (_, index) => [1, index === 0 ? "x".repeat(COLUMNS + 1) : `line ${index}`] as const);
    const [, first, ...rest] = planTimeline(recordingOf(command("ldms plan", ...lines))).rows;
    assert.equal(first!.text, `${"x".repeat(COLUMNS - 1)}…`);
    assert.deepEqual(
      rest.filter(({ kind }) => kind === "left out").map(({ text }) => text),
      ["… 12 lines …"],
    );
    assert.equal(rest.length, 18);
  });

  it("has the clock show the time that the commands took", () => {
    const { clock } = planTimeline(recordingOf(command("a", [4, "x"]), command("b", [90, "y"])));
    assert.deepEqual(
      clock.map(([, real]) => real),
      [0, 4, 94],
    );
  });
});

describe("maskedText", () => {
  it("leaves out what differs from run to run, and the order of what runs at once", () => {
    const first = command(
      "up",
      [1, "+ b created (0.2s)"],
      [2, "    still working: b (10s)"],
      [3, "+ a created"],
      [4, "newest row 0 s old"],
      [4, "store `s`: 3.3 rows a second"],
    );
    const second = command(
      "up",
      [1, "+ a created (11s)"],
      [3, "+ b created"],
      [4, "newest row 1.5 s old"],
      [4, "store `s`: 4 rows a second"],
    );
    assert.deepEqual(maskedText(first), ["+ a created", "+ b created", "newest row N s old", "store `s`: N rows a second"]);
    assert.deepEqual(maskedText(second), maskedText(first));
  });

  it("keeps what a run would be wrong by", () => {
    const text = (line: string) => maskedText(command("verify", [1, line]));
    assert.notDeepEqual(text("6 of 6 samplers in the store"), text("5 of 6 samplers in the store"));
    assert.notDeepEqual(text("+ a created"), text("+ a create"));
  });
});

describe("drawSvg", () => {
  const picture = drawSvg(recordingOf(command("ldms <hosts> & more", [1, "a < b"])));

  it("escapes what is shown", () => assert.ok(picture.includes("$ ldms &lt;hosts&gt; &amp; more") && picture.includes(">a &lt; b<")));

  it("moves only where movement disturbs nobody, and knows light and dark", () => {
    const [still, moving] = picture.split("@media(prefers-reduced-motion:no-preference){");
    assert.ok(!still!.includes("animation") && moving!.includes("animation"));
    assert.match(still!, /@media\(prefers-color-scheme:dark\)/);
  });
});
