import assert from "node:assert/strict";
import { readOwnFiles } from "../../../plan/own-files/own-files";
import { checkPlan } from "../../../plan/rules/check-plan";
import { exampleConfig, exampleGroups, examplePlan, type Values } from "../example-stack";

const MEMINFO = { name: "meminfo", interval: "60s" };
const MAESTRO = { host: "cygnus-07", configFile: "own" };
/** Samplers at sock:20411, their aggregator beside. */
const SITE: Values = {
  xprt: "sock",
  ports: { ldmsd: 20411 },
  munge: { mode: "host" },
  samplers: [{ hosts: "cygnus-[01-04]", plugins: [MEMINFO] }],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-07", interval: "60s" }],
  maestro: MAESTRO,
  ui: undefined,
  grafana: undefined,
};

/** Anchors, merges and two endpoints a daemon, as upstream's template of a site has them. */
const template = (edit: (text: string) => string = (text) => text) =>
  edit(`---
defaults:
  one: &OVIS { xprt: sock, auth: { name: munge, plugin: munge }, ports: 20411, maestro_comm: true }
  two: &MUNGE { xprt: sock, auth: { name: munge, plugin: munge }, ports: 20412, maestro_comm: false }
  producers: &AGG { reconnect: "20s", type: active, updaters: [{ mode: pull, interval: "60s", sets: [{ regex: ".*", field: inst }] }] }
  settings: &SCHEMA { component_id: "\${COMPONENT_ID}", producer: "\${HOSTNAME}", perm: "0644" }
  nodes: &NODES "cn[1-4]"
  hosts: &HOSTS "cygnus-[01-04]-iw"
  list: &PLUGINS [ "meminfo_60s" ]
daemons:
- { names: agg, hosts: cygnus-07-iw, endpoints: [{ names: agg-1, <<: *OVIS }, { names: agg-2, <<: *MUNGE }] }
- { names: *NODES, hosts: *HOSTS, endpoints: [{ names: "cn[1-4]-ib0", <<: *OVIS }, { names: "cn[1-4]", <<: *MUNGE }] }
samplers:
- { daemons: *NODES, plugins: *PLUGINS }
aggregators:
- { daemons: agg, peers: [{ daemons: *NODES, endpoints: "cn[1-4]-ib0", <<: *AGG }] }
plugins:
  meminfo: &MEMINFO
    name: meminfo
    offset: -100000
    config: [{ schema: meminfo, instance: "\${HOSTNAME}/meminfo", timing: , <<: *SCHEMA }]
  meminfo_60s: { interval: "60s", <<: *MEMINFO }
  meminfo_1s: { interval: "1s", <<: *MEMINFO }
`);

const factsOf = (text: string) => ({ secrets: {}, ownFiles: { own: text } });

function problems(text: string, changes: Values = SITE): string[] {
  const found = readOwnFiles(exampleConfig(changes), exampleGroups(changes), factsOf(text)).problems;
  return found.map(({ message, help }) => `${message.replace("`own`: ", "")}${help === undefined ? "" : ` | ${help}`}`);
}

/** Findings of the topology rules. */
function findings(text: string, changes: Values = SITE): string[] {
  return checkPlan(examplePlan(changes, factsOf(text)), "2026-11-25")
    .filter(({ rule }) => ["samplers-pulled-once", "aggregators-lead-to-a-store", "maestro-names-every-daemon"].includes(rule))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

describe("an own ldms_cfg.yaml with anchors, merges and several endpoints (ldms#2127, ldms test/yaml-cluster/block_generic.yaml)", () => {
  it("is read as PyYAML reads it, by the plan and by the topology rules", () => {
    assert.deepEqual(problems(template()), []);
    assert.deepEqual(findings(template()), ["aggregators-lead-to-a-store: aggregators that nobody pulls have no store: `agg`"]);
  });

  it("may have ten times the 82 aliases of upstream's", () => {
    const plugins = Array.from({ length: 800 }, (_, i) => `  p${i}: { interval: "60s", <<: *MEMINFO }\n`).join("");
    assert.deepEqual(problems(`${template()}${plugins}`), []);
  });

  it("is refused where its aliases come to a bomb", () => {
    const bomb = Array.from({ length: 20 }, (_, i) => `  b${i + 1}: &B${i + 1} [${`*B${i}, `.repeat(9)}]\n`).join("");
    assert.deepEqual(problems(template((text) => text.replace("defaults:\n", `defaults:\n  b0: &B0 [1]\n${bomb}`))), [
      "the whole: comes to more than 1000000 values",
    ]);
  });
});

describe("endpoints with `maestro_comm: false` (maestro config/example_config.yaml, ldms#1461)", () => {
  it("are further listeners of a daemon that maestro speaks to, and no daemons to start", () => assert.deepEqual(problems(template()), []));

  it("are made by nobody where maestro does not speak to the daemon", () => {
    const mute = template((text) => text.replace(", maestro_comm: true", ""));
    assert.deepEqual(problems(mute), [
      "has endpoints on which nobody has the daemons listen, at port 20412 of `cygnus-[01-04,07]-iw` | `listeners` of the stack file does it, and maestro by an endpoint of the same daemon with `maestro_comm: true`",
      "maestro is told to speak to none of the endpoints of `agg` | `maestro_comm: true` at one",
    ]);
  });

  it("have an authentication that the daemon's container has", () => {
    const ovis = template((text) => text.replace("munge, plugin: munge }, ports: 20412", "ov, plugin: ovis }, ports: 20412"));
    assert.deepEqual(problems(ovis), ["the stack's daemons have no ovis for the endpoint at port 20412 of `cygnus-[01-04,07]-iw`"]);
    assert.deepEqual(problems(ovis.replace("name: ov, plugin: ovis", "name: plain, plugin: none")), []);
  });

  it("are dialled at hosts of their own", () => {
    const admin = template((text) => text.replace('names: "cn[1-4]", <<', 'names: "cn[1-4]", hosts: "cygnus-[01-04]", <<'));
    assert.deepEqual(problems(admin), []);
  });

  it("are daemons that the stack does not start where no endpoint of the daemon is of the stack", () => {
    const strange = template((text) => text.replace("ports: 20411", "ports: 20410"));
    assert.deepEqual(problems(strange), [
      "has no daemon at port 20411 of `cygnus-[01-04,07]-iw`",
      "has daemons that the stack does not start, at port 20410 of `cygnus-[01-04,07]-iw`",
      "has daemons that the stack does not start, at port 20412 of `cygnus-[01-04,07]-iw`",
    ]);
  });
});

describe("samplers that advertise themselves (ldms#1459, maestro config/example_advertiser_config.yaml)", () => {
  const advertising = (listen: string, advertise = "hosts: cygnus-07-iw, xprt: sock, port: 20411") =>
    template((text) =>
      text
        .replace(/peers: .*AGG \}\]/, `prdcr_listen: [{ ${listen}, updaters: [{ mode: auto, interval: "1s" }] }]`)
        .replace("- { daemons: *NODES,", `- { daemons: *NODES, advertise: { names: *NODES, ${advertise}, reconnect: 20s },`),
    );
  const LOST = "samplers-pulled-once: samplers are not pulled once: nobody pulls `cn[1-4]`";
  const pulled = (text: string) => findings(text).filter((finding) => finding.startsWith("samplers-pulled-once"));

  it("are pulled by the aggregator that they dial and that lets them in", () => {
    assert.deepEqual(problems(advertising("name: l")), []);
    assert.deepEqual(pulled(advertising("name: l")), []);
    assert.deepEqual(pulled(advertising('name: l, regex: "^cygnus-0[1-4]$"')), []);
  });

  it("are lost where they dial another place, or are not let in", () => {
    assert.deepEqual(pulled(advertising("name: l", "hosts: cygnus-07-iw, xprt: sock, port: 411")), [LOST]);
    assert.deepEqual(pulled(advertising("name: l", "hosts: cygnus-05-iw, xprt: sock, port: 20411")), [LOST]);
    assert.deepEqual(pulled(advertising('name: l, regex: "^cn"')), [LOST]);
    assert.deepEqual(pulled(advertising('name: l, regex: "^cygnus-0[1-3]$"')), [
      "samplers-pulled-once: samplers are not pulled once: nobody pulls `cn4`",
    ]);
  });

  it("dial in at a further endpoint as well", () =>
    assert.deepEqual(pulled(advertising("name: l", "hosts: cygnus-07-iw, xprt: sock, port: 20412")), []));

  it("are let in by a regular expression that is too rich to try on names", () => {
    const started = Date.now();
    assert.deepEqual(pulled(advertising('name: l, regex: "^(([a-z])+.)+[A-Z]([a-z])+$"')), []);
    assert.ok(Date.now() - started < 2000);
  });
});

describe("upstream's own example (maestro config/example_config.yaml)", () => {
  it("is no YAML, and the line is told", () => {
    const text = "daemons:\n  - names: a\n    endpoints:\n      - names: e\n        ports: 1\n\n       - names: f\n         ports: 2\n";
    assert.deepEqual(problems(text), ["line 7: is not YAML: All sequence items must start at the same column"]);
  });
});
