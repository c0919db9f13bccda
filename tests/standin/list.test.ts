import assert from "node:assert/strict";
import { onBoth } from "./both";
import { freePort } from "./daemons";

const LOADED = ["load name=meminfo", "config name=meminfo producer=p instance=p/meminfo"];

onBoth("ldms_ls and ldmsd_controller", (daemons) => {
  const start = async (...lines: readonly string[]) => daemons().ready(await daemons().start(["-c", daemons().write("x.conf", ...lines)]));
  const ask = (host: string, port: number) =>
    daemons().run("ldmsd_controller", ["-x", "sock", "-h", host, "-p", `${port}`], "daemon_status\n");

  it("tell a daemon without sets from one that is not there", async () => {
    const daemon = await start("env A=b");
    assert.deepEqual(daemons().list(daemon), { code: 0, out: "" });
    assert.deepEqual(daemons().list(daemon, "nobody/x"), { code: 0, out: "ldms_ls: No metric sets matched the given criteria\n" });
    const gone = { ...daemon, port: await freePort() };
    assert.deepEqual(daemons().list(gone), { code: 1, out: "Connection failed/rejected.\n" });
    assert.deepEqual(daemons().list(daemon, "-h", "nosuch.invalid"), { code: 1, out: "ldms_ls: nosuch.invalid does not resolve.\n" });
  });

  it("end with 0 whatever has happened", async () => {
    const port = await freePort();
    const verify = "Please verify the transport, hostname, port, and authentication method.\n";
    assert.deepEqual(ask("localhost", port), {
      code: 0,
      out: `[Errno 103] Connect error: ECONNABORTED(103): connecting to localhost on port ${port} using sock\n${verify}`,
    });
    const unresolved =
      "[Errno 113] ldms_xprt_connect_by_name() error: EHOSTUNREACH(113): connecting to nosuch.invalid on port 411 using sock";
    assert.deepEqual(ask("nosuch.invalid", 411), { code: 0, out: `${unresolved}\n${verify}` });
  });

  it("show a set that nobody samples as inconsistent and never updated", async () => {
    const daemon = await start(...LOADED);
    const { out } = daemons().list(daemon, "-v");
    assert.match(out, /^meminfo +p\/meminfo +L +\d+ +\d+ +0 +\d+ +\d+ -r--r----- +0\.000000 +0\.000000 *$/m);
    assert.match(
      daemons().list(daemon, "-l", "p/meminfo").out,
      /^p\/meminfo: inconsistent, last update: Thu Jan 01 00:00:00 1970 \+0000 \[0us\]/,
    );
  });

  it("write JSON that nobody can read where there are no sets, and die of a set that nobody has started", async () => {
    const none = await start("env A=b");
    assert.equal(daemons().list(none, "-v", "-f", "json").out, '{"sets":[}');
    // SIGSEGV: it divides the age by the interval that the set has not got.
    assert.deepEqual(daemons().list(await start(...LOADED), "-v", "-f", "json").code, 139);
  });

  it("refuse what a running daemon does not do, in its words", async () => {
    const daemon = await start(...LOADED, "start name=meminfo interval=1s offset=0", "load name=vmstat");
    for (const [command, said] of [
      ["load name=meminfo", "Error 17 adding sampler named 'meminfo' with plugin 'meminfo'\n\n"],
      ["load name=vmstat", ""],
      [
        "config name=meminfo producer=p instance=p/x",
        "Error configuring the 'meminfo' plugin: Error 16 configuring plugin instance 'meminfo'.\n",
      ],
      ["start name=meminfo interval=2s", "Error starting meminfo plugin: Sampler instance 'meminfo' is already running.\n"],
      ["stop name=x", "Error stopping x plugin: Sampler instance 'x' not found.\n"],
      ["config name=x a=b", "Error configuring the 'x' plugin: The specified plugin instance 'x' does not exist.\n"],
      ["strgp_start name=x", "Error starting storage policy x: The storage policy does not exist.\n"],
      ["prdcr_start name=x", "Error starting prdcr x: The producer specified does not exist.\n"],
      ["updtr_start name=x", "Error starting updtr x: The updater specified does not exist.\n"],
      ["prdcr_status name=x", "Error 2: prdcr 'x' doesn't exist.\n"],
      [
        "updtr_add name=v interval=1s offset=700ms",
        /^Error adding updtr v: The absolute value of the offset value must not be larger than /,
      ],
      ["start name=meminfo", "Error: The attribute(s) {'interval'} are required by start\n"],
      ["config name=meminfo producer=", "Error: The attribute producer= is missing a value\n"],
      ["nonsense", "*** Unknown syntax: nonsense\n"],
    ] as const) {
      const out = daemons().control(daemon, command);
      if (typeof said === "string") assert.equal(out, said, command);
      else assert.match(out, said, command);
    }
    // And it keeps its interval.
    assert.match(daemons().list(daemon, "-v").out, /"updt_hint_us"="1000000:0"/);
  });

  it("set a stopped plugin's new interval", async () => {
    const daemon = await start(...LOADED, "start name=meminfo interval=1s offset=0");
    assert.equal(daemons().control(daemon, "stop name=meminfo", "start name=meminfo interval=4s offset=100ms"), "");
    assert.match(daemons().list(daemon, "-v").out, /"updt_hint_us"="4000000:100000"/);
  });
});
