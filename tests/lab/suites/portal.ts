import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openSite } from "../../../automation";
import { LAB_FILES, runOnHost } from "../../../lab/lab";
import type { HistoryRow, PortalEvent, RunView, RunWish, Snapshot, StackFile } from "../../../portal/api";
import { type Browser, PortalKit } from "../../portal/portal-kit";
import { type LabStack, succeeded } from "../lab-stack";

/** As docs/portal.md says of a stack of up to 64 hosts. */
const SEEN_SECONDS = 10;

/** The portal on the lab's stack, as its page speaks to it. */
export function describePortal(lab: LabStack): void {
  describe("the portal", () => {
    let kit: PortalKit;
    let operator: Browser;
    before(async () => {
      await lab.haveStandard();
      const site = await openSite({
        folder: lab.project.path,
        stack: "lab",
        backendUrl: `file://${lab.project.stateFolder}`,
        passphrase: readFileSync(LAB_FILES.passphrase, "utf8").trim(),
        engine: "embedded",
      });
      kit = await PortalKit.open([site], { waitSeconds: 60 });
      operator = await kit.signIn("operator");
    });
    after(() => kit?.close());

    const snapshot = async () => (await operator.get<Snapshot>("/api/stacks/lab")).json;

    async function run(wish: RunWish): Promise<RunView> {
      const { json, status, text } = await operator.post<RunView>("/api/stacks/lab/runs", wish);
      assert.equal(status, 202, text);
      for (;;) {
        const now = await operator.get<RunView>(`/api/stacks/lab/runs/${json.id}`);
        if (now.json.result !== undefined) return now.json;
        await sleep(250);
      }
    }

    async function deploy(): Promise<RunView> {
      const { preview } = await run({ kind: "preview" });
      const done = await run({ kind: "up", expect: preview!.digest! });
      assert.equal(done.result, "succeeded", done.messages.join("\n"));
      return done;
    }

    /** The first event that is so, and after how many seconds. */
    async function waitFor(is: (event: PortalEvent) => boolean, change: () => Promise<unknown>, seconds = 60): Promise<number> {
      const stream = await operator.stream("/api/stacks/lab/events");
      await change();
      const begun = Date.now();
      try {
        await stream.until(is, seconds);
        return (Date.now() - begun) / 1000;
      } finally {
        stream.close();
      }
    }

    it("shows every host well, and rows in the store", async () => {
      await waitFor(
        (event) => event.type === "status" && event.look.wellHosts === 7,
        async () => undefined,
      );
      await waitFor(
        (event) =>
          event.type === "data" &&
          event.data.stores.some(({ present, missing, rowsPerSecond = 0 }) => present === 4 && missing === 0 && rowsPerSecond > 0),
        async () => undefined,
      );
      const { hosts, groups, services, edges } = await snapshot();
      assert.equal(hosts.letters, "ooooooo");
      assert.ok(groups.every(({ counts: { d, x, u } }) => d + x + u === 0));
      assert.ok(
        edges.filter(({ kind }) => kind === "pull").every(({ daemons, connected }) => connected === daemons),
        JSON.stringify(edges),
      );
      assert.deepEqual(
        services.map(({ service }) => service),
        ["grafana", "ui"],
      );
    });

    it("finds nothing to do behind `ldms up`", async () => {
      const { preview, result, messages } = await run({ kind: "preview" });
      assert.equal(result, "succeeded", messages.join("\n"));
      assert.deepEqual(preview?.entries, []);
    });

    it(`shows a container that was removed by hand within ${SEEN_SECONDS} s, and mends it`, async () => {
      lab.touch();
      const seconds = await waitFor(
        (event) =>
          event.type === "drift" && event.drift.differences.some(({ subject, hosts }) => subject === "samp" && hosts === "cygnus-02"),
        () => runOnHost("cygnus-02", "docker rm --force samp"),
      );
      assert.ok(seconds <= SEEN_SECONDS, `${seconds} s`);
      assert.equal((await run({ kind: "refresh" })).result, "succeeded");
      const { preview } = await run({ kind: "preview" });
      const changed = preview!.entries.map(({ op, what, name, hosts }) => `${op} ${what} ${name} ${hosts}`);
      assert.deepEqual(changed, ["create container samp cygnus-02"]);
      const isWell = waitFor((event) => event.type === "status" && event.look.wellHosts === 7, deploy, 90);
      await isWell;
      lab.isStandardAgain();
    });

    it("deploys what `ldms up` then finds nothing to do for, and goes back", async () => {
      const { json: file } = await operator.get<StackFile>("/api/stacks/lab/file");
      const text = file.text.replace(/interval: 1s\n(\s+)offset: 0s/, "interval: 2s\n$1offset: 0s");
      assert.notEqual(text, file.text);
      const saved = await operator.ask({ method: "PUT", path: "/api/stacks/lab/file", body: { text, mark: file.mark } });
      assert.equal(saved.status, 200, saved.text);
      lab.touch();
      const { preview } = await run({ kind: "preview" });
      const samp = preview!.entries.find(({ what, diff }) => what === "file" && diff.includes("2000000"));
      assert.ok(samp, JSON.stringify(preview!.entries.map(({ op, what, name }) => [op, what, name])));
      await deploy();
      const again = succeeded(await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait"]));
      assert.match(again.stdout, /nothing to do/);

      const { json: history } = await operator.get<HistoryRow[]>("/api/stacks/lab/history");
      const before = history.filter(({ isCandidate }) => isCandidate).at(-1)!;
      const back = await run({ kind: "rollback", run: before.run!, confirm: "lab" });
      assert.equal(back.result, "succeeded", back.messages.join("\n"));
      const { json: restored } = await operator.get<StackFile>("/api/stacks/lab/file");
      assert.doesNotMatch(restored.text, /interval: 2s/);
      lab.isStandardAgain();
    });
  });
}
