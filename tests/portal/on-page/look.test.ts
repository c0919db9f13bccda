import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { LARGE, SMALL } from "./fake-cluster";
import { OTHER_STACK, STACK } from "./fake-portal";
import { OnPage, show, textOf, until } from "./on-page";

describe("the portal's page", () => {
  const on = OnPage.use();

  it("signs in with the address that the server printed, and keeps nothing of the code in it", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    assert.equal(page.url(), `${portal.url}#/`);
    assert.equal(await textOf(page.locator("h1")), STACK);
    assert.deepEqual(await page.context().cookies(), []);
  });

  it("asks for the code where it comes without one, and says what is wrong with a bad one", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await (await on.window()).newPage();
    on.listen(page);
    await page.goto(portal.url);
    await page.getByLabel("Or the code").fill("no such code");
    await page.getByRole("button", { name: "Sign in" }).click();
    assert.match(await textOf(page.getByRole("alert")), /that code is not good, or was used/);
  });

  it("hands its session to a second tab", async () => {
    const portal = await on.portal({ size: SMALL });
    const first = await on.open(portal);
    const second = await first.context().newPage();
    await second.goto(`${portal.url}#/${STACK}/hosts?state=x`);
    await second.getByRole("heading", { name: "Hosts" }).waitFor();
  });

  it("says first what is not well, hosts folded, with the remedy", async () => {
    const page = await on.open(await on.portal({ size: LARGE }));
    assert.match(await textOf(page.locator(".headline")), /6 hosts not well of 10,131 hosts/);
    const causes = page.locator("section", { hasText: "Where data stops" });
    assert.match(await textOf(causes), /out of memory[\s\S]*ldms logs -s big n00017 samp/);
  });

  it("draws the groups with what is connected of what should be", async () => {
    const page = await on.open(await on.portal({ size: LARGE }));
    const picture = page.locator(".picture");
    await picture.locator("svg").waitFor();
    assert.match(await textOf(picture), /✕ 8,996\/9,000/);
    await picture.locator("a", { hasText: "samp" }).first().click();
    await page.getByRole("heading", { name: "Hosts" }).waitFor();
    assert.match(await textOf(page.locator(".view-acts")), /9,000 of 10,131 hosts/);
  });

  it("shows ages, and marks those that nobody should trust", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "hosts?find=top");
    assert.match(await textOf(page.locator(".row", { hasText: "top-1" })), /\d s ago/);
    const other = await on.open(await on.portal({ size: LARGE }), "hosts?state=u");
    assert.match(await textOf(other.locator(".age-stale").first()), /^22 min ago$/);
  });

  it("draws rows a second and freshness of each store, with what they are now", async () => {
    const page = await on.open(await on.portal({ size: LARGE }));
    const store = page.locator(".store", { hasText: "csv-gpu" });
    assert.match(await textOf(store), /✓ 1,000 samplers fresh.*rows a second.*newest row \d+ s old/);
    const said = await store.getByRole("img").evaluateAll((plots) => plots.map((plot) => plot.getAttribute("aria-label")));
    assert.match(said.join("; "), /^rows a second of csv-gpu: .+ now, between .+; age of the newest row of csv-gpu: \d+ s now, between /);
  });

  it("shows what the rules find with its remedy, and what is waived with the reason", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "findings");
    const findings = page.locator(".finding");
    await findings.first().waitFor();
    assert.match(await textOf(findings.nth(0)), /high, must be mended.*no-host-network.*web1.*leave out network: host/);
    assert.match(await textOf(findings.last()), /waived.*no-privileged-container.*until 2027-03-31: DCGM 3 needs it/);
  });

  it("shows who did what, refused tries as well", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "audit?find=eve");
    const acts = page.getByRole("list", { name: "acts" }).getByRole("listitem");
    await acts.first().waitFor();
    assert.deepEqual([await acts.count(), /refused: not-allowed.*up by eve from 127\.0\.0\.1/.test(await textOf(acts.first()))], [1, true]);
  });

  it("opens a run of the history by its address", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    await page.goto(`${portal.url}#/${STACK}/history?run=56`);
    await page.reload();
    await page.getByRole("button", { name: "Roll back to run 56" }).waitFor();
  });

  it("shows a viewer everything, and no button that changes anything", async () => {
    const portal = await on.portal({ size: SMALL, role: "viewer" });
    const page = await on.open(portal);
    assert.equal(await page.getByText("read only").count(), 1);
    for (const view of ["deploy", "drift", "history?run=56", "file"]) {
      await show(page, view);
      await page.waitForTimeout(150);
      assert.equal(await page.getByRole("button", { name: /Preview|Deploy|Roll back|Save|state/ }).count(), 0, view);
      // What is not for them is not asked for.
      assert.equal(await page.getByRole("alert").count(), 0, view);
    }
  });

  it("makes a link of an address of the web only", async () => {
    const services = [{ service: "grafana", url: "javascript:alert(1)", tunnel: "ldms tunnel -s big grafana" } as const];
    const page = await on.open(await on.portal({ size: SMALL, snapshot: { services } }));
    await page.getByText("ldms tunnel -s big grafana").waitFor();
    assert.equal(await page.locator("a[href^=javascript]").count(), 0);
  });

  it("shows hostile words as words", async () => {
    const portal = await on.portal({ size: SMALL });
    portal.cluster.break("x", "<img src=x onerror=alert(1)> `$(id)`", [3]);
    const page = await on.open(portal, "hosts?state=x");
    await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
    assert.equal(await page.locator("main img").count(), 0);
  });

  it("says what is wrong with the stack file where nothing can be planned", async () => {
    const page = await on.open(await on.portal({ size: SMALL, snapshot: { fault: "Pulumi.big.yaml is not valid:\n  - samplers: none" } }));
    assert.match(await textOf(page.locator(".notice").first()), /Pulumi\.big\.yaml is not valid/);
  });

  it("says who is at work elsewhere, and why nothing can be deployed", async () => {
    const lock = { who: "ben@admin2", since: "10:02", isOurs: false };
    const page = await on.open(await on.portal({ size: SMALL, snapshot: { lock } }), "deploy");
    assert.match(await textOf(page.getByRole("status").filter({ hasText: "ben@admin2" })), /at work on this stack since 10:02/);
    assert.ok(await page.getByRole("button", { name: "Preview" }).isDisabled());
  });
});

describe("the page of several stacks", () => {
  const on = OnPage.use();

  it("never shows the runs of one as those of another, however late they come", async () => {
    const page = await on.open(await on.portal({ size: SMALL }));
    let answer = () => {};
    await page.route(`**/stacks/${STACK}/history`, async (route) => {
      await new Promise<void>((resolve) => (answer = resolve));
      await route.continue();
    });
    await page.route(`**/stacks/${OTHER_STACK}/history`, (route) => route.fulfill({ json: [] }));
    await show(page, "history");
    await page.getByText("The history is being read").waitFor();
    await page.getByLabel("stack", { exact: true }).selectOption(OTHER_STACK);
    await page.getByText("Nothing was run yet.").waitFor();
    const late = page.waitForResponse(`**/stacks/${STACK}/history`);
    answer();
    await (await late).finished();
    await page.waitForTimeout(150);
    assert.equal(await page.locator(".run-row").count(), 0);
  });

  it("says of one alone that somebody else has written its stack file", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal, "file");
    const notice = page.getByText("Somebody else has written the stack file");
    await page.locator(".live", { hasText: "live" }).waitFor();
    portal.say({ type: "file", mark: "mark-9" });
    await notice.waitFor();
    await page.getByLabel("stack", { exact: true }).selectOption(OTHER_STACK);
    await until(async () => (await page.title()) === `${OTHER_STACK}: Stack file`);
    await page.getByText("as on the disk").waitFor();
    assert.equal(await notice.count(), 0);
  });
});

describe("the view of hosts", () => {
  const on = OnPage.use();

  it("has the worst first, in the table as on the map", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    const states = await page.locator(".rows .row .state").allInnerTexts();
    assert.deepEqual(states.slice(0, 7), ["down", "down", "degraded", "degraded", "unknown", "unknown", "well"]);
    assert.match((await page.locator("canvas").getAttribute("aria-label"))!, /^10,131 hosts: 2 down, 2 degraded, 2 unknown, 10,125 well/);
  });

  it("keeps few rows in the page however many there are, and shows the last one", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await page.locator(".row-cursor", { hasText: "web1" }).waitFor();
    assert.ok((await page.locator(".rows .row").count()) < 60);
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "10132");
  });

  it("finds a hostlist, a part of a name and words, and has it in the address", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    const found = async (text: string) => {
      await page.locator("#find-host").fill(text);
      await until(() => decodeURIComponent(page.url()).includes(`find=${text}`));
      return textOf(page.locator(".view-acts"));
    };
    assert.match(await found("n[00001-00100],agg-041"), /^101 of/);
    assert.match(await found("agg-"), /^128 of/);
    assert.match(await found("unhealthy"), /^2 of/);
  });

  it("opens a host by keyboard alone, and closes it", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary");
    assert.match(await textOf(panel.locator("h2")), /n00993/);
    await panel.getByText("not in the stack file").waitFor();
    assert.match(page.url(), /host=n00993/);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  });

  it("opens a host from the map", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    await page.locator("canvas").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    assert.match(await textOf(page.getByRole("complementary").locator("h2")), /n00993/);
  });

  it("takes keys that come before it is drawn again", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts");
    const typed = (place: string, keys: readonly string[]) =>
      `for (const key of ${JSON.stringify(keys)}) document.querySelector(${JSON.stringify(place)}).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))`;
    const opened = page.getByRole("complementary").locator("h2");
    for (const [place, next] of [
      ["canvas", "ArrowRight"],
      ["[role=grid]", "ArrowDown"],
    ] as const) {
      await page.locator(place).focus();
      await page.evaluate(typed(place, [next, "Enter"]));
      assert.match(await textOf(opened), /n00993/);
      await opened.press("Escape");
      await opened.waitFor({ state: "detached" });
      await page.evaluate(typed(place, ["ArrowLeft", "ArrowUp"]));
    }
  });

  it("shows a host that could not be read at first, and no more that it could not", async () => {
    const portal = await on.portal({ size: SMALL });
    const page = await on.open(portal);
    const refusal = { error: { code: "failed", message: "no answer this time" } };
    await page.route("**/hosts/n01", (route) => route.fulfill({ status: 500, json: refusal }), { times: 1 });
    await show(page, "hosts?host=n01");
    const panel = page.getByRole("complementary");
    await panel.getByText("no answer this time").waitFor();
    const hosts = { seen: 0, unseen: [], index: [], letters: "", reasons: [] };
    portal.say({ type: "status", look: portal.cluster.look(), groups: portal.cluster.groups(), hosts });
    await panel.getByText("not in the stack file").waitFor();
    assert.equal(await panel.getByText("no answer this time").count(), 0);
  });

  it("is there with host and filter from a deep link", async () => {
    const page = await on.open(await on.portal({ size: LARGE }), "hosts?state=d&host=agg-041");
    await page.getByRole("complementary").getByText("agg-041").first().waitFor();
    assert.match(await textOf(page.locator(".view-acts")), /^2 of/);
    await page.reload();
    await page.getByRole("complementary").getByText("agg-041").first().waitFor();
  });
});

describe("the keys", () => {
  const on = OnPage.use();

  it("go to each view", async () => {
    const page = await on.open(await on.portal({ size: SMALL }));
    const titles = [STACK, "Hosts", "Deploy", "Drift", "Findings", "History", "Stack file", "Audit log"];
    for (const [i, title] of titles.entries()) {
      await page.keyboard.press(String(i + 1));
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      // What was typed must not go into the editor, which is the seventh.
      await page.locator("#main").focus();
    }
  });

  it("are told by `?`, and can be switched off", async () => {
    const page = await on.open(await on.portal({ size: SMALL }));
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("ask the hosts now").waitFor();
    await dialog.getByRole("checkbox").uncheck();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.keyboard.press("2");
    await page.waitForTimeout(200);
    assert.equal(await textOf(page.locator("h1")), STACK);
  });

  it("leave letters that are typed into a field alone", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "hosts");
    await page.keyboard.press("/");
    await page.locator("#find-host:focus").waitFor();
    await page.keyboard.type("n1");
    await until(() => page.url().includes("find=n1"));
    assert.equal(await textOf(page.locator("h1")), "Hosts");
  });

  it("find a host from a view that has not got the hosts yet", async () => {
    const page = await on.open(await on.portal({ size: SMALL }));
    await page.route("**/*.js", async (route) => {
      await sleep(300);
      await route.continue();
    });
    await page.keyboard.press("/");
    await page.locator("#find-host:focus").waitFor({ timeout: 5000 });
  });

  it("reach every control with Tab: none takes the focus away", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "file");
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(`document.activeElement.className`), "editor");
  });

  it("switch between light and dark, which is kept", async () => {
    const page = await on.open(await on.portal({ size: SMALL }), "overview", { colorScheme: "light" });
    const ground = () => page.evaluate(`getComputedStyle(document.documentElement).backgroundColor`);
    const light = await ground();
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    await page.locator("main h1").waitFor();
    assert.equal(await ground(), dark);
  });
});
