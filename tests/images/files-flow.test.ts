import assert from "node:assert/strict";
import * as fs from "node:fs";
import { buildImages, docker, dockerOk, needEngine, removeAll, start, waitFor } from "./engine";
import { rows, settle, withFile } from "./flow";

function machineMemTotal(): number {
  return Number(/MemTotal:\s+(\d+)/.exec(fs.readFileSync("/proc/meminfo", "utf8"))?.[1]);
}

/** Commands on the standard input of ldmsd_controller inside the container. */
function control(container: string, port: number, commands: readonly string[]): string {
  const argv = [
    "exec",
    "-i",
    container,
    "ldmsd_controller",
    "--xprt",
    "sock",
    "--host",
    "localhost",
    "--port",
    String(port),
    "--auth",
    "none",
  ];
  const { code, out, err } = docker(argv, `${commands.join("\n")}\n`);
  assert.equal(code, 0, out + err);
  return out;
}

describe("a sampler and an aggregator without maestro", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-samp", "ldms-agg");
  });
  after(removeAll);

  it("store the machine's MemTotal by what their files say, and again after a restart of both", async () => {
    const sampler = withFile([
      "load name=meminfo",
      `config name=meminfo component_id=\${COMPID} producer=n7 instance=n7/meminfo`,
      "start name=meminfo interval=1s offset=0",
    ]);
    const aggregator = withFile([
      "load name=store_sos",
      "config name=store_sos path=/store",
      "strgp_add name=s plugin=store_sos container=meminfo schema=meminfo",
      "strgp_start name=s",
      "prdcr_add name=n7 xprt=sock host=localhost port=14120 type=active reconnect=1s",
      "prdcr_start_regex regex=.*",
      "updtr_add name=u interval=1s offset=200ms",
      "updtr_prdcr_add name=u regex=.*",
      "updtr_start name=u",
    ]);
    const host = ["--network=host"];
    const samp = start([...host, "--env", "COMPID=7", ...sampler.options], "ldms-samp", [...sampler.argv, "-x", "sock:14120:127.0.0.1"]);
    const agg = start([...host, "--volume", "/store", ...aggregator.options], "ldms-agg", [
      ...aggregator.argv,
      "-x",
      "sock:14121:127.0.0.1",
    ]);
    await waitFor("rows", 20, () => rows(agg, 10).length >= 3);
    for (const row of rows(agg, 10)) assert.deepEqual(row, { component: "7", memTotal: machineMemTotal() });
    assert.match(control(agg, 14121, ["prdcr_status"]), /^Name +Host +Port +Transport +auth +Rail quota +rx_rate +State +Type/);
    assert.equal(dockerOk("exec", agg, "ldms_ls", "-p", "14121"), "n7/meminfo");

    dockerOk("restart", samp, agg);
    await settle(3);
    await waitFor("rows", 20, () => rows(agg, 2).length >= 1);
  });

  it("sample and store nothing without files, and after a restart nothing of what they were told", async () => {
    const sampler = start([], "ldms-samp", ["-x", "sock:14123"]);
    const sets = () => docker(["exec", sampler, "ldms_ls", "-p", "14123"]);
    const isReady = () => waitFor("the daemon answers", 20, () => sets().code === 0);
    await isReady();
    assert.equal(sets().out, "");
    control(sampler, 14123, ["load name=meminfo", "config name=meminfo producer=a instance=a/meminfo", "start name=meminfo interval=1s"]);
    assert.equal(sets().out, "a/meminfo\n");
    dockerOk("restart", sampler);
    await isReady();
    assert.equal(sets().out, "");
  });

  it("the sampler cannot load a storage plugin", async () => {
    const sampler = start([], "ldms-samp", ["-x", "sock:14122"]);
    await waitFor("the daemon answers", 20, () => docker(["exec", sampler, "ldms_ls", "-p", "14122"]).code === 0);
    const { code, out } = docker(["exec", sampler, "ldmsd_controller", "--port", "14122", "--cmd", "load name=store_sos"]);
    // The status of ldmsd_controller says nothing.
    assert.equal(code, 0);
    assert.match(out, /^Error 2 plugin 'store_sos': failed to load the plugin/);
  });
});
