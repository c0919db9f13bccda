import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { builtPage } from "./built-page";
import { FakePortal, type FakePortalArgs, STACK } from "./fake-portal";
import { openChromium, skipWithoutChromium } from "./open-chromium";

/** The core tests leave out what takes long and tells little more. */
export const isSample = process.env["LDMS_TEST_SAMPLE"] === "1";

let browser: Promise<Browser> | undefined;

/** One browser for all suites, which ends with the process; each test opens a portal and a page of its own. */
export class OnPage {
  browser!: Browser;
  private readonly portals: FakePortal[] = [];
  private readonly contexts: BrowserContext[] = [];
  /** What pages said against their policy, or threw. */
  readonly faults: string[] = [];

  /** Hooks of the suite that calls it. */
  static use(): OnPage {
    const on = new OnPage();
    before(async function () {
      this.timeout(120_000);
      skipWithoutChromium(this);
      await builtPage();
      browser ??= openChromium();
      on.browser = await browser;
    });
    afterEach(async () => {
      for (const context of on.contexts.splice(0)) await context.close();
      for (const portal of on.portals.splice(0)) portal.stop();
      assert.deepEqual(on.faults.splice(0), []);
    });
    return on;
  }

  async portal(args: Omit<FakePortalArgs, "page">): Promise<FakePortal> {
    const portal = await FakePortal.start({ ...args, page: await builtPage() });
    this.portals.push(portal);
    return portal;
  }

  /** A browser's window that has seen nothing yet. */
  async window(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext(options);
    this.contexts.push(context);
    return context;
  }

  /** Signs in and shows a view. */
  async open(portal: FakePortal, view = "overview", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await this.window(options)).newPage();
    this.listen(page);
    await page.goto(portal.address);
    await page.locator("main h1").waitFor();
    if (view !== "overview") await show(page, view);
    return page;
  }

  listen(page: Page): void {
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedScript|Refused to/.test(message.text())) this.faults.push(message.text());
    });
  }
}

/** What is written there, its blanks made one each. */
export async function textOf(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? "").replace(/\s+/g, " ").trim();
}

const UNTIL_MS = 10_000;

/** Playwright's own way evaluates a text in the page, which the page's policy forbids. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + UNTIL_MS;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `not so within ${UNTIL_MS / 1000} s: ${isSo}`);
    await sleep(50);
  }
}

export async function show(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = "#/${STACK}/${view}"`);
  await until(() => page.url().includes(`/${view.split("?")[0]}`));
}
