import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { EXIT } from "../../../cli/exit-codes";
import { runOnHost } from "../../../lab/lab";
import type { StatusReport } from "../../../operations/observe/status";
import type { VerifyReport } from "../../../operations/observe/verify";
import { containerIds, nowSeconds, storedRows, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { changedResources, stepLines } from "../steps";

const SERVICES = ["agg2", "dsosd", "grafana", "maestro", "ui"].map((name) => `cygnus-07/${name}`);
const PLACES = [
  ...["cygnus-01/samp", "cygnus-02/samp", "cygnus-03/samp", "cygnus-04/samp", "cygnus-05/agg1", "cygnus-06/agg1"],
  ...SERVICES,
].sort();

/** What a deployment gives. */
export function describeDeployed(lab: LabStack): void {
  describe("ldms up", () => {
    before(() => lab.haveStandard());

    it("makes exactly the containers of the stack file, and all of them become healthy", async () => {
      assert.deepEqual(Object.keys(await containerIds()), PLACES);
      const { stdout } = succeeded(await lab.ldms(["status", "-s", "lab", "--wait", "90", "--json"]));
      const report = JSON.parse(stdout) as StatusReport;
      const healthy = report.containers.filter(({ state, health }) => state === "running" && health === "healthy");
      assert.deepEqual(healthy.map(({ host, container }) => `${host}/${container}`).sort(), PLACES);
    });

    it("brings the rows of 4 of 4 samplers to the store on cygnus-07", async () => {
      const { stdout } = succeeded(await lab.ldms(["verify", "-s", "lab", "--wait", "60", "--json"]));
      const [store] = (JSON.parse(stdout) as VerifyReport).stores;
      assert.deepEqual(store?.present, ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]);
      assert.deepEqual([store?.missing, store?.strangers, store?.faults], [[], [], []]);
    });

    it("stores rows with the component ids 1 to 4 and the real MemTotal of the host", async () => {
      const since = nowSeconds() - 5;
      assert.deepEqual(await waitForIds([1, 2, 3, 4], since), [1, 2, 3, 4]);
      for (const id of [1, 2, 3, 4]) {
        const real = Number(await runOnHost(`cygnus-0${id}`, "awk '$1 == \"MemTotal:\" { print $2 }' /proc/meminfo"));
        const stored = (await storedRows(since)).filter(({ componentId }) => componentId === id).map(({ memTotal }) => memTotal);
        assert.deepEqual([...new Set(stored)], [real]);
      }
    });

    it("tells addresses at which the pages of ui and grafana answer", async () => {
      const { stdout } = succeeded(await lab.ldms(["outputs", "-s", "lab", "--json"]));
      const { ui, grafana } = JSON.parse(stdout) as { readonly ui: string; readonly grafana: string };
      assert.deepEqual(await plottedComponents(ui), [1, 2, 3, 4]);
      const health = await fetch(`${grafana}/api/health`, { signal: AbortSignal.timeout(10_000) });
      assert.equal(health.status, 200);
      assert.match(await health.text(), /"database": *"ok"/);
    });

    it("waits until the rows of all samplers are there, and ends with verify's line", async () => {
      const { stdout } = succeeded(await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes"]));
      assert.match(stdout.trimEnd().split("\n").at(-1) ?? "", /^4 of 4 samplers in the store on cygnus-07, newest row \d+ s old$/);
    });

    it("says at most eight lines where there is nothing to do", async () => {
      const { stdout, stderr } = succeeded(await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes"]));
      const lines = `${stderr}${stdout}`.trimEnd().split("\n");
      console.log(`      ${lines.join("\n      ")}`);
      assert.ok(lines.length <= 8, lines.join("\n"));
      assert.ok(lines.some((line) => /^nothing to do: \d+ unchanged resources/.test(line)));
    });

    it("names, when time is up, the container that is in the way, with an exit code of its own", async () => {
      await runOnHost("cygnus-05", "docker pause agg1");
      try {
        const up = await lab.ldms(["up", "-s", "lab", "--engine", "embedded", "--yes", "--wait", "3"]);
        assert.equal(up.code, EXIT.notArriving, up.stderr);
        assert.match(up.stdout.trimEnd().split("\n").at(-1) ?? "", /^agg1 on cygnus-05 paused/);
      } finally {
        await runOnHost("cygnus-05", "docker unpause agg1");
      }
    });

    it("changes nothing the second time", async () => {
      const before = await containerIds();
      const result = succeeded(await lab.up({}, ["--json"]));
      lab.isStandardAgain();
      console.log(`      ${result.seconds.toFixed(1)} s`);
      assert.deepEqual(stepLines(changedResources(result.stdout, "planned")), []);
      assert.deepEqual(stepLines(changedResources(result.stdout, "done")), []);
      assert.deepEqual(await containerIds(), before);
    });
  });

  describe("ldms controller", () => {
    before(() => lab.haveStandard());

    it("talks to the daemon of a host, with commands from a pipe", async () => {
      const wanted = [
        ["cygnus-01-iw-ep", "cygnus-01-iw", "411"],
        ["cygnus-02-iw-ep", "cygnus-02-iw", "411"],
      ];
      const ask = async () => {
        const { stdout } = succeeded(await lab.ldms(["controller", "-s", "lab", "cygnus-05"], { stdin: "prdcr_status\n" }));
        const producers = stdout.split("\n").filter((line) => / CONNECTED /.test(line));
        return producers.map((line) => line.split(/\s+/).slice(0, 3));
      };
      // maestro starts them anew behind an aggregator that came back, as in a test before this one.
      let found = await ask();
      for (const end = Date.now() + 60_000; !isDeepStrictEqual(found, wanted) && Date.now() < end; found = await ask()) await sleep(1000);
      assert.deepEqual(found, wanted);
    });
  });

  describe("ldms tunnel", () => {
    before(() => lab.haveStandard());

    it("leads to Grafana through a login node, and Ctrl-C closes it", async () => {
      const tunnel = lab.start(["tunnel", "grafana", "-s", "lab", "--via", "root@198.18.0.11"]);
      const url = await untilPrinted(() => /http:\/\/\S+/.exec(tunnel.stdout())?.[0], 30);
      const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(10_000) });
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
      // As a terminal does: to the whole group, ssh with it.
      tunnel.kill("SIGINT");
      assert.equal((await tunnel.ended).code, 0);
      await assert.rejects(fetch(url, { signal: AbortSignal.timeout(5000) }), TypeError);
    });
  });
}

/** The components of which the UI has points of the last half minute, asked as Grafana's data source does. */
async function plottedComponents(ui: string): Promise<readonly number[]> {
  const range = { from: new Date(Date.now() - 30_000).toISOString(), to: new Date().toISOString() };
  const targets = [{ container: "meminfo", schema: "meminfo", target: "MemTotal", format: "time_series" }];
  const body = JSON.stringify({ range, targets });
  const answer = await fetch(`${ui}/grafana/query`, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
  assert.equal(answer.status, 200);
  const series = (await answer.json()) as readonly { readonly comp_id: number; readonly datapoints: readonly unknown[] }[];
  return series.filter(({ datapoints }) => datapoints.length > 0).map(({ comp_id }) => comp_id);
}

async function untilPrinted(look: () => string | undefined, timeoutSeconds: number): Promise<string> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (Date.now() < deadline) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`nothing was printed within ${timeoutSeconds} s`);
}
