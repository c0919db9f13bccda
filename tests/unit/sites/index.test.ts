import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const TESTS = join(__dirname, "../..");

/** What public files and issues of real sites want, in the order in which they were tried: the source, and the test that stands for it. */
const CASES: readonly (readonly [number: number, source: string, file: string, title: string])[] = [
  [
    1,
    "ldms#2127, ldms#2122",
    "unit/sites/own-ldms-cfg.test.ts",
    "an own ldms_cfg.yaml with anchors, merges and several endpoints (ldms#2127",
  ],
  [
    2,
    "clustershell#286",
    "unit/sites/component-ids.test.ts",
    "keep the hosts of rack and node names in one group with batches, canary and failures (ClusterShell#286)",
  ],
  [
    3,
    "ldms block_generic.yaml, AWS ParallelCluster, Cray EX",
    "unit/sites/component-ids.test.ts",
    "are taken from hostlists with ranges, from single names",
  ],
  [4, "docs/fan-out.md", "unit/sites/component-ids.test.ts", "has an example of several heads that is a stack"],
  [5, "nersc-ldms, dell/omnia#5041", "unit/sites/external.test.ts", "samplers that are no containers (nersc-ldms, dell/omnia#5041"],
  [6, "nersc-ldms, ldms#1226", "unit/sites/auth.test.ts", "the authentication ovis (nersc-ldms ldms_machine_config, ldms#1226)"],
  [7, "ldms#1221, ldms#2267", "unit/sites/stores.test.ts", "ldms#1221, #2267: a store_csv with a decomposition"],
  [8, "ldms#1221", "unit/bad-stores.ts", "a decomposition among a csv's attributes (ldms#1221)"],
  [9, "ldms#2294, ldms#1385", "unit/sites/given.test.ts", "block_generic.yaml of ldms, ldms#2294: a job id file of the host"],
  [10, "ldms#2149, ldms#2161", "unit/sites/plugins.test.ts", "ldms#2149, PR #2161, #2162: plugins that cannot be renamed"],
  [11, "ldms#1669, ldms#1745", "unit/sites/plugins.test.ts", "ldms#1669, #1745, PR #1822: one plugin in two configurations"],
  [12, "ldms#1822", "unit/sites/stores.test.ts", "ldms PR #1822: single-instance stores"],
  [13, "ldms#987", "unit/sites/updaters.test.ts", "ldms#987, nersc-ldms: several updaters"],
  [14, "ldms#1459, ldms#1380", "unit/sites/advertise.test.ts", "ldms PR#1459, ldms#1380: samplers behind a firewall dial their aggregator"],
  [15, "ldms#1461, ldms#824", "unit/sites/listeners.test.ts", "ldms PR#1461, ldms#824: several listeners a daemon"],
  [16, "nersc-ldms", "unit/sites/levels.test.ts", "nersc-ldms: each kind of node has aggregators of its own, and a store of its own"],
  [17, "ldms#239", "unit/sites/levels.test.ts", "ldms#239: a third level, which pulls the second"],
  [18, "nersc-ldms, ldms#1745", "unit/sites/per-host.test.ts", "nersc-ldms, ldms#1745: several aggregators of a group on a host"],
  [19, "ldms#67, ldms#1461", "unit/sites/no-maestro.test.ts", "a stack without maestro (ldms#67, ldms#1461, ldms#1570)"],
  [20, "ldms#1543, ldms#533", "unit/sites/streams.test.ts", "ldms PR #1543, #1868, #1714, #2000: streams and messages"],
  [21, "ldms#1321, nersc-ldms", "unit/sites/images.test.ts", "ldms#1321, nersc/nersc-ldms: a plugin that the image has not"],
  [22, "ldms#1321, ldms#1649", "unit/sites/given.test.ts", "plugins of GPUs and of Slingshot with the profile minimal"],
  [23, "omnia#5074", "unit/sites/given.test.ts", "omnia PR #5074: groups of other images"],
  [24, "ldms#1461", "unit/sites/hostlists.test.ts", "full names, another network"],
  [25, "nersc-ldms make_config", "unit/sites/auth.test.ts", "the munge of the hosts in another folder (nersc-ldms make_config)"],
  [
    26,
    "AAROC#142, dun/munge#101",
    "operations/check-host.test.ts",
    "takes a key as hosts have it, but for upstream's images (AAROC#142, dun/munge#101)",
  ],
  [27, "basecamp/kamal#980", "unit/sites/logins.test.ts", "a login that is not root (basecamp/kamal#980"],
  [28, "cp2k/cp2k#4214, containers/podman#18222", "unit/sites/podman.test.ts", "hosts whose docker is podman's (cp2k/cp2k#4214"],
  [29, "clustershell#118, openhpc#159", "unit/sites/hostlists.test.ts", "genders by pdsh's ^"],
  [30, "ldms#2122", "unit/sites/plugins.test.ts", "has a negative offset, as the template's -100000 us, with its unit"],
  [31, "ldms#2157, ldms#2159", "unit/bad-plugins.ts", "an interval by a variable (ldms#2157, PR #2159, #2180)"],
  [32, "ldms#696", "unit/sites/levels.test.ts", "ldms#696: a standby aggregator"],
  [33, "nersc-ldms dashboard", "unit/sites/grafana.test.ts", "NERSC's dashboard/ldms-dashboard.json: dashboards that Grafana begins with"],
  [34, "pulumi-command#131", "unit/sites/jumps.test.ts", "two login nodes on the way (pulumi-command#131)"],
  [35, "ldms-containers config.sh", "unit/import-config-sh.test.ts", "reads what upstream's config.sh has (ovis-hpc/ldms-containers)"],
  [
    36,
    "ldms-containers test/test-maestro",
    "unit/sites/no-maestro.test.ts",
    "an own ldms_cfg.yaml by the stack's munge (ldms-containers test/test-maestro)",
  ],
  [
    37,
    "maestro config/example_config.yaml",
    "unit/sites/own-ldms-cfg.test.ts",
    "upstream's own example (maestro config/example_config.yaml)",
  ],
  [
    38,
    "ldms#1745, ldms#2173",
    "unit/sites/hostlists.test.ts",
    "is a group of its own, and its plugin's own `interval` stays in its configuration (ldms#1745, ldms#2173)",
  ],
  [39, "ldms#2127", "unit/sites/hostlists.test.ts", "30,000 hosts (ldms#2127, ldms large_generic.yaml)"],
  [40, "clustershell#293", "unit/sites/hostlists.test.ts", "ClusterShell#293, padding that grows"],
  [41, "ldms#26, nersc-ldms", "unit/sites/given.test.ts", "ldms#26, NERSC's `-m 128M`: memory of the sets, and of the container"],
];

/** Strings of a file's code: titles stand in them, and in tables of titles. */
const codeOf = (file: string) => readFileSync(join(TESTS, file), "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");

describe("the public cases of real sites", () => {
  it("are 41, each once", () =>
    assert.deepEqual(
      CASES.map(([number]) => number),
      Array.from({ length: 41 }, (_, index) => index + 1),
    ));

  for (const [number, source, file, title] of CASES)
    it(`have for ${number} (${source}) a test by its title`, () => assert.ok(codeOf(file).includes(title), `${file}: ${title}`));

  it("are answered in a line of the documentation where upstream gave up what is wanted (32: ldms#696, failover)", () =>
    assert.ok(
      readFileSync(join(TESTS, "../docs/stack-file.md"), "utf8").includes("LDMS had failover between two aggregators once and gave it up"),
    ));
});
