import assert from "node:assert/strict";
import { type HostForm, type HostImport, importHosts } from "../../../plan/host-import/import-hosts";
import { sitePlan } from "./site-stack";

const PLUGINS = [{ name: "meminfo", interval: "1s" }];
const group = (name: string, hosts: string) => ({ name, hosts, plugins: PLUGINS });

/** A file as a site has it, what it is taken for, its keys, and what is noted. */
const FILES: readonly (readonly [source: string, text: string, form: HostForm, keys: object, notes: readonly string[]])[] = [
  [
    "ClusterShell#118, genders",
    "# the machine\ncn[1-1488]\tcompute,rack=1\ncngw[1-24] gateway,all\ncnadmin1 admin,all\n",
    "genders",
    {
      hosts: "cn[1-1488],cngw[1-24],cnadmin1",
      componentIds: { "cngw[1-24],cnadmin1": "1489-1513" },
      samplers: [group("compute", "cn[1-1488]"), group("gateway", "cngw[1-24]"), group("admin", "cnadmin1")],
    },
    ["attribute `rack` has values, and is no group", "in several groups, and here in the smallest: cnadmin1,cngw[1-24]"],
  ],
  [
    "a file of names, as pdsh's ^ takes it",
    "n1\nn2\nn3\n",
    "genders",
    { hosts: "n[1-3]", samplers: [{ hosts: "n[1-3]", plugins: PLUGINS }] },
    [],
  ],
  [
    "ClusterShell groups, local.cfg",
    "adm: example0\noss: example4 example5\nmds: example6\nio: example[4-6]\ncompute: example[32-159]\ngpu: @compute\nall: example[4-6,32-159/1]\n",
    "clustershell",
    {
      hosts: "example[0,4-6,32-159]",
      samplers: [group("adm", "example0"), group("oss", "example[4-5]"), group("mds", "example6"), group("compute", "example[32-159]")],
    },
    ["in several groups, and here in the smallest: example[4-6,32-159]"],
  ],
  [
    "ClusterShell groups, YAML",
    "roles:\n  adm: 'mgmt[1-2]'\n  odd: node[01-09/2]\nracks:\n  r1: [node01, 'node[02-09]']\n  both: '@adm,@r1'\n",
    "clustershell",
    {
      hosts: "mgmt[1-2],node[01,03,05,07,09,02,04,06,08]",
      componentIds: { "node[01-02]": "10-11" },
      samplers: [group("adm", "mgmt[1-2]"), group("odd", "node[01,03,05,07,09]"), group("r1", "node[02,04,06,08]")],
    },
    ["in several groups, and here in the smallest: mgmt[1-2],node[01-09]"],
  ],
  [
    "sinfo -N",
    "NODELIST   NODES PARTITION STATE \nn001           1    batch* idle  \nn001           1     debug idle  \nn002           1    batch* down* \nn003           1    batch* drain \n",
    "sinfo",
    { hosts: "n[001-003]", samplers: [group("debug", "n001"), group("batch", "n[002-003]")] },
    ["Slurm has them down or drained: n[002-003]", "in several groups, and here in the smallest: n001"],
  ],
  [
    "an Ansible inventory, INI",
    "login ansible_host=192.0.2.50 ansible_port=2222\n[compute]\nnode[01:04].site ansible_user=ops\n[db]\ndb-[a:c]:2200\n[big:children]\ncompute\ndb\n[compute:vars]\nx=1\n",
    "ansible",
    {
      hosts: "login,node[01-04].site,db-a,db-b,db-c",
      ssh: {
        overrides: [
          { hosts: "login", port: 2222, address: "192.0.2.50" },
          { hosts: "node[01-04].site", user: "ops" },
          { hosts: "db-a,db-b,db-c", port: 2200 },
        ],
      },
      componentIds: { "login,db-a,db-b,db-c": "5-8" },
      samplers: [{ hosts: "login", plugins: PLUGINS }, group("compute", "node[01-04].site"), group("db", "db-a,db-b,db-c")],
    },
    ["variables of group `compute` are left out", "in several groups, and here in the smallest: db-a,db-b,db-c,node[01-04].site"],
  ],
  [
    "an Ansible inventory, YAML",
    "all:\n  vars: { x: 1 }\n  children:\n    compute:\n      hosts:\n        n1: { ansible_host: 10.0.0.1 }\n        n2: { ansible_host: 10.0.0.2 }\n    gpu:\n      hosts:\n        n3: { ansible_host: '10.0.0.3' }\n",
    "ansible",
    { hosts: "n[1-3]", ssh: { address: "10.0.0.[1-3]" }, samplers: [group("compute", "n[1-2]"), group("gpu", "n3")] },
    ["variables of group `all` are left out", "in several groups, and here in the smallest: n[1-3]"],
  ],
  [
    "an Ansible inventory with a variable that is named as what every object has",
    "[compute]\ncn[1:2] constructor=x toString=y\n",
    "ansible",
    { hosts: "cn[1-2]", samplers: [{ name: "compute", hosts: "cn[1-2]", plugins: PLUGINS }] },
    [],
  ],
  [
    "/etc/hosts",
    "127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.1.0.1 cn1.site cn1\n10.1.0.2 cn2.site cn2 # spare\n",
    "hosts",
    { hosts: "cn[1-2].site", ssh: { address: "10.1.0.[1-2]" }, samplers: [{ hosts: "cn[1-2].site", plugins: PLUGINS }] },
    ["IPv6 addresses are left out"],
  ],
];

/** Numbers of `componentIds` as texts, which the stack file takes for the same. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("importHosts", () => {
  for (const [source, text, form, keys, notes] of FILES) {
    it(`reads ${source}, and what it gives is a stack`, () => {
      const imported: HostImport = importHosts("file", text);
      assert.equal(imported.form, form);
      assert.deepEqual(asJson(imported.keys), asJson(keys));
      assert.deepEqual(imported.notes, notes);
      assert.equal(sitePlan(JSON.stringify(imported.keys)).daemons.length, imported.hostCount);
    });
  }

  const GENDERS_ONLY = "attributes are divided by commas, without blanks";
  const BAD: readonly (readonly [title: string, text: string, as: HostForm | undefined, says: readonly string[]])[] = [
    ["an empty file", "# nothing\n\n", undefined, ["  - the file: names no host"]],
    [
      "a text",
      "These are our hosts, in short.\n",
      undefined,
      [
        "  - the file: is none of these: the output of `sinfo -N`, a file like /etc/hosts, an Ansible inventory, ClusterShell groups, genders",
        "      help: say which by `--as sinfo|hosts|ansible|clustershell|genders`",
      ],
    ],
    [
      "lines of genders that cannot be read, all of them",
      "n[1-2 compute\nn1 a b\nn2 ok\n",
      "genders",
      [
        "  - line 1: the bracket is never closed",
        "      n[1-2",
        "       ^",
        "  - line 2: has more than hosts and their attributes",
        `      help: ${GENDERS_ONLY}`,
      ],
    ],
    [
      "sinfo without its head",
      "n001 1 batch* idle\n",
      "sinfo",
      ["  - line 1: has no column `NODELIST`", "      help: write the file by `sinfo -N`, without `-h`"],
    ],
    [
      "a group that is not there",
      "a: @b,n1\n",
      undefined,
      ["  - line 1: names a group that is not in the file: `@b`", "      help: `nodeset -f @b` has its hosts"],
    ],
    ["a group that names itself", "a: @b\nb: @a\n", undefined, ["  - line 2: names itself, by `@a`"]],
    [
      "ClusterShell's operators",
      "a: n[1-9]!n4\n",
      undefined,
      [
        ...["  - line 1: not a character to have in a host name", "      n[1-9]!n4", "            ^"],
        "      help: `-NAME` leaves a host out: `node[1-10],-node5`",
      ],
    ],
    [
      "a step that would be without an end",
      "a: n[1-999999999999/1]\n",
      undefined,
      [
        ...["  - line 1: not a number or a range of numbers", "      n[1-999999999999/1]", "                      ^"],
        "      help: a range has no step: write the numbers, as `nodeset -f` prints them",
      ],
    ],
    [
      "a source that is no map",
      "roles:\n  - n1\n",
      "clustershell",
      ["  - roles: is no map of groups", "      help: the form is `SOURCE: { GROUP: HOSTS }`"],
    ],
    [
      "an address that is none",
      "10.0.0.1 n1\nn2 10.0.0.2\n",
      "hosts",
      ["  - line 2: does not begin with an address: `n2`", "      help: ADDRESS NAME [ALIAS...]"],
    ],
    [
      "a host that is an option",
      "[a]\n-oProxyCommand=x\n",
      undefined,
      ["  - line 2: not a character to have in a host name", "      -oProxyCommand=x", `${" ".repeat(20)}^`],
    ],
    ["a port that is none", "[a]\nn1 ansible_port=ssh\n", undefined, ["  - line 2: `ansible_port` is no port: `ssh`"]],
    [
      "a group of an inventory that is a list",
      "all:\n  children:\n    a: [n1]\n",
      undefined,
      ["  - a: is no group of hosts", "      help: a group has `hosts`, `children` and `vars`"],
    ],
  ];
  for (const [title, text, as, says] of BAD) {
    it(`refuses ${title}`, () => {
      assert.throws(() => importHosts("file", text, as), { name: "ConfigError", message: ["file is not valid:", ...says].join("\n") });
    });
  }
});
