import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { listFanOuts } from "../../../plan/fan-out/plan-fan-outs";
import { foldHosts } from "../../../plan/hostlist/hostlist";
import { type DeploymentPlan, listContainers } from "../../../plan/model/deployment-plan";
import { renderPlan } from "../../../plan/render/render-plan";
import { checkPlan } from "../../../plan/rules/check-plan";
import { refusal, sitePlan, siteValues } from "./site-stack";

const idsOf = ({ daemons }: DeploymentPlan) => Object.fromEntries(daemons.map(({ host, componentId }) => [host, componentId]));
const shownGroups = (plan: DeploymentPlan) =>
  listFanOuts(plan).flatMap(({ name, groups }) =>
    groups.map((group) => `${name} ${group.name}: ${foldHosts(group.hosts.map((host) => host.name))}`),
  );

/** Stack files whose hosts' last numbers come again, with what the refusal names. */
const SHARED: readonly (readonly [source: string, hosts: string, says: string, block: string])[] = [
  [
    "ClusterShell#286, rack and node",
    "r[01-40]n[001-256]",
    "hosts of ldmsd share 256 component ids: `r[01-40]n[001-256]`",
    '{ "r[02-40]n[001-256]": 257-10240 }',
  ],
  [
    "ldms block_generic.yaml, four node types",
    "cn[1-1488],cluster-login[1-16],cnadmin[1-4],cngw[1-24]",
    "hosts of ldmsd share 24 component ids: `cluster-login[1-16],cn[1-24],cnadmin[1-4],cngw[1-24]`",
    '{ "cluster-login[1-16],cnadmin[1-4],cngw[1-24]": 1489-1532 }',
  ],
  [
    "Cray EX xnames",
    "x1000c[0-7]s[0-7]b[0-1]n[0-1]",
    "hosts of ldmsd share 2 component ids: `x1000c[0-7]s[0-7]b[0-1]n[0-1]`",
    '{ "x1000c0s0b1n[0-1],x1000c0s[1-7]b[0-1]n[0-1],x1000c[1-7]s[0-7]b[0-1]n[0-1]": 2-255 }',
  ],
  [
    "AWS ParallelCluster",
    "queue1-dy-c5xlarge-[1-3],queue2-dy-c5xlarge-[1-3]",
    "hosts of ldmsd share 3 component ids: `queue[1-2]-dy-c5xlarge-[1-3]`",
    '{ "queue2-dy-c5xlarge-[1-3]": 4-6 }',
  ],
  ["IP addresses", "10.0.0.[1-4]", "hosts of ldmsd share the component id 10: `10.0.0.[1-4]`", '{ "10.0.0.[2-4]": 11-13 }'],
  ["a suffix", "n[01-02]-hsn0,n[01-02]-hsn1", "hosts of ldmsd share 2 component ids: `n[01-02]-hsn[0-1]`", '{ "n02-hsn[0-1]": 2-3 }'],
  [
    "docs/fan-out.md",
    "r1n[001-512],r2n[001-512]",
    "hosts of ldmsd share 512 component ids: `r[1-2]n[001-512]`",
    '{ "r2n[001-512]": 513-1024 }',
  ],
];

describe("component ids of a site's names", () => {
  for (const [source, hosts, says, block] of SHARED) {
    it(`are one problem and a remedy to paste, not one a host (${source})`, () => {
      assert.deepEqual(refusal(`hosts: ${hosts}`), [`  - componentIds: ${says}`, `      help: ldms:componentIds: ${block}`]);
    });

    it(`are settled by the remedy as it stands (${source})`, () => {
      const { "ldms:componentIds": ids } = parse(`ldms:componentIds: ${block}`) as { "ldms:componentIds": unknown };
      const plan = sitePlan(`hosts: ${hosts}\ncomponentIds: ${JSON.stringify(ids)}`);
      assert.equal(new Set(plan.daemons.map(({ componentId }) => componentId)).size, plan.daemons.length);
    });

    it(`are settled by the place in \`hosts\` (${source})`, () => {
      const { daemons } = sitePlan(`hosts: ${hosts}\ncomponentIds: { from: position }`);
      assert.deepEqual(
        daemons.map(({ componentId }) => componentId),
        daemons.map((_, index) => index + 1),
      );
    });
  }

  it("are taken from hostlists with ranges, from single names, and from the name for the rest", () => {
    const plan = sitePlan(`
hosts: n[1-2],r[1-2]n[1-2],login,from
componentIds: { "r1n[1-2]": 21-22, "r2n[1-2]": "40,42", login: 900, from: 901 }
`);
    assert.deepEqual(idsOf(plan), { n1: 1, n2: 2, r1n1: 21, r1n2: 22, r2n1: 40, r2n2: 42, login: 900, from: 901 });
  });

  it("are those of a key before the place in `hosts`", () => {
    assert.deepEqual(idsOf(sitePlan("hosts: a,b,c\ncomponentIds: { from: position, b: 20 }")), { a: 1, b: 20, c: 3 });
  });

  it("name the place in `hosts` where a block would be long", () => {
    const hosts = Array.from({ length: 40 }, (_, i) => `a${i}-7,m${3 * i + 100},b${i}-7`).join();
    assert.equal(refusal(`hosts: ${hosts}`).at(-1), "      help: ldms:componentIds: { from: position }");
  });

  it("keep the hosts of rack and node names in one group with batches, canary and failures (ClusterShell#286)", () => {
    const racks = sitePlan('hosts: "r[01-40]n[001-256]"\ncomponentIds: { "r[01-40]n[001-256]": 1-10240 }');
    const flat = sitePlan('hosts: "nid[00001-10240]"');
    assert.deepEqual(shownGroups(racks), ["fan-out samp: r[01-40]n[001-256]"]);
    const sizes = (plan: DeploymentPlan) => plan.fanOut!.groups[0]!.batches.map(({ hosts, maxFailures }) => [hosts.length, maxFailures]);
    assert.deepEqual(sizes(racks), sizes(flat));
    assert.deepEqual(
      sizes(racks).map(([hosts]) => hosts),
      [1, 512, 2560, 7167],
    );
  });

  it("are no part of a group, and of the hash only where they are not the numbers of the names (ldms block_generic.yaml)", () => {
    const plan = sitePlan(`
hosts: cn[1-1488],cngw[1-24]
componentIds: { "cngw[1-24]": 2201-2224 }
`);
    assert.deepEqual(shownGroups(plan), ["fan-out samp: cn[1-1488],cngw[1-24]"]);
    const specs = new Map(listContainers(plan).map(({ host, labels }) => [host, labels["ldms.spec"]!]));
    assert.equal(specs.get("cn1"), specs.get("cn1488"));
    assert.equal(specs.get("cngw24"), `${specs.get("cn1")}-2224`);
    const [flat] = listContainers(sitePlan("hosts: cn[1-1488]"));
    assert.equal(specs.get("cn1"), flat!.labels["ldms.spec"]);
  });

  it("break no rule", () => {
    const plan = sitePlan("hosts: n[1-2],m[1-2]\ncomponentIds: { from: position }");
    assert.deepEqual(
      checkPlan(plan, "2026-11-01").filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived),
      [],
    );
  });

  it("fold the printed plan to a line, each host told its place in the row (ClusterShell#286)", () => {
    const plan = sitePlan('hosts: "r[01-40]n[001-256]"\ncomponentIds: { "r[01-40]n[001-256]": 1-10240 }');
    const runs = renderPlan(plan)
      .split("\n")
      .filter((line) => line.includes("docker run"));
    assert.deepEqual(
      runs.map((line) => line.slice(0, line.indexOf("docker run"))),
      [
        `pdsh -S -l root -w 'r01n[001-256]' 'host=$(uname -n); id=$(uname -n | sed "s/[.].*//;s/.*[^0-9]//;s/^0*\\(.\\)/\\1/"); `,
        "pdsh -S -R exec -w 'r[02-40]n[001-256]' ssh -l root %h 'host=$(uname -n); id=$((%n + 257)); ",
      ],
    );
    assert.match(runs[1]!, / --env COMPID=\$id --env COMPONENT_ID=\$id .* --label ldms\.spec=[0-9a-f]{32}-\$id /);
    assert.match(runs[0]!, / --label ldms\.spec=[0-9a-f]{32} /);
  });

  it("are what real pdsh makes of that line (pdsh -R exec)", function () {
    if (spawnSync("pdsh", ["-V"]).error) this.skip();
    const hosts = "r[01-02]n[1-2],m[5,3]";
    const plan = sitePlan(`hosts: "${hosts}"\ncomponentIds: { "${hosts}": 101-106 }`);
    const [line] = renderPlan(plan).match(/^pdsh .*docker run.*$/m)!;
    const said = execFileSync("sh", [
      "-c",
      line!.replace(" ssh -l root %h ", " sh -c ").replace(/docker run.* (COMPID=\S+).*/, "echo $id'"),
    ]);
    assert.deepEqual(String(said).trim().split("\n").sort(), [
      "m3: 106",
      "m5: 105",
      "r01n1: 101",
      "r01n2: 102",
      "r02n1: 103",
      "r02n2: 104",
    ]);
  });

  it("take one host's way to go where they do not follow each other", () => {
    const plan = sitePlan("hosts: a,b,c,d\ncomponentIds: { a: 5, b: 6, c: 9, d: 10 }");
    const runs = renderPlan(plan).match(/^pdsh .*docker run/gm)!;
    assert.deepEqual(
      runs.map((line) => line.slice(0, line.indexOf("host="))),
      ["pdsh -S -R exec -w a,b ssh -l root %h '", "pdsh -S -R exec -w c,d ssh -l root %h '"],
    );
  });

  it("count on from the hosts of another user in between", () => {
    const ssh = "{ overrides: [{ hosts: b, user: ops }, { hosts: d, local: true }] }";
    const runs = renderPlan(sitePlan(`hosts: a,b,c,d\ncomponentIds: { from: position }\nssh: ${ssh}`)).match(/^.*docker run/gm)!;
    assert.deepEqual(
      runs.map((line) => line.replace(" docker run", "")),
      [
        "host=$(uname -n); id=4;",
        "pdsh -S -R exec -w a ssh -l root %h 'host=$(uname -n); id=$((%n + 1));",
        "pdsh -S -R exec -w c ssh -l root %h 'host=$(uname -n); id=$((%n + 3));",
        "pdsh -S -R exec -w b ssh -l ops %h 'host=$(uname -n); id=$((%n + 2));",
      ],
    );
  });
});

describe("docs/fan-out.md", () => {
  it("has an example of several heads that is a stack, each head with a group of its own", () => {
    const [, block = ""] = /^## Several heads\n[\s\S]*?\n\n((?: {4}.*\n)+)/m.exec(
      readFileSync(join(__dirname, "../../../docs/fan-out.md"), "utf8"),
    )!;
    const plan = sitePlan(block.replaceAll(/^ {4}(ldms:)?/gm, ""));
    assert.deepEqual(shownGroups(plan), [
      "fan-out agg1: agg-1",
      "fan-out agg1-b: agg-2",
      "fan-out.r1-login samp: r1n[001-512]",
      "fan-out.r2-login samp: r2n[001-512]",
    ]);
  });
});

const HOSTS = "hosts: n[1-8],login";

/** What stands below `componentIds`, and all that is said of it. */
const BAD: readonly (readonly [title: string, ids: string, says: readonly string[]])[] = [
  [
    "more hosts than ids",
    '{ login: 9, "n[1-8]": 1-7 }',
    ["  - componentIds: `n[1-8]` has 8 hosts and 7 ids: `1-7`", "      help: as many ids as hosts, such as 1-8"],
  ],
  [
    "one id for several",
    '{ login: 9, "n[1-2]": 30 }',
    ["  - componentIds: `n[1-2]` has 2 hosts and 1 id: 30", "      help: as many ids as hosts, such as 1-2"],
  ],
  [
    "several ids for one",
    "{ login: 9-10 }",
    ["  - componentIds: `login` has 1 host and 2 ids: `9-10`", "      help: one number for one host"],
  ],
  [
    "a range that runs backwards",
    '{ login: 9, "n[1-8]": 8-1 }',
    ["  - componentIds: `n[1-8]` has a range that runs backwards: `8-1`", "      help: as many ids as hosts, such as 1-8"],
  ],
  [
    "a range of a billion ids",
    '{ login: 9, "n[1-8]": 1-999999999999999 }',
    [
      "  - componentIds: `n[1-8]` has 8 hosts and 999999999999999 ids: `1-999999999999999`",
      "      help: as many ids as hosts, such as 1-8",
    ],
  ],
  [
    "a host in two keys",
    '{ login: 9, "n[1-2]": 21-22, "n[2-3]": 32-33 }',
    ["  - componentIds: `n[2-3]` has hosts of an earlier key: `n2`"],
  ],
  [
    "another rule",
    "{ from: name }",
    ["  - componentIds.from: must be a number, or ranges like `1-512`, as many as the key has hosts: `name`"],
  ],
  [
    "a host by its position",
    "{ login: position }",
    ["  - componentIds: `login` cannot be `position`, only `from` can", "      help: one number for one host"],
  ],
  ["a fraction", "{ login: 1.5 }", ["  - componentIds.login: must be a number, or ranges like `1-512`, as many as the key has hosts: 1.5"]],
  ["a list", "{ login: [1] }", ["  - componentIds.login: must be a number, or ranges like `1-512`, as many as the key has hosts: [1]"]],
  ["a key that is no hostlist", '{ login: 9, "n[1-2": 1-2 }', ["  - componentIds: the bracket is never closed", "      n[1-2", "       ^"]],
  [
    "ids of two keys that collide",
    "{ login: 9, n1: 9 }",
    ["  - componentIds: hosts of ldmsd share the component id 9: `login,n1`", '      help: ldms:componentIds: { "n1,login": 9-10 }'],
  ],
];

describe("componentIds with one mistake", () => {
  for (const [title, ids, says] of BAD) {
    it(title, () => assert.deepEqual(refusal(`${HOSTS}\ncomponentIds: ${ids}`), says));
  }

  it("has a stack file beside that is taken", () => assert.ok(siteValues(HOSTS)));
});
