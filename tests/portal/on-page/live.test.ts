import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { LookFacts, PortalChange } from "../../../portal/api";
import { fakeRun, NOW, SMALL } from "./fake-cluster";
import type { FakePortal } from "./fake-portal";
import { isSample, OnPage, textOf, until } from "./on-page";

/** A look in which these hosts are another state. */
function look(portal: FakePortal, letter: "o" | "x", hosts: readonly number[], text: string): PortalChange {
  const facts: LookFacts = { ...portal.cluster.look(), lookedAt: NOW };
  const changes = { seen: NOW, unseen: [], index: hosts, letters: letter.repeat(hosts.length), reasons: hosts.map(() => text) };
  return { type: "status", look: facts, groups: portal.cluster.groups(), hosts: changes };
}

const downTile = (page: Page) => page.locator(".tile", { hasText: "down" }).locator(".tile-number");
const untilDown = (page: Page, count: number) => until(async () => (await textOf(downTile(page))) === String(count));
const untilConnection = (page: Page, word: string) => page.locator(".live", { hasText: word }).waitFor({ timeout: 15_000 });

function setHidden(page: Page, isHidden: boolean): Promise<unknown> {
  const change = `Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true })`;
  return page.evaluate(`${change}; document.dispatchEvent(new Event("visibilitychange"))`);
}

describe("the page's events", () => {
  const on = OnPage.use();
  const inFull = (title: string, test: Mocha.AsyncFunc) => (isSample ? undefined : it(title, test));

  it("change what is shown, in every window alike", async () => {
    const portal = await on.portal({ size: SMALL });
    const pages = [await on.open(portal), await on.open(portal)];
    for (const page of pages) await untilConnection(page, "live");
    portal.say(look(portal, "x", [1, 2, 3], "samp exited"));
    for (const page of pages) await untilDown(page, 4);
  });

  it("go on behind the last one after a loss: nothing lost, nothing doubled", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    portal.say({ type: "run", run: fakeRun({ kind: "up", phase: "running" }) });
    await page.locator(".badge", { hasText: "run" }).waitFor();
    portal.cut();
    portal.say(look(portal, "x", [1, 2, 3], "samp exited"));
    await untilDown(page, 4);
    assert.deepEqual(portal.readers, ["stream c0", "stream c1"]);
    // The same one again, and one that is new: had the first been taken twice, it would be undone by now.
    portal.say(look(portal, "o", [1, 2, 3], ""));
    await untilDown(page, 1);
    portal.sayAgain();
    portal.say(look(portal, "x", [5], "samp exited"));
    await untilDown(page, 2);
  });

  inFull("begin again as soon after the fourth loss as after the first", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    let tookMs = 0;
    for (let loss = 0; loss < 4; loss++) {
      await untilConnection(page, "live");
      const before = Date.now();
      portal.cut();
      await until(() => portal.readers.length === loss + 2);
      tookMs = Date.now() - before;
    }
    // Half a second doubled three times is four.
    assert.ok(tookMs < 3000, `${tookMs} ms`);
  });

  it("say that the connection is lost for as long as it is", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    await page.context().setOffline(true);
    portal.cut();
    await untilConnection(page, "not connected");
    await page.context().setOffline(false);
    await untilConnection(page, "live");
  });

  inFull("are asked for where a proxy keeps the stream back", async function () {
    this.timeout(40_000);
    const portal = await on.portal({ size: SMALL });
    portal.keepsStreamsBack = true;
    const page = await on.open(portal);
    await untilConnection(page, "live, by asking");
    portal.say(look(portal, "x", [1, 2, 3], "samp exited"));
    await untilDown(page, 4);
  });

  inFull("are asked for where a proxy lets them go late", async function () {
    this.timeout(40_000);
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    portal.say(look(portal, "x", [1], "samp exited"));
    await untilDown(page, 2);
    assert.deepEqual(portal.readers, ["stream c0"]);
    portal.lateMs = 4000;
    portal.say(look(portal, "x", [2], "samp exited"));
    await untilDown(page, 3);
    await untilConnection(page, "live, by asking");
    portal.say(look(portal, "x", [3], "samp exited"));
    await untilDown(page, 4);
    assert.ok(
      portal.readers.slice(1).every((one) => one.startsWith("poll ")),
      portal.readers.join(),
    );
  });

  it("read the state anew where something between is lost", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    portal.cluster.break("x", "samp exited", [1, 2, 3]);
    portal.say({ type: "reset" });
    await untilDown(page, 4);
  });

  it("end with the session: nothing of the stack is shown any more", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    portal.endSessions();
    portal.say({ type: "end", reason: "the session has ended" });
    portal.cut();
    await page.getByRole("heading", { name: "LDMS portal" }).waitFor();
    assert.equal(await page.locator(".tile").count(), 0);
  });

  it("hold no stream while nobody sees the page", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await untilConnection(page, "live");
    await setHidden(page, true);
    await untilConnection(page, "paused");
    // The browser's own network process closes it.
    await until(() => portal.openStreams === 0);
    portal.cluster.break("x", "samp exited", [1, 2, 3]);
    await setHidden(page, false);
    await untilDown(page, 4);
    await untilConnection(page, "live");
  });

  inFull("take eight tabs of one browser, which opens six connections to a server at the most", async () => {
    const portal = await on.portal({ size: SMALL });
    let shown = await on.open(portal);
    for (let i = 0; i < 7; i++) {
      const page = await shown.context().newPage();
      await page.goto(`${portal.url}#/`);
      await untilConnection(page, "live");
      // A browser says so to a tab that another one covers; one without a window does not.
      await setHidden(shown, true);
      shown = page;
    }
    portal.say(look(portal, "x", [1, 2, 3], "samp exited"));
    await untilDown(shown, 4);
    await until(() => portal.openStreams === 1);
  });
});
