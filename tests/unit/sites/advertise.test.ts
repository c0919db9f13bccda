import assert from "node:assert/strict";
import { checkPlan } from "../../../plan/rules/check-plan";
import { examplePlan, textOf, type Values } from "../example-stack";

const PLUGINS = [{ name: "meminfo", interval: "1s" }];
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", offset: "200ms", reconnect: "2s" };
const BEHIND: Values = {
  xprt: "sock",
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
  samplers: [{ hosts: "cygnus-[01-04]", discovery: "advertise", plugins: PLUGINS }],
  aggregators: [AGG1, { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE] }],
};
const linesOf = (changes: Values, host: number, container: string, verbs: RegExp) => {
  const file = examplePlan({ ...BEHIND, ...changes }).hosts[host]!.files.find(({ path }) => path.endsWith(`/${container}/ldmsd.conf`))!;
  return (file.content.kind === "text" ? file.content.text : "").split("\n").filter((line) => verbs.test(line));
};
const found = (changes: Values) =>
  checkPlan(examplePlan({ ...BEHIND, ...changes }), "2026-11-28").flatMap(({ rule, message }) =>
    ["samplers-pulled-once", "aggregators-lead-to-a-store", "sets-pulled-by-one-updater"].includes(rule) ? [`${rule}: ${message}`] : [],
  );

describe("ldms PR#1459, ldms#1380: samplers behind a firewall dial their aggregator", () => {
  it("has each sampler's file say where, and its aggregator's nothing of the sampler", () => {
    const advertiser = (aggregator: string, host: string) => [
      `advertiser_add name=${aggregator} xprt=sock host=${host} port=411 reconnect=2s`,
      `advertiser_start name=${aggregator}`,
    ];
    assert.deepEqual(linesOf({}, 0, "samp", /^advertiser/), advertiser("agg1-5", "cygnus-05-iw"));
    assert.deepEqual(linesOf({}, 1, "samp", /^advertiser/), advertiser("agg1-6", "cygnus-06-iw"));
    assert.deepEqual(linesOf({}, 4, "agg1", /^(prdcr|updtr)/), [
      "prdcr_listen_add name=agg1",
      "prdcr_listen_start name=agg1",
      "updtr_add name=agg1 interval=1s offset=200ms",
      "updtr_prdcr_add name=agg1 regex=.*",
      "updtr_start name=agg1",
    ]);
  });

  it("has as many texts of a group's file as aggregators, however many samplers there are", () => {
    const prints = examplePlan(BEHIND).hosts.flatMap(({ files }) => files.filter(({ path }) => path.endsWith("/samp/ldmsd.conf")));
    assert.equal(new Set(prints.map(({ fingerprint }) => fingerprint)).size, 2);
  });

  it("proves itself as the aggregator wants it", () => {
    const aggregators = [{ ...AGG1, munge: "none", stores: [STORE] }];
    assert.deepEqual(linesOf({ aggregators }, 0, "samp", /^a/), [
      "auth_add name=none plugin=none",
      "advertiser_add name=agg1-5 xprt=sock host=cygnus-05-iw port=411 reconnect=2s auth=none",
      "advertiser_start name=agg1-5",
    ]);
  });

  it("dials some and is dialled by others where only one group is behind the firewall", () => {
    const samplers = [
      { hosts: "cygnus-[01-02]", plugins: PLUGINS },
      { name: "far", container: "far", hosts: "cygnus-[03-04]", discovery: "advertise", plugins: PLUGINS },
    ];
    const aggregators = [{ ...AGG1, hosts: "cygnus-05", stores: [STORE] }];
    assert.deepEqual(
      linesOf({ samplers, aggregators }, 4, "agg1", /^prdcr/).map((line) => line.split(" ").slice(0, 2).join(" ")),
      [
        "prdcr_add name=samp-1",
        "prdcr_start name=samp-1",
        "prdcr_add name=samp-2",
        "prdcr_start name=samp-2",
        "prdcr_listen_add name=agg1",
        "prdcr_listen_start name=agg1",
      ],
    );
    assert.deepEqual(found({ samplers, aggregators }), []);
  });

  it("has aggregators advertise themselves to the level above", () => {
    const aggregators = [
      { ...AGG1, hosts: "cygnus-05", discovery: "advertise" },
      { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE] },
    ];
    assert.deepEqual(linesOf({ aggregators }, 4, "agg1", /^advertiser_add/), [
      "advertiser_add name=agg2-7 xprt=sock host=cygnus-07-iw port=411 reconnect=1s",
    ]);
    assert.deepEqual(linesOf({ aggregators }, 5, "agg2", /^prdcr/), ["prdcr_listen_add name=agg2", "prdcr_listen_start name=agg2"]);
    assert.deepEqual(found({ aggregators }), []);
  });

  it("keeps the rules of who pulls whom, and breaks them where nobody or two aggregators are dialled", () => {
    assert.deepEqual(found({}), []);
    const aggregators = [
      { ...AGG1, hosts: "cygnus-05", samplers: ["cygnus-[01-02]"], stores: [STORE] },
      { ...AGG1, name: "agg1b", hosts: "cygnus-06", samplers: ["cygnus-[02-03]"], stores: [{ ...STORE, name: "b" }] },
    ];
    assert.deepEqual(found({ aggregators }), [
      "samplers-pulled-once: samplers are not pulled once: nobody pulls `samp-4`; `agg1-5`, `agg1b-6` pull `samp-2`",
    ]);
  });

  it("leaves the file of a group that is dialled as it was", () => {
    const dial = examplePlan({ ...BEHIND, samplers: [{ hosts: "cygnus-[01-04]", discovery: "dial", plugins: PLUGINS }] });
    const absent = examplePlan({ ...BEHIND, samplers: [{ hosts: "cygnus-[01-04]", plugins: PLUGINS }] });
    const path = "/var/lib/ldms/cygnus/samp/ldmsd.conf";
    assert.equal(textOf(dial, path), textOf(absent, path));
  });
});
