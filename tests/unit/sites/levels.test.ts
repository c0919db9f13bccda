import assert from "node:assert/strict";
import { parse } from "yaml";
import { readLines } from "../../../plan/ldmsd/conf-line";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { checkPlan } from "../../../plan/rules/check-plan";
import { exampleGroups, examplePlan, textOf, type Values } from "../example-stack";

const PLUGINS = [{ name: "meminfo", interval: "1s" }];
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
/** No maestro: every daemon's own file says who pulls whom. */
const BARE: Values = { maestro: undefined, ui: undefined, grafana: undefined };
const agg = (name: string, level: number, hosts: string, more: object = {}) => ({ name, level, hosts, interval: "1s", ...more });
const rack = (name: string, hosts: string) => ({ name, hosts, plugins: PLUGINS });

const confOf = (changes: Values, container: string) =>
  textOf(examplePlan({ ...BARE, ...changes }), `/var/lib/ldms/cygnus/${container}/ldmsd.conf`);
const producersOf = (changes: Values, container: string) =>
  readLines(confOf(changes, container)).flatMap(({ verb, attributes }) => (verb === "prdcr_add" ? attributes["name"] : []));
const findings = (changes: Values, rule: string) =>
  checkPlan(examplePlan({ ...BARE, ...changes }), "2026-11-28").filter((one) => one.rule === rule && !one.waived);

describe("ldms#239: a third level, which pulls the second", () => {
  const THREE = {
    samplers: [rack("samp", "cygnus-[01-04]")],
    aggregators: [agg("agg1", 1, "cygnus-[05-06]"), agg("agg2", 2, "cygnus-07"), agg("agg3", 3, "cygnus-08", { stores: [STORE] })],
  };

  it("has each level pull the one below it, and none of the others", () => {
    assert.deepEqual(producersOf(THREE, "agg3"), ["agg2-7"]);
    assert.deepEqual(producersOf(THREE, "agg2"), ["agg1-5", "agg1-6"]);
  });

  it("says the level of each daemon, and whose rows the store of the third awaits", () => {
    const { daemons, stores } = examplePlan({ ...BARE, ...THREE });
    assert.deepEqual(
      [...new Set(daemons.map(({ container, level }) => `${container} ${level}`))],
      ["samp 0", "agg1 1", "agg2 2", "agg3 3"],
    );
    assert.deepEqual(stores[0]!.samplerHosts, ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]);
  });

  it("leaves no aggregator a dead end", () => assert.deepEqual(findings(THREE, "aggregators-lead-to-a-store"), []));

  it("has maestro spread each level over the next", () => {
    const { aggregators } = parse(renderLdmsCfg(exampleGroups(THREE), "C", "cygnus"), { version: "1.1" }) as {
      readonly aggregators: readonly { readonly daemons: string; readonly peers: readonly { readonly daemons: string }[] }[];
    };
    assert.deepEqual(
      aggregators.map(({ daemons, peers }) => [daemons, peers.map((peer) => peer.daemons)]),
      [
        ["agg1-[5-6]", ["samp-[1-4]"]],
        ["agg2-7", ["agg1-[5-6]"]],
        ["agg3-8", ["agg2-7"]],
      ],
    );
  });
});

describe("nersc-ldms: each kind of node has aggregators of its own, and a store of its own", () => {
  const samplers = [rack("cpu", "cygnus-[01-02]"), { ...rack("gpu", "cygnus-[03-04]"), container: "gpu" }];
  const SPLIT = {
    samplers,
    aggregators: [
      agg("agg-cpu", 1, "cygnus-05", { samplers: ["cpu"] }),
      agg("agg-gpu", 1, "cygnus-06", { samplers: ["gpu"] }),
      agg("store-cpu", 2, "cygnus-07", { aggregators: ["agg-cpu"], stores: [{ ...STORE, name: "cpu" }] }),
      agg("store-gpu", 2, "cygnus-08", { aggregators: ["agg-gpu"], stores: [{ ...STORE, name: "gpu" }] }),
    ],
  };

  it("has each pull what it names", () => {
    assert.deepEqual(producersOf(SPLIT, "agg-cpu"), ["cpu-1", "cpu-2"]);
    assert.deepEqual(producersOf(SPLIT, "agg-gpu"), ["gpu-3", "gpu-4"]);
    assert.deepEqual(producersOf(SPLIT, "store-gpu"), ["agg-gpu-6"]);
  });

  it("awaits in each store the rows of its own nodes", () =>
    assert.deepEqual(
      examplePlan({ ...BARE, ...SPLIT }).stores.map(({ name, samplerHosts }) => [name, samplerHosts]),
      [
        ["cpu", ["cygnus-01", "cygnus-02"]],
        ["gpu", ["cygnus-03", "cygnus-04"]],
      ],
    ));

  it("awaits of a group that is pulled in part the nodes beneath that part, through every level", () => {
    const halves = [
      agg("agg1", 1, "cygnus-[05-06]"),
      agg("west", 2, "cygnus-07", { aggregators: ["cygnus-05"], stores: [{ ...STORE, name: "west" }] }),
      agg("east", 2, "cygnus-08", { aggregators: ["cygnus-06"] }),
      agg("site", 3, "cygnus-01", { container: "site", port: 10411, aggregators: ["east"], stores: [{ ...STORE, name: "site" }] }),
    ];
    const plan = examplePlan({ ...BARE, samplers, aggregators: halves });
    const pulledBy = (host: string) => {
      const { content } = plan.hosts.find(({ name }) => name === host)!.files.find(({ path }) => path.endsWith("/agg1/ldmsd.conf"))!;
      const lines = content.kind === "text" ? readLines(content.text) : [];
      return lines.flatMap(({ verb, attributes }) => (verb === "prdcr_add" ? attributes["host"]!.replace("-iw", "") : []));
    };
    assert.deepEqual(
      plan.stores.map(({ name, samplerHosts }) => [name, samplerHosts]),
      [
        ["west", pulledBy("cygnus-05")],
        ["site", pulledBy("cygnus-06")],
      ],
    );
    assert.deepEqual([pulledBy("cygnus-05").length, pulledBy("cygnus-06").length], [2, 2]);
  });

  it("takes hosts for a group, and both together", () => {
    const racks = (...names: readonly string[]) => [
      agg("agg1", 1, "cygnus-05", { samplers: names }),
      agg("rest", 1, "cygnus-06", { samplers: ["cygnus-04"] }),
    ];
    assert.deepEqual(producersOf({ samplers, aggregators: racks("cygnus-[01-03]") }, "agg1"), ["cpu-1", "cpu-2", "gpu-3"]);
    assert.deepEqual(producersOf({ samplers, aggregators: racks("cpu", "cygnus-03") }, "agg1"), ["cpu-1", "cpu-2", "gpu-3"]);
  });

  it("keeps every rule of who pulls whom", () => assert.deepEqual(findings(SPLIT, "samplers-pulled-once"), []));

  it("says in one finding who pulls all of them twice, whom nobody pulls, and by which key that is mended", () => {
    const twice = {
      samplers,
      aggregators: [agg("agg1", 1, "cygnus-05", { stores: [STORE] }), agg("agg1b", 1, "cygnus-06", { stores: [{ ...STORE, name: "b" }] })],
    };
    const [found] = findings(twice, "samplers-pulled-once");
    assert.equal(found!.message, "samplers are not pulled once: `agg1-5`, `agg1b-6` pull `gpu-[3-4],samp-[1-2]`");
    assert.match(found!.help ?? "", /^say what each entry of `aggregators` pulls: `samplers: \[GROUP or hostlist\]`; /);
    const lost = { samplers, aggregators: [agg("agg1", 1, "cygnus-05", { samplers: ["cpu"], stores: [STORE] })] };
    assert.equal(findings(lost, "samplers-pulled-once")[0]!.message, "samplers are not pulled once: nobody pulls `gpu-[3-4]`");
  });

  it("ldms#696: a standby aggregator, which pulls what another one does, is the same finding, for a waiver", () => {
    const standby = [
      agg("agg1", 1, "cygnus-05", { stores: [STORE] }),
      agg("standby", 1, "cygnus-06", { stores: [{ ...STORE, name: "b" }] }),
    ];
    const until = { rule: "samplers-pulled-once", reason: "the standby takes over by hand", until: "2027-05-01" };
    assert.equal(findings({ samplers, aggregators: standby }, "samplers-pulled-once").length, 1);
    assert.deepEqual(findings({ samplers, aggregators: standby, waivers: [until] }, "samplers-pulled-once"), []);
  });
});

describe("the parts of a group that maestro's file has", () => {
  interface Cfg {
    readonly daemons: readonly {
      readonly names: string;
      readonly hosts: string;
      readonly endpoints: readonly { readonly names: string }[];
    }[];
    readonly aggregators: readonly {
      readonly peers: readonly { readonly daemons: string; readonly endpoints: string; readonly updaters?: object }[];
    }[];
  }
  const cfgOf = (changes: Values) => parse(renderLdmsCfg(exampleGroups(changes), "C", "cygnus"), { version: "1.1" }) as Cfg;

  it("are cut where a list has a hole: maestro cuts a peer's names at each comma, also within brackets", () => {
    const { daemons, aggregators } = cfgOf({ samplers: [rack("samp", "cygnus-[01-02,04]")] });
    assert.deepEqual(
      daemons.slice(0, 2).map(({ names, hosts, endpoints }) => [names, hosts, endpoints[0]!.names]),
      [
        ["samp-[1-2]", "cygnus-[01-02]-iw", "cygnus-[01-02]-iw-ep"],
        ["samp-4", "cygnus-04-iw", "cygnus-04-iw-ep"],
      ],
    );
    assert.deepEqual(
      aggregators[0]!.peers.map((peer) => [peer.daemons, peer.endpoints, peer.updaters !== undefined]),
      [
        ["samp-[1-2]", "cygnus-[01-02]-iw-ep", true],
        ["samp-4", "cygnus-04-iw-ep", false],
      ],
    );
  });

  it("are those that different aggregators pull", () => {
    const aggregators = [agg("a", 1, "cygnus-05", { samplers: ["cygnus-[01-03]"] }), agg("b", 1, "cygnus-06", { samplers: ["cygnus-04"] })];
    const cfg = cfgOf({ samplers: [rack("samp", "cygnus-[01-04]")], aggregators });
    assert.deepEqual(
      cfg.daemons.slice(0, 2).map(({ names }) => names),
      ["samp-[1-3]", "samp-4"],
    );
    assert.deepEqual(
      cfg.aggregators.map(({ peers }) => peers.map((peer) => peer.daemons)),
      [["samp-[1-3]"], ["samp-4"]],
    );
  });
});
