import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { builtPage } from "./built-page";
import { previewed, WIDTHS } from "./every-view";
import { fakeDeployment, LARGE } from "./fake-cluster";
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

const [WIDE, TABLET, PHONE] = WIDTHS;

const PICTURES: readonly Picture[] = [
  { ...WIDE, name: "overview", view: "overview", theme: "light" },
  { ...TABLET, name: "overview-tablet", view: "overview", theme: "dark" },
  { ...WIDE, name: "hosts", view: "hosts", theme: "light" },
  { ...PHONE, name: "hosts-phone", view: "hosts", theme: "dark" },
  { ...WIDE, name: "preview", view: "deploy", theme: "light" },
  { ...WIDE, name: "deployment", view: "deploy", theme: "dark", isRunning: true },
  { ...PHONE, name: "deployment-phone", view: "deploy", theme: "light", isRunning: true },
  { ...WIDE, name: "stack-file", view: "file", theme: "light", prepare: breakRule },
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
  const still = await FakePortal.start({ ...args, snapshot: previewed() });
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
