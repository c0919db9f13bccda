import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { builtPage } from "./built-page";
import { fakeDeployment, fakePreview, fakeRun, LARGE, NOW } from "./fake-cluster";
import { FakePortal, STACK } from "./fake-portal";
import { openChromium } from "./open-chromium";

interface Picture {
  readonly name: string;
  readonly view: string;
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  readonly prepare?: (page: Page) => Promise<void>;
  /** In the middle of a deployment. */
  readonly isRunning?: boolean;
}

const WIDE = { width: 1360, height: 900 };
const TABLET = { width: 820, height: 1100 };
const PHONE = { width: 390, height: 844 };

const PICTURES: readonly Picture[] = [
  { name: "overview", view: "overview", ...WIDE, theme: "light" },
  { name: "overview-dark", view: "overview", ...WIDE, theme: "dark" },
  { name: "overview-tablet", view: "overview", ...TABLET, theme: "light" },
  { name: "overview-phone", view: "overview", ...PHONE, theme: "light" },
  { name: "hosts", view: "hosts", ...WIDE, theme: "light" },
  { name: "host-dark", view: "hosts?host=n00017", ...WIDE, theme: "dark" },
  { name: "hosts-phone", view: "hosts", ...PHONE, theme: "dark" },
  { name: "preview", view: "deploy", ...WIDE, theme: "light" },
  { name: "deployment", view: "deploy", ...WIDE, theme: "dark", isRunning: true },
  { name: "deployment-phone", view: "deploy", ...PHONE, theme: "light", isRunning: true },
  { name: "drift", view: "drift", ...WIDE, theme: "light" },
  { name: "findings", view: "findings", ...WIDE, theme: "light" },
  { name: "history", view: "history", ...WIDE, theme: "light" },
  { name: "run", view: "history?run=56", ...WIDE, theme: "light" },
  { name: "audit", view: "audit", ...WIDE, theme: "light" },
  { name: "file", view: "file", ...WIDE, theme: "light", prepare: breakRule },
  { name: "file-dark", view: "file", ...WIDE, theme: "dark", prepare: breakRule },
  { name: "keys", view: "overview", ...WIDE, theme: "light", prepare: (page) => page.keyboard.press("?") },
];

async function breakRule(page: Page): Promise<void> {
  await page.locator(".cm-content").getByText("interval", { exact: true }).first().dblclick();
  await page.keyboard.type("intervl");
  await page.getByText("1 problem").waitFor();
}

async function take(
  browser: Browser,
  portal: FakePortal,
  folder: string,
  { name, view, width, height, theme, prepare }: Picture,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, deviceScaleFactor: 1 });
  await page.goto(portal.address);
  await page.locator("main h1").waitFor();
  await page.evaluate(`location.hash = "#/${STACK}/${view}"`);
  await page.waitForTimeout(400);
  await prepare?.(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}

/** Draws the pictures of docs/portal.md, of a cluster that nobody has: `npm run portal-pictures [-- FOLDER [NAME...]]`. */
async function main([folder = join(__dirname, "../../../docs/portal"), ...names]: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const args = { page: await builtPage(), size: LARGE };
  const preview = fakeRun({ phase: "ended", endedAt: NOW - 20, result: "succeeded", preview: fakePreview("sha256:9f2c41d07c5be1a8834e") });
  const still = await FakePortal.start({ ...args, snapshot: { run: preview, preview } });
  const busy = await FakePortal.start({
    ...args,
    snapshot: { run: fakeDeployment(), lock: { who: "anna@admin1", since: "10:01", isOurs: true } },
  });
  const browser = await openChromium();
  try {
    const wanted = PICTURES.filter(({ name }) => names.length === 0 || names.includes(name));
    for (const picture of wanted) await take(browser, picture.isRunning ? busy : still, folder, picture);
  } finally {
    await browser.close();
    still.stop();
    busy.stop();
  }
}

if (require.main === module) void main(process.argv.slice(2));
