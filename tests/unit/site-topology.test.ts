import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackOfSize } from "../../bench/stack-of-size";
import { parseClusterConfig } from "../../plan/checks/parse";
import { drawFewer, MOST_DRAWN } from "../../plan/topology/drawn-groups";
import { planTopology } from "../../plan/topology/plan-topology";
import type { SiteTopology, TopologyNode } from "../../plan/topology/site-topology";
import { renderTopologyMermaid } from "../../plan/topology/topology-mermaid";
import { renderTopologySvg } from "../../plan/topology/topology-svg";
import { renderTopologyTree } from "../../plan/topology/topology-tree";
import { exampleConfig, type Values } from "./example-stack";

const CYGNUS = planTopology(exampleConfig());

const SOS = { plugin: "store_sos", path: "/store", hostPath: "/store" };
const numbered = (number: number) => `cygnus-${String(number).padStart(5, "0")}`;

/** 10,000 hosts: 40 racks, each with samplers, an aggregator and a store of its own. */
function stackOfRacks(samplersOf: (rack: number) => Values = () => ({})): SiteTopology {
  const racks = Array.from({ length: 40 }, (_, i) => i + 1);
  const samplers = racks.map((rack) => {
    const hosts = `cygnus-[${numbered((rack - 1) * 248 + 1).slice(7)}-${numbered(rack * 248).slice(7)}]`;
    return { name: `rack${rack}`, hosts, plugins: [{ name: "meminfo", interval: "1s" }], ...samplersOf(rack) };
  });
  const level1 = racks.map((rack) => ({
    ...{ name: `agg-r${rack}`, level: 1, hosts: numbered(9920 + rack), samplers: [`rack${rack}`], interval: "1s" },
    stores: [{ name: `csv${rack}`, plugin: "store_csv", schema: "meminfo", container: "meminfo", path: "/csv", hostPath: "/csv" }],
  }));
  const stores = ["meminfo", "vmstat"].map((schema) => ({ ...SOS, name: `sos-${schema}`, schema, container: schema }));
  const level2 = { name: "agg2", level: 2, hosts: numbered(10_000), interval: "1s", stores, dsosd: true };
  return planTopology(
    parseClusterConfig("racks", "Pulumi.racks.yaml", { ...stackOfSize(10_000), samplers, aggregators: [...level1, level2] }),
  );
}

const daemonsOf = ({ nodes }: Pick<SiteTopology, "nodes">, kind: TopologyNode["kind"]) =>
  nodes.filter((node) => node.kind === kind).reduce((sum, { daemons }) => sum + daemons, 0);

/** Balanced tags, each attribute once and in quotes, no bare `<` or `&`, and nothing that XML 1.0 has not. */
function assertXml(text: string): void {
  assert.doesNotMatch(text, /[^\n\P{Cc}]/u);
  const open: string[] = [];
  const rest = text.replace(/<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<&]*")*)(\/?)>/g, (_, isEnd, name, attributes, isEmpty) => {
    const names = [...attributes.matchAll(/ ([a-zA-Z:-]+)=/g)].map((match) => match[1]);
    assert.equal(new Set(names).size, names.length, attributes);
    if (isEnd) assert.equal(open.pop(), name);
    else if (!isEmpty) open.push(name);
    return "";
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest.replace(/&#[0-9]+;/g, ""), /[<>&]/);
}

describe("planTopology", () => {
  it("has a node a group, a store and a page, in the order in which data flows", () => {
    assert.deepEqual(
      CYGNUS.nodes.map(({ id, name, column, daemons }) => [id, name, column, daemons]),
      [
        ["samplers[0]", "samp", 0, 4],
        ["aggregators[0]", "agg1", 1, 2],
        ["aggregators[1]", "agg2", 2, 1],
        ["aggregators[1].stores[0]", "sos-meminfo", 3, 1],
        ["ui", "ui", 4, 1],
        ["grafana", "grafana", 5, 1],
      ],
    );
    assert.deepEqual(
      CYGNUS.edges.map(({ from, to, kind, daemons, intervals }) => [from, to, kind, daemons, intervals]),
      [
        ["samplers[0]", "aggregators[0]", "pull", 4, ["1s"]],
        ["aggregators[0]", "aggregators[1]", "pull", 2, ["1s"]],
        ["aggregators[1]", "aggregators[1].stores[0]", "store", 1, []],
        ["aggregators[1].stores[0]", "ui", "query", 1, []],
        ["ui", "grafana", "query", 1, []],
      ],
    );
  });

  it("tells who dials in, parts of a group, and several intervals", () => {
    const samplers = [
      { hosts: "cygnus-[01-02]", plugins: [{ name: "meminfo", interval: "1s" }], discovery: "advertise" },
      { name: "login", hosts: "cygnus-[03-04]", container: "login", port: 412, external: true, plugins: [] },
    ];
    const agg1 = {
      ...{ name: "agg1", level: 1, hosts: "cygnus-05", samplers: ["samp", "cygnus-03"] },
      updaters: [
        { interval: "1s", sets: [{ schema: "meminfo" }] },
        { interval: "60s", sets: [{ schema: "vmstat" }] },
        { interval: "5s", mode: "onchange", sets: [{ schema: "x" }] },
      ],
    };
    const tree = renderTopologyTree(planTopology(exampleConfig({ samplers, aggregators: [agg1], maestro: undefined, ui: undefined })));
    assert.deepEqual(tree.split("\n").slice(2), [
      "grafana on cygnus-07",
      "agg1: 1 daemon on cygnus-05, rdma:411, munge",
      "├─ [2 daemons dial in, every 1s, 60s] samp: 2 daemons on cygnus-[01-02], rdma:411, munge, meminfo 1s",
      "└─ [1 daemon, every 1s, 60s] login: 2 daemons on cygnus-[03-04], rdma:412, munge, external",
    ]);
  });
});

describe("renderTopologyTree", () => {
  it("has the readers of the data at its roots", () => {
    assert.equal(
      renderTopologyTree(CYGNUS),
      `cygnus: 4 samplers, 3 aggregators, 1 store

grafana on cygnus-07
└─ ui on cygnus-07
   └─ store sos-meminfo on cygnus-07, store_sos: meminfo, /store, served by dsosd
      └─ agg2: 1 daemon on cygnus-07, rdma:411, munge
         └─ [2 daemons, every 1s] agg1: 2 daemons on cygnus-[05-06], rdma:411, munge
            └─ [4 daemons, every 1s] samp: 4 daemons on cygnus-[01-04], rdma:411, munge, meminfo 1s
maestro on cygnus-07 spreads the daemons over the aggregators`,
    );
  });

  it("is a page for 10,000 hosts in 40 racks, and writes a group once", () => {
    const lines = renderTopologyTree(stackOfRacks()).split("\n");
    assert.deepEqual(lines, [
      "racks: 9920 samplers, 41 aggregators, 42 stores",
      "",
      "grafana on cygnus-10000",
      "└─ ui on cygnus-10000",
      "   ├─ store sos-meminfo on cygnus-10000, store_sos: meminfo, /store, served by dsosd",
      "   │  └─ agg2: 1 daemon on cygnus-10000, rdma:411, munge",
      "   │     └─ [40 daemons, every 1s] agg-r[1-40] (40 groups): 40 daemons on cygnus-[09921-09960], rdma:411, munge",
      "   │        └─ [9920 daemons, every 1s] rack[1-40] (40 groups): 9920 daemons on cygnus-[00001-09920], rdma:411, munge, meminfo 1s",
      "   └─ store sos-vmstat on cygnus-10000, store_sos: vmstat, /store, served by dsosd",
      "      └─ agg2 (see above)",
      "store csv[1-40] (40 stores) on cygnus-[09921-09960], store_csv: meminfo, /csv",
      "└─ agg-r[1-40] (40 groups) (see above)",
      "maestro on cygnus-10000 spreads the daemons over the aggregators",
    ]);
  });

  it("says what is not connected, and who did not tell", () => {
    const edges = CYGNUS.edges.map((edge) => (edge.from === "samplers[0]" ? { ...edge, connected: 3, setsPerSecond: 2.96 } : edge));
    const lines = renderTopologyTree({ ...CYGNUS, edges, faults: [{ host: "cygnus-07", message: "unreachable: \u001b[2J" }] }).split("\n");
    assert.match(lines.at(-3)!, /└─ \[3 of 4 daemons, every 1s, 3\.0 sets\/s !\] samp: /);
    assert.equal(lines.at(-1), "cygnus-07: did not tell: unreachable: \\u001b[2J");
  });
});

describe("drawFewer", () => {
  it("loses no daemon, and none of those that are pulled", () => {
    const whole = stackOfRacks((rack) => ({ plugins: [{ name: "meminfo", interval: `${rack}s` }] }));
    const drawn = drawFewer(whole);
    assert.equal(whole.nodes.filter(({ kind }) => kind === "samplers").length, 40);
    for (const kind of ["samplers", "aggregators", "store"] as const) assert.equal(daemonsOf(drawn, kind), daemonsOf(whole, kind));
    const pulled = ({ edges }: SiteTopology) => edges.filter(({ kind }) => kind === "pull").reduce((sum, { daemons }) => sum + daemons, 0);
    assert.equal(pulled(drawn), pulled(whole));
  });

  it("draws no more than a page holds where no two groups are alike", () => {
    const drawn = drawFewer(stackOfRacks((rack) => ({ plugins: [{ name: "meminfo", interval: `${rack}s` }] })));
    const samplers = drawn.nodes.filter(({ kind }) => kind === "samplers");
    assert.equal(samplers.length, MOST_DRAWN);
    assert.deepEqual(samplers.at(-1)!.facts, []);
    assert.equal(samplers.at(-1)!.name, "rack[8-40] (33 groups)");
  });

  it("leaves a stack that fits as it is", () => assert.equal(drawFewer(CYGNUS), CYGNUS));
});

/** What no stack file can have, for these are the last ones to look. */
const HOSTILE = `x"]<script>alert(1)</script>&amp;#quot;\`\u001b[31m\u0000\n--> y`;

function hostileTopology(): SiteTopology {
  const nodes = CYGNUS.nodes.map((node) => ({ ...node, name: HOSTILE, hosts: [HOSTILE], facts: [HOSTILE] }));
  const edges = CYGNUS.edges.map((edge) => ({ ...edge, intervals: [HOSTILE] }));
  return { stack: HOSTILE, nodes, edges, notes: [HOSTILE], faults: [{ host: HOSTILE, message: HOSTILE }] };
}

describe("renderTopologySvg", () => {
  it("is XML, with the words of every node and line", () => {
    const svg = renderTopologySvg(CYGNUS);
    assertXml(svg);
    const words = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map((match) => match[1]);
    for (const one of ["4 daemons on cygnus-[01-04]", "every 1s", "store sos-meminfo", "grafana"]) assert.ok(words.includes(one), one);
  });

  it("fits a page for 10,000 hosts", () => {
    for (const topology of [stackOfRacks(), stackOfRacks((rack) => ({ plugins: [{ name: "meminfo", interval: `${rack}s` }] }))]) {
      const svg = renderTopologySvg(topology);
      assertXml(svg);
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
      assert.ok(width! <= 2400 && height! <= 1200, `${width} x ${height}`);
      assert.ok(svg.length < 20_000, String(svg.length));
    }
  });

  it("leaves room for the words of lines that leave one box", () => {
    const [first, second] = CYGNUS.nodes;
    const others = [1, 2, 3].map((number) => ({ ...second!, id: `a${number}` }));
    const edges = others.map(({ id }) => ({ ...CYGNUS.edges[0]!, to: id, connected: 4 }));
    const svg = renderTopologySvg({ ...CYGNUS, nodes: [first!, ...others], edges });
    const heights = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" font-size="11"/g)]
      .map((match) => Number(match[1]))
      .sort((a, b) => a - b);
    assert.equal(heights.length, 6);
    for (const [i, height] of heights.entries()) if (i > 0) assert.ok(height - heights[i - 1]! >= 12, heights.join(" "));
  });

  it("draws a line in red where not all are connected", () => {
    const edges = CYGNUS.edges.map((edge) => (edge.from === "samplers[0]" ? { ...edge, connected: 3 } : edge));
    assert.equal(renderTopologySvg({ ...CYGNUS, edges }).match(/<path [^>]*stroke="#b91c1c"/g)?.length, 1);
    assert.doesNotMatch(renderTopologySvg(CYGNUS), /#b91c1c/);
  });

  it("lets no text out of its place", () => {
    const svg = renderTopologySvg(hostileTopology());
    assertXml(svg);
    assert.doesNotMatch(svg, /<script/);
  });
});

describe("docs/topology.svg", () => {
  it("is the stack of the example", () => {
    const page = join(__dirname, "../../docs/topology.svg");
    const expected = `${renderTopologySvg(CYGNUS)}\n`;
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(page, expected);
    else assert.equal(readFileSync(page, "utf8"), expected);
  });
});

describe("renderTopologyMermaid", () => {
  it("is a flow chart, a store as a drum", () => {
    assert.equal(
      renderTopologyMermaid({ ...CYGNUS, nodes: CYGNUS.nodes.slice(2, 4), edges: CYGNUS.edges.slice(2, 3), notes: [] }),
      `flowchart LR
  %% cygnus: 0 samplers, 1 aggregator, 1 store
  n0["agg2<br/>1 daemon on cygnus-07<br/>rdma:411, munge"]
  n1[("store sos-meminfo<br/>on cygnus-07<br/>store_sos: meminfo<br/>/store, served by dsosd")]
  n0 --> n1`,
    );
  });

  it("lets no text out of its place", () => {
    const lines = renderTopologyMermaid(hostileTopology()).split("\n");
    const nodes = lines.filter((line) => /^ {2}n\d/.test(line));
    assert.equal(nodes.length, CYGNUS.nodes.length + CYGNUS.edges.length);
    for (const line of nodes) {
      assert.doesNotMatch(line, /\p{Cc}/u);
      assert.doesNotMatch(line.replaceAll("<br/>", ""), /<|&|`/);
      assert.ok(line.split('"').length <= 3, line);
    }
  });
});
