import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { BrowserContextOptions } from "playwright-core";
import { previewed, VIEW_ADDRESSES, WIDTHS } from "./every-view";
import { LARGE } from "./fake-cluster";
import { isSample, OnPage, show } from "./on-page";

interface Found {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** axe goes beside the page's policy, in a world of the test's own. */
const CHECK = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`;

const COLOURS = ["light", "dark"] as const;
/** Of a sample each once. */
const SAMPLE: Readonly<Record<string, readonly (typeof COLOURS)[number][]>> = { wide: ["dark"], phone: ["light"] };

describe("the page for everybody", () => {
  const on = OnPage.use();

  for (const { name, width, height } of WIDTHS)
    for (const colorScheme of isSample ? (SAMPLE[name] ?? []) : COLOURS)
      it(`has no finding of axe of serious or above, and is wider than no screen: ${colorScheme}, ${name}`, async function () {
        this.timeout(120_000);
        const options: BrowserContextOptions = { viewport: { width, height }, colorScheme };
        const page = await on.open(await on.portal({ size: LARGE, snapshot: previewed() }), "overview", options);
        const found: string[] = [];
        await page.evaluate(`${AXE}; undefined`);
        for (const view of VIEW_ADDRESSES) {
          await show(page, view);
          await page.waitForTimeout(250);
          const wide = await page.evaluate(`document.documentElement.scrollWidth`);
          assert.ok((wide as number) <= width, `${view} at ${width}: ${wide}`);
          const violations = (await page.evaluate(CHECK)) as readonly Found[];
          const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
          found.push(...grave.map(({ id, nodes }) => `${view}: ${id}: ${nodes.length}: ${nodes[0]?.html}\n${nodes[0]?.failureSummary}`));
        }
        assert.deepEqual(found, []);
      });
});
