import assert from "node:assert/strict";
import { lackOf } from "../../../plan/plugins/made-by";
import { ConfigError } from "../../../plan/problems/errors";
import { checkPlan } from "../../../plan/rules/check-plan";
import { examplePlan, NO_FACTS, type Values } from "../example-stack";

const TODAY = "2026-11-28";
const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s" };
const STORE = { name: "s", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };

function said(rule: string, changes: Values, stack = "cygnus"): readonly string[] {
  const plan = examplePlan({ ui: undefined, aggregators: [AGG1], ...changes }, NO_FACTS, stack);
  return checkPlan(plan, TODAY)
    .filter((violation) => violation.rule === rule)
    .map(({ message, enforcement }) => `${enforcement}: ${message}`);
}
const samplers = (...names: readonly string[]) => [{ hosts: "cygnus-[01-04]", plugins: names.map((name) => ({ name, interval: "1s" })) }];

describe("ldms#1321, nersc/nersc-ldms: a plugin that the image has not", () => {
  it("is named with what makes it, for an image of upstream's", () =>
    assert.deepEqual(said("image-has-its-plugins", { samplers: samplers("meminfo", "dcgm_sampler", "jobid", "slingshot_metrics") }), [
      "advisory: `ovishpc/ldms-samp:4.5.3` has no `dcgm_sampler` (configure builds it where it finds libdcgm), " +
        "`jobid` (configure builds it with `--enable-jobid`), `slingshot_metrics` (configure builds it where it finds libcxi)",
    ]));

  it("is not named where upstream builds it, or the image is the site's own", () => {
    const plugins = samplers("meminfo", "slurm_sampler", "papi_sampler", "lustre_client");
    assert.deepEqual(said("image-has-its-plugins", { samplers: plugins }), []);
    assert.deepEqual(said("image-has-its-plugins", { samplers: samplers("jobid"), images: { registry: "reg.site:5000" } }), []);
  });

  it("is not named of an image that other groups run, where the group's is the site's own", () => {
    const group = (image: string | undefined, hosts: string, name: string, ...plugins: readonly string[]) => {
      return { hosts, name, plugins: plugins.map((plugin) => ({ name: plugin, interval: "1s" })), ...(image && { image }) };
    };
    const own = group("reg.site:5000/ldms-samp:cxi", "cygnus-[01-02]", "cxi", "meminfo", "slingshot_metrics");
    assert.deepEqual(said("image-has-its-plugins", { samplers: [own, group(undefined, "cygnus-[03-04]", "rest", "meminfo")] }), []);
  });

  it("is named of the group's own image, where that is one of upstream's, whatever others load by the same lines", () => {
    const group = (hosts: string, image: string) => ({ ...samplers("jobid")[0], hosts, name: hosts, image });
    const groups = [group("cygnus-03", "reg.site:5000/ldms-samp:1"), group("cygnus-04", "ovishpc/ldms-samp:4.5.3")];
    assert.deepEqual(said("image-has-its-plugins", { samplers: groups, maestro: undefined, grafana: undefined }), [
      "advisory: `ovishpc/ldms-samp:4.5.3` has no `jobid` (configure builds it with `--enable-jobid`)",
    ]);
  });

  it("counts a store's plugin to the aggregators' image", () =>
    assert.deepEqual(said("image-has-its-plugins", { aggregators: [{ ...AGG1, stores: [{ ...STORE, plugin: "store_timescale" }] }] }), [
      "advisory: `ovishpc/ldms-agg:4.5.3` has no `store_timescale` (configure builds it where it finds libpq)",
    ]));
});

describe("omnia PR #5074: a group of another image, in a stack that builds the others", () => {
  const built = { source: "build", sources: {} };
  const problems = (image?: string) => {
    try {
      examplePlan({ images: built, samplers: [{ ...samplers("jobid")[0], image }] });
      return [];
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.problems.map(({ path }) => path);
    }
  };

  it("may load what the built one lacks", () => assert.deepEqual(problems("reg.site:5000/ldms-samp:jobid"), []));

  it("is told what the built one lacks without", () => assert.deepEqual(problems(), ["samplers[0].plugins[0].name"]));
});

describe("lackOf", () => {
  const lack = (plugin: string, ...options: readonly string[]) => lackOf(plugin, { options, libraries: ["papi", "pfm"], isReleased: true });

  for (const [title, found, expected] of [
    ["on by itself", lack("vmstat"), undefined],
    ["switched off", lack("vmstat", "--disable-vmstat"), "configure is told to leave it out, by `--enable-vmstat`"],
    ["asked for in another spelling", lack("list_sampler", "--enable-list-sampler"), undefined],
    [
      "taken back by the last word",
      lack("jobid", "--enable-jobid", "--enable-jobid=no"),
      "configure is told to leave it out, by `--enable-jobid`",
    ],
    ["found", lack("rapl"), undefined],
    ["not found", lack("ibnet"), "configure builds it where it finds libibmad, libibumad, libosmcomp"],
    ["asked for, which ends configure where it is not found", lack("ibnet", "--enable-ibnet"), undefined],
    ["left out by `without`", lack("store_kafka", "--without-kafka"), "configure is told to leave it out, by `--with-kafka`"],
    ["one of the tests", lack("grptest", "--enable-ldms-test"), undefined],
    ["newer", lack("perfevent2"), "it came after ldms 4.5.3"],
    ["nothing that is known", lack("store_none"), undefined],
  ] as const) {
    it(`knows what is ${title}`, () => assert.equal(found, expected));
  }
});

describe("ldms PR #1822: a store of a schema that nobody samples", () => {
  const storing = (schema: string) =>
    said("stores-are-fed", { maestro: undefined, aggregators: [{ ...AGG1, stores: [{ ...STORE, schema }] }] });

  it("is named, with the one that is meant", () => {
    assert.deepEqual(storing("vmstat"), ["advisory: no daemon samples what is to be stored: store `s` of `vmstat`"]);
    assert.deepEqual(storing("memifno"), [
      "advisory: no daemon samples what is to be stored: store `s` of `memifno` (`meminfo` is sampled)",
    ]);
  });

  it("is not named where it may be that of a plugin with another name", () => {
    assert.deepEqual(storing("mt-slurm"), []);
    assert.deepEqual(storing("meminfo"), []);
  });
});
