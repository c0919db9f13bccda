import assert from "node:assert/strict";
import { createServer } from "node:net";
import { onBoth } from "../standin/both";
import { type Daemon, freePort, settle, waitFor } from "../standin/daemons";

const MEMINFO = ["load name=meminfo", "config name=meminfo producer=n1 instance=n1/meminfo", "start name=meminfo interval=1s offset=0"];

onBoth("an aggregator and a fault", (daemons) => {
  const start = async (lines: readonly string[], port?: number) =>
    daemons().ready(await daemons().start(["-c", daemons().write("x.conf", ...lines)], port));
  const producer = (name: string, port: number, host = "localhost", reconnect = "1s") => [
    `prdcr_add name=${name} xprt=sock host=${host} port=${port} type=active reconnect=${reconnect}`,
    `prdcr_start name=${name}`,
  ];
  const updater = ["updtr_add name=u interval=1s offset=200ms", "updtr_prdcr_add name=u regex=.*", "updtr_start name=u"];
  const producers = (agg: Daemon) => daemons().control(agg, "prdcr_status");
  const isFresh = (agg: Daemon) => / CR +\d/.test(daemons().list(agg, "-v").out);

  it("in the sampler's process: its sets are gone at once, and back after it is", async () => {
    const port = await freePort();
    const sampler = await start(MEMINFO, port);
    const agg = await start([...producer("n1", port), ...updater]);
    await waitFor("a fresh set", 10, () => isFresh(agg));
    sampler.signal("SIGKILL");
    await waitFor("the producer is DISCONNECTED", 2, () => /^n1 .* DISCONNECTED active/m.test(producers(agg)));
    assert.equal(daemons().list(agg).out, "");
    await start(MEMINFO, port);
    await waitFor("a fresh set", 10, () => isFresh(agg));
    assert.equal(agg.log(), "");
  });

  it("in the sampler's plugin: it comes back bare, and CONNECTED says nothing of it", async () => {
    const port = await freePort();
    const sampler = await start(MEMINFO, port);
    const agg = await start([...producer("n1", port), ...updater]);
    await waitFor("a fresh set", 10, () => isFresh(agg));
    sampler.signal("SIGTERM");
    await sampler.ended(5);
    await start([], port);
    await waitFor("CONNECTED", 5, () => /^n1 .* CONNECTED +active/m.test(producers(agg)));
    await settle(3);
    assert.equal(daemons().list(agg).out, "");
  });

  it("in a sampler that hangs: it stays CONNECTED, its set UPDATING, its time stands; and all goes on when it does", async () => {
    const sampler = await start(MEMINFO);
    const agg = await start([...producer("n1", sampler.port), ...updater]);
    await waitFor("a fresh set", 10, () => isFresh(agg));
    sampler.signal("SIGSTOP");
    await settle(4);
    assert.match(producers(agg), /^n1 .* CONNECTED +active.*\n {4}n1\/meminfo +meminfo +UPDATING$/m);
    const time = () => /\d{10}\.\d{6}/.exec(daemons().list(agg, "-v").out)?.[0];
    const stale = time();
    await settle(2);
    assert.equal(time(), stale);
    sampler.signal("SIGCONT");
    await waitFor("newer", 5, () => time() !== stale);
  });

  it("in a name that has no address", async () => {
    const agg = await start([...producer("n3", 1, "nosuch.invalid"), ...updater]);
    assert.match(producers(agg), /^n3 +nosuch\.invalid +1 sock .* DISCONNECTED active/m);
    const said = "ERROR: producer: Producer 'n3' connection failed. Hostname 'nosuch.invalid:1' not resolved.\n";
    await waitFor(said, 5, () => agg.log().includes(said));
  });

  it("in a port where something else listens and is silent: CONNECTING for ever", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const agg = await start([...producer("n1", port, "127.0.0.1"), ...updater]);
    await settle(3);
    assert.match(producers(agg), /^n1 +127\.0\.0\.1 .* CONNECTING +active/m);
    server.close();
    agg.signal("SIGKILL");
  });

  it("in two producers of one instance: the second one's set never arrives", async () => {
    const sampler = await start(MEMINFO);
    const agg = await start([...producer("a", sampler.port), ...producer("b", sampler.port), ...updater]);
    const said =
      /ERROR: updater: Prdcr '(a|b)': lookup failed synchronously\. The set 'n1\/meminfo' already exists\. It is likely that there are more than one producers pointing to the set\.\n/;
    await waitFor("the log says so", 10, () => said.test(agg.log()));
    const states = [...producers(agg).matchAll(/^ {4}n1\/meminfo +meminfo +(\w+)$/gm)].map(([, state]) => state);
    assert.equal(states.filter((state) => state === "START" || state === "LOOKUP").length, 1, String(states));
  });

  it("in its updater, which is missing: READY nowhere", async () => {
    const sampler = await start(MEMINFO);
    const agg = await start([
      ...producer("n1", sampler.port),
      "updtr_add name=u interval=1s",
      "updtr_prdcr_add name=u regex=nobody",
      "updtr_start name=u",
    ]);
    await waitFor("START", 5, () => /^ {4}n1\/meminfo +meminfo +START$/m.test(producers(agg)));
    await settle(2);
    assert.match(producers(agg), /^ {4}n1\/meminfo +meminfo +START$/m);
    assert.equal(daemons().list(agg).out, "");
    assert.match(daemons().control(agg, "updtr_status"), /^u +1\.0s:0\.0ms +false +Pull +RUNNING *\n$/m);
  });

  it("in a plugin that is not started: READY, and 1970", async () => {
    const sampler = await start(MEMINFO.slice(0, 2));
    const agg = await start([...producer("n1", sampler.port), ...updater]);
    await waitFor("READY", 5, () => /^ {4}n1\/meminfo +meminfo +READY$/m.test(producers(agg)));
    await settle(2);
    assert.match(daemons().control(agg, "prdcr_set_status"), /^n1\/meminfo +meminfo +READY +n1 +n1 +01-01-70 00:00:00 \[0\]/m);
  });
});
