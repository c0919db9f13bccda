import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckedFile, Snapshot } from "../../portal/api";
import { EventLog, renderFrame } from "../../portal/server/event-log";
import { planLayout } from "../../portal/server/stack-layout";
import { examplePlan } from "../unit/example-stack";
import { GuardKit } from "./guard-kit";
import type { Browser } from "./portal-kit";

/** A stream is to end within this time of its reader's right. */
const END_MS = 5000;

// What went wrong in other people's portals, each a case of ours. Secrets in answers (the first three) are in portal-secrets.test.ts.
describe("the portal, by advisories of others", function () {
  this.timeout(60_000);
  let guard: GuardKit;
  beforeEach(async () => {
    guard = await GuardKit.open();
  });
  afterEach(() => guard.close());

  it("CVE-2025-55190: no answer has more than the contract says", async () => {
    const { json: snapshot } = await guard.viewer.get<Snapshot>("/api/stacks/dev");
    const allowed = "cursor drift data edges fault groups hosts lock look notes now periods plots preview role run services stack".split(
      " ",
    );
    assert.deepEqual(
      Object.keys(snapshot).filter((key) => !allowed.includes(key)),
      [],
    );
    assert.deepEqual(Object.keys(snapshot.groups[0]!).sort(), ["column", "counts", "daemons", "facts", "hosts", "id", "kind", "name"]);
    const { json: me } = await guard.viewer.get<object>("/api/me");
    assert.deepEqual(me, { user: "ben", stacks: [{ stack: "dev", role: "viewer" }], version: "0.1.0" });
    const { json: host } = await guard.viewer.get<object>("/api/stacks/dev/hosts/cygnus-01");
    assert.deepEqual(
      Object.keys(host).filter((key) => !["host", "letter", "seen", "fault", "groups", "containers", "drift"].includes(key)),
      [],
    );
  });

  it("CVE-2024-22424: nothing is changed for a page of another origin, of whatever type", async () => {
    const { origin } = guard.kit;
    const sister = origin.replace(/\d+$/, "1");
    for (const from of [sister, "https://evil.test", "null", undefined])
      for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
        const headers = { origin: from, "content-type": type, "sec-fetch-site": from === sister ? "same-site" : "cross-site" };
        const answer = await guard.operator.post("/api/stacks/dev/runs", { kind: "preview" }, headers);
        assert.equal(answer.status, 403, `${from} ${type}`);
      }
    assert.deepEqual(guard.entered, []);
  });

  it("CVE-2022-31035, CVE-2026-45738: nothing but http and https becomes a link", () => {
    const none = { stack: "dev", nodes: [], edges: [], notes: [] };
    const of = (url: string) => planLayout({ ...examplePlan(), endpoints: { ui: url } }, none, new Map()).services[0];
    for (const url of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      " javascript:x",
      "file:///etc/passwd",
      "//evil",
    ])
      assert.deepEqual(of(url), { service: "ui", tunnel: "ldms tunnel -s cygnus ui" }, url);
    assert.equal(of("https://cygnus-07:80")?.url, "https://cygnus-07:80");
  });

  describe("CVE-2023-40025, CVE-2024-41666, CVE-2022-3867: a stream ends with the right", () => {
    async function assertEnds(endRight: () => unknown): Promise<void> {
      const stream = await guard.viewer.stream("/api/stacks/dev/events");
      await sleep(300);
      assert.equal(stream.hasEnded, false);
      await endRight();
      const begun = Date.now();
      await stream.ended;
      assert.ok(Date.now() - begun < END_MS, `${Date.now() - begun} ms`);
      const last = stream.events.at(-1);
      assert.equal(last?.type, "end");
      // What comes now is for others.
      guard.kit.portal.stacks.get("dev")!.watched.log.add({ type: "file", mark: "later" });
      await sleep(200);
      assert.equal(stream.events.at(-1), last);
    }

    it("of who signs out", () => assertEnds(() => guard.viewer.ask({ method: "DELETE", path: "/api/session" })));

    it("of who is no longer in the file of users", () =>
      assertEnds(() => writeFileSync(guard.accessPath, "users:\n  anna: { dev: operator }\n")));

    it("of everybody, where that file cannot be read any more", async () => {
      await assertEnds(() => writeFileSync(guard.accessPath, "users: [\n"));
      assert.equal((await guard.operator.get("/api/stacks/dev")).status, 404);
      assert.ok(guard.kit.said.some((line) => line.startsWith("nobody has any right until this is mended")));
    });

    it("and an operator who becomes a viewer changes nothing any more", async () => {
      writeFileSync(guard.accessPath, "users:\n  anna: { dev: viewer }\n");
      await sleep(1200);
      const answer = await guard.operator.post("/api/stacks/dev/runs", { kind: "preview" });
      assert.equal(answer.status, 403);
      assert.deepEqual(guard.entered, []);
    });
  });

  it("CVE-2020-8827: a thousand wrong codes are refused, kept nowhere, and say nothing of the right one", async () => {
    const statuses = new Map<number, number>();
    const { attempts } = guard.kit.portal;
    for (let i = 0; i < 1000; i++) {
      const { status, text } = await guard.nobody.post("/api/session", { code: `${i}`.padStart(43, "x") });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      assert.doesNotMatch(text, /anna|ben/);
    }
    assert.deepEqual([...statuses.keys()].sort(), [401, 429]);
    assert.ok(statuses.get(401)! <= 20, JSON.stringify([...statuses]));
    assert.equal(attempts.size, 1);
    // Nobody locks others out by guessing.
    assert.equal((await guard.signIn("anna")).session?.length, 43);
    const used = guard.kit.said.filter((line) => line.startsWith("anna: ")).at(-2)!;
    const { status } = await guard.nobody.post("/api/session", { code: /#code=([\w-]+)/.exec(used)![1] });
    assert.equal(status, 429, "a code that was used is none");
  });

  it("CVE-2026-44883: a session in an address is refused, and in no line that anybody reads", async () => {
    const { session } = guard.operator;
    for (const name of ["token", "session", "access_token", "code"]) {
      const path = `/api/stacks/dev/events?${name}=${session}`;
      assert.equal((await guard.nobody.get(path)).status, 401);
      const answer = await guard.operator.get(path);
      assert.equal(answer.status, 400);
      assert.ok(!answer.text.includes(session!));
    }
    const { text } = await guard.operator.get("/api/stacks/dev/audit");
    assert.ok(![...guard.kit.said, text].join("\n").includes(session!));
  });

  it("CVE-2026-44848, CVE-2026-23944: a path that is no route leads nowhere, whoever asks", async () => {
    const words = [
      "api",
      "stacks",
      "dev",
      "plugins",
      "..",
      ".",
      "",
      "v1.41",
      "containers",
      "exec",
      "%2e%2e",
      "events",
      "a".repeat(300),
      "file",
      ";",
      "@",
    ];
    const known = /^\/api\/(me|sign-in|session|stacks\/dev(\/(events|file))?)$/;
    let seed = 7;
    for (let i = 0; i < 300; i++) {
      const parts = Array.from({ length: 1 + (i % 5) }, () => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return words[seed % words.length];
      });
      const path = `/${parts.join("/")}`;
      if (known.test(path) || path === "/") continue;
      const { status } = await guard.operator.get(path);
      assert.equal(status, 404, path);
    }
    assert.deepEqual(guard.entered, []);
  });

  it("CVE-2026-23520, CVE-2026-27130: what stands in a stack file is run by nobody", async () => {
    const words = ["$(touch pwned)", "`touch pwned`", "; touch pwned", "x\ntouch pwned", "'; touch pwned; '", "$IFS$(touch pwned)"];
    for (const word of words) {
      const text = JSON.stringify({ config: { "ldms:hosts": word, "ldms:xprt": word, "ldms:ssh": { user: word, key: word } } });
      const { json, status } = await guard.operator.post<CheckedFile>("/api/stacks/dev/file/check", { text });
      assert.equal(status, 200);
      assert.ok(json.problems.length >= 2, word);
      const { status: saved } = await guard.operator.ask({ method: "PUT", path: "/api/stacks/dev/file", body: { text, mark: "x" } });
      assert.notEqual(saved, 200);
    }
    assert.deepEqual(guard.at.things, []);
  });

  it("CVE-2026-45632, CVE-2025-4922: no id of another stack's is found in one's own", async () => {
    const carla = await guard.signIn("carla");
    const { json } = await carla.post<{ id: string }>("/api/stacks/prod/runs", { kind: "preview" });
    assert.match(json.id, /^r-/);
    assert.equal((await guard.operator.get(`/api/stacks/dev/runs/${json.id}`)).status, 404);
    assert.equal((await guard.operator.post(`/api/stacks/dev/runs/${json.id}/cancel`)).status, 404);
    assert.equal((await guard.operator.get(`/api/stacks/prod/runs/${json.id}`)).status, 404);
    const { text } = await guard.operator.get("/api/stacks/dev/audit");
    assert.ok(!text.includes("carla"));
    // A name that begins alike is another one.
    writeFileSync(guard.accessPath, "users:\n  anna: { de: operator, dev2: operator, dev.: operator }\n");
    await sleep(1200);
    assert.equal((await guard.operator.get("/api/stacks/dev")).status, 404);
  });

  it("CVE-2026-7474: a part of a path is one word, and of no folder", async () => {
    for (const part of ["..%2f..%2fetc", "....//", "..\\..", "%2e%2e%2f", "r-20261129-000000-1%00", "r-20261129-000000-1/../../x"])
      assert.ok([400, 404].includes((await guard.operator.get(`/api/stacks/dev/runs/${part}`)).status), part);
    assert.deepEqual(guard.entered, []);
  });

  it("CVE-2026-29085, CVE-2026-33128: no text of a host's becomes an event of its own", () => {
    const log = new EventLog();
    const evil = "x\r\n\r\nevent: admin\ndata: {}\n\nid: 9\u2028\u2029";
    log.add({ type: "file", mark: evil });
    const [entry] = log.readBehind(`${log.cursor.split("-")[0]}-0`).entries;
    assert.equal(entry!.text, renderFrame(entry!.event));
    assert.match(entry!.text, /^id: [0-9a-f]{12}-1\ndata: [^\r\n]*\n\n$/);
    assert.equal((JSON.parse(entry!.text.slice(entry!.text.indexOf("data: ") + 6)) as { mark: string }).mark, evil);
  });

  describe("CVE-2026-42294: a body without end is refused", () => {
    /** Sends so much and never ends it. @returns the status; undefined where the connection was closed before it could be read */
    function send(browser: Browser, chunks: number): Promise<number | undefined> {
      const { hostname, port } = new URL(guard.kit.origin);
      const headers = {
        ...{ origin: guard.kit.origin, "x-ldms-portal": "1", "content-type": "application/json", "transfer-encoding": "chunked" },
        ...(browser.session !== undefined && { authorization: `Bearer ${browser.session}` }),
      };
      return new Promise((resolve) => {
        const asked = request({ hostname, port, method: "POST", path: "/api/stacks/dev/runs", headers, agent: false }, (answer) => {
          resolve(answer.statusCode);
          answer.resume();
          asked.destroy();
        });
        asked.on("error", () => resolve(undefined));
        for (let i = 0; i < chunks; i++) asked.write("x".repeat(1024));
      });
    }

    it("once it is larger than it may be, and before that where its sender may not send one", async () => {
      assert.equal(await send(guard.operator, 65), 413);
      assert.equal(await send(guard.nobody, 1), 401);
      assert.deepEqual(guard.entered, []);
    });

    it("and is not kept", async () => {
      const before = process.memoryUsage().external;
      for (let i = 0; i < 5; i++) assert.ok([413, undefined].includes(await send(guard.operator, 64 << 10)));
      assert.ok(process.memoryUsage().external - before < 64 << 20);
      assert.equal((await guard.operator.get("/api/me")).status, 200);
    });
  });

  it("CVE-2025-66414: another name for this address is another site", async () => {
    for (const host of [
      "evil.test",
      `evil.test:${new URL(guard.kit.origin).port}`,
      "127.0.0.1.evil.test",
      "0.0.0.0",
      "[::ffff:127.0.0.1]",
      "127.1",
    ]) {
      for (const path of ["/", "/api/me", "/api/sign-in"]) {
        const answer = await guard.operator.get(path, { host });
        // What is no name at all does not even come to the portal.
        assert.ok([400, 421].includes(answer.status), `${host} ${path}: ${answer.status}`);
        assert.doesNotMatch(answer.text, /anna|LDMS/);
      }
    }
    for (const host of ["localhost:1234", "127.0.0.1"]) assert.equal((await guard.operator.get("/api/me", { host })).status, 200, host);
  });
});
