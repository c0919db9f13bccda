import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { containerOf, examplePlan, NO_FACTS, textOf, type Values } from "./example-stack";

const HEAD = "# Made from Pulumi.cygnus.yaml; a change made here is lost at the next deployment.\n";
const README = readFileSync(join(__dirname, "../fixtures/readme/ldms_cfg.yaml"), "utf8");
const MEMINFO = { name: "meminfo", interval: "1s" };
const STORE = { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };

const maestro = (changes: Values) => ({ maestro: { host: "cygnus-07", ...changes } });
const aggregators = (agg2: Values = {}, agg1: Values = {}) => ({
  aggregators: [
    { name: "agg1", daemons: "agg-[11-12]", level: 1, hosts: "cygnus-[05-06]", interval: "1s", ...agg1 },
    { name: "agg2", daemons: "agg-2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE], dsosd: true, ...agg2 },
  ],
});
const confOf = (container: string, changes: Values, facts = NO_FACTS) =>
  textOf(examplePlan(changes, facts), `/var/lib/ldms/cygnus/${container}/ldmsd.conf`);

describe("an aggregator's file beside a maestro of grammar C", () => {
  const C = maestro({ grammar: "C" });

  it("has the stores, and names what a new start is to take up", () => {
    const producers = "# Producers (type=active reconnect=1s) and updaters are maestro's.\n";
    assert.equal(confOf("agg1", { ...C, ...aggregators() }), HEAD + producers);
    assert.equal(
      confOf("agg2", { ...C, ...aggregators() }),
      `${HEAD}load name=store_sos
config name=store_sos path=/store
strgp_add name=sos-meminfo plugin=store_sos container=meminfo schema=meminfo
strgp_start name=sos-meminfo
${producers}`,
    );
  });

  it("has the aggregator's own plugins first", () => {
    const samplers = [{ name: "samp", external: true, hosts: "cygnus-[01-04]", plugins: [MEMINFO] }];
    const changes = aggregators({}, { plugins: [MEMINFO], reconnect: "5s", type: "passive" });
    const lines = confOf("agg1", { ...C, samplers, ...changes }).split("\n");
    assert.deepEqual(
      lines.slice(1, 4).map((line) => line.split(" ", 2).join(" ")),
      ["load name=meminfo", "config name=meminfo", "start name=meminfo"],
    );
    assert.deepEqual(lines.slice(4), ["# Producers (type=passive reconnect=5s) and updaters are maestro's.", ""]);
  });

  it("leaves ldms_cfg.yaml with daemons and who pulls whom, and its samplers unasked", () => {
    const document = parse(textOf(examplePlan(C), "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml")) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(document), ["daemons", "aggregators"]);
    const daemons = document["daemons"] as readonly { readonly endpoints: readonly { readonly maestro_comm: boolean }[] }[];
    assert.deepEqual(
      daemons.map(({ endpoints }) => endpoints[0]!.maestro_comm),
      [false, true, true],
    );
  });
});

describe("an aggregator's file where maestro says all", () => {
  const text = (changes: Values, facts = NO_FACTS) => confOf("agg2", changes, facts);
  const A = { images: { tag: "site-2026" }, ...maestro({ grammar: "A" }) };
  const own = (ownText: string) => text(maestro({ configFile: "own" }), { secrets: {}, ownFiles: { own: ownText } });
  const specOf = (changes: Values) => containerOf(examplePlan(changes), "cygnus-07", "agg2").labels["ldms.spec"];

  it("is one comment that is another for another store, and the same for another sampler", () => {
    const one = text({ ...A, ...aggregators() });
    assert.match(one, /^# Made from [^\n]*\n# The rest is maestro's, by its file [0-9a-f]{16}\.\n$/);
    const other = { ...A, ...aggregators({ stores: [{ ...STORE, flush: "10s" }] }) };
    assert.notEqual(text(other), one);
    assert.notEqual(specOf(other), specOf({ ...A, ...aggregators() }));
    assert.equal(text({ ...A, ...aggregators(), samplers: [{ hosts: "cygnus-[01-02]", plugins: [MEMINFO] }] }), one);
  });

  it("is the same for another store of other aggregators, which keep running", () => {
    const other = { ...A, ...aggregators({ stores: [{ ...STORE, flush: "10s" }] }) };
    assert.equal(confOf("agg1", other), confOf("agg1", { ...A, ...aggregators() }));
    assert.notEqual(confOf("agg1", { ...A, ...aggregators({}, { reconnect: "5s" }) }), confOf("agg1", other));
  });

  it("is another for another ldms_cfg.yaml of the site", () => {
    assert.match(own(README), /\n# The rest is maestro's, by its file [0-9a-f]{16}\.\n$/);
    assert.equal(own(README), own(README));
    assert.notEqual(own(README), own(`${README}# changed\n`));
  });
});
