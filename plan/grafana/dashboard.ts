import type { DaemonGroup } from "../daemons/daemon-group";
import { schemaOf } from "../daemons/plugin-schema";
import { isServedByDsosd } from "../stores/kinds";
import { ownValue } from "../text/own-value";
import { FIRST_METRICS, type FirstMetric } from "./first-metrics";
import { PLUGIN_ID } from "./plugin-id";

/** A schema that the UI can be asked for. */
interface StoredSchema {
  readonly container: string;
  readonly schema: string;
  /** Of the plugins that sample it; none where nobody knows them. */
  readonly metrics: readonly FirstMetric[];
}

const WIDTH = 24;
const COLUMNS = 4;
const HEIGHT = 8;

/**
 * The dashboard that nobody has to make: of each schema in a store that the UI can ask for, what an administrator looks at first.
 * Every panel has one query: the UI answers the first of a request. It finds the data source by its type, whatever the site calls it.
 *
 * @returns JSON; undefined where no store is served
 */
export function renderDashboard(stack: string, groups: readonly DaemonGroup[]): string | undefined {
  const schemas = listSchemas(groups);
  if (schemas.length === 0) return undefined;
  const dashboard = {
    uid: "ldms",
    title: `LDMS ${stack}`,
    tags: ["ldms"],
    schemaVersion: 37,
    editable: true,
    refresh: "30s",
    time: { from: "now-15m", to: "now" },
    templating: { list: [{ name: "source", label: "Data source", type: "datasource", query: PLUGIN_ID }] },
    panels: placePanels(schemas.flatMap(planPanels)),
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

/** Each once, whichever aggregators store it. */
function listSchemas(groups: readonly DaemonGroup[]): StoredSchema[] {
  const plugins = groups.flatMap((group) => group.plugins);
  const stored = new Map<string, StoredSchema>();
  for (const { container, schema, decomposition, ...store } of groups.flatMap(({ aggregator }) => aggregator?.stores ?? [])) {
    // Where a decomposition makes the rows, it names them as it likes.
    if (container === undefined || schema === undefined || decomposition !== undefined || !isServedByDsosd(store)) continue;
    const names = plugins.filter((plugin) => schemaOf(plugin) === schema).map(({ name }) => name);
    stored.set(`${container} ${schema}`, {
      container,
      schema,
      metrics: names.flatMap((name) => ownValue(FIRST_METRICS, name) ?? []).slice(0, COLUMNS),
    });
  }
  return [...stored.values()];
}

type Panel = Readonly<Record<string, unknown>>;

function planPanels({ container, schema, metrics }: StoredSchema): Panel[] {
  const of = container === schema ? schema : `${container}/${schema}`;
  if (metrics.length === 0) {
    const content = `The deployment knows none of the metrics of \`${schema}\`: add a panel with the container \`${container}\` and this schema.`;
    return [{ type: "text", title: of, options: { mode: "markdown", content } }];
  }
  return metrics.map(({ name, unit }) => ({
    type: "timeseries",
    title: `${of}: ${name}`,
    datasource: { type: PLUGIN_ID, uid: "$" + "{source}" },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: [{ refId: "A", container, schema, target: name, queryType: "metrics", format: "time_series" }],
  }));
}

/** Left to right, then down. */
function placePanels(panels: readonly Panel[]): Panel[] {
  const width = WIDTH / COLUMNS;
  return panels.map((panel, i) => ({
    id: i + 1,
    ...panel,
    gridPos: { h: HEIGHT, w: width, x: (i % COLUMNS) * width, y: Math.floor(i / COLUMNS) * HEIGHT },
  }));
}
