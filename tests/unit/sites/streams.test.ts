import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { containerOf, exampleGroups, examplePlan, textOf, type Values } from "../example-stack";

const PLUGIN = { name: "meminfo", interval: "1s" };
const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" };
const AGG2 = { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s" };
const FILES = { ui: undefined, maestro: undefined };
const SERVICE = /^(stream_enable|msg_enable)$/;
const CSV = { name: "kokkos", plugin: "stream_csv_store", stream: "kokkos-perf-data", container: "k", path: "/streams", hostPath: "/data" };

function confOf(container: string, changes: Values): string[] {
  return textOf(examplePlan({ ...FILES, ...changes }), `/var/lib/ldms/cygnus/${container}/ldmsd.conf`).split("\n");
}
const services = (container: string, changes: Values) => confOf(container, changes).filter((line) => SERVICE.test(line));
const asked = (container: string, changes: Values) => confOf(container, changes).filter((line) => line.startsWith("prdcr_subscribe"));

describe("ldms PR #1543, #1868, #1714, #2000: streams and messages, which are off until they are switched on", () => {
  for (const [plugin, line] of [
    ["slurm_sampler", "msg_enable"],
    ["app_sampler", "msg_enable"],
    ["linux_proc_sampler", "msg_enable"],
    ["papi_sampler", "msg_enable"],
    ["json_stream_sampler", "stream_enable"],
  ] as const) {
    it(`are on where ${plugin} waits for them, before it is loaded`, () => {
      const changes = { samplers: [{ hosts: "cygnus-[01-04]", plugins: [{ name: plugin, interval: "1s" }] }], aggregators: [AGG1, AGG2] };
      assert.deepEqual(confOf("samp", changes).slice(1, 3), [line, `load name=${plugin}`]);
      assert.deepEqual(services("agg1", changes), []);
    });
  }

  it("are on along the whole path of what an aggregator asks for, and each hands on what it has asked for", () => {
    const subscribe = [{ stream: "kokkos-perf-data" }, { message: "slurm", regex: "^agg1" }];
    const changes = { aggregators: [AGG1, { ...AGG2, subscribe }] };
    const lines = (regex: string) => [
      "prdcr_subscribe regex=.* stream=kokkos-perf-data",
      `prdcr_subscribe regex=${regex} message_tag=slurm`,
    ];
    for (const container of ["samp", "agg1", "agg2"]) assert.deepEqual(services(container, changes), ["stream_enable", "msg_enable"]);
    // The producers of agg1 have other names than those of agg2.
    assert.deepEqual([asked("samp", changes), asked("agg1", changes), asked("agg2", changes)], [[], lines(".*"), lines("^agg1")]);
  });

  it("are on in each of several daemons of a host, which ask alike", () => {
    const changes = {
      xprt: "sock",
      aggregators: [
        { ...AGG1, perHost: 2 },
        { ...AGG2, stores: [CSV] },
      ],
    };
    for (const container of ["agg1", "agg1-2"]) {
      assert.deepEqual(services(container, changes), ["stream_enable"]);
      assert.deepEqual(asked(container, changes), ["prdcr_subscribe regex=.* stream=kokkos-perf-data"]);
    }
  });

  it("are off everywhere else", () => {
    const samplers = [
      { name: "rack1", container: "rack1", hosts: "cygnus-[01-02]", plugins: [PLUGIN] },
      { name: "rack2", container: "rack2", hosts: "cygnus-[03-04]", plugins: [PLUGIN] },
    ];
    const changes = {
      samplers,
      aggregators: [
        { ...AGG1, samplers: ["rack1"], subscribe: [{ stream: "s" }] },
        { ...AGG1, name: "agg3", hosts: "cygnus-08", samplers: ["rack2"] },
      ],
    };
    assert.deepEqual([services("rack1", changes), services("rack2", changes), services("agg3", changes)], [["stream_enable"], [], []]);
  });

  it("are on where a site says it, for a plugin of its own", () => {
    const plugins = [{ name: "site_jobs", own: true, interval: "1s" }];
    const changes = { samplers: [{ hosts: "cygnus-[01-04]", plugins, streams: true, messages: true }], aggregators: [AGG1] };
    assert.deepEqual(services("samp", changes), ["stream_enable", "msg_enable"]);
  });

  it("have no switch in images before 4.5, which have streams on and end by the command", () => {
    const plugins = [{ name: "slurm_sampler", interval: "1s" }];
    const changes = { images: { tag: "4.4.5" }, samplers: [{ hosts: "cygnus-[01-04]", plugins }], aggregators: [AGG1] };
    assert.deepEqual(services("samp", changes), []);
  });
});

describe("ldms#533, #239, #121: a store of a stream", () => {
  const changes = { aggregators: [AGG1, { ...AGG2, stores: [CSV] }] };

  it("has its plugin's line and no storage policy, and its stream asked for", () => {
    assert.deepEqual(
      confOf("agg2", changes).filter((line) => /^(load|config|strgp|stream|prdcr_subscribe)/.test(line)),
      [
        "stream_enable",
        "load name=stream_csv_store",
        "config name=stream_csv_store path=/streams container=k stream=kokkos-perf-data",
        "prdcr_subscribe regex=.* stream=kokkos-perf-data",
      ],
    );
    assert.deepEqual(asked("agg1", changes), ["prdcr_subscribe regex=.* stream=kokkos-perf-data"]);
  });

  it("has its stream from every producer, beside a subscription of some", () => {
    const subscribe = [{ stream: "kokkos-perf-data", regex: "^agg1-5$" }];
    const both = { aggregators: [AGG1, { ...AGG2, subscribe, stores: [CSV] }] };
    const lines = ["^agg1-5$", ".*"].map((regex) => `prdcr_subscribe regex=${regex} stream=kokkos-perf-data`);
    assert.deepEqual([asked("agg1", both), asked("agg2", both)], [[lines[1]], lines]);
    const { subscriptions } = examplePlan({ ...FILES, ...both }).daemons.find(({ container }) => container === "agg2")!;
    assert.deepEqual(subscriptions, [{ service: "stream", name: "kokkos-perf-data" }]);
  });

  it("may be the site's own, with or without a folder", () => {
    const own = { name: "jobs", plugin: "site_store", own: true, stream: "jobs", config: { to: "db.site:5432" } };
    const lines = confOf("agg1", { aggregators: [{ ...AGG1, stores: [own] }] });
    assert.deepEqual(
      lines.filter((line) => /^(load|config|strgp)/.test(line)),
      ["load name=site_store", "config name=site_store stream=jobs to=db.site:5432"],
    );
  });

  it("has its folder bound", () => {
    const { mounts } = containerOf(examplePlan({ ...FILES, ...changes }), "cygnus-07", "agg2");
    assert.ok(mounts.some((mount) => mount.kind === "bind" && mount.hostPath === "/data" && !mount.readOnly));
  });
});

describe("subscriptions beside a maestro of grammar C", () => {
  const changes = { aggregators: [AGG1, { ...AGG2, subscribe: [{ stream: "s" }, { message: "slurm" }] }] };

  it("stand in ldms_cfg.yaml, at every level", () => {
    const { aggregators } = parse(renderLdmsCfg(exampleGroups(changes), "C", "cygnus")) as { aggregators: readonly Values[] };
    const subscribe = [
      { stream: "s", regex: ".*" },
      { message_tag: "slurm", regex: ".*" },
    ];
    assert.deepEqual(
      aggregators.map((entry) => entry["subscribe"]),
      [subscribe, subscribe],
    );
  });

  it("are switched on in the daemons' own files all the same", () => {
    const plan = examplePlan({ ...changes, ui: undefined });
    for (const name of ["samp", "agg1", "agg2"])
      assert.match(textOf(plan, `/var/lib/ldms/cygnus/${name}/ldmsd.conf`), /^stream_enable\nmsg_enable\n/m);
  });
});
