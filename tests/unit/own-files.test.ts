import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readOwnFiles } from "../../plan/own-files/own-files";
import { exampleConfig, exampleGroups, examplePlan, readStack, textOf, type Values } from "./example-stack";

const README = join(__dirname, "../fixtures/readme");
const readme = (name: string) => readFileSync(join(README, name), "utf8");

/** Paths and messages of what is wrong with one own file of cygnus. */
function problems(key: string, text: string | undefined, changes: Values = {}): string[] {
  const [service, setting] = key.split(".") as [string, string];
  return problemsOf({ ...changes, [service]: { host: "cygnus-07", [setting]: "own" } }, text);
}

function problemsOf(changes: Values, text: string | undefined): string[] {
  const config = exampleConfig(changes);
  const facts = { secrets: {}, ownFiles: text === undefined ? {} : { own: text } };
  return readOwnFiles(config, exampleGroups(changes), facts).problems.map(({ path, message }) => `${path}: ${message}`);
}

const ldmsCfg = (edit: (text: string) => string = (text) => text) => problems("maestro.configFile", edit(readme("ldms_cfg.yaml")));

describe("readOwnFiles", () => {
  it("reports a file that cannot be read at the key that names it", () => {
    assert.deepEqual(problems("maestro.configFile", undefined), ["maestro.configFile: cannot be read as UTF-8 text: `own`"]);
  });

  it("reports the same of one that is named as what every object has", () => {
    const problemsAt = (changes: Values) =>
      readOwnFiles(exampleConfig(changes), exampleGroups(changes), { secrets: {}, ownFiles: {} }).problems.map(
        ({ path, message }) => `${path}: ${message}`,
      );
    assert.deepEqual(problemsAt({ grafana: { host: "cygnus-07", configFile: "constructor", dashboards: "toString" } }), [
      "grafana.configFile: cannot be read as UTF-8 text: `constructor`",
      "grafana.dashboards: is no folder with files `*.json`: `toString`",
    ]);
  });

  it("mounts a file that fits as it is", () => {
    const text = readme("ldms_cfg.yaml");
    const plan = examplePlan({ maestro: { host: "cygnus-07", configFile: "own" } }, { secrets: {}, ownFiles: { own: text } });
    assert.equal(textOf(plan, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml"), text);
  });
});

describe("checkOwnLdmsCfg", () => {
  it("finds nothing wrong with the README's file for the README's cluster", () => {
    assert.deepEqual(ldmsCfg(), []);
  });

  it("finds nothing wrong with the plan's own files of either grammar", () => {
    for (const grammar of ["A", "C"]) {
      const plan = examplePlan({ images: { tag: "site-2026" }, maestro: { host: "cygnus-07", grammar } });
      assert.deepEqual(problems("maestro.configFile", textOf(plan, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml")), []);
    }
  });

  const WRONG: readonly (readonly [string, (text: string) => string, readonly string[]])[] = [
    ["text that is no YAML", () => "a: [", ["line 1: is not YAML"]],
    ["a document of another form", () => "daemons: 3", ["daemons: Invalid input: expected array, received number"]],
    [
      "a bad hostlist",
      (text) => text.replace('cygnus-0[1-4]-iw"', 'cygnus-0[1-4-iw"'),
      ["daemons.0.hosts: hostlist: the bracket is never closed"],
    ],
    [
      "hosts that are missing",
      (text) => text.replace('"samp-[1-4]"', '"samp-[1-3]"').replace('"cygnus-0[1-4]-iw"', '"cygnus-0[1-3]-iw"'),
      ["has no daemon at port 411 of `cygnus-04-iw`"],
    ],
    [
      "the managed names in place of the others",
      (text) => text.replace('"cygnus-0[5-6]-iw"', '"cygnus-0[5-6]"'),
      ["has no daemon at port 411 of `cygnus-[05-06]-iw`", "has daemons that the stack does not start, at port 411 of `cygnus-[05-06]`"],
    ],
    [
      "another port",
      (text) => text.replace("ports : 411", "ports : 412"),
      ["has no daemon at port 411 of `cygnus-[01-04]-iw`", "has daemons that the stack does not start, at port 412 of `cygnus-[01-04]-iw`"],
    ],
    [
      "another transport",
      (text) => text.replace('&xprt "rdma"', '&xprt "sock"'),
      ["xprt is `sock`, in the stack `rdma`, at `cygnus-[01-07]-iw`"],
    ],
    [
      "another authentication",
      (text) => text.replace("plugin : munge", "plugin : none"),
      ["auth is `none`, in the stack `munge`, at `cygnus-[01-04]-iw`"],
    ],
    [
      "a plugin that the stack's samplers do not have",
      (text) => text.replace(/name +: meminfo #/, "name: vmstat #"),
      ["samplers have the plugin `vmstat`, in the stack none has it"],
    ],
    [
      "another sampling interval",
      (text) => text.replace(/"1s" # Used/, '"10s" # Used'),
      ["the interval of the plugin `meminfo` is `10s`, in the stack `1s`"],
    ],
    [
      "a store outside the bound folders",
      (text) => text.replace("path : /store", "path : /scratch"),
      ["store `sos-meminfo` has a path that no aggregator binds: `/scratch`"],
    ],
  ];
  for (const [what, edit, expected] of WRONG) {
    it(`reports ${what}`, () => {
      const found = ldmsCfg(edit).map((problem) => problem.replace("maestro.configFile: `own`: ", ""));
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, text] of expected.entries()) assert.ok(found[index]!.startsWith(text), found[index]);
    });
  }

  it("pairs ports with daemons of one host as maestro does", () => {
    const daemons = (ports: string) => `
daemons:
  - { names: "a-[1-2]", hosts: cygnus-01-iw, endpoints: [{ names: "e-[1-2]", ports: "${ports}", xprt: rdma, auth: munge }] }`;
    const samplers = [
      { name: "a", hosts: "cygnus-01", plugins: [{ name: "meminfo", interval: "1s" }] },
      { name: "b", container: "slow", hosts: "cygnus-01", port: 412, plugins: [{ name: "vmstat", interval: "1s" }] },
    ];
    const changes = { samplers, aggregators: [] };
    assert.deepEqual(problems("maestro.configFile", daemons("[411-412]"), changes), []);
    assert.equal(problems("maestro.configFile", daemons("[411,413]"), changes).length, 2);
  });

  it("reads store paths of every form that ldmsd takes", () => {
    const store = (config: string) => (text: string) => text.replace(/config :\n +path : \/store/, `config : ${config}`);
    assert.deepEqual(ldmsCfg(store("['path=/store']")), []);
    assert.equal(ldmsCfg(store("['path=/scratch']")).length, 1);
    assert.equal(ldmsCfg(store("[{ path: /scratch }]")).length, 1);
  });
});

describe("checkOwnDsosdConf", () => {
  it("wants the hosts of a dsosd, all and no others", () => {
    assert.deepEqual(problems("ui.dsosdConfFile", readme("dsosd.conf")), []);
    assert.deepEqual(problems("ui.dsosdConfFile", "cygnus-06\n"), [
      "ui.dsosdConfFile: `own`: does not name hosts of a dsosd: `cygnus-07`",
      "ui.dsosdConfFile: `own`: names hosts without a dsosd: `cygnus-06`",
    ]);
  });
});

describe("checkOwnSettings", () => {
  const check = (edit: (text: string) => string) => problems("ui.settingsFile", edit(readme("settings.py")));

  it("finds nothing wrong with the README's file for the README's cluster", () => {
    assert.deepEqual(
      check((text) => text),
      [],
    );
  });

  it("reports another place of dsosd.conf and of the stores, the last assignment counting", () => {
    assert.deepEqual(
      check((text) => `${text}DSOS_CONF = '/etc/dsosd.conf'\nDSOS_ROOT = "/data"  # ours\n`),
      [
        "ui.settingsFile: `own`: `DSOS_CONF` is not where dsosd.conf is mounted, `/opt/ovis/etc/dsosd.conf`: `/etc/dsosd.conf`",
        "ui.settingsFile: `own`: `DSOS_ROOT` is not the folder of `/store/meminfo`: `/data`",
      ],
    );
  });

  it("reports a list of allowed hosts without the UI's", () => {
    assert.deepEqual(
      check((text) => text.replace("'*'", "'portal.site', 'localhost'")),
      ["ui.settingsFile: `own`: `ALLOWED_HOSTS` does not have the name that Grafana asks by: `cygnus-07`"],
    );
  });

  it("reports what is not assigned at all", () => {
    assert.deepEqual(problems("ui.settingsFile", "DEBUG = False\n").length, 3);
  });
});

describe("checkOwnGrafanaIni", () => {
  const check = (text: string) => problems("grafana.configFile", text);

  it("takes a file that says nothing of port, address and folders, or the same as the stack", () => {
    assert.deepEqual(check("; http_port = 1\n[security]\nadmin_user = me\n"), []);
    assert.deepEqual(check('[server]\nhttp_port = 3000\nhttp_addr =\nprotocol = http\n[paths]\ndata = "/var/lib/grafana"\n'), []);
  });

  it("reports another port, protocol, data folder and address", () => {
    assert.deepEqual(check("[server]\nhttp_port = 8080\nprotocol = https\nhttp_addr = 10.0.0.7\n[paths]\ndata = /data\n"), [
      "grafana.configFile: `own`: server.http_port is `8080`, in the stack `3000`",
      "grafana.configFile: `own`: server.protocol is `https`, in the stack `http`",
      "grafana.configFile: `own`: paths.data is `/data`, in the stack `/var/lib/grafana`",
      "grafana.configFile: `own`: server.http_addr is `10.0.0.7`, in the stack `every address`",
    ]);
  });
});

describe("checkOwnDataSources", () => {
  const source = (url: string, type = "dsosds") => `datasources:\n  - { name: site, type: ${type}, url: ${url} }\n`;

  it("takes a file with the UI's address, and the plan's own", () => {
    assert.deepEqual(problems("grafana.dataSourcesFile", source("http://cygnus-07:80/grafana/")), []);
    const planned = textOf(examplePlan(), "/var/lib/ldms/cygnus/grafana/datasources.yaml");
    assert.deepEqual(problems("grafana.dataSourcesFile", planned), []);
  });

  it("reports another address, another plugin and another form", () => {
    const missing = "grafana.dataSourcesFile: `own`: has no data source of type `dsosds` with the UI's address";
    assert.deepEqual(problems("grafana.dataSourcesFile", source("http://cygnus-06:80/grafana")), [missing]);
    assert.deepEqual(problems("grafana.dataSourcesFile", source("http://cygnus-07:80/grafana", "prometheus")), [missing]);
    assert.deepEqual(problems("grafana.dataSourcesFile", "datasources: 3"), [
      "grafana.dataSourcesFile: `own`: datasources: Invalid input: expected array, received number",
    ]);
  });

  it("mounts the file in place of the plan's, also where the UI is another cluster's", () => {
    const text = source("https://ui.site/grafana");
    const changes = { ui: undefined, grafana: { host: "cygnus-07", dataSourcesFile: "own" } };
    const plan = examplePlan(changes, { secrets: {}, ownFiles: { own: text } });
    assert.equal(textOf(plan, "/var/lib/ldms/cygnus/grafana/datasources.yaml"), text);
  });
});

describe("checkOwnDsosdJson", () => {
  const [agg1, agg2] = readStack("cygnus")["aggregators"] as readonly [Values, Values];
  const changes = (more: Values = {}) => ({ aggregators: [agg1, { ...agg2, dsosd: { configFile: "own", ...more } }] });
  const check = (directory: unknown, more: Values = {}) => problemsOf(changes(more), JSON.stringify(directory));
  const place = "aggregators[1].dsosd.configFile: `own`: ";

  it("takes a directory that serves the stack's containers, other servers beside them, and mounts it", () => {
    const directory = { "cygnus-07": { meminfo: "/store/meminfo", jobs: "/store/jobs" }, "elsewhere-1": { meminfo: "/data/meminfo" } };
    assert.deepEqual(check(directory), []);
    const text = JSON.stringify(directory);
    const plan = examplePlan(changes(), { secrets: {}, ownFiles: { own: text } });
    assert.equal(textOf(plan, "/var/lib/ldms/cygnus/dsosd/dsosd.json"), text);
  });

  it("reports a server that is missing, another path and a folder that no store binds", () => {
    assert.deepEqual(check({}), [`${place}has no server \`cygnus-07\``]);
    assert.deepEqual(check({ "cygnus-07": { meminfo: "/store/other" } }), [
      `${place}container \`meminfo\` of \`cygnus-07\` is at \`/store/other\`, in the stack \`/store/meminfo\``,
    ]);
    const outside = { "cygnus-07": { meminfo: "/store/meminfo", jobs: "/jobs" } };
    assert.deepEqual(check(outside), [`${place}container \`jobs\` of \`cygnus-07\` is in a folder that no store binds: \`/jobs\``]);
    assert.deepEqual(check(outside, { containers: { jobs: "/jobs" } }), []);
  });

  it("reports another form", () => {
    assert.deepEqual(check({ "cygnus-07": ["/store"] }), [`${place}cygnus-07: Invalid input: expected record, received array`]);
    assert.match(problemsOf(changes(), "{")[0]!, /is not JSON/);
  });
});
