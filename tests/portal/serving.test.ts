import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { request as requestTls } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Me, SignedIn, Snapshot } from "../../portal/api";
import { checkServing, type ServingOptions } from "../../portal/server/check-serving";
import { FaultSite } from "../automation/faults/fault-site";
import { Browser, PortalKit } from "./portal-kit";

const PROXIED = { behindProxy: true, host: ["ldms.example.org"], userHeader: "X-Remote-User", access: "a.yaml" };

describe("checkServing", () => {
  const BAD: readonly (readonly [options: ServingOptions, message: string])[] = [
    [{ listen: "8080" }, "--listen: is no address and port: `8080`\nhelp: write ADDRESS:PORT, as 127.0.0.1:8080"],
    [{ listen: "localhost:8080" }, "--listen: is no address and port: `localhost:8080`\nhelp: write ADDRESS:PORT, as 127.0.0.1:8080"],
    [{ listen: "127.0.0.1:99999" }, "--listen: is no address and port: `127.0.0.1:99999`\nhelp: write ADDRESS:PORT, as 127.0.0.1:8080"],
    [
      { listen: "0.0.0.0:80", host: ["a"] },
      "--listen: `0.0.0.0:80` is reached from other machines, and what goes there can be read on the way\nhelp: give --tls-cert and --tls-key, or --behind-proxy, or listen on 127.0.0.1",
    ],
    [
      { listen: "[::]:443", tlsCert: "c", tlsKey: "k" },
      "--host: by which name the page is reached is not said\nhelp: give --host portal.example.org",
    ],
    [{ socket: "/s", listen: "127.0.0.1:1" }, "--socket: cannot be given with --listen\nhelp: give one of the two"],
    [{ tlsCert: "c" }, "--tls-cert: comes with --tls-key\nhelp: give both, or none"],
    [{ socket: "/s", tlsCert: "c", tlsKey: "k" }, "--tls-cert: a socket has no TLS\nhelp: leave it out"],
    [{ host: ["https://a.b/"] }, "--host: is no name of a machine: `https://a.b/`\nhelp: leave scheme and port out"],
    [
      { ...PROXIED, listen: "127.0.0.1:1" },
      "--user-header: everybody who reaches the port could say who they are\nhelp: give --socket, or --trusted-proxy with the proxy's address",
    ],
    [
      { ...PROXIED, listen: "127.0.0.1:1", trustedProxy: "127.0.0.1" },
      "--trusted-proxy: `127.0.0.1` is every user of this machine\nhelp: give --socket, and let the proxy alone write to it",
    ],
    [{ ...PROXIED, socket: "/s", trustedProxy: "proxy" }, "--trusted-proxy: is no IP address: `proxy`\nhelp: as 192.0.2.7"],
    [
      { ...PROXIED, socket: "/s", userHeader: "X Y" },
      "--user-header: is no name of a header: `X Y`\nhelp: letters, digits and `-`, as X-Remote-User",
    ],
    [
      { socket: "/s", userHeader: "X-User" },
      "--user-header: is for a portal behind a proxy\nhelp: give --behind-proxy as well\n--user-header: who may do what is not said\nhelp: give --access FILE",
    ],
    [{ trustedProxy: "192.0.2.7" }, "--trusted-proxy: is for --user-header\nhelp: give both, or none"],
  ];
  for (const [options, message] of BAD)
    it(`refuses ${JSON.stringify(options)}`, () => assert.throws(() => checkServing(options), { name: "BadInputError", message }));

  it("takes loopback, a socket, TLS, and a proxy", () => {
    assert.deepEqual(checkServing({}), { address: "127.0.0.1", port: 8080 });
    assert.deepEqual(checkServing({ listen: "[::1]:0" }), { address: "::1", port: 0 });
    assert.equal(checkServing({ socket: "/s" }), undefined);
    assert.equal(checkServing({ ...PROXIED, socket: "/s" }), undefined);
    assert.deepEqual(checkServing({ ...PROXIED, listen: "192.0.2.1:80", trustedProxy: "192.0.2.7" }), { address: "192.0.2.1", port: 80 });
    const tls = { tlsCert: "c", tlsKey: "k", host: ["a"] };
    assert.deepEqual(checkServing({ ...tls, listen: "0.0.0.0:443" }), { address: "0.0.0.0", port: 443 });
  });
});

describe("the unit of systemd in docs/portal.md", () => {
  it("is one, and its options go together", function () {
    const unit = /^```systemd\n([\s\S]*?)^```$/m.exec(readFileSync(resolve(__dirname, "../../docs/portal.md"), "utf8"))![1]!;
    const options = /--socket (\S+) --behind-proxy [\\\s]*--host (\S+) --user-header (\S+) --access (\S+)/.exec(unit)!;
    const [, socket = "", host = "", userHeader = "", access = ""] = options;
    assert.equal(checkServing({ socket, behindProxy: true, host: [host], userHeader, access }), undefined);
    const folder = mkdtempSync(join(tmpdir(), "ldms-unit-"));
    try {
      // Its user and its program are the site's.
      const file = join(folder, "ldms-portal.service");
      writeFileSync(file, unit.replace("User=anna", "User=root").replace("/usr/bin/node", process.execPath));
      const { status, stderr, error } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      if (error) this.skip();
      assert.equal(status, 0, stderr);
      assert.ok(!stderr.includes("ldms-portal.service"), stderr);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("servePortal", function () {
  this.timeout(60_000);
  let at: FaultSite;
  let folder: string;
  let kit: PortalKit | undefined;
  beforeEach(() => {
    at = new FaultSite("embedded");
    folder = mkdtempSync(join(tmpdir(), "ldms-serve-"));
    writeFileSync(join(folder, "access.yaml"), "users:\n  anna: operator\n  ben: { dev: viewer }\n");
  });
  afterEach(async () => {
    await kit?.close();
    kit = undefined;
    at.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const access = () => join(folder, "access.yaml");

  describe("behind a proxy that signs people in", () => {
    let proxy: Browser;
    beforeEach(async () => {
      const socket = join(folder, "portal.sock");
      kit = await PortalKit.open([await at.open()], { ...PROXIED, socket, access: access() });
      proxy = new Browser("https://ldms.example.org", undefined, socket);
    });

    const me = async (headers: Readonly<Record<string, string | readonly string[]>>) => {
      const { status, json } = await proxy.get<Me>("/api/me", headers);
      return status === 200 ? `${json.user} ${json.stacks.map(({ role }) => role)}` : status;
    };

    it("takes the user that its header names, once and by no other way", async () => {
      assert.equal(await me({ "x-remote-user": "anna" }), "anna operator");
      assert.equal(await me({ "X-Remote-User": "ben" }), "ben viewer");
      assert.equal(await me({ "x-remote-user": "carla" }), "carla ");
      assert.equal(await me({}), 401);
      assert.equal(await me({ "x-remote-user": ["ben", "anna"] }), 401);
      assert.equal(await me({ "x-remote-user": "ben, anna" }), 401);
      assert.equal(await me({ "x-remote-user": "ben", x_remote_user: "anna" }), 401);
      assert.equal(await me({ x_remote_user: "anna" }), 401);
      assert.equal(await me({ "x-remote-user": "anna", connection: "close, X-Remote-User" }), 401);
      for (const odd of ["", " ", "*", "__proto__", "-anna", "anna/../ben", "a".repeat(200)])
        assert.equal(await me({ "x-remote-user": odd }), 401, odd);
    });

    it("has no sign-in of its own, and wants the page's own requests all the same", async () => {
      assert.deepEqual((await proxy.get("/api/sign-in")).json, { way: "header" });
      const anna = { "x-remote-user": "anna" };
      assert.equal((await proxy.post("/api/session", { code: "x" }, anna)).status, 401);
      assert.equal((await proxy.post("/api/stacks/dev/look", { what: "drift" }, anna)).status, 200);
      assert.equal(
        (await proxy.post("/api/stacks/dev/look", { what: "drift" }, { ...anna, origin: "https://evil.example.org" })).status,
        403,
      );
      assert.equal((await proxy.get("/api/me", { ...anna, host: "localhost" })).status, 421);
      assert.equal((await proxy.post("/api/stacks/dev/runs", { kind: "preview" }, { "x-remote-user": "ben" })).status, 403);
    });

    it("says that the proxy did not name a user, and counts no codes where there are none", async () => {
      for (let i = 0; i < 12; i++) {
        const { status, json } = await proxy.get("/api/me", { "x-remote-user": "CORP\\anna", authorization: "Basic YW5uYTp4" });
        const help = "the proxy in front names the user in the header `x-remote-user`: letters, digits, `@._+-`";
        assert.deepEqual([status, json.error.message, json.error.help], [401, "you are not signed in", help]);
      }
    });

    it("believes no address but the proxy's", async () => {
      await kit?.close();
      kit = await PortalKit.open([await at.open()], { ...PROXIED, access: access(), listen: "127.0.0.1:0", trustedProxy: "192.0.2.7" });
      const other = new Browser(kit.origin);
      const { status } = await other.get("/api/me", { "x-remote-user": "anna", host: "ldms.example.org" });
      assert.equal(status, 401);
    });
  });

  it("has a socket that is its owner's, and its folder's group's where that has one", async () => {
    const modeOf = async (where: string) => {
      mkdirSync(where, { recursive: true });
      const socket = join(where, "portal.sock");
      const open = await PortalKit.open([await at.open()], { socket });
      const mode = (statSync(socket).mode & 0o777).toString(8);
      await assert.rejects(PortalKit.open([await at.open()], { socket }), /somebody listens there already/);
      await open.close();
      return mode;
    };
    assert.equal(await modeOf(folder), "600");
    const shared = join(folder, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o2750);
    assert.equal(await modeOf(shared), "660");
    writeFileSync(join(folder, "file"), "");
    await assert.rejects(PortalKit.open([await at.open()], { socket: join(folder, "file") }), /exists already, and is no socket/);
  });

  it("speaks TLS, and says so to browsers", async () => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
    execFileSync("openssl", [...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    kit = await PortalKit.open([await at.open()], { tlsCert: cert, tlsKey: key });
    const { port } = new URL(kit.address);
    const headers = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      const options = {
        port,
        hostname: "127.0.0.1",
        servername: "localhost",
        rejectUnauthorized: false,
        headers: { host: `localhost:${port}` },
      };
      requestTls(options, (answer) => {
        answer.resume();
        resolve({ ...answer.headers, status: answer.statusCode });
      })
        .on("error", reject)
        .end();
    });
    assert.equal(headers["status"], 200);
    assert.equal(headers["strict-transport-security"], "max-age=31536000");
    assert.match(kit.said[0]!, /^\S+: https:\/\/127\.0\.0\.1:/);
  });

  it("says of a certificate that is none that it is none", async () => {
    const pem = join(folder, "pem");
    writeFileSync(pem, "no certificate\n");
    await assert.rejects(PortalKit.open([await at.open()], { tlsCert: pem, tlsKey: pem }), {
      name: "BadInputError",
      message: /^--tls-cert, --tls-key: cannot be used: .+\nhelp: name PEM files of one certificate and its key, without a passphrase$/,
    });
  });

  it("prints links by the name that it is reached by", async () => {
    kit = await PortalKit.open([await at.open()], { host: ["admin1.example.org"] });
    const { port } = new URL(kit.address);
    assert.ok(kit.said[0]!.includes(`: http://admin1.example.org:${port}/#code=`), kit.said[0]);
    await kit.close();
    kit = await PortalKit.open([await at.open()], { host: ["admin1.example.org"], socket: join(folder, "s") });
    assert.ok(kit.said[0]!.includes(": http://admin1.example.org:PORT/#code="), kit.said[0]);
  });

  it("gives nobody any right while its file of users cannot be looked at", async () => {
    kit = await PortalKit.open([await at.open()], { access: access() });
    const anna = new Browser(
      kit.origin,
      (await new Browser(kit.origin).post<SignedIn>("/api/session", { code: kit.codeOf("anna") })).json.session,
    );
    rmSync(access());
    symlinkSync(access(), access());
    await sleep(1100);
    const stacks = async () => (await anna.get<Me>("/api/me")).json.stacks;
    assert.deepEqual([await stacks(), await stacks()], [[], []]);
    assert.match(kit.said.at(-1)!, /^nobody has any right until this is mended: /);
  });

  it("goes on where a stack file cannot be looked at", async () => {
    kit = await PortalKit.open([await at.open()]);
    const operator = await kit.signIn("operator");
    const path = join(at.projectFolder, "Pulumi.dev.yaml");
    rmSync(path);
    symlinkSync(path, path);
    await sleep(1500);
    const { status, json } = await operator.get<Snapshot>("/api/stacks/dev");
    assert.deepEqual([status, json.fault !== undefined], [200, true]);
  });

  it("lets nobody change anything where it is read-only", async () => {
    kit = await PortalKit.open([await at.open()], { readOnly: true, access: access() });
    const { json } = await new Browser(kit.origin).post<Me & { session: string }>("/api/session", { code: kit.codeOf("anna") });
    assert.deepEqual(json.stacks, [{ stack: "dev", role: "viewer" }]);
    const anna = new Browser(kit.origin, json.session);
    assert.equal((await anna.post("/api/stacks/dev/runs", { kind: "preview" })).status, 403);
  });

  const WRONG_FILES = [
    ["users: [", "access.yaml is not valid:\n  - line 1: is not YAML"],
    ["users: { anna: admin }", "access.yaml is not valid:\n  - users.anna: must be `viewer`, `operator`, or such a word a stack"],
    ["user: {}", "access.yaml is not valid:\n  - users: "],
    ['users: { "a b": viewer }', "access.yaml is not valid:\n  - users.a b: "],
  ] as const;
  for (const [text, message] of WRONG_FILES) {
    it(`refuses a file of users that has \`${text}\``, async () => {
      writeFileSync(access(), text);
      await assert.rejects(
        PortalKit.open([await at.open()], { access: access() }),
        (error: Error) => error.message.startsWith(message) || assert.fail(error.message),
      );
    });
  }
});
