import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { needProgram, onBoth } from "./both";
import { type Daemon, lastLog, settle, waitFor } from "./daemons";

const MEMINFO = ["load name=meminfo", "config name=meminfo producer=n1 instance=n1/meminfo", "start name=meminfo interval=1s offset=0"];
const DECODE_FAILED = "ERROR: auth.munge: munge_decode() failed. Invalid credential\n";

onBoth("authentication", (daemons) => {
  const socket = (name: string) => `${daemons().folder}/${name}/socket`;
  const munge = (name: string) => ["-a", "munge", "-A", `socket=${socket(name)}`];

  before(async function () {
    needProgram(this, ["munged", "--version"], "munged");
    for (const name of ["one", "two"]) {
      const folder = `${daemons().folder}/${name}`;
      fs.mkdirSync(folder);
      fs.writeFileSync(`${folder}/key`, randomBytes(128), { mode: 0o600 });
      const files = [`--key-file=${folder}/key`, `--socket=${socket(name)}`, `--pid-file=${folder}/pid`, `--log-file=${folder}/log`];
      daemons().spawn("munged", ["--foreground", "--force", ...files, `--seed-file=${folder}/seed`]);
      await waitFor("munged", 10, () => fs.existsSync(socket(name)));
    }
  });

  const start = (args: readonly string[], ...lines: readonly string[]) =>
    daemons().start([...args, "-c", daemons().write("x.conf", ...lines)]);
  async function pair(sampler: readonly string[], aggregator: readonly string[]): Promise<readonly [Daemon, Daemon]> {
    const samp = await start(sampler, ...MEMINFO);
    await waitFor("the sampler answers", 10, () => daemons().list(samp, ...sampler).code === 0);
    const lines = [`prdcr_add name=n1 xprt=sock host=localhost port=${samp.port} type=active reconnect=1s`, "prdcr_start name=n1"];
    return [
      samp,
      await start(aggregator, ...lines, "updtr_add name=u interval=1s", "updtr_prdcr_add name=u regex=.*", "updtr_start name=u"),
    ];
  }
  const rejection = ({ port }: Daemon) => `ERROR: producer: Producer n1 rejected the connection (sock localhost:${port})\n`;

  it("by one key serves who has it, and nobody else", async () => {
    const [samp, agg] = await pair(munge("one"), munge("one"));
    await waitFor("the set", 10, () => daemons().list(agg, ...munge("one")).out === "n1/meminfo\n");
    assert.deepEqual(daemons().list(samp), { code: 1, out: "Connection failed/rejected.\n" });
    const asked = daemons().run("ldmsd_controller", ["-x", "sock", "-h", "localhost", "-p", `${samp.port}`], "version\n");
    assert.equal(asked.code, 0);
    assert.match(asked.out, /^\[Errno 111\] Connect error: ECONNREFUSED\(111\): connecting to localhost on port \d+ using sock\n/);
  });

  it("of the sampler only: the aggregator says that it is rejected, the sampler nothing", async () => {
    const [samp, agg] = await pair(munge("one"), []);
    await waitFor("the rejection", 10, () => agg.log().includes(rejection(samp)));
    // Each second it is CONNECTING for a moment.
    await waitFor("its state", 10, () => /^n1 .* DISCONNECTED active/m.test(daemons().control(agg, "prdcr_status")));
    assert.equal(samp.log(), "");
  });

  it("of the aggregator only: it says that it is rejected", async () => {
    const [samp, agg] = await pair([], munge("one"));
    await waitFor("the rejection", 10, () => agg.log().includes(rejection(samp)));
    assert.equal(samp.log(), "");
  });

  it("by different keys: both say that a credential is invalid", async () => {
    const [samp, agg] = await pair(munge("one"), munge("two"));
    await waitFor("the rejection", 10, () => agg.log().includes(rejection(samp)));
    await settle(0.5);
    for (const daemon of [samp, agg]) assert.ok(daemon.log().includes(DECODE_FAILED), daemon.log());
    const refused = daemons().list(samp, ...munge("two"));
    assert.equal(refused.code, 1);
    assert.ok(refused.out.includes(DECODE_FAILED) && refused.out.includes("Connection failed/rejected.\n"), refused.out);
  });

  it("where nobody answers at the socket ends a daemon with 7, and ldms_ls with 2", async () => {
    const log = await lastLog(() => start(munge("none"), ...MEMINFO), 7, "Error 2 Listening");
    assert.match(log, /ERROR: auth\.munge: Failed to encode MUNGE\. Socket communication error\n/);
    assert.match(log, /ERROR: ldmsd: Error 2 Listening on sock:\d+ using `sock` transport and `munge` authentication\n/);
    const [samp] = await pair(munge("one"), []);
    assert.equal(daemons().list(samp, ...munge("none")).code, 2);
  });
});
