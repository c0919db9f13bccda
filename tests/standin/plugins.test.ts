import assert from "node:assert/strict";
import { onBoth } from "./both";
import { type Daemon, waitFor } from "./daemons";

/** What every version of the kernel has, by the real plugins' order and types. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  meminfo: ["M u64 component_id", "D u64 job_id", "D u64 app_id", "D u64 MemTotal", "D u64 MemFree"],
  vmstat: ["M u64 component_id", "D u64 job_id", "D u64 app_id", "D u64 nr_free_pages"],
  loadavg: ["D u64 app_id", "D d64 load1min", "D d64 load5min", "D d64 load15min", "D u64 runnable", "D u64 scheduling_entities"],
  jobid: ["M u64 component_id", "D u64 job_id"],
  procstat2: ["M record_type cpu_rec", "D list<> cpu_list", "D u64 ctxt", "D u64 btime", "D u64 processes", "D u64 procs_running"],
  procnetdev2: ["M record_type netdev", "D list<> netdev_list"],
};

onBoth("sampler plugins", (daemons) => {
  let daemon: Daemon;
  before(async () => {
    const lines = Object.keys(METRICS).flatMap((name) => [
      `load name=${name}`,
      `config name=${name} producer=n1 instance=n1/${name} component_id=7`,
      `start name=${name} interval=1s offset=0`,
    ]);
    daemon = await daemons().ready(await daemons().start(["-c", daemons().write("x.conf", ...lines)]));
    await waitFor("all sets are consistent", 10, () => (daemons().list(daemon, "-v").out.match(/ CL /g) ?? []).length === 6);
  });

  for (const [plugin, wanted] of Object.entries(METRICS)) {
    it(`${plugin} has the metrics and the schema of its name`, () => {
      const { out } = daemons().list(daemon, "-l", `n1/${plugin}`);
      const found = out.split("\n").map((line) => line.trim().split(/ +/).slice(0, 3).join(" "));
      const first = found.indexOf(wanted[0] ?? "");
      assert.deepEqual(
        wanted.filter((one) => !found.includes(one)),
        [],
        out,
      );
      assert.ok(first >= 0);
      assert.match(daemons().list(daemon, "-v", `n1/${plugin}`).out, new RegExp(`^${plugin} +n1/${plugin} +CL `, "m"));
    });
  }

  it("say whether there may be several of them", () => {
    const kinds = daemons()
      .control(daemon, "plugn_status")
      .split("\n")
      .slice(2)
      .map((line) => line.split(/ +/).slice(1, 3).join(" "));
    const [multiple, single] = ["meminfo procnetdev2", "jobid loadavg procstat2 vmstat"].map((names) => names.split(" "));
    const named = (names: readonly string[] = [], kind: string) => names.map((name) => `${name} sampler[${kind}]`);
    assert.deepEqual(kinds.filter(Boolean).sort(), [...named(multiple, "M"), ...named(single, "S")].sort());
  });

  it("take set memory as the real ones do, procnetdev2 50 kB for its list", () => {
    const rows = daemons().list(daemon, "-v").out;
    const size = (plugin: string) => / +C[LR] +(\d+) +(\d+) +(\d+) /.exec(rows.split("\n").find((line) => line.startsWith(plugin)) ?? "")!;
    assert.deepEqual(size("procnetdev2").slice(2), ["49280", "49152"]);
    assert.deepEqual(size("loadavg").slice(1), ["632", "160", "0"]);
    assert.deepEqual(size("procstat2").slice(1), ["1816", "680", "512"]);
  });
});
