import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { planStack } from "../../../operations/plan-stack";
import type { DeploymentPlan } from "../../../plan/model/deployment-plan";
import { ConfigError } from "../../../plan/problems/errors";
import { containerOf, examplePlan, NO_FACTS, readStack, textOf, type Values } from "../example-stack";

const FOLDER = "/var/lib/ldms/cygnus/grafana";

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly Values[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
}

function panelsOf(plan: DeploymentPlan): readonly Panel[] {
  return (JSON.parse(textOf(plan, `${FOLDER}/dashboard-ldms.json`)) as { readonly panels: readonly Panel[] }).panels;
}

describe("NERSC's dashboard/ldms-dashboard.json: dashboards that Grafana begins with", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "ldms-dashboards-"));
    mkdirSync(join(project, "boards"));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(project, "boards", name), text);
  const grafana = { host: "cygnus-07", dashboards: "boards", env: { GF_USERS_DEFAULT_THEME: "light" } };
  const plan = () => planStack({ stack: "cygnus", projectFolder: project, values: { ...readStack("cygnus"), grafana }, secrets: {} });
  const fails = async (...lines: readonly string[]) =>
    assert.rejects(plan, (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.message.split("\n").slice(1), lines);
      return true;
    });

  it("are the site's own, one file each, and nothing else of the folder", async () => {
    write("nodes.json", '{ "title": "Nodes" }');
    write("README.md", "Ours.");
    const { plan: planned } = await plan();
    const { env, mounts } = containerOf(planned, "cygnus-07", "grafana");
    assert.deepEqual(env, { GF_USERS_DEFAULT_THEME: "light" });
    assert.deepEqual(
      mounts.flatMap((mount) => (mount.kind === "bind" ? [`${mount.hostPath}:${mount.containerPath}`] : [])),
      [
        `${FOLDER}/datasources.yaml:/etc/grafana/provisioning/datasources/ldms.yaml`,
        `${FOLDER}/dashboards.yaml:/etc/grafana/provisioning/dashboards/ldms.yaml`,
        `${FOLDER}/dashboard-nodes.json:/etc/ldms/dashboards/nodes.json`,
      ],
    );
    assert.equal(textOf(planned, `${FOLDER}/dashboard-nodes.json`), '{ "title": "Nodes" }');
    assert.deepEqual(parse(textOf(planned, `${FOLDER}/dashboards.yaml`)), {
      apiVersion: 1,
      providers: [{ name: "LDMS", orgId: 1, type: "file", allowUiUpdates: false, options: { path: "/etc/ldms/dashboards" } }],
    });
  });

  it("are refused where Grafana would pass over them with a line in its log", async () => {
    await fails("  - grafana.dashboards: is no folder with files `*.json`: `boards`");
    write("a.json", '{ "title": "Nodes", "uid": "x" }');
    write("b.json", '{ "title": "Nodes", "uid": "x" }');
    write("c d.json", "{}");
    write("e.json", '{ "panels": [] }');
    write("f.json", "title: Nodes");
    await fails(
      "  - grafana.dashboards: `b.json`: has the title of `a.json`: `Nodes`",
      "  - grafana.dashboards: `b.json`: has the uid of `a.json`: `x`",
      "  - grafana.dashboards: `c d.json`: must be a name of letters, digits, `_`, `.` and `-`",
      "  - grafana.dashboards: `e.json`: is no dashboard: no JSON with a `title`",
      "      help: export it in Grafana as JSON",
      "  - grafana.dashboards: `f.json`: is no dashboard: no JSON with a `title`",
      "      help: export it in Grafana as JSON",
    );
  });
});

describe("the dashboard of a stack without any", () => {
  it("has of each schema that the UI can be asked for what one looks at first, each panel with one query", () => {
    const panels = panelsOf(examplePlan());
    assert.deepEqual(
      panels.map(({ title }) => title),
      ["meminfo: MemFree", "meminfo: MemAvailable", "meminfo: Dirty", "meminfo: SwapFree"],
    );
    assert.deepEqual(panels[0]!.targets, [
      { refId: "A", container: "meminfo", schema: "meminfo", target: "MemFree", queryType: "metrics", format: "time_series" },
    ]);
    assert.deepEqual(
      panels.map(({ gridPos: { x, y } }) => [x, y]),
      [
        [0, 0],
        [6, 0],
        [12, 0],
        [18, 0],
      ],
    );
  });

  it("finds the metrics of a schema by the plugin that has it, and says so where it knows none", () => {
    const store = { plugin: "store_sos", container: "c", path: "/store", hostPath: "/store" };
    const plan = examplePlan({
      samplers: [
        {
          hosts: "cygnus-[01-04]",
          plugins: [
            { name: "meminfo", instance: "slow", interval: "60s", config: { schema: "meminfo_60s" } },
            { name: "site_power", own: true, interval: "1s" },
            { name: "constructor", own: true, interval: "1s" },
          ],
        },
      ],
      aggregators: [
        {
          ...{ name: "agg", level: 1, hosts: "cygnus-07", interval: "1s", dsosd: true },
          stores: [
            { ...store, name: "a", schema: "meminfo_60s" },
            { ...store, name: "b", schema: "site_power" },
            { ...store, name: "c", schema: "constructor" },
            { ...store, name: "csv", plugin: "store_csv", schema: "meminfo_60s", path: "/csv", hostPath: "/csv" },
          ],
        },
      ],
    });
    assert.deepEqual(
      panelsOf(plan).map(({ title, type }) => `${type} ${title}`),
      [
        ...["MemFree", "MemAvailable", "Dirty", "SwapFree"].map((name) => `timeseries c/meminfo_60s: ${name}`),
        ...["text c/site_power", "text c/constructor"],
      ],
    );
  });

  it("is none where the stack has no UI to ask", () => {
    const { mounts } = containerOf(examplePlan({ ui: undefined }, NO_FACTS), "cygnus-07", "grafana");
    assert.deepEqual(
      mounts.map(({ containerPath }) => containerPath),
      ["/var/lib/grafana"],
    );
  });
});
