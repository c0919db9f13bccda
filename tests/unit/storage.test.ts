import assert from "node:assert/strict";
import { planStores } from "../../plan/stores/planned-stores";
import { dsosdHosts, renderDsosdConf, renderDsosdJson, storeMounts } from "../../plan/stores/storage";
import { containerOf, exampleGroups, examplePlan, type Values } from "./example-stack";

const LEVEL1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" };
const STORE = { name: "mem", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/data/sos" };
const withLevel2 = (changes: Values): Values => ({
  aggregators: [LEVEL1, { name: "agg2", level: 2, hosts: "cygnus-[07-08]", interval: "1s", stores: [STORE], dsosd: true, ...changes }],
});
const level2 = (changes: Values) => exampleGroups(withLevel2(changes)).at(-1)!;

describe("storeMounts", () => {
  it("binds a folder that two stores share once", () => {
    const group = level2({ stores: [STORE, { ...STORE, name: "net", schema: "procnetdev", container: "net", path: "/store/" }] });
    assert.deepEqual(storeMounts(group), [{ kind: "bind", hostPath: "/data/sos", containerPath: "/store", readOnly: false }]);
  });

  it("binds what dsosd serves beside the stores at its own path, unless a store's folder has it", () => {
    const group = level2({ dsosd: { containers: { old: "/store/old", tmp: "/tmp/ram_cont" } } });
    assert.deepEqual(
      storeMounts(group).map((mount) => mount.containerPath),
      ["/store", "/tmp/ram_cont"],
    );
  });

  it("gives dsosd what its aggregator has", () => {
    const plan = examplePlan(withLevel2({}));
    const binds = (name: string) => containerOf(plan, "cygnus-08", name).mounts.filter(({ readOnly }) => !readOnly);
    assert.deepEqual(binds("dsosd"), binds("agg2"));
    assert.equal(binds("dsosd").length, 1);
  });
});

describe("renderDsosdJson", () => {
  it("maps each server to the containers of its stores and those beside them", () => {
    const group = level2({ dsosd: { containers: { tmp: "/tmp/ram_cont" } } });
    const containers = { meminfo: "/store/meminfo", tmp: "/tmp/ram_cont" };
    assert.deepEqual(JSON.parse(renderDsosdJson(group)), { "cygnus-07": containers, "cygnus-08": containers });
  });

  it("serves no store of another plugin", () => {
    const group = level2({ stores: [STORE, { ...STORE, name: "csv", plugin: "store_csv", container: "csv" }] });
    assert.deepEqual(Object.keys((JSON.parse(renderDsosdJson(group)) as Record<string, object>)["cygnus-07"]!), ["meminfo"]);
  });
});

describe("renderDsosdConf", () => {
  it("names the hosts of every dsosd by the name they are managed by, one a line", () => {
    assert.equal(renderDsosdConf(dsosdHosts(exampleGroups(withLevel2({})))), "cygnus-07\ncygnus-08\n");
    assert.deepEqual(dsosdHosts(exampleGroups(withLevel2({ dsosd: false }))), []);
  });
});

const NONE: ReadonlyMap<string, string> = new Map();

describe("planStores", () => {
  it("has an entry for each host that keeps a store", () => {
    assert.deepEqual(
      planStores(exampleGroups(withLevel2({})), NONE).map(({ host, path }) => [host, path]),
      [
        ["cygnus-07", "/store/meminfo"],
        ["cygnus-08", "/store/meminfo"],
      ],
    );
  });

  it("knows which hosts fill a schema, also by a plugin's own setting", () => {
    const samplers = [
      { name: "a", hosts: "cygnus-[01-02]", plugins: [{ name: "meminfo", interval: "1s", config: { schema: "mem_v2" } }] },
      { name: "b", hosts: "cygnus-[03-04]", plugins: [{ name: "meminfo", interval: "1s" }] },
    ];
    const hosts = (schema: string) =>
      planStores(exampleGroups({ samplers, ...withLevel2({ stores: [{ ...STORE, schema }] }) }), NONE)[0]!.samplerHosts;
    assert.deepEqual(hosts("mem_v2"), ["cygnus-01", "cygnus-02"]);
    assert.deepEqual(hosts("meminfo"), ["cygnus-03", "cygnus-04"]);
  });

  it("awaits no host whose sets of a schema come and go", () => {
    const slurm = { name: "slurm_sampler", interval: "1s", config: { schema: "jobs" } };
    const samplers = [
      { name: "a", hosts: "cygnus-[01-02]", plugins: [slurm] },
      { name: "b", hosts: "cygnus-[03-04]", plugins: [{ name: "jobid", interval: "1s", config: { schema: "jobs" } }] },
    ];
    const hosts = (groups: readonly object[]) =>
      planStores(exampleGroups({ samplers: groups, ...withLevel2({ stores: [{ ...STORE, schema: "jobs" }] }) }), NONE)[0]!.samplerHosts;
    assert.deepEqual(hosts(samplers), ["cygnus-03", "cygnus-04"]);
    assert.deepEqual(hosts(samplers.slice(0, 1)), []);
  });
});
