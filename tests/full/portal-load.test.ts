import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { PortalChange } from "../../portal/api";
import type { EventReader } from "../portal/portal-kit";
import { RunKit } from "../portal/run-kit";

const VIEWERS = 50;
const SECONDS = 20;
const PER_SECOND = 4;
const HOSTS = 10_000;
/** Of the time from an event's making to its reading, by 99 of 100. */
const MOST_DELAY_MS = 500;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** A look in which a tenth of ten thousand hosts changed. */
function look(round: number): PortalChange {
  const index = Array.from({ length: HOSTS / 10 }, (_, i) => (i * 10 + round) % HOSTS);
  const hosts = { seen: round, unseen: [], index, letters: "x".repeat(index.length), reasons: index.map((i) => `samp is exited ${i}`) };
  return { type: "status", look: { lookedAt: round, tookSeconds: 1, askedHosts: HOSTS, wellHosts: 0, causes: [] }, groups: [], hosts };
}

describe(`${VIEWERS} viewers of ${HOSTS} hosts`, function () {
  this.timeout(120_000);
  let on: RunKit;
  before(async () => {
    on = await RunKit.open();
  });
  after(() => on.close());

  it(`see each of ${PER_SECOND} changes a second within ${MOST_DELAY_MS} ms, and the server does not grow`, async () => {
    const viewer = await on.kit.signIn("viewer");
    const operator = on.operator;
    const readers = await Promise.all(
      Array.from({ length: VIEWERS }, (_, i) => (i < 25 ? viewer : operator).stream("/api/stacks/dev/events")),
    );
    const delays: number[] = [];
    for (const reader of readers) watch(reader, delays);
    const { log } = on.kit.portal.stacks.get("dev")!.watched;
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    let before = 0;
    for (let round = 0; round < SECONDS * PER_SECOND; round++) {
      log.add(look(round));
      await sleep(1000 / PER_SECOND);
      // By then the log is as full as it gets.
      if (round === (SECONDS * PER_SECOND) / 2) before = heap();
    }
    await sleep(500);
    const grown = heap() - before;
    delays.sort((a, b) => a - b);
    const p99 = delays[Math.floor(delays.length * 0.99)]!;
    console.log(
      `      ${delays.length} events read, p50 ${delays[delays.length >> 1]} ms, p99 ${p99} ms; heap ${(grown / 1e6).toFixed(1)} MB more`,
    );
    assert.equal(delays.length, VIEWERS * SECONDS * PER_SECOND);
    assert.ok(p99 < MOST_DELAY_MS, `${p99} ms`);
    assert.ok(grown < 10e6, `${grown}`);
    for (const reader of readers) reader.close();
  });
});

/** Keeps no event: what readers keep is not the server's. */
function watch(reader: EventReader, delays: number[]): void {
  const { events } = reader;
  events.push = (...added) => {
    reader.text = "";
    for (const { type, at } of added) if (type === "status") delays.push(Math.round(Date.now() - at * 1000));
    return 0;
  };
}
