import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { RunKit } from "../portal/run-kit";

const EACH = 100;
/** So long a client may take for a request's head; the server looks every so often who is over it. */
const HEAD_SECONDS = 10;
const LOOK_SECONDS = 5;
/** For a body. */
const BODY_SECONDS = 30;
const HEAD = "POST /api/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nX-Ldms-Portal: 1\r\n";

/** What it writes at first, and then every second. */
const CLIENTS: Readonly<Record<string, readonly [first: string, then: string, seconds: number]>> = {
  "connects and says nothing": ["", "", HEAD_SECONDS],
  "says half a line": ["GET / HT", "", HEAD_SECONDS],
  "sends a header a second": [HEAD, "X-Slow: 1\r\n", HEAD_SECONDS],
  "sends a byte of a body a second": [`${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, "x", BODY_SECONDS],
};

describe("clients that hold connections and ask for nothing", function () {
  this.timeout(180_000);
  let on: RunKit;
  before(async () => {
    on = await RunKit.open();
  });
  after(() => on.close());

  /** @returns seconds until the server closed it */
  function open(first: string, then: string): Promise<number> {
    const { hostname, port } = new URL(on.kit.origin);
    const begun = performance.now();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const socket: Socket = connect(Number(port), hostname, () => {
        socket.write(first);
        if (then !== "") timer = setInterval(() => socket.write(then), 1000);
      });
      // What the server says to it is of no account.
      socket.resume();
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(timer);
        resolve((performance.now() - begun) / 1000);
      });
    });
  }

  it(`are closed in their time, ${EACH} of each kind at once, and nobody else waits for them`, async () => {
    const kinds = Object.entries(CLIENTS);
    const closed = kinds.map(([, [first, then]]) => Promise.all(Array.from({ length: EACH }, () => open(first, then))));
    let isOver = false;
    const all = Promise.all(closed).finally(() => {
      isOver = true;
    });
    let slowest = 0;
    while (!isOver) {
      const begun = performance.now();
      assert.equal((await on.operator.get("/api/me")).status, 200);
      slowest = Math.max(slowest, performance.now() - begun);
      await sleep(200);
    }
    for (const [i, seconds] of (await all).entries()) {
      const [what, [, , most]] = kinds[i]!;
      const longest = Math.max(...seconds);
      console.log(`      who ${what}: closed after ${Math.min(...seconds).toFixed(1)} to ${longest.toFixed(1)} s`);
      assert.ok(longest < most + LOOK_SECONDS + 2, `${what}: ${longest} s`);
    }
    console.log(`      the longest that another one waited meanwhile: ${Math.round(slowest)} ms`);
    assert.ok(slowest < 1000, `${slowest} ms`);
  });
});
