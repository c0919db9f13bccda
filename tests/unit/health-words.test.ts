import assert from "node:assert/strict";
import { awaitedSet } from "../../plan/health/awaited";
import { healthWords } from "../../plan/health/health-words";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import { containerOf, exampleConfig, exampleGroups, examplePlan, fileOf, readStack, textOf, type Values } from "./example-stack";

type Entry = Values & { readonly stores?: readonly Values[]; readonly plugins?: readonly Values[] };
const stack = readStack("cygnus") as { readonly samplers: readonly Entry[]; readonly aggregators: readonly Entry[] };

/** The words of a group, with some keys of the first samplers and of the aggregators changed. */
function words(container: string, changes: { readonly samplers?: Values; readonly agg1?: Values; readonly agg2?: Values } = {}): string[] {
  const values = {
    samplers: stack.samplers.map((entry) => ({ ...entry, ...changes.samplers })),
    aggregators: stack.aggregators.map((entry) => ({ ...entry, ...(entry["name"] === "agg1" ? changes.agg1 : changes.agg2) })),
  };
  const groups = exampleGroups(values);
  return healthWords(exampleConfig(values), groups.find((candidate) => candidate.container === container)!, groups);
}

const store = (changes: Values) => ({ stores: stack.aggregators.at(-1)!.stores!.map((entry) => ({ ...entry, ...changes })) });
const plugin = (name: string, interval: string, config: Values = {}) => ({ name, interval, config });

describe("healthWords", () => {
  it("has a sampler's own way, and its sets with their intervals", () => {
    const plugins = [plugin("meminfo", "1s"), plugin("vmstat", "500ms"), plugin("slurm_sampler", "1s")];
    assert.deepEqual(words("samp", { samplers: { plugins } }), ["rdma", "411", "munge", "host=@-iw", "set=1:meminfo", "set=0.5:vmstat"]);
  });

  it("has where a daemon is dialled, for its transport has no loopback address", () => {
    assert.deepEqual(words("samp", { samplers: { xprt: "fabric.verbs" } }).slice(0, 4), ["fabric.verbs", "411", "munge", "host=@-iw"]);
    assert.deepEqual(words("samp", { samplers: { xprt: "sock" } }).slice(0, 4), ["sock", "411", "munge", "set=1:meminfo"]);
    const groups = exampleGroups();
    assert.equal(healthWords(exampleConfig({ interconnect: "ib-{host}" }), groups[0]!, groups)[3], "host=ib-@");
  });

  it("has what the options add to the authentication", () => {
    for (const options of [["-A", "socket=/run/munge/m"], ["-Asocket=/run/munge/m"], ["--default_auth_args=socket=/run/munge/m"]]) {
      assert.deepEqual(words("samp", { samplers: { options } }).slice(2, 5), ["munge", "host=@-iw", "auth=socket=/run/munge/m"]);
    }
    assert.equal(words("samp", { samplers: { munge: "none" } })[2], "none");
  });

  it("has an aggregator wait for 3 changes of the slowest set, in steps", () => {
    const receives = (interval: string, agg1: string) =>
      words("agg2", { samplers: { plugins: [plugin("meminfo", "1s"), plugin("vmstat", interval)] }, agg1: { interval: agg1 } })[4];
    assert.deepEqual(
      [
        receives("1s", "1s"),
        receives("20s", "1s"),
        receives("21s", "1s"),
        receives("1s", "30s"),
        receives("5m", "1s"),
        receives("2h", "1s"),
      ],
      ["receives=60", "receives=60", "receives=600", "receives=600", "receives=3600", "receives=86400"],
    );
    assert.equal(words("agg1", { agg2: { interval: "30s" } })[4], "receives=60");
    assert.equal(receives("2d", "1s"), "receives=518400");
  });

  it("awaits an aggregator's own plugins", () => {
    assert.deepEqual(words("agg1", { agg1: { plugins: [plugin("vmstat", "2s")] } }).slice(4), ["set=2:vmstat", "receives=60"]);
  });

  const stores: readonly (readonly [string, Values, string])[] = [
    ["a minute at least", {}, "store=store_sos:60:meminfo:/store/meminfo"],
    ["3 flushes at least", { flush: "30s" }, "store=store_sos:600:meminfo:/store/meminfo"],
    ["3 flushes of a csv at least", { plugin: "store_csv", flush: "30s" }, "store=store_csv:600:meminfo:/store/meminfo"],
    [
      "a minute where a csv has no buffer",
      { plugin: "store_csv", flush: undefined, config: { buffer: 0 } },
      "store=store_csv:60:meminfo:/store/meminfo",
    ],
    ["ever where a csv buffers without end", { plugin: "store_csv", flush: undefined }, "store=store_csv:0:meminfo:/store/meminfo"],
    ["ever where nobody knows how it writes", { plugin: "store_influx", path: "/s/" }, "store=store_influx:0:meminfo:/s/meminfo"],
  ];
  for (const [title, changes, word] of stores) {
    it(`lets a store be silent for ${title}`, () =>
      assert.equal(words("agg2", { agg2: { ...store(changes), dsosd: false } }).at(-1), word));
  }

  it("lets a store be silent for 3 of its schema's own intervals", () => {
    const plugins = [plugin("meminfo", "10s"), plugin("vmstat", "600s")];
    assert.deepEqual(words("agg2", { samplers: { plugins } }).slice(4), ["receives=3600", "store=store_sos:60:meminfo:/store/meminfo"]);
  });
});

describe("awaitedSet", () => {
  for (const [title, config, expected] of [
    ["the plugin's name", {}, "meminfo"],
    ["the end of its instance", { instance: `\${HOSTNAME}/mem` }, "mem"],
    ["nothing where the host only knows the name", { instance: `\${HOSTNAME}` }, undefined],
  ] as const) {
    it(`is ${title}`, () => assert.equal(awaitedSet({ name: "meminfo", interval: "1s", config }), expected));
  }

  it("is nothing of a plugin whose sets come and go", () => {
    assert.equal(awaitedSet({ name: "papi_sampler", interval: "1s", config: {} }), undefined);
  });
});

describe("the health check of an ldmsd", () => {
  const plan = examplePlan();

  it("is the plan's script with the daemon's words, whatever the image has", () => {
    const { healthCheck, mounts } = containerOf(plan, "cygnus-07", "agg2");
    assert.deepEqual(healthCheck.test, [
      "CMD-SHELL",
      "exec sh /etc/ldms/health rdma 411 munge host=@-iw receives=60 store=store_sos:60:meminfo:/store/meminfo",
    ]);
    const hostPath = "/var/lib/ldms/cygnus/agg2/health";
    assert.deepEqual(mounts[2], { kind: "bind", hostPath, containerPath: "/etc/ldms/health", readOnly: true });
    assert.deepEqual([textOf(plan, hostPath), fileOf(plan, hostPath).mode], [HEALTH_SCRIPT, 0o755]);
  });

  it("quotes a folder with a sign of the shell's", () => {
    const aggregators = stack.aggregators.map((entry) => (entry.stores ? { ...entry, ...store({ path: "/my;store" }) } : entry));
    const [, command] = containerOf(examplePlan({ aggregators }), "cygnus-07", "agg2").healthCheck.test;
    assert.match(command!, / 'store=store_sos:60:meminfo:\/my;store\/meminfo'$/);
  });

  it("has no single quote in what awk is given", () => {
    assert.equal(HEALTH_SCRIPT.split("| awk ")[1]!.split("'").length, 3);
  });
});
