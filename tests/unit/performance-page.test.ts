import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "../../bench/cases";
import { readFigures } from "../../bench/figures";
import { renderPage } from "../../bench/page";

describe("docs/performance.md", () => {
  const page = readFileSync(join(__dirname, "../../docs/performance.md"), "utf8");

  it("is made of the committed figures", () => assert.equal(page, renderPage(readFigures())));

  it("has the figures of every case", () => assert.equal(readFigures().length, CASES.length));
});
