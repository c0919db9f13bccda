import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseClusterConfig } from "../../../plan/checks/parse";
import { pullsParts } from "../../../plan/daemons/below";
import { type DaemonGroup, planDaemonGroups } from "../../../plan/daemons/daemon-group";
import type { SiteFile } from "../../../plan/ldms-import/import-ldms";
import { readLines, renderLine } from "../../../plan/ldmsd/conf-line";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { readStack } from "../example-stack";
import { fixture, type Planned, planImported, planOf, type Said, saidByLines, saidByYaml, together, topologyOf } from "./said";

type Values = Readonly<Record<string, unknown>>;

/** The plan's daemons, as the topology rules read them: where each is dialled. */
function assertSameTopology(source: SiteFile, { plan }: Planned): void {
  const dialled = [...topologyOf(plan).daemons.values()].map(({ host, port }) => `${host}:${port}`);
  const { daemons } = parse(source.text, { merge: true, maxAliasCount: -1 }) as { daemons: { names: string }[] };
  assert.ok(dialled.length >= daemons.length);
}

/** What an ldms_cfg.yaml says of an entry's daemons is what their own files say together. @param changes what the list of what could not be said has */
function assertSameAsYaml(source: SiteFile, planned: Planned, changes: (said: Said, key: string) => Said = (said) => said): void {
  const expected = [...saidByYaml(source)].map(([key, said]) => [key, changes(said, key)] as const);
  assert.ok(expected.length > 0);
  for (const [key, said] of expected) {
    const own = together(key.split(",").map((name) => saidByLines(planned.confs.get(name) ?? [])));
    assert.deepEqual({ ...own, producers: own.producers.map((text) => text.split(" ")[0]) }, said, key);
  }
}

/** Variables without their braces, which a linter takes for a slip. */
const toldOf = ({ imported }: Planned) =>
  imported.unsaid.map(({ path, message }) => `${path}: ${message}`.replaceAll(/\$\{(\w+)\}/g, "$$$1"));
const NAMES = "maestro names sets after their daemon, `DAEMON/INSTANCE`; the plan after its host, `HOST/INSTANCE`";
const INTERCONNECT = 'ldms:hosts: `cygnus-01-iw` is taken for the name of `cygnus-01` on another network: `interconnect: "{host}-iw"`';
const OVIS = "ldms:ovisSecret: the word of `ovis` is in no file that is read here: a new one is made";

describe("importLdms of an ldms_cfg.yaml", () => {
  const SAME: readonly (readonly [title: string, path: readonly string[], unsaid: readonly string[]])[] = [
    ["grammar A, the README's", ["readme", "ldms_cfg.yaml"], [`ldms_cfg.yaml: samplers[0].plugins[0]: ${NAMES}`, INTERCONNECT]],
    ["grammar B (ovis-hpc/ldms-containers, test/test-maestro-munge)", ["sites", "grammar-b.yaml"], []],
    ["grammar C", ["readme", "ldms_cfg-c.yaml"], [`ldms_cfg-c.yaml: samplers[0].plugins[0]: ${NAMES}`, INTERCONNECT]],
    [
      "several daemons on a host (recorded, by ldmsd -y)",
      ["sites", "recorded", "cluster.yaml"],
      [
        `cluster.yaml: samplers[0].plugins[0] and 1 more: ${NAMES}`,
        "cluster.yaml: samplers[0].plugins[0] and 1 more: component_id 7 would be the same on every host",
      ],
    ],
  ];
  for (const [title, path, unsaid] of SAME) {
    it(`gives a stack of the same daemons: ${title}`, () => {
      const planned = planImported([fixture(...path)]);
      assertSameAsYaml(fixture(...path), planned);
      assertSameTopology(fixture(...path), planned);
      assert.deepEqual(toldOf(planned), unsaid);
    });
  }

  it("gives samplers that dial in, and aggregators that let them (maestro config/example_advertiser_config.yaml)", () => {
    const planned = planImported([fixture("sites", "advertise.yaml")]);
    assertSameAsYaml(fixture("sites", "advertise.yaml"), planned, (said) =>
      said.producers.some((name) => name.startsWith("sampler-")) ? { ...said, producers: [] } : said,
    );
    assert.deepEqual(
      [1, 2, 3].flatMap((i) => planned.confs.get(`l1-agg-${i}`)!.map(({ verb }) => verb)).filter((verb) => verb === "prdcr_listen_start")
        .length,
      3,
    );
    const targets = Array.from(
      { length: 8 },
      (_, i) => planned.confs.get(`sampler-${i + 1}`)!.find(({ verb }) => verb === "advertiser_add")!.attributes,
    );
    assert.ok(targets.every(({ host = "", port }) => /^node-0[123]$/.test(host) && port === "10401"));
    assert.deepEqual(toldOf(planned), [`advertise.yaml: samplers[0].plugins[0] and 1 more: ${NAMES}`, OVIS]);
  });

  describe("of 1,532 nodes on two networks (ovis-hpc/ldms#2127, ldms test/yaml-cluster/block_generic.yaml)", () => {
    const planned = planImported([fixture("sites", "block.yaml")]);

    it("has its daemons, plugins and updaters", () => {
      const alone = (said: Said) => ({ ...said, plugins: said.plugins.map((text) => text.replace(/as (jobid|lustre_mdc)_60s/, "as $1")) });
      assertSameAsYaml(fixture("sites", "block.yaml"), planned, (said) => alone(said));
    });

    it("dials each by the second network and its authentication", () => {
      const producers = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((i) => saidByLines(planned.confs.get(`cnadmin${i}-agg`)!).producers);
      assert.equal(producers.length, 1532);
      assert.ok(producers.includes("cn7 sock:cn7-ib0:20411"));
      const lines = planned.confs.get("cn7")!.filter(({ verb }) => ["listen", "auth_add"].includes(verb));
      assert.deepEqual(
        lines.map(({ verb, attributes }) => renderLine(verb, attributes)),
        ["auth_add name=ovis plugin=ovis conf=/etc/ldms/ovis.secret", "listen xprt=sock port=20411 auth=ovis"],
      );
    });

    it("is a stack file of four groups of samplers, with a list of what it could not say", () => {
      assert.deepEqual(
        planned.config.samplers.map(({ name, hosts }) => `${name}: ${hosts}`),
        ["cn: cn[1-1488]", "cluster-login: cluster-login[1-12]", "cnadmin: cnadmin[1-8]", "cngw: cngw[1-24]"],
      );
      assert.deepEqual(toldOf(planned), [
        "block.yaml: daemons[0] and 1 more: `bind_all: False`: a stack's daemon listens on all addresses of its host",
        "block.yaml: samplers[0].plugins[0] and 3 more: instance `jobid_60s`: ldmsd loads `jobid` only by its own name",
        "block.yaml: samplers[3].plugins[3]: instance `lustre_mdc_60s`: ldmsd loads `lustre_mdc` only by its own name",
        "cnadmin-b: port 20411 of `cnadmin[1-8]` is another daemon's already: here `cnadmin-b` is at 20413",
        "cnadmin-b: port 20412 of `cnadmin[1-8]` is another daemon's already: here `cnadmin-b` is at 20414",
        OVIS,
      ]);
    });
  });
});

describe("the transcript of docs/stack-file.md", () => {
  const page = readFileSync(join(__dirname, "../../../docs/stack-file.md"), "utf8");
  const [, shown = ""] = /<!-- init --from -->\n([\s\S]*?)<!-- end of init --from -->/.exec(page) ?? [];

  it("has each thing that could not be said, and no other", () => {
    const { unsaid } = planImported([fixture("sites", "block.yaml")]).imported;
    const lines = unsaid.flatMap(({ path, message, help }) => [
      `    - ${path}: ${message}`,
      `        help: ${help?.replace("-s STACK", "-s block")}`,
    ]);
    assert.deepEqual(
      shown.split("\n").filter((line) => /^ {4}(- | {4}help: )/.test(line)),
      lines,
    );
  });
});

describe("importLdms of ldmsds' own files", () => {
  it("gives each daemon what its file has (recorded files of real daemons)", () => {
    const names = ["samp", "l1", "l2"];
    const files = names.map((name) => fixture("sites", "recorded", `${name}.conf`));
    const planned = planImported(files);
    const daemons: Readonly<Record<string, readonly string[]>> = { samp: ["nid00001", "nid00002"], l1: ["l1a"], l2: ["l2"] };
    for (const [i, name] of names.entries())
      for (const daemon of daemons[name]!)
        assert.deepEqual(saidByLines(planned.confs.get(daemon)!), saidByLines(readLines(files[i]!.text)), `${name} ${daemon}`);
    assert.deepEqual(toldOf(planned), [
      "samp.conf: line 2 and 1 more: producer `$NODE` has the variable `$NODE`, which no file sets: the plan's own is $HOSTNAME",
      "samp.conf: line 2: instance `$NODE/meminfo` has the variable `$NODE`, which no file sets: the plan's own is $HOSTNAME/meminfo",
      "samp.conf: line 5: instance `$NODE/vmstat` has the variable `$NODE`, which no file sets: the plan's own is $HOSTNAME/vmstat",
      "l2.conf: does not say where its daemon runs: here the host is `l2`",
      "ldms:munge: the files do not say how daemons authenticate, which is `-a` of their command lines: here it is `none`",
    ]);
  });

  it("gives a site's sampler and aggregator (NERSC/nersc-ldms, ansible template and testing/ldmsd_agg.conf)", () => {
    const files = ["sampler.conf", "agg.conf"].map((name) => fixture("sites", "nersc", name));
    const planned = planImported(files);
    const env = (text: string) => text.replaceAll(/\$\{SAMPLE_INTERVAL\}/g, "1000000").replaceAll(/\$\{SAMPLE_OFFSET\}/g, "0");
    for (const daemon of ["nid0001", "nid0002"])
      assert.deepEqual(saidByLines(planned.confs.get(daemon)!).plugins, saidByLines(readLines(env(files[0]!.text))).plugins);
    assert.deepEqual(saidByLines(planned.confs.get("agg")!), saidByLines(readLines(files[1]!.text)));
    assert.deepEqual(
      planned.config.samplers.map(({ hosts, auth, port }) => [hosts, auth, port]),
      [["nid[0001-0002]", "ovis", undefined]],
    );
  });

  it("takes daemons whose file is not there for ones that run already", () => {
    const planned = planImported([fixture("sites", "recorded", "l1.conf")]);
    assert.deepEqual(
      planned.config.samplers.map(({ external, daemons }) => [external, daemons]),
      [
        [true, "nid00001"],
        [true, "nid00002"],
      ],
    );
    assert.deepEqual(saidByLines(planned.confs.get("l1")!), saidByLines(readLines(fixture("sites", "recorded", "l1.conf").text)));
  });
});

/** Every stack file of the repository, with what its plan writes. */
const STACKS: readonly (readonly [title: string, values: Values])[] = [
  ["Pulumi.cygnus.yaml", readStack("cygnus")],
  ["Pulumi.lab.yaml", readStack("lab")],
  ...readFileSync(join(__dirname, "../../../docs/sites.md"), "utf8")
    .split(/^## /m)
    .slice(1)
    .flatMap((section): [string, Values][] => {
      const block = /^```yaml\n([\s\S]*?)^```/m.exec(section)?.[1];
      if (block === undefined) return [];
      const { config } = parse(block) as { config: Values };
      return [
        [
          `docs/sites.md, ${section.split("\n")[0]}`,
          Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value])),
        ],
      ];
    }),
];

const GRAMMARS = ["A", "C"] as const;

/** What the plan refuses beside a maestro of the grammar. */
function cannotSay(groups: readonly DaemonGroup[], grammar: "A" | "C"): boolean {
  if (groups.some(({ advertises }) => advertises)) return true;
  const hasRows = groups.some(({ aggregator }) => aggregator?.stores.some(({ decomposition }) => decomposition !== undefined));
  return grammar === "A" && (hasRows || groups.some((group) => pullsParts(group, groups)));
}

describe("importLdms of what the plan itself writes", () => {
  it("knows those who dial in by no name but that of their file", () => {
    const [, values] = STACKS.find(([title]) => title.endsWith("Firewalls"))!;
    const { confs } = planOf(parseClusterConfig("site", "Pulumi.site.yaml", values));
    const files = ["samp-1", "agg1-201"].map((name) => ({ name: `${name}.conf`, text: textOf(confs.get(name)!) }));
    const planned = planImported(files);
    assert.deepEqual(saidByLines(planned.confs.get("samp-1")!), saidByLines(confs.get("samp-1")!));
    assert.deepEqual(planned.confs.get("samp-1")!.filter(({ verb }) => verb === "advertiser_add").length, 1);
    assert.ok(toldOf(planned).includes("samp-1.conf: does not say where its daemon runs: here the host is `samp-1`"));
  });

  for (const [title, values] of STACKS) {
    if (title.endsWith("Firewalls")) continue;
    it(`comes back to the same daemons from their own files: ${title}`, () => {
      const { maestro: _maestro, ui: _ui, grafana: _grafana, ...rest } = values;
      const config = parseClusterConfig("site", "Pulumi.site.yaml", rest);
      const { confs } = planOf(config);
      // Samplers have one file for all of a group, as a site would hand it over.
      const files = [
        ...new Map([...confs].map(([name, lines]) => [textOf(lines), { name: `${name}.conf`, text: textOf(lines) }])).values(),
      ];
      const planned = planImported(files.filter(({ text }) => text !== ""));
      for (const [name, lines] of confs) {
        const own = planned.confs.get(name) ?? [];
        if (lines.length > 0) assert.deepEqual(saidByLines(own), saidByLines(lines), name);
      }
      assert.deepEqual([...planned.confs.keys()].toSorted(), [...confs.keys()].toSorted());
    });
    const { maestro: _maestro, ui: _ui, grafana: _grafana, ...rest } = values;
    const { groups } = planDaemonGroups(parseClusterConfig("site", "Pulumi.site.yaml", rest));
    for (const grammar of GRAMMARS.filter((one) => !cannotSay(groups, one))) {
      it(`comes back to the same daemons from an ldms_cfg.yaml of grammar ${grammar}: ${title}`, () => {
        const source = { name: "ldms_cfg.yaml", text: renderLdmsCfg(groups, grammar, "site") };
        const planned = planImported([source]);
        assertSameAsYaml(source, planned);
        assert.deepEqual([...planned.confs.keys()].toSorted(), groups.flatMap(({ daemonNames }) => daemonNames).toSorted());
      });
    }
  }
});

function textOf(lines: ReturnType<typeof readLines>): string {
  return lines.map(({ verb, attributes }) => renderLine(verb, attributes)).join("\n");
}
