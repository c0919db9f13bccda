import assert from "node:assert/strict";
import { controllerArgv } from "../../../operations/service/controller";
import { listContainers } from "../../../plan/model/deployment-plan";
import { ConfigError } from "../../../plan/problems/errors";
import { externalFiles } from "../../../plan/render/external-files";
import { renderPlan } from "../../../plan/render/render-plan";
import { checkPlan } from "../../../plan/rules/check-plan";
import { containerOf, examplePlan, textOf, type Values } from "../example-stack";

const MEMINFO = { name: "meminfo", interval: "10s" };
const NODES = { name: "node", external: true, hosts: "cygnus-[01-04]", port: 10411, plugins: [MEMINFO] };
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/data/csv" };
/** The samplers are in the node image, the rest in containers. */
const SITE: Values = {
  xprt: "sock",
  samplers: [NODES],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "10s", stores: [STORE] }],
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
};

function problems(changes: Values): string[] {
  try {
    examplePlan(changes);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message, help }) => `${path}: ${message}${help === undefined ? "" : ` | ${help}`}`);
  }
  return [];
}

describe("samplers that are no containers (nersc-ldms, dell/omnia#5041, dell/omnia#5074)", () => {
  const plan = examplePlan(SITE);

  it("have no container, no image, and a host that nobody has to reach", () => {
    assert.deepEqual(
      listContainers(plan).map(({ host, name }) => `${host}/${name}`),
      ["cygnus-05/agg1"],
    );
    assert.deepEqual(
      plan.images.map(({ name }) => name),
      ["ldms-agg"],
    );
    assert.deepEqual(
      plan.hosts.map(({ name }) => name),
      ["cygnus-05"],
    );
  });

  it("are pulled like others, and their rows awaited", () => {
    const conf = textOf(plan, "/var/lib/ldms/cygnus/agg1/ldmsd.conf");
    assert.match(conf, /^prdcr_add name=node-1 type=active xprt=sock host=cygnus-01-iw port=10411 reconnect=1s$/m);
    assert.deepEqual(plan.stores[0]!.samplerHosts, ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04"]);
    assert.deepEqual(
      plan.daemons.map(({ host, container, isExternal }) => [host, container, isExternal]),
      [...["1", "2", "3", "4"].map((n) => [`cygnus-0${n}`, "node", true]), ["cygnus-05", "agg1", undefined]],
    );
  });

  it("are told to the aggregator's health check, whose memory has room for them", () => {
    assert.match(containerOf(plan, "cygnus-05", "agg1").healthCheck.test[1]!, / receives=60 store=store_csv:0:meminfo:/);
    const many = {
      ...SITE,
      componentIds: { "cygnus-05": 9000 },
      hosts: "cygnus-05,n[0001-4000]",
      samplers: [{ name: "node", external: true, hosts: "n[0001-4000]" }],
    };
    const { argv } = containerOf(examplePlan(many), "cygnus-05", "agg1");
    assert.equal(argv[argv.indexOf("-m") + 1], "2048M");
  });

  it("are spoken to by no maestro, whose file names them", () => {
    for (const grammar of ["A", "C"]) {
      const text = textOf(
        examplePlan({ ...SITE, images: { tag: "site-2026" }, maestro: { host: "cygnus-07", grammar } }),
        "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml",
      );
      assert.match(
        text,
        /names: "node-\[1-4\]"\n {4}hosts: "cygnus-\[01-04\]-iw"\n {4}endpoints:\n[\s\S]*?ports: 10411\n {8}xprt: "sock"\n {8}maestro_comm: false/,
      );
      assert.ok(!text.includes("meminfo") || grammar === "A");
      assert.doesNotMatch(text, /samplers:\n {2}- daemons: "node/);
    }
  });

  it("break no rule on who pulls whom", () => {
    const found = checkPlan(examplePlan({ ...SITE, profile: "minimal" }), "2026-11-25").filter(
      ({ enforcement }) => enforcement === "mandatory",
    );
    assert.deepEqual(found, []);
  });

  it("feed a store of a schema that no container samples, with maestro and without", () => {
    for (const maestro of [undefined, { host: "cygnus-07" }])
      assert.ok(!checkPlan(examplePlan({ ...SITE, maestro }), "2026-11-28").some(({ rule }) => rule === "stores-are-fed"));
  });

  it("are said in the plan, with what the site has to start", () => {
    const text = renderPlan(plan);
    assert.ok(
      text.includes(
        [
          "daemons that run already",
          "# node on cygnus-[01-04], dialled as cygnus-[01-04]-iw: not started here; the site starts",
          "#   HOSTNAME=$(hostname -s) COMPONENT_ID=ID ldmsd -x sock:10411 -a munge -m 4M -c /etc/ldms/node.conf",
          "#   | # Made from Pulumi.cygnus.yaml; a change made here is lost at the next deployment.",
          "#   | load name=meminfo",
        ].join("\n"),
      ),
      text.slice(-900),
    );
  });

  it("are said to be dialled where an aggregator's `via` has it, and by nobody where none pulls them", () => {
    const listeners = [{ name: "ib", port: 20411, interconnect: "{host}-ib0" }];
    const via = { ...SITE, samplers: [{ ...NODES, listeners }], aggregators: [{ ...(SITE["aggregators"] as Values[])[0], via: "ib" }] };
    const dialled = examplePlan(via);
    assert.match(renderPlan(dialled), /^# node on cygnus-\[01-04\], dialled as cygnus-\[01-04\]-ib0: not started here/m);
    assert.deepEqual(dialled.externals![0]!.daemons[0]!.dialledAt, [{ host: "cygnus-01-ib0", port: 20411 }]);
    assert.match(
      renderPlan(examplePlan({ ...SITE, aggregators: [] })),
      /^# node on cygnus-\[01-04\], dialled by nobody: not started here/m,
    );
  });

  it("have files for who makes the node image", () => {
    const files = externalFiles(plan.externals ?? []);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["node.conf", "node.command", "node.ids"],
    );
    assert.match(
      files[0]!.text,
      /^config name=meminfo producer=\$\{HOSTNAME\} instance=\$\{HOSTNAME\}\/meminfo component_id=\$\{COMPONENT_ID\}$/m,
    );
    assert.equal(files[2]!.text, "cygnus-01 1\ncygnus-02 2\ncygnus-03 3\ncygnus-04 4\n");
  });

  it("may be of plugins that the stack does not know", () => {
    const unknown = examplePlan({ ...SITE, samplers: [{ name: "node", external: true, hosts: "cygnus-[01-04]" }] });
    assert.deepEqual(unknown.stores[0]!.samplerHosts, []);
    assert.deepEqual(
      externalFiles(unknown.externals ?? []).map(({ name }) => name),
      ["node.command", "node.ids"],
    );
  });

  it("are not judged by the stack's images and profile", () => {
    const strange = { ...NODES, xprt: "ugni", plugins: [{ name: "cray_aries_r_sampler", instance: "aries", interval: "10s" }] };
    const images = { source: "build", tag: "4.4.5", sources: { ovis: { options: ["--enable-munge"] } } };
    assert.deepEqual(problems({ ...SITE, images, samplers: [strange] }), []);
    assert.deepEqual(problems({ ...SITE, profile: "minimal", samplers: [strange] }), []);
  });

  it("are none that `ldms controller` reaches", () => {
    assert.throws(
      () => controllerArgv(plan, { host: "cygnus-01", isTerminal: false }),
      /no ldmsd of the stack's on this host: `cygnus-01`/,
    );
  });

  it("change nothing where a stack has none", () => assert.ok(!("externals" in examplePlan())));
});

describe("bad groups of samplers that are no containers", () => {
  const BAD: readonly (readonly [string, Values, readonly string[]])[] = [
    [
      "no plugin of a sampler that is started",
      { samplers: [{ hosts: "cygnus-01" }] },
      ["samplers[0].plugins: must have at least one plugin: []"],
    ],
    ["no truth value", { samplers: [{ ...NODES, external: "yes" }] }, ["samplers[0].external: must be true or false: `yes`"]],
    [
      "no name",
      { ...SITE, samplers: [{ external: true, hosts: "cygnus-[01-04]" }] },
      ["samplers[0].name: is missing: daemons with `external: true` are known by it"],
    ],
    [
      "options of what is not started",
      { ...SITE, samplers: [{ ...NODES, options: ["-v", "INFO"] }] },
      ["samplers[0].options: has no effect: the stack does not start daemons with `external: true` | leave it out"],
    ],
    [
      "memory of what is not started",
      { ...SITE, samplers: [{ ...NODES, setMemory: "8M" }] },
      ["samplers[0].setMemory: has no effect: the stack does not start daemons with `external: true` | leave it out"],
    ],
    [
      "mounts and an image of what is not started",
      { ...SITE, samplers: [{ ...NODES, mounts: { "/opt/site": "/opt/site" }, image: "reg/x:1" }] },
      [
        "samplers[0].mounts: has no effect: the stack does not start daemons with `external: true` | leave it out",
        "samplers[0].image: has no effect: the stack does not start daemons with `external: true` | leave it out",
      ],
    ],
    [
      "a munge of what is not started",
      { ...SITE, samplers: [{ ...NODES, munge: "key" }] },
      ["samplers[0].munge: has no effect: the stack does not start daemons with `external: true` | leave it out"],
    ],
    [
      "an authentication for which the stack has nothing",
      { ...SITE, munge: { mode: "none" }, samplers: [{ ...NODES, auth: "munge" }] },
      [
        "samplers[0].auth: needs munge, but has none: `munge` | munge: { mode: host } of the stack, or `auth: ovis`",
        "aggregators[0].munge: pulls from `node`, which accepts only munge: `none` | munge: host",
      ],
    ],
    [
      "a port that it has already",
      { ...SITE, samplers: [NODES, { hosts: "cygnus-01", container: "samp", port: 10411, plugins: [MEMINFO] }] },
      ["samplers[1]: port 10411 of `cygnus-01` is taken by samplers[0] (ldmsd) | give one of the two another port"],
    ],
    [
      "an aggregator of the kind",
      { ...SITE, aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "10s", external: true }] },
      ["aggregators[0]: unknown key `external`"],
    ],
    [
      "nobody to pull from",
      { ...SITE, samplers: [] },
      ["samplers: must have at least one group of samplers, of `external: true` ones where they run already: []"],
    ],
  ];
  for (const [what, changes, expected] of BAD) {
    it(`report ${what}`, () => {
      const found = problems(changes);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [i, text] of expected.entries()) assert.ok(found[i]!.startsWith(text), found[i]);
    });
  }
});
