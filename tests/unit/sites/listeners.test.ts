import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { checkPlan } from "../../../plan/rules/check-plan";
import { containerOf, exampleGroups, examplePlan, textOf, type Values } from "../example-stack";

const PLUGINS = [{ name: "meminfo", interval: "1s" }];
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
/** Management by Ethernet, data by InfiniBand: another port, another name, another transport. */
const IB = { name: "ib", port: 20411, xprt: "rdma", interconnect: "{host}-ib0", auth: "none" };
const TWO_NETWORKS: Values = {
  xprt: "sock",
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
  samplers: [{ hosts: "cygnus-[01-02]", plugins: PLUGINS, listeners: [IB] }],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", via: "ib", stores: [STORE] }],
};
const confOf = (changes: Values, container: string) =>
  textOf(examplePlan({ ...TWO_NETWORKS, ...changes }), `/var/lib/ldms/cygnus/${container}/ldmsd.conf`);
const producers = (text: string) => text.split("\n").filter((line) => line.startsWith("prdcr_add"));

describe("ldms PR#1461, ldms#824: several listeners a daemon", () => {
  it("has the daemon's own file listen there, with an authentication of its own", () =>
    assert.deepEqual(confOf({}, "samp").split("\n").slice(1, 3), [
      "auth_add name=none plugin=none",
      "listen xprt=rdma port=20411 auth=none",
    ]));

  it("leaves out what the listener has from its group", () => {
    const samplers = [{ hosts: "cygnus-[01-02]", plugins: PLUGINS, listeners: [{ name: "ib", port: 20411 }] }];
    assert.equal(confOf({ samplers }, "samp").split("\n")[1], "listen xprt=sock port=20411");
  });

  it("has an aggregator dial the listener that it names, and each daemon's own port where it names none", () => {
    assert.deepEqual(producers(confOf({}, "agg1")), [
      "prdcr_add name=samp-1 type=active xprt=rdma host=cygnus-01-ib0 port=20411 reconnect=1s auth=none",
      "prdcr_add name=samp-2 type=active xprt=rdma host=cygnus-02-ib0 port=20411 reconnect=1s auth=none",
    ]);
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", stores: [STORE] }];
    assert.deepEqual(
      producers(confOf({ aggregators }, "agg1"))[0],
      "prdcr_add name=samp-1 type=active xprt=sock host=cygnus-01-iw port=411 reconnect=1s",
    );
  });

  it("has aggregators listen too, for the level above", () => {
    const aggregators = [
      { name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", listeners: [IB] },
      { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", via: "ib", stores: [STORE] },
    ];
    assert.ok(confOf({ aggregators }, "agg1").includes("\nlisten xprt=rdma port=20411 auth=none\n"));
    assert.deepEqual(producers(confOf({ aggregators }, "agg2")), [
      "prdcr_add name=agg1-5 type=active xprt=rdma host=cygnus-05-ib0 port=20411 reconnect=1s auth=none",
    ]);
  });

  it("tells the preflight of its port, and gives the container what its transport needs", () => {
    const plan = examplePlan({ ...TWO_NETWORKS, profile: "minimal" });
    assert.deepEqual(
      plan.hosts[0]!.ports.map(({ port, container }) => `${port} ${container}`),
      ["411 samp", "20411 samp"],
    );
    assert.deepEqual(
      containerOf(plan, "cygnus-01", "samp").devices.map(({ path }) => path),
      ["/dev/infiniband"],
    );
  });

  it("keeps the rules of who pulls whom, by whichever name a daemon is dialled", () =>
    assert.deepEqual(
      checkPlan(examplePlan(TWO_NETWORKS), "2026-11-28").filter(({ rule }) => rule === "samplers-pulled-once" || rule.startsWith("ports-")),
      [],
    ));

  it("has maestro dial the listener's endpoint, which stands behind the one that it speaks to", () => {
    const { interconnect: _, ...listener } = IB;
    const groups = exampleGroups({
      samplers: [{ hosts: "cygnus-[01-02]", plugins: PLUGINS, listeners: [listener, { name: "spare", port: 20412 }] }],
      aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", via: "ib" }],
    });
    const { daemons, aggregators } = parse(renderLdmsCfg(groups, "C", "cygnus"), { version: "1.1" }) as {
      readonly daemons: readonly { readonly endpoints: readonly { readonly names: string }[] }[];
      readonly aggregators: readonly { readonly peers: readonly { readonly endpoints: string }[] }[];
    };
    assert.deepEqual(daemons[0]!.endpoints, [
      { names: "cygnus-[01-02]-iw-ep", ports: 411, xprt: "rdma", maestro_comm: false, auth: { name: "munge", plugin: "munge" } },
      { names: "cygnus-[01-02]-iw-ep-ib", ports: 20411, xprt: "rdma", maestro_comm: false, auth: { name: "none", plugin: "none" } },
    ]);
    assert.equal(aggregators[0]!.peers[0]!.endpoints, "cygnus-[01-02]-iw-ep-ib");
  });
});
