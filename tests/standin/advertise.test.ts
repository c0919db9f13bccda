import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { hostname } from "node:os";
import { head, onBoth, recorded } from "./both";
import { type Daemon, freePort, lastLog, waitFor } from "./daemons";

const MEMINFO = ["load name=meminfo", "config name=meminfo producer=n1 instance=n1/meminfo", "start name=meminfo interval=1s offset=0"];
const UPDATER = ["updtr_add name=u interval=1s", "updtr_prdcr_add name=u regex=.*", "updtr_start name=u"];
const LISTEN = ["prdcr_listen_add name=comp ip=127.0.0.0/8", "prdcr_listen_start name=comp"];

onBoth("samplers that advertise themselves", (daemons) => {
  let files = 0;
  const start = (lines: readonly string[], port?: number) =>
    daemons().start(["-v", "INFO", "-c", daemons().write(`advertise-${++files}.conf`, ...lines)], port);
  const advertising = ({ port }: Daemon, reconnect = "1s") => [
    `advertiser_add name=agg xprt=sock host=localhost port=${port} reconnect=${reconnect}`,
    "advertiser_start name=agg",
  ];
  /** `vm`, and a port behind it. */
  const named = (daemon: Daemon) => `${hostname()}:${daemon.port}`;
  const row = (table: string, name: string) => table.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
  const has = (agg: Daemon, what: string) => waitFor(what, 15, () => daemons().list(agg).out === "n1/meminfo\n");

  it("are pulled by the name and the first port of their host, in the words of the recordings", async () => {
    const agg = await start([...LISTEN, ...UPDATER]);
    const samp = await start([...MEMINFO, ...advertising(agg)]);
    await has(agg, "the set");
    const producers = daemons().control(agg, "prdcr_status");
    assert.equal(head(producers), head(recorded("adv_prdcr_status")));
    assert.match(row(producers, named(samp)), /^\S+ +\S+ +[0-9]+ sock +DEFAULT +1 +-1 +-1 CONNECTED +advertised, passive$/);
    const listens = daemons().control(agg, "prdcr_listen_status");
    assert.equal(head(listens), head(recorded("adv_prdcr_listen_status")));
    assert.match(
      listens,
      new RegExp(`^comp +running +passive +127\\.0\\.0\\.0/8 +- +\n    Connection config: None\nProducers: ${named(samp)}\n`, "m"),
    );
    const advertisers = daemons().control(samp, "advertiser_status");
    assert.equal(head(advertisers), head(recorded("adv_advertiser_status")));
    assert.match(row(advertisers, "agg"), new RegExp(`^agg +localhost +${agg.port} +sock +1000000 +CONNECTED *$`));
  });

  it("stay, without a connection, while they are gone, and come back by themselves; so does the aggregator", async () => {
    const agg = await start([...LISTEN, ...UPDATER]);
    const first = await start([...MEMINFO, ...advertising(agg)]);
    await has(agg, "the set");
    first.signal("SIGTERM");
    await first.ended(10);
    await waitFor("the producer's end", 10, () => / DISCONNECTED /.test(row(daemons().control(agg, "prdcr_status"), named(first))));
    assert.equal(daemons().list(agg).out, "");
    await start([...MEMINFO, ...advertising(agg)], first.port);
    await has(agg, "the set again");
    agg.signal("SIGTERM");
    await agg.ended(10);
    await has(await start([...LISTEN, ...UPDATER], agg.port), "the set at the new aggregator");
  });

  it("are refused where nobody listens for them, and both say so", async () => {
    for (const lines of [[], ["prdcr_listen_add name=comp"], ["prdcr_listen_add name=c regex=^nobody$", "prdcr_listen_start name=c"]]) {
      const agg = await start([...lines, ...UPDATER]);
      const samp = await start([...MEMINFO, ...advertising(agg)]);
      const said = `ERROR: ldmsd: Received a producer advertisement with hostname '${hostname()}', which isn't matched any listening producers. Stop the advertisement, update its configuration, and then restart.\n`;
      await waitFor("the refusal", 10, () => agg.log().includes(said));
      await waitFor("the sampler's word", 10, () =>
        samp.log().includes(`INFO: ldmsd: advertise: The given hostname '${hostname()}' doesn't match any \`prdcr_listen\`'s regex..\n`),
      );
      assert.match(row(daemons().control(samp, "advertiser_status"), "agg"), / (DISCONNECTED|CONNECTING) *$/);
      assert.equal(daemons().list(agg).out, "");
    }
  });

  it("are of the listeners' network alone", async () => {
    const agg = await start(["prdcr_listen_add name=comp ip=10.0.0.0/8", "prdcr_listen_start name=comp", ...UPDATER]);
    await start([...MEMINFO, ...advertising(agg)]);
    await waitFor("the refusal", 10, () => agg.log().includes("isn't matched any listening producers"));
  });

  it("have their daemon end by a wrong line of its file, with the same status", async () => {
    const advertiser = "advertiser_add name=a xprt=sock host=localhost";
    const files: readonly (readonly [status: number, lines: readonly string[]])[] = [
      [22, [`${advertiser} port=99999 reconnect=1s`]],
      [22, [`${advertiser} port=foo reconnect=1s`]],
      [22, [`${advertiser} port=411 reconnect=foo`]],
      [22, ["advertiser_start name=a"]],
      [2, ["advertiser_stop name=a"]],
      [22, ["prdcr_listen_add name=a ip=10.0.0.1"]],
      [22, ["prdcr_listen_add name=a type=foo"]],
      [22, ["prdcr_listen_add name=a foo=bar"]],
      [2, ["prdcr_listen_start name=a"]],
    ];
    for (const [status, lines] of files) assert.equal(await (await start(lines)).ended(10), status, lines.join("; "));
  });

  it("have no authentication in the aggregator's table, whatever its listener's is", async () => {
    const word = daemons().write("word.conf", "secretword=a-word-of-two");
    chmodSync(word, 0o600);
    const ovis = `auth_add name=ov plugin=ovis conf=${word}`;
    const port = await freePort();
    const agg = await start([ovis, `listen xprt=sock port=${port} auth=ov`, ...LISTEN, ...UPDATER]);
    const lines = advertising({ ...agg, port }).map((line) => line.replace(/^advertiser_add .*/, "$& auth=ov"));
    const samp = await start([...MEMINFO, ovis, ...lines]);
    await has(agg, "the set");
    assert.match(row(daemons().control(agg, "prdcr_status"), named(samp)), / sock +DEFAULT +1 .* CONNECTED +advertised, passive$/);
  });

  it("are told of wrong commands in the same words", async () => {
    const agg = await daemons().ready(await start([...LISTEN]));
    const asked: readonly (readonly [string, string])[] = [
      ["prdcr_listen_add", "Error: The attribute(s) {'name'} are required by prdcr_listen_add\n"],
      ["prdcr_listen_add name=comp", "Error adding producer listen comp: The prdcr listener comp already exists.\n"],
      ["prdcr_listen_add name=c2 regex=(", "Error adding producer listen c2: The regular expression string '(' is invalid.\n"],
      ["prdcr_listen_add name=c3 ip=foo", "Error adding producer listen c3: The given CIDR string 'foo' is invalid.\n"],
      ["prdcr_listen_start name=no", "Error starting producer listen no: The listen_producer 'no' does not exist.\n"],
      ["prdcr_listen_del name=comp", "Error deleting producer listen comp: The producer listen 'comp' is in use.\n\n"],
      ["advertiser_add name=a xprt=sock host=localhost port=1", "Error: The attribute(s) {'reconnect'} are required by advertiser_add\n"],
      [
        "advertiser_add name=b xprt=sock host=localhost port=1 reconnect=1s auth=nope",
        "Error adding advertiser b: Authentication name not found, check the auth_add configuration.\n",
      ],
      ["advertiser_start name=no", "Error starting advertiser no: The attribute 'port' is required.\n"],
    ];
    for (const [command, answer] of asked) assert.equal(daemons().control(agg, command), answer, command);
  });
});

onBoth("streams", (daemons) => {
  let files = 0;
  const start = (...lines: readonly string[]) => daemons().start(["-c", daemons().write(`streams-${++files}.conf`, ...lines)]);
  const publish = ({ port }: Daemon, text: string) => {
    const file = daemons().write("message.json", text);
    return daemons().run("ldmsd_stream_publish", [
      ...["-x", "sock", "-h", "localhost", "-p", `${port}`, "-a", "none", "-s", "foo", "-t", "json", "-f", file],
    ]).code;
  };
  const storing = (folder: string) => [
    "load name=stream_csv_store",
    `config name=stream_csv_store path=${daemons().folder} container=${folder} stream=foo buffer=0`,
  ];
  const subscribing = ({ port }: Daemon) => [
    `prdcr_add name=s1 xprt=sock host=localhost port=${port} type=active reconnect=1s`,
    "prdcr_subscribe regex=.* stream=foo",
    "prdcr_start name=s1",
  ];
  const stored = (folder: string) => daemons().run("sh", ["-c", `cat ${daemons().folder}/${folder}/foo.*`]).out;
  const MESSAGE = '{"foo":1,"bar":2,"zed-data":[{"name":"xyz","count":1}]}';

  it("arrive at the store of the level above, in the words of the recordings", async () => {
    const samp = await start("stream_enable");
    const agg = await start("stream_enable", ...storing("on"), ...subscribing(samp));
    await waitFor("the empty file", 10, () => stored("on") === "");
    await waitFor("a row", 20, () => publish(samp, MESSAGE) === 0 && stored("on").includes('1,2,"xyz",1\n'));
    assert.ok(stored("on").startsWith('#foo,bar,zed-data:name,zed-data:count\n1,2,"xyz",1\n'), stored("on"));
    const said = daemons().control(agg, "stream_status");
    assert.equal(head(said), head(recorded("stream_status.enabled")));
    const neutral = (text: string) => text.replace(/[0-9]+$/gm, "N").replace(/ +[0-9]+ +[0-9]+ +[0-9]+ +N$/gm, " N");
    assert.equal(neutral(said).trimEnd(), neutral(recorded("stream_status.enabled")).trimEnd());
  });

  it("need a store with a path that can be made, a container and a stream", async () => {
    const files: readonly (readonly [status: number, attributes: string])[] = [
      [22, `path=${daemons().folder} container=c`],
      [22, `path=${daemons().folder} stream=foo`],
      [22, "container=c stream=foo"],
      [2, "path=/proc/none container=c stream=foo"],
    ];
    for (const [status, attributes] of files) {
      const said = `error ${status}: Error ${status} configuring plugin instance 'stream_csv_store'.`;
      const log = await lastLog(() => start("load name=stream_csv_store", `config name=stream_csv_store ${attributes}`), status, said);
      assert.ok(log.includes(said), log);
    }
  });

  it("are lost without a word where a daemon has them off", async () => {
    const samp = await start();
    const agg = await start("stream_enable", ...storing("off"), ...subscribing(samp));
    await waitFor("the connection", 10, () => daemons().control(agg, "prdcr_status").includes(" CONNECTED "));
    for (let tries = 0; tries < 3; tries++) assert.equal(publish(samp, MESSAGE), 0);
    assert.equal(daemons().control(samp, "stream_status"), "Error 38: The stream service is DISABLED on this system.\n");
    assert.equal(stored("off"), "");
  });
});
