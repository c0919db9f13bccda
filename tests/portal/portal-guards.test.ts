import assert from "node:assert/strict";
import { connect } from "node:net";
import type { PortalRoute } from "../../portal/api";
import { HANDLERS } from "../../portal/server/handlers";
import { ROUTES } from "../../portal/server/route-table";
import { GuardKit } from "./guard-kit";
import type { Ask, Browser } from "./portal-kit";
import { askOf, DIGEST } from "./route-asks";

describe("the portal's guards", function () {
  this.timeout(60_000);
  let guard: GuardKit;
  let marks: string;
  before(async () => {
    guard = await GuardKit.open();
    marks = guard.marks;
  });
  after(() => guard.close());
  beforeEach(() => {
    guard.entered.length = 0;
  });

  const routes = Object.keys(ROUTES) as PortalRoute[];
  const ofStacks = routes.filter((route) => route.includes(":stack"));
  const operators = routes.filter((route) => ROUTES[route].right === "operator");

  /** Refused, and by nobody's handler. */
  async function assertRefused(browser: Browser, ask: Ask, status: number, code: string): Promise<void> {
    const answer = await browser.ask(ask);
    const what = `${ask.method} ${ask.path}: ${answer.status} ${answer.text.slice(0, 200)}`;
    assert.equal(answer.status, status, what);
    assert.equal(answer.json?.error.code, code, what);
    assert.deepEqual(
      Object.keys(answer.json.error).filter((key) => !["code", "message", "help"].includes(key)),
      [],
    );
    assert.deepEqual(guard.entered, [], what);
  }

  it("have a handler for each route, and the right of each", () => {
    assert.ok(routes.length > 15 && operators.length > 4);
    assert.deepEqual([...Object.keys(HANDLERS), "GET /api/stacks/:stack/events"].sort(), [...routes].sort());
    // Literally, so that a right that is given away by a slip is told here.
    assert.deepEqual(operators, [
      "POST /api/stacks/:stack/runs",
      "POST /api/stacks/:stack/runs/:id/cancel",
      "GET /api/stacks/:stack/file",
      "POST /api/stacks/:stack/file/check",
      "PUT /api/stacks/:stack/file",
    ]);
    assert.deepEqual(
      routes.filter((route) => ROUTES[route].right === "anyone"),
      ["GET /api/sign-in", "POST /api/session"],
    );
  });

  for (const route of routes.filter((one) => ROUTES[one].right !== "anyone")) {
    it(`let nobody who is not signed in have ${route}`, async () => {
      await assertRefused(guard.nobody, askOf(route), 401, "signed-out");
      const { method = "", path } = askOf(route);
      // The same place by other words is no place at all, whoever asks.
      for (const other of [
        `/${path}`,
        `${path}/`,
        `/%2e%2e${path}`,
        path.replace("api", "%61pi"),
        path.replace("/api/", "/api//"),
        `/x/..${path}`,
      ])
        for (const browser of [guard.nobody, guard.operator]) await assertRefused(browser, { method, path: other }, 404, "not-found");
      for (const odd of ["OPTIONS", "PATCH", "TRACE"]) await assertRefused(guard.nobody, { method: odd, path }, 404, "not-found");
      assert.equal((await guard.operator.ask({ method: "HEAD", path })).status, 404);
    });
  }

  for (const route of operators) {
    it(`let no viewer have ${route}`, () => assertRefused(guard.viewer, askOf(route), 403, "not-allowed"));
  }

  for (const route of ofStacks) {
    it(`tell who has no right in a stack that there is none: ${route}`, async () => {
      await assertRefused(guard.operator, askOf(route, { stack: "prod" }), 404, "not-found");
      const none = await guard.operator.ask(askOf(route, { stack: "nowhere" }));
      const foreign = await guard.operator.ask(askOf(route, { stack: "prod" }));
      assert.equal(none.text, foreign.text);
    });
  }

  /** What is wrong, the request, and what it is answered with. */
  const BAD: readonly (readonly [what: string, ask: Ask, status: number, code: string])[] = [
    // Methods and paths.
    ["a path that is none", { path: "/api/nothing" }, 404, "not-found"],
    ["the root of the api", { path: "/api" }, 404, "not-found"],
    ["a file of the package", { path: "/package.json" }, 404, "not-found"],
    ["a file by dots", { path: "/../../etc/passwd" }, 404, "not-found"],
    ["a file by encoded dots", { path: "/assets/%2e%2e/index.html" }, 404, "not-found"],
    ["a file by an encoded slash", { path: "/assets%2Findex-0a1b2c3d.js" }, 404, "not-found"],
    ["a folder", { path: "/assets/" }, 404, "not-found"],
    ["Docker's own api", { path: "/containers/json" }, 404, "not-found"],
    ["Docker's own api below ours", { path: "/api/stacks/dev/docker/containers/json" }, 404, "not-found"],
    ["a prefix of a route", { path: "/api/stacks/dev/file/check" }, 404, "not-found"],
    ["a page by POST", { method: "POST", path: "/", body: {} }, 404, "not-found"],
    ["a route by another method", { method: "DELETE", path: "/api/stacks/dev" }, 404, "not-found"],
    ["a stack by dots", { path: "/api/stacks/.." }, 404, "not-found"],
    ["a stack with a semicolon", { path: "/api/stacks/dev;id" }, 404, "not-found"],
    ["a stack with a command", { path: "/api/stacks/$(id)" }, 404, "not-found"],
    ["a stack of the object's own", { path: "/api/stacks/__proto__" }, 404, "not-found"],
    ["a host with a backtick", { path: "/api/stacks/dev/hosts/`id`" }, 404, "not-found"],
    ["a host that is not there", { path: "/api/stacks/dev/hosts/cygnus-99" }, 404, "not-found"],
    ["a run that is no number", { path: "/api/stacks/dev/history/1e3" }, 404, "not-found"],
    ["a run of less than nothing", { path: "/api/stacks/dev/history/-1" }, 404, "not-found"],
    ["a run that is not there", { path: "/api/stacks/dev/history/7" }, 404, "not-found"],
    ["a run id with dots", { path: "/api/stacks/dev/runs/../../x" }, 404, "not-found"],
    ["a run id that is none", { path: "/api/stacks/dev/runs/r-1" }, 404, "not-found"],
    // Queries.
    ["a token in the query", { path: "/api/me?token=abc" }, 400, "bad-request"],
    ["a session in a stream's query", { path: "/api/stacks/dev/events?session=abc" }, 400, "bad-request"],
    ["a cursor that is none", { path: "/api/stacks/dev/events?after=1" }, 400, "bad-request"],
    ["a cursor with a line of its own", { path: "/api/stacks/dev/poll?after=0123456789ab-1%0d%0aid:%201" }, 400, "bad-request"],
    ["an empty query", { path: "/api/stacks/dev/poll?after=" }, 400, "bad-request"],
    // Headers.
    ["another site's name", { path: "/api/me", headers: { host: "evil.test:8080" } }, 421, "wrong-host"],
    ["a name that begins like ours", { path: "/api/me", headers: { host: "localhost.evil.test" } }, 421, "wrong-host"],
    ["a page of another site", { path: "/api/me", headers: { "sec-fetch-site": "cross-site" } }, 403, "not-allowed"],
    ["a page of a sister site", { path: "/api/me", headers: { "sec-fetch-site": "same-site" } }, 403, "not-allowed"],
    ["a link", { path: "/api/me", headers: { "sec-fetch-site": "none" } }, 403, "not-allowed"],
    ["an answer opened as a page", { path: "/api/me", headers: { "sec-fetch-mode": "navigate" } }, 403, "not-allowed"],
    ["an answer in a frame", { path: "/api/me", headers: { "sec-fetch-dest": "iframe" } }, 403, "not-allowed"],
    ["another origin that looks", { path: "/api/me", headers: { origin: "https://evil.test" } }, 403, "not-allowed"],
  ];

  /** The same of requests that change something. */
  const runs = "/api/stacks/dev/runs";
  const post = (body: unknown, headers: Ask["headers"] = {}): Ask => ({ method: "POST", path: runs, body, headers });
  const PREVIEW = { kind: "preview" };
  const BAD_CHANGES: typeof BAD = [
    ["no origin", post(PREVIEW, { origin: undefined }), 403, "not-allowed"],
    ["the origin null", post(PREVIEW, { origin: "null" }), 403, "not-allowed"],
    ["another origin", post(PREVIEW, { origin: "https://evil.test" }), 403, "not-allowed"],
    ["an origin of another port", post(PREVIEW, { origin: "http://127.0.0.1:1" }), 403, "not-allowed"],
    ["an origin of another scheme", post(PREVIEW, { origin: "https://127.0.0.1" }), 403, "not-allowed"],
    ["no header of ours", post(PREVIEW, { "x-ldms-portal": undefined }), 403, "not-allowed"],
    ["another value in it", post(PREVIEW, { "x-ldms-portal": "true" }), 403, "not-allowed"],
    ["a form's type", post("kind=preview", { "content-type": "application/x-www-form-urlencoded" }), 415, "not-json"],
    ["a form's other type", post("x", { "content-type": "multipart/form-data; boundary=x" }), 415, "not-json"],
    ["a type that browsers send unasked", post(PREVIEW, { "content-type": "text/plain" }), 415, "not-json"],
    ["two types", post(PREVIEW, { "content-type": "text/plain, application/json" }), 415, "not-json"],
    ["no type", post(PREVIEW, { "content-type": undefined }), 415, "not-json"],
    ["a packed body", post(PREVIEW, { "content-encoding": "gzip" }), 415, "not-json"],
    ["no body", { method: "POST", path: runs, headers: { "content-type": "application/json" } }, 400, "bad-request"],
    ["half a body", post('{"kind":'), 400, "bad-request"],
    ["a body that is no text", post(Buffer.from([0xff, 0xfe, 0x7b])), 400, "bad-request"],
    ["a list", post([PREVIEW]), 400, "bad-request"],
    ["a word", post('"preview"'), 400, "bad-request"],
    ["nothing", post("null"), 400, "bad-request"],
    ["no kind", post({}), 400, "bad-request"],
    ["a kind that is none", post({ kind: "exec" }), 400, "bad-request"],
    ["a key that is none", post({ ...PREVIEW, policyPacks: ["/tmp/evil"] }), 400, "bad-request"],
    ["targets", post({ kind: "up", expect: DIGEST, targets: ["**"] }), 400, "bad-request"],
    ["a prototype", post('{"kind":"preview","__proto__":{"x":1}}'), 400, "bad-request"],
    ["a deployment of nothing seen", post({ kind: "up" }), 400, "bad-request"],
    ["a digest that is none", post({ kind: "up", expect: "../../etc/passwd" }), 400, "bad-request"],
    ["a digest with a line behind it", post({ kind: "up", expect: `${DIGEST}\n` }), 400, "bad-request"],
    ["a message without end", post({ kind: "up", expect: DIGEST, message: "x".repeat(501) }), 400, "bad-request"],
    ["a rollback to half a run", post({ kind: "rollback", run: 1.5, confirm: "dev" }), 400, "bad-request"],
    ["a rollback by text", post({ kind: "rollback", run: "1", confirm: "dev" }), 400, "bad-request"],
    ["a body that says it is large", post("x", { "content-length": "99999999" }), 413, "too-large"],
    ["a body that is large", post(`{"kind":"preview","x":"${"x".repeat(70_000)}"}`), 413, "too-large"],
    ["a large code", { method: "POST", path: "/api/session", body: { code: "x".repeat(2000) } }, 413, "too-large"],
    ["a look at what is none", { method: "POST", path: "/api/stacks/dev/look", body: { what: "everything" } }, 400, "bad-request"],
  ];

  it("are shown on more than sixty bad requests", () =>
    assert.ok(BAD.length + BAD_CHANGES.length > 60, `${BAD.length + BAD_CHANGES.length}`));

  /** Of these the handler itself knows that there is none. */
  const IN_HANDLER = ["a host that is not there", "a run that is not there"];
  for (const [what, ask, status, code] of [...BAD, ...BAD_CHANGES]) {
    it(`refuse ${what}`, async () => {
      const answer = await guard.operator.ask(ask);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.json?.error.code, code, answer.text);
      if (!IN_HANDLER.includes(what)) assert.deepEqual(guard.entered, []);
      assert.match(String(answer.headers["content-security-policy"]), /default-src 'none'/);
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
      assert.equal(answer.headers["cache-control"], "no-store");
    });
  }

  const WRONG_NAMES = [
    ["a rollback of another name", { kind: "rollback", run: 1, confirm: "prod" }, 400, "bad-request"],
    ["a rollback to a run that is not there", { kind: "rollback", run: 1, confirm: "dev" }, 404, "not-found"],
    ["an end of the stack by another name", { kind: "destroy", confirm: "" }, 400, "bad-request"],
    ["a cancel of a run that is not there", undefined, 404, "not-found"],
  ] as const;
  for (const [what, body, status, code] of WRONG_NAMES) {
    it(`refuse ${what}`, async () => {
      const cancel = { method: "POST", path: `${runs}/r-20261129-000000-1/cancel` };
      const answer = await guard.operator.ask(body ? post(body) : cancel);
      assert.deepEqual([answer.status, answer.json.error.code], [status, code], answer.text);
    });
  }

  it("refuse two hosts in one request, and an address instead of a path", async () => {
    const { hostname, port } = new URL(guard.kit.origin);
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        let said = "";
        const socket = connect(Number(port), hostname, () => socket.write(text));
        socket.on("data", (data) => {
          said += data;
        });
        socket.on("close", () => resolve(said));
        socket.on("error", () => resolve(said));
      });
    const end = "Connection: close\r\n\r\n";
    assert.match(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n${end}`), /^HTTP\/1\.1 4(00|21) /);
    assert.match(await raw(`GET http://evil.test/ HTTP/1.1\r\nHost: localhost\r\n${end}`), /^HTTP\/1\.1 4(00|04|21) /);
    assert.match(await raw(`GET / HTTP/1.1\r\nHost: localhost@evil.test\r\n${end}`), /^HTTP\/1\.1 4(00|21) /);
    assert.match(await raw(`GET /assets\\index-0a1b2c3d.js HTTP/1.1\r\nHost: localhost\r\n${end}`), /^HTTP\/1\.1 40[04] /);
    assert.match(await raw(`get /api/me HTTP/1.1\r\nHost: localhost\r\n${end}`), /^(HTTP\/1\.1 40[04] |$)/);
    assert.match(await raw(`GET / HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 400 /);
    assert.match(
      await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`),
      /^(HTTP\/1\.1 200 |$)/,
    );
    assert.deepEqual(guard.entered, []);
  });

  it("send a policy with each answer by which nothing runs but the page's own files", async () => {
    // Literally, so that a door that is opened by a slip is told here.
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; " +
      "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    for (const path of ["/", "/api/me", "/api/nothing", "/api/stacks/dev/events"]) {
      const answer = await guard.nobody.get(path);
      assert.equal(answer.headers["content-security-policy"], policy, path);
      assert.equal(answer.headers["set-cookie"], undefined);
    }
  });

  it("have changed nothing by all of it", () => assert.equal(guard.marks, marks));

  it("have written down what was refused, and who wanted it", async () => {
    const { text } = await guard.operator.get("/api/stacks/dev/audit");
    assert.match(text, /"who":"ben","from":"127\.0\.0\.1","act":"run","result":"refused: not-allowed"/);
    assert.match(text, /"act":"save-file","result":"refused: /);
  });
});
