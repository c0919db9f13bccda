import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { RunKit } from "../run-kit";
import { builtPage } from "./built-page";
import { OnPage, textOf, until } from "./on-page";

// The page and the server that are shipped, together; what runs makes files in the place of containers.
describe("the page on its server", function () {
  this.timeout(120_000);
  const on = OnPage.use();
  let runs: RunKit;
  beforeEach(async () => {
    runs = await RunKit.open({ pageFolder: await builtPage() });
  });
  afterEach(() => runs.close());

  const linkOf = (user: string) => `${runs.kit.address}#code=${runs.kit.codeOf(user)}`;

  async function signIn(user: string, view: string): Promise<Page> {
    const page = await (await on.window()).newPage();
    on.listen(page);
    await page.goto(linkOf(user));
    await page.locator("main h1").waitFor();
    await page.evaluate(`location.hash = "#/dev/${view}"`);
    return page;
  }

  it("signs in by the link that was printed, once, previews, deploys, and is there again after a reload", async () => {
    const operator = runs.kit.operatorName;
    const page = await signIn(operator, "deploy");
    assert.ok(!page.url().includes("code="), page.url());
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator(".change").first().waitFor({ timeout: 60_000 });
    assert.equal(await page.locator(".change").count(), 3);
    assert.deepEqual(runs.at.things, []);
    await page.getByRole("button", { name: /^Deploy:/ }).click();
    while (runs.at.things.length < 3) await new Promise((resolve) => setTimeout(resolve, 100));
    await page.getByText("Succeeded", { exact: false }).first().waitFor({ timeout: 60_000 });
    await page.reload();
    await page.locator("main h1").waitFor();
    await page.getByText("Succeeded", { exact: false }).first().waitFor();
  });

  it("runs nothing in line, takes no text for a page, and loads nothing from elsewhere", async () => {
    const page = await (await on.window()).newPage();
    await page.goto(linkOf("viewer"));
    await page.locator("main h1").waitFor();
    const tried = (script: string) =>
      page.evaluate(`(async () => { try { ${script}; return "done"; } catch (error) { return error.name; } })()`);
    // A text becomes neither a page nor a script.
    assert.equal(await tried(`document.body.innerHTML = "<b>x</b>"`), "TypeError");
    assert.equal(await tried(`document.createElement("script").src = "/x.js"`), "TypeError");
    assert.equal(await tried(`await fetch("http://127.0.0.1:1/")`), "TypeError");
    // A handler in line is refused, or does nothing.
    await tried(`document.body.setAttribute("onclick", "document.title = 'run'")`);
    await tried(`document.body.click()`);
    assert.notEqual(await page.title(), "run");
  });

  it("shows a viewer all of it, and no button that they may not press", async () => {
    const page = await signIn("viewer", "deploy");
    await until(async () => /Deploy/.test(await textOf(page.locator("main h1"))));
    await until(async () => (await page.getByRole("button", { name: "Preview" }).count()) === 0);
  });
});
