import assert from "node:assert/strict";
import { stringify } from "yaml";
import { needProgram, onBoth, recorded, YAML } from "./both";

const ENDPOINT = { xprt: "sock", maestro_comm: true, auth: { name: "none", plugin: "none" } };
const PEER = { daemons: "samp-[1-2]", endpoints: "samp-[1-2]-ep", reconnect: "1s", type: "active", updaters: [{ interval: "1s" }] };
/** Grammar C: stores by name, plugins by name at the top. */
const FILE = {
  daemons: [
    { names: "samp-[1-2]", hosts: "n[1-2]", endpoints: [{ names: "samp-[1-2]-ep", ports: 411, ...ENDPOINT }] },
    { names: "agg", hosts: "n3", endpoints: [{ names: "agg-ep", ports: 411, ...ENDPOINT }] },
  ],
  aggregators: [{ daemons: "agg", peers: [PEER] }],
  samplers: [{ daemons: "samp-[1-2]", plugins: ["meminfo"] }],
  plugins: {
    meminfo: { name: "meminfo", interval: "1s", config: [{ perm: "0777" }] },
    sos: { name: "store_sos", config: [{ path: "/store" }] },
  },
  stores: { s: { daemons: "agg", container: "meminfo", schema: "meminfo", plugin: "sos" } },
};
const INLINE = { name: "meminfo", interval: "1s", config: { perm: "0777" } };

onBoth("maestro_ctrl", (daemons) => {
  before(function () {
    needProgram(this, YAML, "python3-yaml");
  });
  const check = (file: object) => daemons().run("maestro_ctrl", ["--ldms_config", daemons().write("ldms_cfg.yaml", stringify(file))]);

  it("takes the newer grammar, and one without samplers", () => {
    const { samplers: _samplers, ...rest } = FILE;
    for (const file of [FILE, rest]) assert.deepEqual(check(file), { code: 0, out: "No action detected. Exiting...\n" });
  });

  it("refuses the older grammar as recorded", () => {
    const stores = [
      { name: "s", daemons: "agg", container: "c", schema: "meminfo", plugin: { name: "store_sos", config: { path: "/store" } } },
    ];
    const { code, out } = check({ ...FILE, samplers: [{ daemons: "samp-[1-2]", plugins: [INLINE] }], stores });
    assert.equal(code, 1);
    assert.equal(out.trim(), recorded("maestro_ctrl_on_A").trim());
  });

  const { plugins: _plugins, ...withoutPlugins } = FILE;
  const { daemons: _daemons, ...withoutDaemons } = FILE;
  const { reconnect: _reconnect, ...hasty } = PEER;
  for (const [what, file, said] of [
    ["no plugins at the top", withoutPlugins, "TypeError: argument of type 'NoneType' is not iterable"],
    [
      "a plugin's config that is no list",
      { ...FILE, plugins: { ...FILE.plugins, meminfo: INLINE } },
      'TypeError: "config" must be a list of configuration commands',
    ],
    ["a plugin in its place", { ...FILE, samplers: [{ daemons: "samp-[1-2]", plugins: [INLINE] }] }, "TypeError: unhashable type: 'dict'"],
    [
      "a plugin that is not there",
      { ...FILE, samplers: [{ daemons: "samp-[1-2]", plugins: ["vmstat"] }] },
      'ValueError: Configuration for plugin instance "vmstat" is not defined in the top level "plugins" dictionary',
    ],
    ["no daemons", withoutDaemons, "KeyError: 'daemons'"],
    [
      "no reconnect",
      { ...FILE, aggregators: [{ daemons: "agg", peers: [hasty] }] },
      'ValueError: The "reconnect" attribute is required in "peers" entry of ',
    ],
    [
      "no schema",
      { ...FILE, stores: { s: { daemons: "agg", container: "c", plugin: "sos" } } },
      'ValueError: The "schema" attribute is required in "store" entry',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { code, out } = check(file);
      assert.equal(code, 1, out);
      assert.ok(out.startsWith(said), out);
    });
  }
});
