import assert from "node:assert/strict";
import { resolve } from "node:path";
import { stringify } from "yaml";
import { needProgram, onBoth, YAML } from "../standin/both";
import { type Daemon, type Daemons, freePort, settle, waitFor } from "../standin/daemons";

/** What the image starts: maestro, but for its wait for producers that stop. */
const IMAGE_MAESTRO = resolve(__dirname, "../../images/ldms-maestro/maestro");
const POLL_SECONDS = 2;
/** What a rebalance takes besides: it waits 3 s at its end. */
const REBALANCE_SECONDS = 5;

async function startEtcd(daemons: Daemons): Promise<string> {
  const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`) as [string, string];
  const urls = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer];
  const cluster = ["--name", "m", "--initial-advertise-peer-urls", peer, "--initial-cluster", `m=${peer}`];
  const etcd = daemons.spawn("etcd", ["--data-dir", `${daemons.folder}/etcd`, ...urls, ...cluster]);
  await waitFor("etcd is ready", 15, () => etcd.log().includes("ready to serve client requests"));
  return daemons.write("cluster.yaml", stringify({ members: [{ host: "127.0.0.1", port: Number(new URL(client).port) }] }));
}

onBoth("maestro", (daemons) => {
  let [cluster, maestro, offset] = ["", undefined as Daemon | undefined, "200ms"];
  let ports: Readonly<Record<"samp" | "bare" | "agg", number>>;
  const sampling = [
    "load name=meminfo",
    "config name=meminfo producer=samp instance=samp/meminfo",
    "start name=meminfo interval=1s offset=0",
  ];

  /** A sampler with a file of its own, and one that maestro is to configure. */
  function config(extra: object = {}): string {
    const daemon = (name: keyof typeof ports) => ({
      names: name,
      hosts: "localhost",
      endpoints: [{ names: `${name}-ep`, ports: ports[name], xprt: "sock", maestro_comm: true, auth: { name: "n0", plugin: "none" } }],
    });
    const peer = (name: string) => ({ daemons: name, endpoints: `${name}-ep`, reconnect: "1s", type: "active" });
    const updaters = [{ mode: "pull", interval: "1s", offset }];
    const file = {
      daemons: [daemon("samp"), daemon("bare"), daemon("agg")],
      aggregators: [{ daemons: "agg", peers: [{ ...peer("samp"), updaters }, peer("bare")] }],
      samplers: [{ daemons: "bare", plugins: ["vmstat"] }],
      plugins: { vmstat: { name: "vmstat", interval: "1s", offset: "0s", config: [{ perm: "0777" }] } },
      ...extra,
    };
    return daemons().write("ldms_cfg.yaml", stringify(file));
  }
  const store = (extra?: object) => daemons().run("maestro_ctrl", ["--cluster", cluster, "--prefix", "m", "--ldms_config", config(extra)]);
  const start = async (name: keyof typeof ports, ...lines: readonly string[]) =>
    daemons().ready(await daemons().start(["-c", daemons().write(`${name}.conf`, ...lines)], ports[name]));
  const sets = () => daemons().list(running.agg!).out.trim().split("\n").sort().join(" ");
  const running: Partial<Record<keyof typeof ports, Daemon>> = {};

  before(async function () {
    needProgram(this, ["etcd", "--version"], "etcd");
    needProgram(this, YAML, "python3-yaml");
    ports = { samp: await freePort(), bare: await freePort(), agg: await freePort() };
    cluster = await startEtcd(daemons());
    for (const [name, lines] of [
      ["samp", sampling],
      ["bare", []],
      ["agg", []],
    ] as const)
      running[name] = await start(name, ...lines);
    assert.deepEqual(store(), {
      code: 0,
      out: "stores not present in ldms yaml configuration file.\nContinuing..\nLDMS cluster configuration saved to etcd cluster.\n",
    });
    maestro = daemons().spawn("/usr/bin/python3", [IMAGE_MAESTRO, "--cluster", cluster, "--prefix", "m", "--timeout", `${POLL_SECONDS}`]);
  });

  it("configures what is bare at its start, and renames no plugin that has its own name", async () => {
    await waitFor("both sets", 15, () => sets() === "bare/vmstat samp/meminfo");
  });

  it("configures an aggregator that comes back bare at its next look", async () => {
    running.agg?.signal("SIGKILL");
    running.agg = await start("agg");
    await waitFor("both sets", POLL_SECONDS + REBALANCE_SECONDS + 5, () => sets() === "bare/vmstat samp/meminfo");
  });

  it("does not look at a sampler that comes back: one with a file samples, the bare one never again, not after a rebalance either", async () => {
    for (const name of ["samp", "bare"] as const) {
      running[name]?.signal("SIGTERM");
      await running[name]?.ended(5);
      running[name] = await start(name, ...(name === "samp" ? sampling : []));
    }
    await waitFor("the set of the one with a file", 10, () => sets() === "samp/meminfo");
    running.agg?.signal("SIGKILL");
    running.agg = await start("agg");
    await settle(POLL_SECONDS + REBALANCE_SECONDS + 3);
    assert.equal(sets(), "samp/meminfo");
    assert.match(maestro?.log() ?? "", /Unable to connect to ldms daemon bare/);
  });

  it("takes a changed updater over", async () => {
    offset = "300ms";
    store();
    const status = () => daemons().control(running.agg!, "updtr_status");
    await waitFor("the new offset", POLL_SECONDS + REBALANCE_SECONDS + 5, () => status().includes("1.0s:300.0ms"));
    await settle(REBALANCE_SECONDS);
    assert.equal(sets(), "samp/meminfo");
    assert.doesNotMatch(maestro?.log() ?? "", /already running/);
  });

  it("does nothing any more once a plugin has changed in its file", async () => {
    store({ plugins: { vmstat: { name: "vmstat", interval: "4s", offset: "0s", config: [{ perm: "0777" }] } } });
    await waitFor("it has seen it", 10, () => /__etcd_callback: 'plugins'/.test(maestro?.log() ?? ""));
    running.agg?.signal("SIGKILL");
    running.agg = await start("agg");
    await settle(POLL_SECONDS + REBALANCE_SECONDS + 3);
    assert.equal(sets(), "");
  });
});
