import assert from "node:assert/strict";
import { parse } from "yaml";
import { stackOfSize } from "../../bench/stack-of-size";
import { parseClusterConfig } from "../../plan/checks/parse";
import { planDaemonGroups } from "../../plan/daemons/daemon-group";
import { ownLoad } from "../../plan/ldmsd/loads";
import { renderLdmsCfg } from "../../plan/maestro/render-ldms-cfg";
import { listContainers } from "../../plan/model/deployment-plan";
import { planDeployment } from "../../plan/plan";
import { renderScale } from "../../plan/render/render-scale";
import { SCALE_ASSUMPTIONS, type ScaleAssumptions } from "../../plan/scale/assumptions";
import { renderAggregatorGroups } from "../../plan/scale/render-groups";
import { planScale } from "../../plan/scale/scale";
import { NO_FACTS, type Values } from "./example-stack";

const configOf = (values: Values) => parseClusterConfig("big", "Pulumi.big.yaml", values);

function scaleOf(hosts: number, changes: Values = {}, assumptions: Partial<ScaleAssumptions> = {}) {
  const config = configOf({ ...stackOfSize(hosts), ...changes });
  const scale = planScale(config, planDeployment(config, NO_FACTS), { ...SCALE_ASSUMPTIONS, ...assumptions });
  return { config, scale, groups: renderAggregatorGroups(config, scale.aggregators) };
}

const PLUGINS = Array.from({ length: 10 }, (_, index) => ({ name: `sampler${index}`, own: true, interval: "1s" }));
/** Of a plugin that nobody knows, each of 64 KiB in all. */
const SETS = ownLoad({ plugins: [{ name: "sampler0", interval: "1s", config: {} }] }).sets;
/** Samplers on n00001 to n10000, three aggregators, nothing else. */
const FEW_AGGREGATORS: Values = {
  hosts: "n[00001-10020]",
  samplers: [{ hosts: "n[00001-10000]", plugins: PLUGINS }],
  aggregators: [
    { name: "agg1", daemons: "a-[1-2]", level: 1, hosts: "n[10001-10002]", interval: "1s", reconnect: "5s" },
    { name: "agg2", level: 2, hosts: "n10003", interval: "1s", options: ["-v", "INFO"] },
  ],
  maestro: { host: "n10003" },
  ui: undefined,
  grafana: undefined,
};

describe("planScale", () => {
  it("counts a batch's waves, and the longest that it can take", () => {
    const { scale } = scaleOf(10_000, { fanOut: { window: 100, serial: [1, "100%"], hostTimeout: "90s" } });
    assert.equal(scale.fanOuts[0]!.groups[0]!.name, "samp");
    assert.deepEqual(scale.fanOuts[0]!.groups[0]!.batches, [
      { hosts: 1, waves: 1, longestSeconds: 1000 },
      { hosts: 9958, waves: 100, longestSeconds: 10_900 },
    ]);
  });

  it("counts an image once a host, and its registry's load in all and at once", () => {
    const aggregators = [{ name: "agg1", level: 1, hosts: "n101", interval: "1s", stores: STORES, dsosd: true }];
    const changes = { hosts: "n[001-101]", samplers: [{ hosts: "n[001-100]", plugins: PLUGINS }], aggregators, maestro: undefined };
    const { scale } = scaleOf(100, { ...changes, ui: undefined, grafana: undefined, images: { registry: "reg:5000" } }, { imageMib: 50 });
    const mib = 2 ** 20;
    assert.deepEqual(scale.pulls, [
      {
        registry: "reg:5000",
        hosts: 101,
        bytes: 101 * 50 * mib,
        seconds: (101 * 50 * mib * 8) / 1e10,
        // 64 samplers, and the aggregator beside them.
        atOnce: 65,
        bytesAtOnce: 65 * 50 * mib,
        secondsAtOnce: (65 * 50 * mib * 8) / 1e10,
      },
    ]);
  });

  it("counts a mirror's hosts at the mirror, and no more at once than may pull", () => {
    const mirrors = [{ hosts: "cygnus-[001-040]", registry: "rack1:5000" }];
    const { scale } = scaleOf(100, { images: { mirrors }, fanOut: { pulls: { limit: 8 }, serial: ["100%"] } });
    assert.deepEqual(
      scale.pulls.map(({ registry, hosts, atOnce }) => [registry, hosts, atOnce]),
      [
        ["docker.io", 60, 10],
        ["rack1:5000", 40, 8],
      ],
    );
  });

  it("proposes as many aggregators as the fan-in asks for, and memory for the sets of all, which the last one left takes over from maestro", () => {
    const { aggregators } = scaleOf(10_020, FEW_AGGREGATORS, { fanIn: 3000 }).scale;
    assert.deepEqual(aggregators, [
      {
        name: "agg1",
        level: 1,
        present: 2,
        proposed: 4,
        daemonsEach: 2500,
        setsEach: 25_000 * SETS,
        // 10,000 x 10 x 64 KiB, of which each may be left to hold all.
        setsMib: 6250,
        setMemoryMib: 16_384,
        isSetMemoryGiven: false,
        files: 2532,
        port: 411,
      },
      {
        name: "agg2",
        level: 2,
        present: 1,
        proposed: 1,
        daemonsEach: 4,
        setsEach: 100_000 * SETS,
        setsMib: 6250,
        setMemoryMib: 16_384,
        isSetMemoryGiven: false,
        files: 36,
        port: 411,
      },
    ]);
  });

  it("counts for each its share alone where no maestro spreads producers anew", () => {
    const { scale } = scaleOf(10_020, { ...FEW_AGGREGATORS, maestro: undefined }, { fanIn: 3000 });
    assert.deepEqual(
      scale.aggregators.map(({ name, setsMib, setMemoryMib }) => [name, setsMib, setMemoryMib]),
      [
        ["agg1", 1563, 4096],
        ["agg2", 6250, 16_384],
      ],
    );
  });

  it("says what the set memory is for, and where its figure comes from", () => {
    const linesOf = (changes: Values) =>
      renderScale(scaleOf(10_020, { ...FEW_AGGREGATORS, ...changes }, { fanIn: 3000 }).scale, undefined).match(/^.* MiB for sets.*$/gm);
    assert.deepEqual(linesOf({ maestro: undefined }), [
      "  1,563 MiB for sets, so -m 4096M (by the sizes of plugins' sets, docs/daemons.md)",
      "  6,250 MiB for sets, so -m 16384M (by the sizes of plugins' sets, docs/daemons.md)",
    ]);
    const all =
      "  6,250 MiB for sets of all, since the last one left takes all over, so -m 16384M (by the sizes of plugins' sets, docs/daemons.md)";
    assert.deepEqual(linesOf({}), [all, all]);
  });

  it("has the set memory that the plan writes, where there are enough aggregators or the stack says it", () => {
    const [agg1, agg2] = FEW_AGGREGATORS["aggregators"] as readonly Values[];
    const aggregators = [
      { ...agg1, setMemory: "14G" },
      { ...agg2, plugins: PLUGINS },
    ];
    const { config, scale } = scaleOf(10_020, { ...FEW_AGGREGATORS, aggregators }, { fanIn: 3000 });
    const written = listContainers(planDeployment(config, NO_FACTS)).find(({ name }) => name === "agg2")!.argv;
    assert.equal(written[written.indexOf("-m") + 1], "16384M");
    assert.deepEqual(
      scale.aggregators.map(({ name, setsMib, setMemoryMib, isSetMemoryGiven }) => [name, setsMib, setMemoryMib, isSetMemoryGiven]),
      [
        ["agg1", 6250, 14 * 1024, true],
        // 640 KiB of its own beside.
        ["agg2", 6251, 16_384, false],
      ],
    );
    assert.match(renderScale(scale, undefined), /all over, -m 14336M \(by the stack file's `setMemory`\)$/m);
  });

  it("counts an aggregator's own plugins, and passes them on to the level above", () => {
    const [agg1, agg2] = FEW_AGGREGATORS["aggregators"] as readonly Values[];
    const aggregators = [{ ...agg1, plugins: PLUGINS }, agg2];
    assert.deepEqual(
      scaleOf(10_020, { ...FEW_AGGREGATORS, aggregators }, { fanIn: 3000 }).scale.aggregators.map(({ setsEach, setsMib }) => [
        setsEach,
        setsMib,
      ]),
      [
        [25_010 * SETS, 6251],
        // Those of the four that are proposed: 40 sets, 2.5 MiB.
        [100_040 * SETS, 6253],
      ],
    );
  });

  it("takes a stack's aggregators where they are more than the fan-in asks for", () => {
    const [agg1] = scaleOf(10_000).scale.aggregators;
    assert.deepEqual([agg1!.present, agg1!.proposed, agg1!.daemonsEach], [40, 10, 249]);
    assert.equal(scaleOf(10_000).groups, undefined);
  });

  // 570,141 keys of 43,064,894 characters: what maestro_ctrl a184771 with ldms's parser_util put into a counting client for this stack's file.
  it("knows within 1 % what maestro keeps in etcd", () => {
    const { keys, answerBytes } = scaleOf(30_000, { maestro: { host: "cygnus-30000", grammar: "C" } }).scale.maestro!;
    assert.ok(Math.abs(keys / 570_141 - 1) < 0.01, String(keys));
    assert.ok(Math.abs((answerBytes - 20 * keys) / 43_064_894 - 1) < 0.01, String(answerBytes));
  });

  it("tells how many samplers fit into one answer of etcd", () => {
    const { mostSamplers, answerBytes } = scaleOf(5000).scale.maestro!;
    assert.ok(answerBytes < 16 * 2 ** 20 && mostSamplers > 8000 && mostSamplers < 10_000, `${mostSamplers} ${answerBytes}`);
    const { scale } = scaleOf(30_000);
    assert.match(renderScale(scale, undefined), /^! 569,988 keys in etcd, .* of 52 MiB, of at most 16 MiB .*\n {2}help: several stacks/m);
  });
});

const STORES = [{ name: "s", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" }];

describe("renderAggregatorGroups", () => {
  it("is a part of a stack file that parses once its hosts have names", () => {
    const { groups } = scaleOf(10_020, FEW_AGGREGATORS, { fanIn: 3000 });
    const { "ldms:aggregators": aggregators } = parse(groups!.replace("agg1-[1-4]", "n[10001-10002,10004-10005]")) as {
      "ldms:aggregators": unknown;
    };
    assert.deepEqual(aggregators, [
      { name: "agg1", level: 1, hosts: "n[10001-10002,10004-10005]", interval: "1s", reconnect: "5s" },
      { name: "agg2", level: 2, hosts: "n10003", interval: "1s", reconnect: "1s", options: ["-v", "INFO"] },
    ]);
    const config = configOf({ ...stackOfSize(10_020), ...FEW_AGGREGATORS, aggregators });
    const plan = planDeployment(config, NO_FACTS);
    assert.equal(plan.daemons.filter(({ role }) => role === "aggregator").length, 5);
    assert.equal(
      renderAggregatorGroups(config, planScale(config, plan, { ...SCALE_ASSUMPTIONS, fanIn: 3000 }).aggregators.slice(0, 1)),
      undefined,
    );
  });
});

describe("renderLdmsCfg for 30,000 hosts", () => {
  it("takes less than two seconds", () => {
    const config = configOf(stackOfSize(30_000));
    const start = process.cpuUsage();
    const text = renderLdmsCfg(planDaemonGroups(config).groups, "C", "big");
    const { user, system } = process.cpuUsage(start);
    assert.ok(text.includes('hosts: "cygnus-[00001-29879]-iw"'));
    assert.ok(user + system < 2e6, `${(user + system) / 1e6} s of CPU`);
  });
});
