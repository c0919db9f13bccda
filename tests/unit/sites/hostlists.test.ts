import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { expandHostlist, foldHosts } from "../../../plan/hostlist/hostlist";
import { listContainers } from "../../../plan/model/deployment-plan";
import { renderPlan } from "../../../plan/render/render-plan";
import { refusal, sitePlan } from "./site-stack";

/** Lists as sites have them, and the names that they are. */
const LISTS: readonly (readonly [source: string, list: string, first: string, last: string, count: number])[] = [
  ["ClusterShell#293, padding that grows", "n[08-11]", "n08", "n11", 4],
  ["ClusterShell#427, padding of six", "nid[001000-001003,001010]", "nid001000", "nid001010", 5],
  ["ClusterShell#524, padded beside not padded", "n[1,01]", "n1", "n01", 2],
  ["ClusterShell#356, numbers with hyphens", "sh-110-[01-15]", "sh-110-01", "sh-110-15", 15],
  ["daos#5124, hyphens", "wolf-[1-3]-ib,boro-4", "wolf-1-ib", "boro-4", 4],
  ["ldms large_generic.yaml", "cn[1-31488]", "cn1", "cn31488", 31_488],
  ["ldms#1577, a range of one", "admin[1-1]", "admin1", "admin1", 1],
  ["pdsh, an exclusion", "cn[1-4],-cn2", "cn1", "cn4", 3],
];

const GROUPS = "a group is no host: `ldms hosts import FILE` prints the hosts of genders' and ClusterShell's groups";
const FILES = "a file is no host: `ldms hosts import FILE` prints the hosts that it names";
const STEPS = "a range has no step: write the numbers, as `nodeset -f` prints them";
const EXCLUSION = "`-NAME` leaves a host out: `node[1-10],-node5`";

/** Forms of other tools: what is said of each, from where the caret stands. */
const FOREIGN: readonly (readonly [source: string, list: string, reason: string, caret: number, help: string])[] = [
  ["ClusterShell groups", "@compute", "not a character to have in a host name", 0, GROUPS],
  ["ClusterShell groups, of a source", "@slurm:gpu", "not a character to have in a host name", 0, GROUPS],
  ["genders by pdsh's ^", "^/etc/genders", "not a character to have in a host name", 0, FILES],
  ["ClusterShell steps", "node[1-100/2]", "not a number or a range of numbers", 10, STEPS],
  ["ClusterShell difference", "node[1-10]!node5", "not a character to have in a host name", 10, EXCLUSION],
  ["ClusterShell difference in brackets", "node[1-10!5]", "not a number or a range of numbers", 9, EXCLUSION],
  ["a range without brackets", "cn1-cn4", "a range has its numbers in brackets", 0, "write `cn[1-4]`"],
  ["a padded range without brackets", "n1,r1n001-r1n016", "a range has its numbers in brackets", 3, "write `r1n[001-016]`"],
  ["a range of full names", "cn1.site-cn4.site", "a range has its numbers in brackets", 0, "write `cn[1-4].site`"],
];

describe("hostlists of sites", () => {
  for (const [source, list, first, last, count] of LISTS) {
    it(`are read, and folded to the same hosts (${source})`, () => {
      const names = expandHostlist(list);
      assert.deepEqual([names[0], names.at(-1), names.length], [first, last, count]);
      assert.deepEqual(new Set(expandHostlist(foldHosts(names))), new Set(names));
    });
  }

  for (const [source, list, reason, caret, help] of FOREIGN) {
    it(`in another tool's form are refused with the remedy (${source})`, () => {
      const said = [`  - hosts: ${reason}`, `      ${list}`, `      ${" ".repeat(caret)}^`, `      help: ${help}`];
      assert.deepEqual(refusal(`hosts: "${list}"\nsamplers: [{ hosts: n1, plugins: [{ name: meminfo, interval: 1s }] }]`), said);
    });
  }

  it("take a name for a name that only looks a little like a range", () => {
    for (const name of ["sh-110-15", "queue1-dy-c5xlarge-1", "r1-r1n5", "a1-b1", "x1000c0s0b0n0"])
      assert.deepEqual(expandHostlist(name), [name]);
  });

  it("take the name of a group that looks like a range", () => {
    const plan = sitePlan(`
hosts: n[1-3]
samplers: [{ name: r1-r4, hosts: "n[1-2]", plugins: [{ name: meminfo, interval: 1s }] }]
aggregators: [{ name: agg, level: 1, hosts: n3, interval: 1s, samplers: [r1-r4] }]
`);
    assert.equal(plan.daemons.length, 3);
  });

  it("are told with an unknown key beside them, which hid them", () => {
    const said = refusal('hosts: "n[1-2"\nsamplers: [{ hosts: "m[3-1]", plugins: [], pluginz: 1 }]');
    assert.deepEqual(said, [
      "  - samplers[0]: unknown key `pluginz`; did you mean `plugins`?",
      ...["  - hosts: the bracket is never closed", "      n[1-2", "       ^"],
      ...["  - samplers[0].hosts: the range runs backwards", "      m[3-1]", "        ^"],
      "  - samplers[0].plugins: must have at least one plugin: []",
    ]);
  });

  it("are not all that is told beside an unknown key: what it was meant for counts, and what contradicts", () => {
    const samplers =
      "[{ hosts: r1n1, plugins: [{ name: meminfo, interval: 1s }] }, { hosts: r2n9, plugins: [{ name: vmstat, interval: 1s }] }]";
    assert.deepEqual(refusal(`hosts: "r[1-2]n1"\ncomponentID: { r2n1: 2 }\nsamplers: ${samplers}`), [
      "  - ldms: unknown key `componentID`; did you mean `componentIds`?",
      ...["  - samplers[1].hosts: not in `hosts`: `r2n9`", "      help: hosts are `r[1-2]n1`"],
    ]);
  });
});

describe("one host that differs", () => {
  const NAMED = "interval: 1s";
  it("is a group of its own, and its plugin's own `interval` stays in its configuration (ldms#1745, ldms#2173)", () => {
    const plan = sitePlan(`
hosts: n[001-100]
samplers:
  - { hosts: "n[001-100],-n004", plugins: [{ name: meminfo, ${NAMED} }] }
  - { name: gpu, hosts: n004, plugins: [{ name: dcgm_sampler, ${NAMED}, config: { interval: 5 } }] }
`);
    assert.deepEqual(
      plan.fanOut!.groups.map(({ name, hosts }) => `${name}: ${foldHosts(hosts.map((host) => host.name))}`),
      ["samp: n[001-003,005-100]", "samp-b: n004"],
    );
    const conf = plan.hosts.find(({ name }) => name === "n004")!.files.find(({ path }) => path.endsWith("ldmsd.conf"))!;
    assert.match(conf.content.kind === "text" ? conf.content.text : "", /config name=dcgm_sampler .*interval=5/);
  });
});

describe("30,000 hosts (ldms#2127, ldms large_generic.yaml)", () => {
  it("are planned, and their lines have as many hosts as pdsh takes", () => {
    const plan = sitePlan(`
hosts: cn[1-31488],agg
componentIds: { agg: 40000 }
samplers: [{ hosts: "cn[1-31488]", plugins: [{ name: meminfo, interval: 1s }] }]
aggregators: [{ name: agg, level: 1, hosts: agg, interval: 1s }]
`);
    assert.equal(listContainers(plan).length, 31_489);
    const lists = [...renderPlan(plan).matchAll(/^pdsh -S -l root -w 'cn\[(\d+)-(\d+)\]' '.*docker run/gm)].map(([, from, to]) => [
      from,
      to,
    ]);
    assert.deepEqual(lists, [
      ["1", "16000"],
      ["16001", "31488"],
    ]);
  });
});

const DOTTED = "hosts: node[001-004].cluster.example.edu";

/** `interconnect`, and the name of the last host by it. */
const INTERCONNECTS: readonly (readonly [source: string, hosts: string, template: string, last: string])[] = [
  ["ldms block_generic.yaml", "hosts: cn[1-4]", "{host}-ib0", "cn4-ib0"],
  ["ldms#1461", "hosts: hetchy[1-2]", "{host}-mgmt", "hetchy2-mgmt"],
  ["full names", DOTTED, "{host}", "node004.cluster.example.edu"],
  ["full names, another network", DOTTED, "{short}-ib0.{domain}", "node004-ib0.cluster.example.edu"],
  ["full names, dialled by the short one", DOTTED, "{short}-ib0", "node004-ib0"],
  ["full names below another domain", DOTTED, "{host}.ib.site", "node004.cluster.example.edu.ib.site"],
];

describe("interconnect", () => {
  for (const [source, hosts, template, last] of INTERCONNECTS) {
    it(`knows {host}, {short} and {domain} (${source})`, () => {
      const plan = sitePlan(`${hosts}\ninterconnect: "${template}"`);
      assert.equal(plan.hosts.at(-1)!.interconnectName, last);
    });
  }

  it("is what the health check dials, in the container of each host", () => {
    for (const [, hosts, template, last] of INTERCONNECTS) {
      const plan = sitePlan(`${hosts}\nxprt: rdma\ninterconnect: "${template}"`);
      const { name, files, containers } = plan.hosts.at(-1)!;
      const { content } = files.find(({ path }) => path.endsWith("/health"))!;
      const text = content.kind === "text" ? content.text : "";
      const [word] = containers[0]!.healthCheck.test[1]!.match(/host=\S+/)!;
      const [start, end] = [text.indexOf("host=localhost"), text.indexOf("\ndone\n")];
      const script = `${text.slice(start, end)}\ndone\necho "$host"`;
      const said = execFileSync("sh", ["-s", "--", word.replaceAll("'", "")], { input: script, env: { ...process.env, HOSTNAME: name } });
      assert.equal(String(said).trim(), last);
    }
  });

  const BAD: readonly (readonly [title: string, hosts: string, template: string, says: readonly string[]])[] = [
    [
      "what is added to a full name",
      DOTTED,
      "{host}-ib0",
      [
        "  - interconnect: `{host}-ib0` adds to the domain of `node[001-004].cluster.example.edu`",
        "      help: `{short}-ib0.{domain}`, or `{short}` alone",
      ],
    ],
    [
      "what is added to an address",
      "hosts: 10.0.0.[1-4]\ncomponentIds: { from: position }",
      "{host}-ib0",
      [
        "  - interconnect: `{host}-ib0` adds to the domain of `10.0.0.[1-4]`",
        "      help: name the hosts by names, and give `ssh.address` their addresses",
      ],
    ],
    [
      "the short name of an address",
      "hosts: 10.0.0.[1-4]\ncomponentIds: { from: position }",
      "{short}",
      [
        "  - interconnect: an address has no short name: `10.0.0.[1-4]`",
        "      help: name the hosts by names, and give `ssh.address` their addresses",
      ],
    ],
    [
      "a domain that is not there",
      "hosts: n1.site,n[2-3]",
      "{short}-ib.{domain}",
      ["  - interconnect: there is no domain in the name of `n[2-3]`", "      help: write the domain in the place of `{domain}`"],
    ],
    [
      "one name for several hosts",
      "hosts: n1.a,n1.b,n2.a\ncomponentIds: { from: position }",
      "{short}",
      ["  - interconnect: gives several hosts one name: `n1.a,n1.b`", "      help: tell them apart by `{host}` or `{domain}`"],
    ],
    ["no host", "hosts: n1", "{domain}", ["  - interconnect: must be a host name around one `{host}` or `{short}`: `{domain}`"]],
  ];
  for (const [title, hosts, template, says] of BAD) {
    it(`refuses ${title}`, () => assert.deepEqual(refusal(`${hosts}\ninterconnect: "${template}"`), says));
  }
});
