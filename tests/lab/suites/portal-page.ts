import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { openSite } from "../../../automation";
import { LAB_FILES, runOnHost } from "../../../lab/lab";
import { builtPage } from "../../portal/on-page/built-page";
import { openChromium, skipWithoutChromium } from "../../portal/on-page/open-chromium";
import { PortalKit } from "../../portal/portal-kit";
import { type LabStack, succeeded } from "../lab-stack";

/** A busy machine looks more rarely; how soon it is seen on a quiet one, the suite of the portal itself measures. */
const SEEN_MS = 60_000;
const RUN_MS = 180_000;

/** What a person does with the portal's page, in a browser, on the lab's stack. */
export function describePortalPage(lab: LabStack): void {
  describe("the portal's page", () => {
    let kit: PortalKit;
    let browser: Browser;
    let page: Page;
    before(async function () {
      skipWithoutChromium(this);
      await lab.haveStandard();
      const site = await openSite({
        folder: lab.project.path,
        stack: "lab",
        backendUrl: `file://${lab.project.stateFolder}`,
        passphrase: readFileSync(LAB_FILES.passphrase, "utf8").trim(),
        engine: "embedded",
      });
      kit = await PortalKit.open([site], { waitSeconds: 60, pageFolder: await builtPage() });
      browser = await openChromium();
      page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
      const link = kit.said.find((line) => line.includes("#code=") && !line.startsWith("viewer"))!;
      await page.goto(/http\S+/.exec(link)![0]);
    });
    after(async () => {
      await browser?.close();
      await kit?.close();
    });

    const show = (view: string) => page.evaluate(`location.hash = "#/lab/${view}"`);
    const button = (name: RegExp | string) => page.getByRole("button", { name });
    const ended = (word: string) => page.locator(".run .tag", { hasText: word }).waitFor({ timeout: RUN_MS });

    async function preview(): Promise<readonly string[]> {
      await show("deploy");
      await button(/^Preview/).click();
      // Until it has begun, the one before stands there.
      await page.locator(".totals").waitFor({ state: "detached", timeout: RUN_MS });
      await page.locator(".totals").waitFor({ timeout: RUN_MS });
      return page.locator(".change-head").allInnerTexts();
    }

    async function deploy(): Promise<void> {
      await preview();
      await button(/^Deploy:/).click();
      await ended("Succeeded");
    }

    /** By hand in the editor, on the one line that says it. */
    async function typeInterval(before: string, after: string): Promise<void> {
      await show("file");
      await page
        .locator(".cm-line", { hasText: `interval: ${before}` })
        .first()
        .click();
      await page.keyboard.press("End");
      for (const _ of before) await page.keyboard.press("Backspace");
      await page.keyboard.type(after);
    }

    it("shows every host well, and rows in the store", async () => {
      await page.getByText("All is well").waitFor({ timeout: 60_000 });
      await page.getByText("✓ 4 samplers fresh").waitFor({ timeout: 60_000 });
      await page.locator(".plot").first().waitFor({ timeout: 60_000 });
    });

    it("shows in the editor what the parser says, in place", async () => {
      await typeInterval("1s", "1 day");
      await page.locator(".cm-lintRange-error").first().waitFor();
      assert.ok(await button("Save").isDisabled());
      await button("Undo all").click();
      await page.getByText("takes it as it stands").waitFor();
    });

    it("deploys what was previewed, is cancelled in it, and deploys the rest", async () => {
      lab.touch();
      await typeInterval("1s", "2s");
      await page.getByText("takes it as it stands").waitFor();
      await button("Save").click();
      await page.getByText("as on the disk").waitFor();
      assert.ok((await preview()).some((line) => line.includes("ldmsd.conf")));
      await button(/^Deploy:/).click();
      await page.locator(".phase-now", { hasText: "Deploy" }).waitFor({ timeout: RUN_MS });
      await button("Cancel").click();
      await page.locator(".run .tag", { hasText: /Cancelled|Succeeded/ }).waitFor({ timeout: RUN_MS });
      if ((await preview()).length > 0) await deploy();
      const again = succeeded(await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait"]));
      assert.match(again.stdout, /nothing to do/);
    });

    it("shows a container that was removed by hand, and mends it", async () => {
      await show("drift");
      await page.getByRole("heading", { name: "Nothing differs" }).waitFor({ timeout: 30_000 });
      await runOnHost("cygnus-02", "docker rm --force samp");
      await page.locator(".line-row", { hasText: "cygnus-02" }).first().waitFor({ timeout: SEEN_MS });
      await button("Read it into the state").click();
      await ended("Succeeded");
      await deploy();
      await show("drift");
      await page.getByRole("heading", { name: "Nothing differs" }).waitFor({ timeout: 30_000 });
    });

    it("goes back to the run that the lab began with", async () => {
      await show("history");
      await page.locator(".run-row").last().getByRole("link").click();
      await page.getByLabel(/Type lab to do it/).fill("lab");
      await button(/^Roll back to run/).click();
      await ended("Succeeded");
      await show("file");
      await page.locator(".cm-line", { hasText: "interval: 1s" }).first().waitFor();
      lab.isStandardAgain();
    });
  });
}
