import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { runOnHost } from "../../../lab/lab";
import type { StatusReport } from "../../../operations/observe/status";
import { inspectAll, nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { changedResources, stepLines } from "../steps";

/** `CapEff` in /proc: NET_BIND_SERVICE is bit 10. */
const NET_BIND_SERVICE = 1n << 10n;
/** CHOWN, DAC_READ_SEARCH, SETGID and SETUID: bits 0, 2, 6 and 7. */
const OF_MUNGED = 0b11000101n;
const STOPPED_BY_SIGTERM = ["0", "143"];
/** dsosd first: it reads what agg2 writes. */
const SERVICES = ["dsosd", "agg2", "maestro", "ui", "grafana"];

/** `ldms:profile: minimal`, with sockets and meminfo: what the lab can prove. What rdma and the other plugins need is stated in plan/profile/profile.ts. */
export function describeMinimalProfile(lab: LabStack): void {
  for (const mode of ["host", "key"] as const) describeMode(lab, mode);
}

function describeMode(lab: LabStack, mode: "host" | "key"): void {
  const stack = `labmin-${mode}`;
  const up = (...args: readonly string[]) =>
    lab.ldms(["up", "-s", stack, "--engine", "embedded", "--yes", "--no-wait", ...args], { timeoutSeconds: 300 });

  describe(`ldms:profile: minimal, munge mode ${mode}`, () => {
    before(async () => {
      await lab.haveNothing();
      lab.project.writeStackFile(stack, { "ldms:profile": "minimal", "ldms:munge": { mode } });
      if (mode === "key") {
        succeeded(await lab.ldms(["config", "set", "-s", stack, "--secret", "mungeKey"], { stdin: randomBytes(128).toString("base64") }));
      }
      succeeded(await up());
    });
    after(async () => {
      succeeded(await lab.ldms(["destroy", "-s", stack, "--engine", "embedded", "--yes"]));
    });

    it("has every container healthy", async () => {
      const { stdout } = await lab.ldms(["status", "-s", stack, "--wait", "90", "--json"]);
      const { containers } = JSON.parse(stdout) as StatusReport;
      const ill = containers.filter(({ state, health }) => state !== "running" || health !== "healthy");
      const logs = await Promise.all(ill.map(async ({ host, container }) => `${host}/${container}: ${await logOf(host, container)}`));
      assert.deepEqual(logs, []);
      assert.equal(containers.length, 11);
    });

    it("runs none privileged, and none that can write its root file system", async () => {
      for (const [place, container] of await inspectAll()) {
        const { Privileged, ReadonlyRootfs, CapDrop } = container["HostConfig"] as Readonly<Record<string, unknown>>;
        assert.deepEqual([Privileged, ReadonlyRootfs, CapDrop], [false, true, ["ALL"]], place);
        const [host, name] = place.split("/");
        await assert.rejects(runOnHost(host!, `docker exec ${name} sh -c 'echo >/opt/written' 2>&1`), place);
      }
    });

    it("leaves a sampler the one capability that port 411 takes, and with a munged of its own what that takes", async () => {
      const status = await runOnHost("cygnus-01", "docker exec samp sh -c 'grep CapEff /proc/self/status'");
      assert.equal(BigInt(`0x${status.split(/\s+/)[1]}`), NET_BIND_SERVICE | (mode === "key" ? OF_MUNGED : 0n));
    });

    it("brings the rows of all samplers to the store, authenticated by munge", async () => {
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
      assert.match(await logOf("cygnus-01", "samp"), /Munge check OK/);
    });

    it("serves them by dsosd and the UI", async () => {
      const { stdout } = succeeded(await lab.ldms(["outputs", "-s", stack, "--json"]));
      const { ui } = JSON.parse(stdout) as { readonly ui: string };
      const range = { from: new Date(Date.now() - 30_000).toISOString(), to: new Date().toISOString() };
      const targets = [{ container: "meminfo", schema: "meminfo", target: "MemTotal", format: "time_series" }];
      const answer = await fetch(`${ui}/grafana/query`, {
        method: "POST",
        body: JSON.stringify({ range, targets }),
        signal: AbortSignal.timeout(10_000),
      });
      const series = (await answer.json()) as readonly { readonly comp_id: number; readonly datapoints: readonly unknown[] }[];
      assert.deepEqual(
        series.filter(({ datapoints }) => datapoints.length > 0).map(({ comp_id }) => comp_id),
        [1, 2, 3, 4],
      );
    });

    it("is no change the second time, nor after a look at the hosts", async () => {
      const { stdout } = succeeded(await up("--refresh", "--json"));
      assert.deepEqual(stepLines(changedResources(stdout, "planned")), []);
    });

    it("ends every service by the signal of docker stop, before Docker kills it", async () => {
      for (const name of SERVICES) {
        await runOnHost("cygnus-07", `docker stop --time 20 ${name}`);
        const code = await runOnHost("cygnus-07", `docker inspect --format '{{.State.ExitCode}}' ${name}`);
        assert.ok(STOPPED_BY_SIGTERM.includes(code.trim()), `${name}: exit code ${code}`);
      }
    });
  });
}

function logOf(host: string, container: string): Promise<string> {
  return runOnHost(host, `docker logs --tail 30 ${container} 2>&1; docker inspect --format '{{json .State}}' ${container}`);
}
