import assert from "node:assert/strict";
import { parse } from "yaml";
import { readLines } from "../../../plan/ldmsd/conf-line";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { listContainers } from "../../../plan/model/deployment-plan";
import { checkPlan } from "../../../plan/rules/check-plan";
import { containerOf, exampleGroups, examplePlan, type Values } from "../example-stack";

const PLUGINS = [{ name: "meminfo", interval: "1s" }];
const STORE = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/csv", hostPath: "/csv" };
const TWICE: Values = {
  xprt: "sock",
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
  samplers: [{ hosts: "cygnus-[01-04]", plugins: PLUGINS }],
  aggregators: [
    { name: "agg1", level: 1, hosts: "cygnus-[05-06]", port: 6001, perHost: 2, interval: "1s" },
    { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE] },
  ],
};
const plan = examplePlan(TWICE);
const producersOf = (host: number, container: string) => {
  const { content } = plan.hosts[host]!.files.find(({ path }) => path.endsWith(`/${container}/ldmsd.conf`))!;
  return readLines(content.kind === "text" ? content.text : "").flatMap(({ verb, attributes }) =>
    verb === "prdcr_add" ? `${attributes["name"]} ${attributes["host"]}:${attributes["port"]}` : [],
  );
};

describe("nersc-ldms, ldms#1745: several aggregators of a group on a host", () => {
  it("counts containers and ports up, and has the first as it would be alone", () => {
    assert.deepEqual(
      plan.daemons.filter(({ level }) => level === 1).map(({ host, container, port }) => `${host} ${container} ${port}`),
      ["cygnus-05 agg1 6001", "cygnus-06 agg1 6001", "cygnus-05 agg1-2 6002", "cygnus-06 agg1-2 6002"],
    );
    assert.deepEqual(containerOf(plan, "cygnus-05", "agg1-2").argv.slice(0, 2), ["-x", "sock:6002"]);
    assert.match(containerOf(plan, "cygnus-05", "agg1-2").healthCheck.test.join(" "), /sock 6002 munge/);
    assert.deepEqual(
      plan.hosts[4]!.ports.map(({ port, container }) => `${port} ${container}`),
      ["6001 agg1", "6002 agg1-2"],
    );
  });

  it("spreads the samplers over all of them, and has the next level pull each at its port", () => {
    assert.deepEqual(
      [producersOf(4, "agg1"), producersOf(5, "agg1"), producersOf(4, "agg1-2"), producersOf(5, "agg1-2")].map((all) => all.length),
      [1, 1, 1, 1],
    );
    assert.deepEqual(producersOf(6, "agg2"), [
      "agg1-5 cygnus-05-iw:6001",
      "agg1-6 cygnus-06-iw:6001",
      "agg1-5-2 cygnus-05-iw:6002",
      "agg1-6-2 cygnus-06-iw:6002",
    ]);
  });

  it("keeps the rules of ports, ids and who pulls whom", () =>
    assert.deepEqual(
      checkPlan(plan, "2026-11-28").filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived),
      [],
    ));

  it("changes nothing with one", () => {
    const aggregators = (perHost: object) => [
      { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", stores: [STORE], ...perHost },
    ];
    assert.deepEqual(
      listContainers(examplePlan({ ...TWICE, aggregators: aggregators({ perHost: 1 }) })),
      listContainers(examplePlan({ ...TWICE, aggregators: aggregators({}) })),
    );
  });

  it("leaves the first daemon of each host as it is when a second one comes", () => {
    const argvOf = (perHost: number) => {
      const aggregators = [
        { name: "agg1", level: 1, hosts: "cygnus-05", port: 6001, interval: "1s", perHost },
        (TWICE["aggregators"] as Values[])[1],
      ];
      return containerOf(examplePlan({ ...TWICE, aggregators }), "cygnus-05", "agg1").argv;
    };
    assert.deepEqual(argvOf(2), argvOf(1));
  });

  it("is told to maestro by lists of one port each", () => {
    const { maestro: _, ...changes } = TWICE;
    const { daemons, aggregators } = parse(renderLdmsCfg(exampleGroups(changes), "C", "cygnus"), { version: "1.1" }) as {
      readonly daemons: readonly {
        readonly names: string;
        readonly hosts: string;
        readonly endpoints: readonly { readonly ports: number }[];
      }[];
      readonly aggregators: readonly { readonly daemons: string; readonly peers: readonly { readonly daemons: string }[] }[];
    };
    assert.deepEqual(
      daemons.slice(1, 3).map(({ names, hosts, endpoints }) => [names, hosts, endpoints[0]!.ports]),
      [
        ["agg1-[5-6]", "cygnus-[05-06]-iw", 6001],
        ["agg1-[5-6]-2", "cygnus-[05-06]-iw", 6002],
      ],
    );
    assert.deepEqual(aggregators[0]!.daemons, "agg1-[5-6],agg1-[5-6]-2");
    assert.deepEqual(
      aggregators[1]!.peers.map((peer) => peer.daemons),
      ["agg1-[5-6]", "agg1-[5-6]-2"],
    );
  });
});
