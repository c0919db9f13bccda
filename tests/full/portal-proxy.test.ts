import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Me } from "../../portal/api";
import { FaultSite } from "../automation/faults/fault-site";
import { builtPage } from "../portal/on-page/built-page";
import { OnPage, until } from "../portal/on-page/on-page";
import { PortalKit } from "../portal/portal-kit";
import { hasWebServer, WebServer, type WebServerName, writeSignIn } from "./web-servers";

const PASSWORD = "of-the-test";
const STACK = "dev";
/** Of the user that Debian's servers run as. */
const groupOf = (name: string) => Number(new RegExp(`^${name}:[^:]*:(\\d+):`, "m").exec(readFileSync("/etc/group", "utf8"))?.[1]);

/** As docs/portal.md says it in a sentence. */
const BELOW_A_PATH = [
  ["location / {", "location /ldms/ {"],
  ["portal.sock;", "portal.sock:/;"],
  ['ProxyPass "/"', 'ProxyPass "/ldms/"'],
] as const;

interface Said {
  readonly status: number;
  readonly me: Me;
}

// Debian's servers in front of a portal at a socket, as docs/portal.md has them, and a page that is reached through them.
for (const name of ["nginx", "apache"] as const satisfies readonly WebServerName[]) {
  describe(`the portal behind ${name}, as docs/portal.md says`, function () {
    this.timeout(120_000);
    const on = OnPage.use();
    let at: FaultSite;
    let folder: string;
    let kit: PortalKit;
    let server: WebServer;
    before(async function () {
      if (!hasWebServer(name) || process.getuid?.() !== 0) {
        console.error(`!!!! No ${name} here, or nobody who may start it: these tests are SKIPPED !!!!`);
        this.skip();
      }
      folder = mkdtempSync(join(tmpdir(), "ldms-proxy-"));
      chmodSync(folder, 0o755);
      const shared = join(folder, "run");
      mkdirSync(shared);
      chownSync(shared, 0, groupOf("www-data"));
      chmodSync(shared, 0o2750);
      writeSignIn(folder, { anna: PASSWORD, ben: PASSWORD, "CORP-eve": PASSWORD });
      const access = join(folder, "access.yaml");
      writeFileSync(access, "users:\n  anna: operator\n  ben: viewer\n");
      at = new FaultSite("embedded");
      at.program(["a", "b"]);
      const proxied = { behindProxy: true, host: ["localhost"], userHeader: "X-Remote-User", access };
      kit = await PortalKit.open([await at.open()], { ...proxied, socket: join(shared, "portal.sock"), pageFolder: await builtPage() });
      assert.equal(statSync(kit.address).mode & 0o777, 0o660);
      server = await WebServer.start(name, { folder, socket: kit.address });
    });
    after(async () => {
      await server?.stop();
      await kit?.close();
      at?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    /** `/api/me`, as a program asks for it. */
    function me(user: string | undefined, headers: Readonly<Record<string, string>> = {}): Promise<Said> {
      const options = {
        ...{ host: "127.0.0.1", port: server.port, path: "/api/me", rejectUnauthorized: false, agent: false },
        ...(user !== undefined && { auth: `${user}:${PASSWORD}` }),
        headers: { host: `localhost:${server.port}`, ...headers },
      };
      return new Promise((resolve, reject) => {
        const sent = request(options, async (answer) => {
          let text = "";
          for await (const piece of answer.setEncoding("utf8")) text += piece;
          resolve({ status: answer.statusCode!, me: text.startsWith("{") ? (JSON.parse(text) as Me) : ({} as Me) });
        });
        sent.on("error", reject).end();
      });
    }

    async function open(user: string, port = server.port, path = "/"): Promise<Page> {
      const context = await on.window({ ignoreHTTPSErrors: true, httpCredentials: { username: user, password: PASSWORD } });
      const page = await context.newPage();
      on.listen(page);
      await page.goto(`https://localhost:${port}${path}#/${STACK}/deploy`);
      await page.locator("main h1").waitFor();
      return page;
    }

    it("says who it is, and believes no browser that says who it is", async () => {
      assert.equal((await me(undefined)).status, 401);
      const { me: anna } = await me("anna");
      assert.deepEqual([anna.user, anna.stacks], ["anna", [{ stack: STACK, role: "operator" }]]);
      assert.equal((await me("ben", { "X-Remote-User": "anna" })).me.user, "ben");
      for (const headers of [{ X_Remote_User: "anna" }, { Connection: "X-Remote-User" }, { Connection: "close, X-Remote-User" }]) {
        const { status, me: ben } = await me("ben", headers);
        // Either it is taken out, or nobody is signed in by it.
        assert.ok(status === 401 || ben.user === "ben", JSON.stringify([headers, status, ben]));
      }
      assert.deepEqual((await me("CORP-eve")).me.stacks, []);
    });

    it("shows the page live, with previews and deployments", async () => {
      const page = await open("anna");
      await page.locator(".live", { hasText: "live" }).waitFor();
      assert.doesNotMatch((await page.locator(".live").textContent())!, /by asking/);
      await page.getByRole("button", { name: "Preview" }).click();
      await page.locator(".change").first().waitFor({ timeout: 60_000 });
      await page.getByRole("button", { name: /^Deploy:/ }).click();
      await page.getByText("Succeeded", { exact: false }).first().waitFor({ timeout: 60_000 });
      assert.deepEqual(at.things, ["a", "b"]);
    });

    it("shows a viewer no button", async () => {
      const page = await open("ben");
      await page.getByText("read only").waitFor();
      await until(async () => (await page.getByRole("button", { name: "Preview" }).count()) === 0);
    });

    it("takes a stack file of a megabyte", async () => {
      const page = await open("anna");
      const headers = JSON.stringify({ "content-type": "application/json", "x-ldms-portal": "1" });
      const body = 'JSON.stringify({ text: "# " + "x".repeat(1_000_000) })';
      const asked = `fetch("/api/stacks/${STACK}/file/check", { method: "POST", headers: ${headers}, body: ${body} })`;
      assert.equal(await page.evaluate(`${asked}.then(({ status }) => status)`), 200);
    });

    /** One that somebody has set up otherwise. */
    async function withOther(change: (documented: string) => string, test: (port: number) => Promise<void>): Promise<void> {
      const place = mkdtempSync(join(folder, "other-"));
      chmodSync(place, 0o755);
      for (const file of ["cert.pem", "key.pem", "ldms.htpasswd"]) copyFileSync(join(folder, file), join(place, file));
      const other = await WebServer.start(name, { folder: place, socket: kit.address, change });
      try {
        await test(other.port);
      } finally {
        await other.stop();
      }
    }

    it("may stand below a path", () =>
      withOther(
        (text) => BELOW_A_PATH.reduce((rest, [from, to]) => rest.replace(from, to), text),
        async (port) => {
          const page = await open("anna", port, "/ldms/");
          await page.locator(".live", { hasText: "live" }).waitFor();
          await page.getByRole("button", { name: /^Preview/ }).click();
          await page.getByText("Under way", { exact: true }).waitFor();
          assert.equal((await page.request.get(`https://localhost:${port}/api/me`)).status(), 404);
        },
      ));

    if (name === "nginx")
      it("goes on where it keeps the stream back: the page notices, and asks instead", async function () {
        this.timeout(90_000);
        // By HTTP/1.0, which is nginx's own default, it fills its buffers before it sends one on.
        const keepsBack = "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;";
        await withOther(
          (text) => text.replace("proxy_http_version 1.1;", keepsBack),
          async (port) => {
            const page = await open("anna", port);
            await page.locator(".live", { hasText: "live, by asking" }).waitFor({ timeout: 60_000 });
            const begun = Date.now();
            const lock = { who: "carla@elsewhere", since: "10:02", isOurs: false };
            kit.portal.stacks.get(STACK)!.watched.log.add({ type: "lock", lock });
            await page.getByText("carla@elsewhere").first().waitFor();
            console.log(`      seen after ${Date.now() - begun} ms, by asking`);
          },
        );
      });
  });
}
