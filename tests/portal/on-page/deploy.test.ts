import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { RunView } from "../../../portal/api";
import { DIGEST, previewed } from "./every-view";
import { BY_HAND, fakeDeployment, fakePreview, fakeRun, NOW, SMALL } from "./fake-cluster";
import { type Asked, type FakePortal, STACK } from "./fake-portal";
import { OnPage, show, textOf, until } from "./on-page";

const RUNS = `POST /api/stacks/${STACK}/runs`;
const runsAsked = ({ asked }: FakePortal): readonly Asked[] => asked.filter(({ route }) => route === RUNS);
const deployButton = (page: Page) => page.getByRole("button", { name: /^Deploy:/ });

/** Answers that a run has begun, and says so to everybody. */
function begins(portal: FakePortal, run: RunView): void {
  portal.onRun = () => {
    portal.say({ type: "run", run });
    return { status: 202, body: run };
  };
}

const MOST_TABS = 80;
/** Of what has the focus: its words, and those of its label. */
const FOCUSED = `(({ tagName, textContent, labels }) => tagName === "BODY" ? "" : textContent + [...(labels ?? [])].map((label) => label.textContent).join())(document.activeElement)`;

/** As somebody goes who has no mouse. */
async function tabTo(page: Page, words: RegExp): Promise<void> {
  for (let i = 0; i < MOST_TABS; i++) {
    if (words.test(((await page.evaluate(FOCUSED)) as string).replace(/\s+/g, " ").trim())) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not come to ${words}`);
}

describe("a deployment on the page", () => {
  const on = OnPage.use();

  it("begins with a preview, one entry a change, what takes something away first", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "deploy");
    const run = fakeRun({ phase: "previewing" });
    begins(portal, run);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Under way", { exact: true }).waitFor();
    assert.deepEqual(runsAsked(portal), [{ route: RUNS, body: { kind: "preview" } }]);
    portal.say({ type: "run", run: { ...run, phase: "ended", endedAt: NOW, result: "succeeded", preview: fakePreview(DIGEST) } });
    const changes = page.getByRole("list", { name: "changes" }).locator(".change");
    await changes.first().waitFor();
    const ops = await changes.locator("b").allInnerTexts();
    assert.deepEqual(ops, ["delete", "replace", "update", "update", "create"]);
    assert.match(await textOf(changes.nth(1)), /container gpu on gpu\[0001-1000\].*1,000 hosts/);
    assert.match(await textOf(changes.nth(2)), /restarts gpu.*\+load name=procstat/);
    assert.match(await textOf(changes.nth(3)), /the secret has changed/);
  });

  it("goes from change to change by keyboard", async () => {
    const page = await on.open(await on.portal({ size: SMALL, snapshot: previewed() }), "deploy");
    await page.locator(".change").first().waitFor();
    for (const key of ["n", "n", "N"]) await page.keyboard.press(key);
    assert.equal(await page.evaluate(`[...document.querySelectorAll(".change")].indexOf(document.activeElement)`), 0);
  });

  it("deploys exactly what was previewed, behind a moment in which a slip costs nothing", async function () {
    this.timeout(40_000);
    const portal = await on.portal({ size: SMALL, snapshot: previewed() });
    const page = await on.open(portal, "deploy");
    await page.getByLabel("Why, for the history").fill("procstat");
    // In the page itself: five seconds may be short on a machine that has much to do.
    await page.evaluate(`new Promise((resolve) => {
      const buttonOf = (word) => [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith(word));
      buttonOf("Deploy:").click();
      const stop = () => buttonOf("Stop:") ? resolve(buttonOf("Stop:").click()) : setTimeout(stop, 10);
      stop();
    })`);
    await deployButton(page).waitFor();
    assert.deepEqual(runsAsked(portal), []);
    begins(portal, fakeDeployment());
    await deployButton(page).click();
    await until(() => runsAsked(portal).length === 1);
    assert.deepEqual(runsAsked(portal)[0]!.body, { kind: "up", expect: DIGEST, message: "procstat" });
  });

  it("shows what would be done now where the plan has changed, and deploys nothing", async () => {
    const preview = fakePreview(DIGEST);
    // Nothing that takes away: no five seconds pass.
    const run = { ...previewed().preview!, preview: { ...preview, entries: preview.entries.slice(2) } };
    const portal = await on.portal({ size: SMALL, snapshot: { run, preview: run } });
    const page = await on.open(portal, "deploy");
    assert.equal(await page.locator(".change").count(), 3);
    const now = { ...fakePreview("sha256:another"), entries: fakePreview("").entries.slice(4) };
    portal.onRun = () => ({
      status: 409,
      body: { error: { code: "plan-changed", message: "the plan is another one" }, preview: now, differences: ["gpu0001: image is 4.5.5"] },
    });
    await deployButton(page).click();
    assert.match(await textOf(page.getByRole("alert")), /the plan is another one.*gpu0001: image is 4\.5\.5/);
    await until(async () => (await page.locator(".change").count()) === 1);
    portal.onRun = () => ({ status: 202, body: fakeDeployment() });
    await deployButton(page).click();
    await until(() => runsAsked(portal).length === 2);
    assert.equal((runsAsked(portal)[1]!.body as { expect: string }).expect, "sha256:another");
  });

  it("is seen in every window: a bar a group, failing hosts folded", async () => {
    const portal = await on.portal({ size: SMALL });
    const [page, other] = [await on.open(portal, "deploy"), await on.open(portal)];
    portal.say({ type: "run", run: fakeDeployment() });
    await page.getByText("1,424 of 2,000").waitFor();
    assert.match(await textOf(page.locator(".run")), /✕ 11 failed.*gpu\[0204-0214\] \(11 hosts\).*no space left on device/);
    // With those that failed at its end.
    assert.equal(await page.getByRole("progressbar", { name: "gpu: 1424 of 2000" }).getAttribute("value"), "1435");
    await other.locator(".badge", { hasText: "run" }).waitFor();
    const progress = [{ group: "samplers[1]", wanted: 2000, done: 2000, failed: 11 }];
    portal.say({
      type: "run",
      run: fakeDeployment({ progress, phase: "ended", endedAt: NOW, result: "failed", messages: ["11 hosts failed"] }),
    });
    await page.getByText("Failed", { exact: true }).waitFor();
    await other.locator(".badge", { hasText: "run" }).waitFor({ state: "detached" });
  });

  it("is cancelled", async () => {
    const portal = await on.portal({ size: SMALL, snapshot: { run: fakeDeployment() } });
    const page = await on.open(portal, "deploy");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancelling…" }).waitFor();
    assert.deepEqual(portal.asked.at(-1)!.route, `${RUNS}/${fakeDeployment().id}/cancel`);
  });

  it("is not begun beside another run", async () => {
    const lock = { who: "ben@admin2", since: "10:02", isOurs: false };
    const page = await on.open(await on.portal({ size: SMALL, snapshot: { ...previewed(), lock } }), "deploy");
    assert.ok(await deployButton(page).isDisabled());
    const portal = await on.portal({ size: SMALL, snapshot: previewed() });
    const late = await on.open(portal, "deploy");
    portal.onRun = () => ({ status: 423, body: { error: { code: "locked", message: "another run is under way" }, lock } });
    await late.getByRole("button", { name: "Preview again" }).click();
    assert.match(await textOf(late.getByRole("alert")), /another run is under way.*held by ben@admin2 since 10:02/);
  });

  it("is rolled back only by who types the stack's name", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "history?run=56");
    const button = page.getByRole("button", { name: "Roll back to run 56" });
    await button.waitFor();
    const field = page.getByLabel(/Type big to do it/);
    await field.fill("bi");
    assert.ok(await button.isDisabled());
    await field.fill(STACK);
    begins(portal, fakeDeployment({ kind: "rollback" }));
    await button.click();
    await page.getByRole("heading", { level: 1, name: "Deploy" }).waitFor();
    assert.deepEqual(runsAsked(portal)[0]!.body, { kind: "rollback", run: 56, confirm: STACK });
  });

  it("is previewed, deployed, cancelled and rolled back by keyboard alone", async function () {
    this.timeout(40_000);
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await page.keyboard.press("3");
    await page.getByRole("heading", { level: 1, name: "Deploy" }).waitFor();
    const preview = { ...fakePreview(DIGEST), entries: fakePreview(DIGEST).entries.slice(2) };
    begins(portal, fakeRun({ id: "r-20261128-100000-1", phase: "ended", endedAt: NOW, result: "succeeded", preview }));
    await tabTo(page, /^Preview$/);
    await page.keyboard.press("Enter");
    await page.locator(".change").first().waitFor();
    begins(portal, fakeDeployment());
    await tabTo(page, /^Deploy:/);
    await page.keyboard.press("Enter");
    await until(() => runsAsked(portal).length === 2);
    await tabTo(page, /^Cancel$/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Cancelling…" }).waitFor();
    assert.ok(portal.asked.at(-1)!.route.endsWith("/cancel"));
    portal.say({ type: "run", run: fakeDeployment({ phase: "ended", endedAt: NOW, result: "cancelled" }) });

    await page.keyboard.press("6");
    await tabTo(page, /^56$/);
    await page.keyboard.press("Enter");
    await page.getByLabel(/Type big to do it/).waitFor();
    await tabTo(page, /Type big to do it/);
    await page.keyboard.type(STACK);
    await tabTo(page, /^Roll back to run 56/);
    await page.keyboard.press("Enter");
    await until(() => runsAsked(portal).length === 3);
    assert.deepEqual(runsAsked(portal)[2]!.body, { kind: "rollback", run: 56, confirm: STACK });
  });

  it("shows drift as it appears, and begins to mend it", async () => {
    const drift = { lookedAt: NOW, tookSeconds: 1, answered: 29, asPlanned: 29, differences: [], unknown: [] };
    const portal = await on.portal({ size: SMALL, snapshot: { drift } });
    const page = await on.open(portal, "drift");
    await page.getByRole("heading", { name: "Nothing differs" }).waitFor();
    const found = { kind: "container", subject: "samp", message: "is missing", hosts: "n03", ...BY_HAND } as const;
    portal.say({ type: "drift", drift: { ...drift, differences: [found] } });
    assert.match(await textOf(page.locator(".line-row")), /container.*samp is missing \(changed on the host\).*n03/);
    begins(portal, fakeRun({ kind: "refresh", phase: "running" }));
    await page.getByRole("button", { name: "Read it into the state" }).click();
    await page.getByRole("heading", { level: 1, name: "Deploy" }).waitFor();
    assert.deepEqual(runsAsked(portal)[0]!.body, { kind: "refresh" });
  });
});

describe("the stack file on the page", () => {
  const on = OnPage.use();
  const editor = (page: Page) => page.locator(".cm-content");

  it("shows a mistake in place, as the server judges it, and saves nothing of it", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "file");
    await page.getByText("takes it as it stands").waitFor();
    await editor(page).getByText("interval", { exact: true }).first().dblclick();
    await page.keyboard.type("intervl");
    await page.getByText("1 problem").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").first().textContent(), "intervl");
    assert.match(
      await textOf(page.locator(".problem")),
      /line 5: samplers\[0\]\.plugins\[0\].*unknown key intervl.*did you mean interval\?/,
    );
    assert.ok(await page.getByRole("button", { name: "Save" }).isDisabled());
    await page.getByRole("button", { name: /^line 5/ }).click();
    await page.keyboard.press("Control+z");
    await page.getByText("takes it as it stands").waitFor();
  });

  it("saves what was changed, with the mark of what was read, and offers the preview of it", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "file");
    await editor(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# on the way");
    assert.ok(await page.getByRole("button", { name: "Preview" }).isDisabled());
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("as on the disk").waitFor();
    const { body } = portal.asked.find(({ route }) => route.startsWith("PUT"))! as { body: { text: string; mark: string } };
    assert.equal(body.mark, "mark-1");
    assert.match(body.text, /# on the way/);
    begins(portal, fakeRun({ phase: "previewing" }));
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("heading", { level: 1, name: "Deploy" }).waitFor();
  });

  it("says where somebody else has written it, and loses nothing by itself", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "file");
    await editor(page).click();
    await page.keyboard.type("# mine");
    portal.say({ type: "file", mark: "mark-9" });
    await page.getByText("Somebody else has written the stack file").waitFor();
    assert.match((await editor(page).textContent())!, /# mine/);
  });

  it("is a plain field where the editor does not come", async () => {
    const portal = await on.portal({ size: SMALL });
    const context = await on.window();
    await context.route("**/code-editor-*.js", (route) => route.abort());
    const page = await context.newPage();
    await page.goto(portal.address);
    await page.locator("main h1").waitFor();
    await show(page, "file");
    await page.locator("textarea").fill("intervl: 1s");
    await page.getByText("1 problem").waitFor();
  });
});
