import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostLetter } from "../../../portal/api";
import { LARGE, NOW } from "./fake-cluster";
import type { FakePortal } from "./fake-portal";
import { isSample, OnPage } from "./on-page";

const LONGEST_MS = 50;
const EVERY_MS = 250;
const ROUNDS = isSample ? 8 : 16;
/** The first one has the most to do at once: every host is painted in its place. */
const VIEWS = [
  ["hosts?order=name", "as in the stack file"],
  ["hosts", "the worst first"],
  ["overview", ""],
] as const;
/** A machine that does something else meanwhile makes every task long: the core tests are content with one quiet run of some. */
const RUNS = 3;

/** Every host another state, and each with a reason, four times a second: more than a server ever sends. */
async function changeAll(portal: FakePortal): Promise<void> {
  const index = portal.cluster.hosts.map((_, host) => host);
  const letters: readonly HostLetter[] = ["o", "o", "o", "o", "o", "d", "x", "u"];
  const look = portal.cluster.look();
  for (let round = 0; round < ROUNDS; round++) {
    const letterOf = (host: number) => letters[(host * 7 + round * 3) % letters.length]!;
    portal.say({
      ...{ type: "status", look: { ...look, lookedAt: NOW + round / 4 }, groups: portal.cluster.groups() },
      hosts: {
        seen: NOW,
        unseen: [],
        index,
        letters: index.map(letterOf).join(""),
        reasons: index.map((host) => `round ${round} of ${host}`),
      },
    });
    await sleep(EVERY_MS);
  }
}

const OBSERVE = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => Math.round(one.duration)))).observe({ type: "longtask" });
`;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Of the thread itself, in microseconds. */
  readonly tdur?: number;
}

/** What the longest task of the page's own thread took of the processor: another program on the machine makes it no longer. */
function longestTaskMs(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf));
  const tasks = traceEvents.filter((event) => event.name === "RunTask" && event.tdur !== undefined && main.has(threadOf(event)));
  assert.ok(tasks.length > ROUNDS);
  return Math.max(...tasks.map(({ tdur }) => tdur! / 1000));
}

describe("the page while 10,000 hosts change four times a second", () => {
  const on = OnPage.use();

  for (const [view, order] of isSample ? VIEWS.slice(0, 1) : VIEWS)
    it(`is held up by no task of more than ${LONGEST_MS} ms: ${view.split("?")[0]} ${order}`, async function () {
      this.timeout(120_000);
      const tasks: (readonly number[])[] = [];
      const longest: number[] = [];
      const isQuiet = () => tasks.some(({ length }) => length === 0);
      for (let run = 0; run < RUNS && !(isSample && isQuiet()); run++) {
        const portal = await on.portal({ size: LARGE });
        const page = await on.open(portal, view);
        await page.waitForTimeout(500);
        await page.evaluate(OBSERVE);
        await on.browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
        await changeAll(portal);
        longest.push(longestTaskMs(await on.browser.stopTracing()));
        tasks.push((await page.evaluate(`longTasks`)) as readonly number[]);
        // It took part in all of it.
        const last = view === "overview" ? page.locator(".tile-number").first() : page.getByText(`round ${ROUNDS - 1} of`).first();
        await last.waitFor();
        await page.close();
      }
      console.error(
        `      tasks over ${LONGEST_MS} ms, run by run: ${JSON.stringify(tasks)}; of the processor: ${longest.map(Math.round)} ms`,
      );
      assert.ok(isQuiet() || Math.min(...longest) <= LONGEST_MS);
      // In each run by itself: none was long, or none but by what else the machine did.
      if (!isSample) assert.ok(longest.every((ms, run) => tasks[run]!.length === 0 || ms <= LONGEST_MS));
    });
});
