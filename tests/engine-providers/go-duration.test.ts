import { equal } from "node:assert/strict";
import fc from "fast-check";
import { parseGoDuration, renderGoDuration } from "../../engine/providers/docker/go-duration";

describe("parseGoDuration", () => {
  for (const [text, nanoseconds] of [
    ["0", 0],
    ["0s", 0],
    ["10s", 10e9],
    ["1m30s", 90e9],
    ["1.5h", 5400e9],
    [".5s", 5e8],
    ["100us", 1e5],
    ["100µs", 1e5],
    ["7ns", 7],
  ] as const) {
    it(`reads ${text}`, () => equal(parseGoDuration(text), nanoseconds));
  }

  for (const text of ["", "10", "s", "-1s", "1 s", "1m 30s", "1d", "1s!"]) {
    it(`refuses ${JSON.stringify(text)}`, () => equal(parseGoDuration(text), undefined));
  }
});

describe("renderGoDuration", () => {
  for (const [nanoseconds, text] of [
    [0, "0s"],
    [60e9, "1m0s"],
    [3600e9, "1h0m0s"],
    [90.5e9, "1m30.5s"],
    [5e8, "500ms"],
    [1500, "1.5µs"],
    [7, "7ns"],
  ] as const) {
    it(`writes ${text}`, () => equal(renderGoDuration(nanoseconds), text));
  }

  it("is the inverse of parseGoDuration", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (millis) =>
        equal(parseGoDuration(renderGoDuration(millis * 1e6)), millis * 1e6),
      ),
    );
  });
});
