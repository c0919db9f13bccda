import assert from "node:assert/strict";
import { onBoth } from "./both";
import { freePort, lastLog, settle, waitFor } from "./daemons";

const sampler = (start: string) => ["load name=meminfo", "config name=meminfo producer=p instance=p/meminfo", start];

onBoth("ldmsd's arguments and files", (daemons) => {
  const start = (args: readonly string[], ...lines: readonly string[]) =>
    daemons().start([...args, "-c", daemons().write("x.conf", ...lines)]);

  for (const [args, text] of [
    [["-P", "3"], "CRITICAL: ldmsd: The option `-P` is obsolete. Please specify `worker_threads num="],
    [["-v", "nonsense"], "ERROR: ldmsd: Unrecognized log level 'nonsense'"],
    [["-m", "abc"], "CRITICAL: ldmsd: Invalid memory size 'abc'"],
  ] as const) {
    it(`refuse \`${args.join(" ")}\``, async () => {
      const log = await lastLog(() => daemons().start(args), 22, text);
      assert.ok(log.includes(text), log);
    });
  }

  for (const [line, code] of [
    ["start name=meminfo interval=1s offset=600ms", 22],
    ["start name=meminfo interval=0 offset=0", 22],
    ["start name=meminfo interval=1x", 22],
    // It divides by it: killed by SIGFPE.
    ["start name=meminfo interval=0", 136],
    ["config name=meminfo producer=p instance=p/again", 16],
    ["load name=meminfo", 17],
    ["config name=nobody producer=p instance=p/x", 2],
    ["strgp_add name=s plugin=store_csv container=c schema=meminfo", 2],
    ["updtr_add name=u interval=0", 22],
    ["prdcr_subscribe stream=s", 22],
    ["prdcr_subscribe regex=.*", 22],
    ["prdcr_subscribe regex=.* stream=s message_tag=m", 22],
  ] as const) {
    it(`end a daemon with ${code} for \`${line}\``, async () => {
      const daemon = await start([], ...sampler(line));
      assert.equal(await daemon.ended(5), code, daemon.log());
    });
  }

  it("take what switches streams on, and a subscription to nobody's", async () => {
    const lines = ["prdcr_subscribe regex=nobody stream=s", "stream_enable", "prdcr_subscribe regex=.* message_tag=m", "msg_enable"];
    const daemon = await daemons().ready(await start([], ...lines));
    assert.ok(daemon.isRunning());
  });

  it("name the file and the line of the first error, and do no more", async () => {
    const lines = ["load name=meminfo", "config name=meminfo instance=p/m", "load name=nosuch"];
    const log = await lastLog(() => start([], ...lines), 22, "missing the producer name", "at line 2");
    assert.match(log, /ERROR: ldmsd: meminfo: config string is missing the producer name\.\n/);
    assert.match(log, /ERROR: config: Configuration error at line 2 \(.*x\.conf\)\n/);
    assert.doesNotMatch(log, /nosuch/);
  });

  it("go on where a plugin is not renamable or loaded already, until it is configured by that name", async () => {
    const lines = ["load name=v2 plugin=vmstat", "load name=vmstat", "config name=vmstat producer=p instance=p/v"];
    const log = await lastLog(() => start([], ...lines), 2, "already been loaded", "does not exist");
    assert.match(log, /ERROR: config: The single instance plugin 'vmstat' has already been loaded\.\n/);
    assert.match(log, /error 2: The specified plugin instance 'vmstat' does not exist\.\n/);
  });

  it("are read in several files, whatever sets the daemon up first", async () => {
    const one = daemons().write("one.conf", `config name=meminfo producer=\${WHO} instance=\${WHO}/meminfo # of two.conf`);
    const port = await freePort();
    const zero = daemons().write("zero.conf", "load \\", "name=meminfo");
    const two = daemons().write("two.conf", "env WHO=n7", `listen xprt=sock port=${port}`);
    const daemon = await daemons().ready(daemons().spawn("ldmsd", ["-c", zero, "-c", one, "-c", two], port));
    assert.equal(daemons().list(daemon).out.trim(), "n7/meminfo");
  });

  it("take the memory of the command line, and say so of the file's", async () => {
    const daemon = await daemons().ready(await start(["-m", "4M"], "set_memory size=2M"));
    assert.match(daemons().control(daemon, "set_stats"), /^mem_total_kb +4096$/m);
    const said = "ERROR: ldmsd: The memory limit was already set to '4M'. Ignore the new value '2M'\n";
    await waitFor(said, 5, () => daemon.log().includes(said));
  });

  it("take a bare number for microseconds", async () => {
    const daemon = await daemons().ready(await start([], ...sampler("start name=meminfo interval=250000 offset=0")));
    assert.match(daemons().list(daemon, "-v").out, /"updt_hint_us"="250000:0"/);
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it(`end it in order by ${signal}`, async () => {
      const signalled = async () => {
        const daemon = await daemons().ready(await start([], ...sampler("start name=meminfo interval=1s offset=0")));
        await settle(0.5);
        daemon.signal(signal);
        return daemon;
      };
      assert.match(await lastLog(signalled, 0, "cleanup end"), /: ldmsd: LDMSD_ cleanup end\.\s*$/);
    });
  }
});
