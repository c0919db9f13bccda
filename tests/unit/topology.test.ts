import assert from "node:assert/strict";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { checkPlan } from "../../plan/rules/check-plan";
import { findDialPattern } from "../../plan/rules/dial-pattern";
import { factsOfFiles, factsOfPlanned } from "../../plan/rules/facts";
import { readTopology } from "../../plan/rules/topology";
import { examplePlan, type Values } from "./example-stack";

const EACH_SECOND = [{ intervalUs: 1_000_000, isPaced: false, selections: [] }];
const RULES = ["samplers-pulled-once", "aggregators-lead-to-a-store", "maestro-names-every-daemon", "stored-containers-served"];
const STORE = { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
const AGG2 = { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE], dsosd: true };
const agg1 = (changes: Values = {}) => ({ name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", ...changes });

const planOf = (changes: Values = {}) => examplePlan({ maestro: undefined, aggregators: [agg1(), AGG2], ...changes });
const topologyOf = (plan: DeploymentPlan) =>
  readTopology({ containers: listContainers(plan).map(factsOfPlanned), files: factsOfFiles(plan) });

/** What these rules say of a plan in which the ldmsd.conf of a container on a host has another text. */
function found(plan: DeploymentPlan, host = "", container = "", edit: (text: string) => string = (text) => text): string[] {
  const hosts = plan.hosts.map((one) => ({
    ...one,
    files: one.files.map((file) => {
      if (one.name !== host || !file.path.endsWith(`/${container}/ldmsd.conf`) || file.content.kind !== "text") return file;
      const text = edit(file.content.text);
      assert.notEqual(text, file.content.text);
      return { ...file, content: { ...file.content, text } };
    }),
  }));
  return checkPlan({ ...plan, hosts }, "2026-11-25").flatMap(({ rule, message }) => (RULES.includes(rule) ? `${rule}: ${message}` : []));
}

describe("readTopology of a stack without maestro", () => {
  it("names daemons after container and component id, and reads pulls and stores from their own files", () => {
    const { isFromMaestro, daemons, aggregators, stores } = topologyOf(planOf({ samplers: [sampler("cygnus-[01-02]")] }))!;
    assert.equal(isFromMaestro, false);
    assert.deepEqual(Object.fromEntries(daemons), {
      "samp-1": { host: "cygnus-01-iw", port: 411 },
      "samp-2": { host: "cygnus-02-iw", port: 411 },
      "agg1-5": { host: "cygnus-05-iw", port: 411 },
      "agg1-6": { host: "cygnus-06-iw", port: 411 },
      "agg2-7": { host: "cygnus-07-iw", port: 411 },
    });
    assert.deepEqual(aggregators, [
      { daemons: ["agg1-5"], pulls: ["samp-1"], updaters: EACH_SECOND },
      { daemons: ["agg1-6"], pulls: ["samp-2"], updaters: EACH_SECOND },
      { daemons: ["agg2-7"], pulls: ["agg1-5", "agg1-6"], updaters: EACH_SECOND },
    ]);
    assert.deepEqual(stores, [{ daemons: ["agg2-7"], plugin: "store_sos", container: "meminfo" }]);
  });

  it("finds the plugin behind an instance's name", () => {
    const stores = [STORE, { ...STORE, name: "more", container: "more", config: { x: 1 } }];
    assert.deepEqual(topologyOf(planOf({ aggregators: [agg1(), { ...AGG2, stores }] }))!.stores, [
      { daemons: ["agg2-7"], plugin: "store_sos", container: "meminfo" },
      { daemons: ["agg2-7"], plugin: "store_sos", container: "more" },
    ]);
  });

  it("is unknown where no aggregator has a producer in its file", () =>
    assert.equal(topologyOf(planOf({ aggregators: [], ui: undefined, grafana: undefined })), undefined));
});

describe("readTopology of a stack with a maestro of grammar C", () => {
  it("has the pulls of ldms_cfg.yaml and the stores of the daemons' own files, by one name", () => {
    const { isFromMaestro, aggregators, stores } = topologyOf(examplePlan({ maestro: { host: "cygnus-07", grammar: "C" } }))!;
    assert.equal(isFromMaestro, true);
    assert.deepEqual(aggregators.at(-1), { daemons: ["agg-2"], pulls: ["agg-11", "agg-12"], updaters: EACH_SECOND });
    assert.deepEqual(stores, [{ daemons: ["agg-2"], plugin: "store_sos", container: "meminfo" }]);
  });
});

describe("the rules on who pulls and stores, without maestro", () => {
  const without = (word: string) => (text: string) =>
    text
      .split("\n")
      .filter((line) => !line.includes(word))
      .join("\n");

  it("are kept by what the plan makes, and none is about maestro", () => assert.deepEqual(found(planOf()), []));

  it("are kept where a host's name begins another one's, by whatever configures the daemons", () => {
    const stack = {
      images: { tag: "site-2026" },
      hosts: "n[1-2,10-13]",
      samplers: [sampler("n[10-13]")],
      ui: undefined,
      grafana: undefined,
    };
    const aggregators = [agg1({ hosts: "n2" }), { ...AGG2, hosts: "n1" }];
    for (const maestro of [undefined, { host: "n1", grammar: "A" }, { host: "n1", grammar: "C" }])
      assert.deepEqual(found(planOf({ ...stack, aggregators, maestro })), []);
  });

  it("miss a sampler that nobody pulls", () =>
    assert.deepEqual(found(planOf(), "cygnus-05", "agg1", without("samp-3")), [
      "samplers-pulled-once: samplers are not pulled once: nobody pulls `samp-3`",
    ]));

  it("see a sampler that two aggregators pull, by whatever name", () => {
    const more = "prdcr_add name=again type=active xprt=rdma host=cygnus-03-iw port=411 reconnect=1s\n";
    assert.deepEqual(
      found(planOf(), "cygnus-06", "agg1", (text) => text + more),
      ["samplers-pulled-once: samplers are not pulled once: `agg1-5`, `agg1-6` pull `samp-3`"],
    );
  });

  it("see two groups of level 1, each of which pulls all", () => {
    const groups = [agg1({ hosts: "cygnus-05" }), agg1({ name: "agg1b", hosts: "cygnus-06" }), AGG2];
    assert.deepEqual(found(planOf({ aggregators: groups, samplers: [sampler("cygnus-01")] })), [
      "samplers-pulled-once: samplers are not pulled once: `agg1-5`, `agg1b-6` pull `samp-1`",
    ]);
  });

  it("miss an aggregator that is pulled by nobody and stores nothing", () => {
    assert.deepEqual(found(planOf(), "cygnus-07", "agg2", without("agg1-6")), [
      "aggregators-lead-to-a-store: aggregators that nobody pulls have no store: `agg1-6`",
    ]);
    assert.deepEqual(found(planOf(), "cygnus-07", "agg2", without("strgp")), [
      "aggregators-lead-to-a-store: aggregators that nobody pulls have no store: `agg2-7`",
    ]);
  });

  it("miss a stored container that dsosd does not serve", () =>
    assert.deepEqual(
      found(planOf(), "cygnus-07", "agg2", (text) => text.replace("container=meminfo", "container=vmstat")),
      ["stored-containers-served: dsosd.json does not have `vmstat`"],
    ));
});

function sampler(hosts: string) {
  return { hosts, plugins: [{ name: "meminfo", interval: "1s" }] };
}

describe("findDialPattern", () => {
  it("finds what most of the dialled names have around a host's name", () => {
    assert.deepEqual(findDialPattern(["n1", "n2"], ["n1-iw", "n2-iw"]), ["", "-iw"]);
    assert.deepEqual(findDialPattern(["n1"], ["ib.n1.site"]), ["ib.", ".site"]);
    assert.deepEqual(findDialPattern(["n1"], ["other"]), ["", ""]);
  });

  it("takes no host's name for a part of a longer one's", () =>
    assert.deepEqual(findDialPattern(["n1", "n10", "n11"], ["n10-iw", "n11-iw"]), ["", "-iw"]));
});
