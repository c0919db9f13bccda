import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { openSite, type Site } from "../../automation";
import type { HistoryRun, PortalRoute, RunView, StackFile } from "../../portal/api";
import { ROUTES } from "../../portal/server/route-table";
import { STREAM } from "../../portal/server/send-events";
import { Browser, PortalKit } from "./portal-kit";
import { askOf } from "./route-asks";
import { RunKit } from "./run-kit";

const CYGNUS = parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Record<string, unknown> };
const CONFIG = Object.fromEntries(Object.entries(CYGNUS.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));

const PASSPHRASE = "correct horse battery staple";
const KEY = "munge-key-of-the-fixture-0123456789abcdefghijklmnopqrstuvwxyz-and-more";
const WORD = "ovis-word-of-the-fixture";
const OLD_PASSWORD = "old-password-of-the-fixture";
const NEW_PASSWORD = "new-password-of-the-fixture";
const OTHER_KEY = KEY.replace("munge", "other");
const KEYS = [KEY, OTHER_KEY].flatMap((key) => [key, Buffer.from(key).toString("base64")]);
const SECRETS = [PASSPHRASE, ...KEYS, WORD, OLD_PASSWORD, NEW_PASSWORD];

/** The forms in which somebody might find one. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(secret),
  ];
}

function assertNoSecret(text: string, where: string): void {
  for (const secret of SECRETS) for (const form of formsOf(secret)) assert.ok(!text.includes(form), `${where} has ${form}`);
}

/** Of every route that there is; a stream's events are told by its reader. */
async function assertNoSecretInAnswers(browsers: readonly Browser[], parts: Readonly<Record<string, string>>): Promise<void> {
  const routes = (Object.keys(ROUTES) as PortalRoute[]).filter((route) => route !== STREAM);
  for (const browser of browsers)
    for (const route of routes) {
      // It ends the session that the others need.
      if (route === "DELETE /api/session" && browser.session !== undefined) continue;
      const ask = askOf(route, parts);
      // Behind a number of another start there is something at once.
      const path = route.endsWith("/poll") ? `${ask.path}?after=0123456789ab-1` : ask.path;
      const { text, status } = await browser.ask({ ...ask, path });
      assert.ok(status !== 500 && text !== "", `${route}: ${status} ${text}`);
      assertNoSecret(text, route);
    }
}

// The real program in the embedded engine; its hosts are not there.
describe("secrets in the portal", function () {
  this.timeout(180_000);
  let folder: string;
  let kit: PortalKit;
  let viewer: Browser;
  let operator: Browser;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-secret-"));
    const site = await open("x");
    kit = await PortalKit.open([site]);
    [viewer, operator] = [await kit.signIn("viewer"), await kit.signIn("operator")];
  });
  after(async () => {
    await kit?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(extra: string): Promise<Site> {
    const samplers = CONFIG["samplers"] as readonly object[];
    const config = {
      ...CONFIG,
      munge: { mode: "key" },
      samplers: samplers.map((group) => ({ ...group, files: [{ path: "/etc/own.conf", file: "own.conf" }] })),
    };
    const secrets = { mungeKey: Buffer.from(KEY).toString("base64"), ovisSecret: WORD };
    return openSite({
      stack: "cygnus",
      folder: join(folder, extra),
      config,
      secrets,
      backendUrl: `file://${folder}/state`,
      passphrase: PASSPHRASE,
      engine: "embedded",
    }).then((site) => {
      writeFileSync(join(site.folder, "own.conf"), `password = ${OLD_PASSWORD}\n`);
      return site;
    });
  }

  async function ended(id: string): Promise<RunView> {
    for (;;) {
      const { json, text } = await viewer.get<RunView>(`/api/stacks/cygnus/runs/${id}`);
      assertNoSecret(text, "the run");
      if (json.result !== undefined) return json;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it("would be found in any of the forms that are looked for", () => {
    for (const form of formsOf(KEY)) assert.throws(() => assertNoSecret(`{"x":"${form}"}`, "a text"), /a text has /);
  });

  it("are in no answer of any route to anybody, in no event and in no error", async () => {
    const stream = await viewer.stream("/api/stacks/cygnus/events");
    const { json: preview } = await operator.post<RunView>("/api/stacks/cygnus/runs", { kind: "preview" });
    const seen = await ended(preview.id);
    assert.equal(seen.result, "succeeded", seen.messages.join("\n"));
    assert.ok(seen.preview!.entries.length > 5);

    // The hosts are not there: an error that names what was tried.
    const up = await operator.post<RunView>("/api/stacks/cygnus/runs", { kind: "up", expect: seen.preview!.digest! });
    assertNoSecret(up.text, "a deployment that is refused");
    if (up.status === 202) await ended(up.json.id);

    writeFileSync(join(folder, "x/own.conf"), `password = ${NEW_PASSWORD}\n`);
    const { json: again } = await operator.post<RunView>("/api/stacks/cygnus/runs", { kind: "preview" });
    assert.equal((await ended(again.id)).result, "succeeded");

    await assertNoSecretInAnswers([new Browser(kit.origin), viewer, operator], { stack: "cygnus", id: again.id });
    await stream.until(({ type }) => type === "status");
    assert.ok(stream.events.some(({ type }) => type === "run"));
    stream.close();
    assertNoSecret(stream.text, "the stream");
    assertNoSecret(kit.said.join("\n"), "what is said on the terminal");
    assertNoSecret(readFileSync(join(folder, "x/.ldms/portal-audit.jsonl"), "utf8"), "the audit log");
  });

  it("stand in the editor as placeholders, and nowhere as what they are encrypted to", async () => {
    const { json } = await operator.get<StackFile>("/api/stacks/cygnus/file");
    assertNoSecret(json.text, "the file");
    assert.match(json.text, /secure: "\[secret \d\]"/);
    assert.doesNotMatch(json.text, /v1:/);

    // Moved to a setting whose value is shown, it would be read there.
    const number = /ovisSecret:\s+secure: ("\[secret \d\]")/.exec(json.text)?.[1];
    assert.ok(number, json.text);
    const moved = json.text.replace(/ldms:xprt: .*/, `ldms:xprt: { secure: ${number} }`);
    assert.notEqual(moved, json.text);
    const checked = await operator.post("/api/stacks/cygnus/file/check", { text: moved });
    assertNoSecret(checked.text, "what is wrong with a file in which a secret was moved");
    assert.match(checked.text, /is not the place of `\[secret \d\]`/);
    const saved = await operator.ask({ method: "PUT", path: "/api/stacks/cygnus/file", body: { text: moved, mark: json.mark } });
    assert.equal(saved.status, 422);
    assertNoSecret(saved.text, "a file that is refused");
  });

  it("are in no error of a stack whose secret is wrong", async () => {
    const file = join(folder, "x/Pulumi.cygnus.yaml");
    const before = readFileSync(file, "utf8");
    try {
      writeFileSync(file, before.replace(/ldms:xprt: .*/, `ldms:xprt: ${WORD}-and-more`).replace(/v1:[^:\n]{4}/, "v1:AAAA"));
      for (const path of ["", "/findings", "/hosts/cygnus-01"]) {
        const { text } = await viewer.get(`/api/stacks/cygnus${path}`);
        for (const secret of [PASSPHRASE, KEY]) assert.ok(!text.includes(secret));
      }
      const { text } = await operator.post("/api/stacks/cygnus/runs", { kind: "preview" });
      assert.ok(!text.includes(PASSPHRASE) && !text.includes(KEY));
    } finally {
      writeFileSync(file, before);
    }
  });
});

// Runs that change something, and one that says a secret where it fails; what they do is local commands.
describe("secrets in the portal's history", function () {
  this.timeout(120_000);
  let on: RunKit;
  before(async () => {
    on = await RunKit.open();
  });
  after(() => on.close());

  const key = (word: string) => Buffer.from(word).toString("base64");
  const told = (script: string) =>
    `new local.Command("told", { create: ${JSON.stringify(script)}, stdin: new (require("@pulumi/pulumi").Config)().requireSecret("mungeKey"), addPreviousOutputInEnv: false });`;

  it("are in no answer of a run that has another key, nor of one that fails by its words", async () => {
    const { config } = await on.at.open();
    for (const [word, script] of [
      [KEY, 'read -r KEY; test -n "$KEY"'],
      [OTHER_KEY, 'read -r KEY; echo "no $KEY here" >&2; exit 3'],
    ] as const) {
      await config.set("mungeKey", { value: key(word), isSecret: true });
      on.at.program(["a"], told(script));
      await on.deployed();
    }
    const viewer = await on.kit.signIn("viewer");
    const { json: last } = await viewer.get<HistoryRun>("/api/stacks/dev/history/2");
    assert.equal(last.result, "failed");
    assert.match(last.failures.join("\n"), /no \[secret\] here/);
    assert.match(last.files[0]!.diff, /secure: "\[encrypted anew\]"/);
    assert.doesNotMatch(JSON.stringify(last), /v1:/);
    const { id } = (await viewer.get<{ readonly run: RunView }>("/api/stacks/dev")).json.run;
    const stream = await viewer.stream("/api/stacks/dev/events?after=0123456789ab-1");
    await assertNoSecretInAnswers([viewer, on.operator], { stack: "dev", id, run: "2" });
    stream.close();
    assertNoSecret(`${stream.text}${on.kit.said.join("\n")}`, "what is told");
  });
});
