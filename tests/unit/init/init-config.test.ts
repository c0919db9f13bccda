import assert from "node:assert/strict";
import { parseClusterConfig } from "../../../plan/checks/parse";
import { initConfig } from "../../../plan/init/init-config";
import { type Answers, completeAnswers } from "../../../plan/init/questions";

const parsed = (answers: Answers) => parseClusterConfig("a", "Pulumi.a.yaml", initConfig({ stack: "a", ...answers }));
const groupsOf = (answers: Answers) => {
  const { samplers, aggregators } = parsed(answers);
  return [...samplers, ...aggregators].map(({ hosts, port = 411 }) => `${hosts} ${port}`);
};

describe("initConfig", () => {
  it("is, of eight hosts, seven samplers and an aggregator that stores", () => {
    const stores = [
      {
        name: "sos-meminfo",
        plugin: "store_sos",
        schema: "meminfo",
        container: "meminfo",
        flush: "10s",
        path: "/store",
        hostPath: "/store",
      },
    ];
    assert.deepEqual(initConfig({ stack: "a", hosts: "cygnus-[01-08]" }), {
      xprt: "sock",
      munge: { mode: "host" },
      hosts: "cygnus-[01-08]",
      ssh: { user: "root" },
      images: { source: "registry" },
      samplers: [{ hosts: "cygnus-[01-07]", plugins: [{ name: "meminfo", interval: "1s" }] }],
      aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-08", interval: "1s", offset: "200ms", stores }],
    });
  });

  it("has a second level that stores, where the first is too small for the hosts", () => {
    assert.deepEqual(groupsOf({ hosts: "n[0001-2500]" }), ["n[0001-2496] 411", "n[2497-2499] 411", "n2500 411"]);
    assert.deepEqual(
      parsed({ hosts: "n[0001-2500]" }).aggregators.map(({ level, stores }) => [level, stores.length]),
      [
        [1, 0],
        [2, 1],
      ],
    );
  });

  it("has one aggregator up to 1000 samplers", () => {
    assert.deepEqual(groupsOf({ hosts: "n[0001-1001]" }), ["n[0001-1000] 411", "n1001 411"]);
    assert.deepEqual(groupsOf({ hosts: "n[0001-1002]" }), ["n[0001-0999] 411", "n[1000-1001] 411", "n1002 411"]);
  });

  it("has the store where it is said to be", () => {
    assert.deepEqual(groupsOf({ hosts: "c[1-8]", aggregators: "c[5-6]" }), ["c[1-4,7] 411", "c[5-6] 411", "c8 411"]);
    assert.deepEqual(groupsOf({ hosts: "c[1-8]", aggregators: "c[5-6]", storeOn: "c[5,6]" }), ["c[1-4,7-8] 411", "c[5-6] 411"]);
  });

  it("gives daemons that share a host ports of their own", () => {
    assert.deepEqual(groupsOf({ hosts: "c1" }), ["c1 411", "c1 412"]);
    assert.deepEqual(groupsOf({ hosts: "c[1-4]", aggregators: "c[3-4]", storeOn: "c4", samplers: "c[1-4]" }), [
      "c[1-4] 411",
      "c[3-4] 412",
      "c4 413",
    ]);
  });

  it("gives hosts whose names repeat a number ids", () => {
    assert.deepEqual(initConfig({ hosts: "r[1-2]n[1-2]" })["componentIds"], { "r2n[1-2]": "3-4" });
  });

  it("has a store for each plugin", () => {
    const { samplers, aggregators } = parsed({
      hosts: "c[1-3]",
      plugins: "meminfo,vmstat",
      interval: "10s",
      store: "csv",
      storePath: "/data",
    });
    assert.deepEqual(
      samplers[0]!.plugins.map(({ name, interval }) => [name, interval]),
      [
        ["meminfo", "10s"],
        ["vmstat", "10s"],
      ],
    );
    assert.deepEqual(
      aggregators[0]!.stores.map(({ name, plugin, schema, container, hostPath }) => [name, plugin, schema, container, hostPath]),
      [
        ["csv-meminfo", "store_csv", "meminfo", "csv", "/data"],
        ["csv-vmstat", "store_csv", "vmstat", "csv", "/data"],
      ],
    );
  });

  it("pulls early enough in a short interval", () => {
    assert.deepEqual(
      parsed({ hosts: "c[1-4]", aggregators: "c3", storeOn: "c4", interval: "100ms" }).aggregators.map(({ offset }) => offset),
      ["20ms", "40ms"],
    );
  });

  it("has dsosd where somebody asks for rows of SOS", () => {
    assert.deepEqual(
      [{ ui: "c3" }, { grafana: "c3" }, {}, { ui: "c3", store: "csv" }].map(
        (answers) => parsed({ hosts: "c[1-3]", ...answers }).aggregators[0]!.dsosd,
      ),
      [true, true, false, false],
    );
  });

  for (const [auth, made] of [
    ["munge", { munge: { mode: "host" } }],
    ["munge-key", { munge: { mode: "key" } }],
    ["ovis", { auth: "ovis", munge: { mode: "none" } }],
    ["none", { auth: "none", munge: { mode: "none" } }],
  ] as const)
    it(`has the authentication ${auth}`, () => {
      const { auth: plugin, munge } = initConfig({ hosts: "c[1-3]", auth });
      assert.deepEqual({ ...(plugin !== undefined && { auth: plugin }), munge }, made);
    });

  it("has every way to the hosts", () => {
    const ssh = { sshUser: "admin", become: "sudo", sshPort: "2222", sshKey: "id", knownHosts: "known", sshAddress: "10.0.0.[1-3]" };
    assert.deepEqual(initConfig({ hosts: "c[1-3]", ...ssh, sshJump: "login1,a@login2:22" })["ssh"], {
      user: "admin",
      become: "sudo",
      port: 2222,
      key: "id",
      knownHosts: "known",
      address: "10.0.0.[1-3]",
      jump: ["login1", "a@login2:22"],
    });
  });

  it("has the images, the method, the names and the services", () => {
    const images = { images: "registry", registry: "reg.site:5000", namespace: "site", tag: "7" };
    const services = { maestro: "c3", ui: "c3", grafana: "c3" };
    const config = initConfig({ hosts: "c[1-3]", ...images, ...services, method: "fan-out", head: "c3", interconnect: "{host}-ib0" });
    const { images: made, method, fanOut, interconnect, maestro, ui, grafana } = config;
    assert.deepEqual(made, { source: "registry", registry: "reg.site:5000", namespace: "site", tag: "7" });
    assert.deepEqual([method, fanOut, interconnect], ["fan-out", { head: "c3" }, "{host}-ib0"]);
    assert.deepEqual([maestro, ui, grafana], [{ host: "c3" }, { host: "c3" }, { host: "c3" }]);
  });
});

describe("completeAnswers", () => {
  it("proposes only what the answers before leave open", () => {
    const proposedFor = (images: string) => {
      const { ovis, archive } = completeAnswers({ hosts: "c[1-3]", images });
      return [ovis, archive];
    };
    assert.deepEqual(["registry", "build", "archive"].map(proposedFor), [
      [undefined, undefined],
      ["ovis", undefined],
      [undefined, "archives"],
    ]);
  });
});
