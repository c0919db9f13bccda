import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import { renderLdmsCfg } from "../../plan/maestro/render-ldms-cfg";
import { exampleGroups, type Values } from "./example-stack";

const PLUGINS = [
  { name: "meminfo", interval: "1s", offset: "0s", config: { perm: "0777" } },
  { name: "procnetdev", interval: "10s", config: { ifaces: "eth0", retries: 0, verbose: false } },
];
/** As ldmsd replaces it by its own environment's. */
const COMPONENT_ID = ["$", "{COMPONENT_ID}"].join("");
const WIDE: Values = { samplers: [{ name: "samp", hosts: "cygnus-[01-04]", plugins: PLUGINS }] };

type Document = Readonly<Record<string, unknown>>;
const read = (text: string) => parse(text, { version: "1.1" }) as Document;
const configA = (changes: Values = {}) => read(renderLdmsCfg(exampleGroups(changes), "A", "cygnus"));
const configC = (changes: Values = {}) => read(renderLdmsCfg(exampleGroups(changes), "C", "cygnus"));

describe("renderLdmsCfg", () => {
  it("quotes what YAML 1.1 would read as something else than text", () => {
    const text = renderLdmsCfg(exampleGroups(), "A", "cygnus");
    assert.match(text, /perm: "0777"/);
    assert.match(text, /interval: "1s"/);
    assert.match(text, /component_id: "\$\{COMPONENT_ID\}"/);
  });

  it("is read by Python's YAML as by this one", function () {
    const text = renderLdmsCfg(exampleGroups(WIDE), "C", "cygnus");
    const program = "import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
    try {
      execFileSync("python3", ["-c", "import yaml"], { stdio: "ignore" });
    } catch {
      this.skip();
    }
    assert.deepEqual(JSON.parse(execFileSync("python3", ["-c", program], { input: text, encoding: "utf8" })), read(text));
  });

  it("names daemons after their group and component id unless the stack names them", () => {
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" }];
    const names = (changes: Values) => (configA(changes)["daemons"] as readonly { names: string }[]).map((daemons) => daemons.names);
    assert.deepEqual(names({}), ["samp-[1-4]", "agg-[11-12]", "agg-2"]);
    assert.deepEqual(names({ aggregators }), ["samp-[1-4]", "agg1-[5-6]"]);
  });

  it("pairs names with hosts in the order of the stack file, however it is", () => {
    const changes = {
      samplers: [{ hosts: "cygnus-[03,01]", plugins: PLUGINS }],
      componentIds: { "cygnus-03": 1, "cygnus-01": 30 },
    };
    const daemons = (document: Document) => document["daemons"] as readonly { names: string; hosts: string }[];
    const [samplers] = daemons(configA(changes));
    assert.deepEqual([samplers!.names, samplers!.hosts], ["samp-[1,30]", "cygnus-[03,01]-iw"]);
    const [first, second] = daemons(configC(changes));
    assert.deepEqual([first!.names, first!.hosts, second!.names, second!.hosts], ["samp-1", "cygnus-03-iw", "samp-30", "cygnus-01-iw"]);
  });

  it("has endpoints of two names where two samplers share a host", () => {
    const samplers = [
      { name: "fast", hosts: "cygnus-01", plugins: PLUGINS },
      { name: "slow", container: "slow", hosts: "cygnus-01", port: 412, xprt: "sock", munge: "none", plugins: PLUGINS },
    ];
    const daemons = configA({ samplers, maestro: undefined })["daemons"] as readonly { endpoints: readonly object[] }[];
    assert.deepEqual(daemons[1]!.endpoints, [
      { names: "slow-1-ep", ports: 412, xprt: "sock", maestro_comm: true, auth: { name: "none", plugin: "none" } },
    ]);
    assert.deepEqual((daemons[0]!.endpoints[0] as { names: string }).names, "fast-1-ep");
  });

  it("takes the updater's mode and sets and the peer's type from the stack", () => {
    const aggregators = [
      {
        name: "agg1",
        level: 1,
        hosts: "cygnus-05",
        interval: "5s",
        mode: "onchange",
        type: "passive",
        sets: [{ regex: "^mem", field: "schema" }],
      },
    ];
    const samplers = [{ name: "samp", external: true, hosts: "cygnus-[01-04]", plugins: PLUGINS }];
    const [aggregator] = configA({ samplers, aggregators, images: { tag: "site-2026" }, maestro: { host: "cygnus-07", grammar: "A" } })[
      "aggregators"
    ] as readonly {
      peers: readonly object[];
    }[];
    assert.deepEqual(aggregator!.peers, [
      {
        daemons: "samp-[1-4]",
        endpoints: "cygnus-[01-04]-iw-ep",
        reconnect: "1s",
        type: "passive",
        updaters: [{ mode: "onchange", interval: "5s", sets: [{ regex: "^mem", field: "schema" }] }],
      },
    ]);
  });

  it("has aggregators sample too where the stack says so", () => {
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "5s", plugins: [PLUGINS[0]] }];
    const samplers = configA({ aggregators })["samplers"] as readonly { daemons: string }[];
    assert.deepEqual(
      samplers.map(({ daemons }) => daemons),
      ["samp-[1-4]", "agg1-5"],
    );
  });

  it("holds plugins inline and their settings as a map in grammar A, numbers as text", () => {
    const [group] = configA(WIDE)["samplers"] as readonly { plugins: readonly object[] }[];
    assert.deepEqual(group!.plugins[1], {
      name: "procnetdev",
      interval: "10s",
      config: { component_id: COMPONENT_ID, ifaces: "eth0", retries: "0", verbose: "false" },
    });
  });

  it("names daemons and who pulls whom in grammar C, and leaves plugins and stores to the daemons' own files", () => {
    const { daemons, aggregators, ...more } = configC(WIDE);
    assert.deepEqual(more, {});
    assert.deepEqual(aggregators, configA(WIDE)["aggregators"]);
    const auth = { name: "munge", plugin: "munge" };
    const endpoint = (names: string, isTalkedTo: boolean) => ({ names, ports: 411, xprt: "rdma", maestro_comm: isTalkedTo, auth });
    assert.deepEqual(daemons, [
      { names: "samp-[1-4]", hosts: "cygnus-[01-04]-iw", endpoints: [endpoint("cygnus-[01-04]-iw-ep", false)] },
      { names: "agg-[11-12]", hosts: "cygnus-[05-06]-iw", endpoints: [endpoint("agg-[11-12]-ep", true)] },
      { names: "agg-2", hosts: "cygnus-07-iw", endpoints: [endpoint("agg-2-ep", true)] },
    ]);
  });

  it("has maestro talk to every daemon in grammar A, which gives samplers their plugins", () => {
    const daemons = configA()["daemons"] as readonly { endpoints: readonly { maestro_comm: boolean }[] }[];
    assert.deepEqual(
      daemons.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.maestro_comm)),
      [true, true, true],
    );
  });
});
