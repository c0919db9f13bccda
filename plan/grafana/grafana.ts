import { stringify } from "yaml";
import type { ClusterConfig } from "../config/config";
import { textsOf } from "../config/given";
import { type ContainerUnit, createContainer, type MountedFile, mountFile, type PlanContext } from "../containers/container-unit";
import { checkGrafana } from "../containers/health-checks";
import type { DaemonGroup } from "../daemons/daemon-group";
import { bracketed } from "../hosts/ssh";
import { isAnyAddress, uiAuthority } from "../ui/ui";
import { renderDashboard } from "./dashboard";
import { DASHBOARDS_FOLDER, type DashboardFile, PROVIDERS_FILE, renderProviders } from "./dashboards";
import { PLUGIN_ID } from "./plugin-id";

const CONTAINER = "grafana";
export const GRAFANA_INI = "/etc/grafana/grafana.ini";
const DATA_SOURCES = "/etc/grafana/provisioning/datasources/ldms.yaml";
/** Dashboards, users, Grafana's own database; the image keeps the plugin elsewhere. */
export const GRAFANA_DATA = "/var/lib/grafana";
const GRAFANA_DEFAULT_PORT = 3000;

/** Texts of the site's own files in place of derived ones, already checked. */
export interface OwnGrafanaFiles {
  readonly grafanaIni?: string;
  readonly dataSources?: string;
  readonly dashboards?: readonly DashboardFile[];
}

export function planGrafana(
  context: PlanContext,
  config: ClusterConfig,
  groups: readonly DaemonGroup[],
  own: OwnGrafanaFiles,
): ContainerUnit[] {
  if (!config.grafana) return [];
  const { host, address, options } = config.grafana;
  const port = grafanaPort(config);
  const dataSources = own.dataSources ?? (config.ui && renderDataSources(config));
  const mounted = [
    ...(own.grafanaIni === undefined ? [] : [mountText(context, "grafana.ini", GRAFANA_INI, own.grafanaIni)]),
    ...(dataSources === undefined ? [] : [mountText(context, "datasources.yaml", DATA_SOURCES, dataSources)]),
    ...mountDashboards(context, own.dashboards ?? (config.ui ? generatedDashboards(config.stack, groups) : [])),
  ];
  const container = createContainer({
    name: CONTAINER,
    role: "grafana",
    argv: options,
    mounts: [
      ...mounted.map(({ mount }) => mount),
      { kind: "volume", volume: `ldms-${config.stack}-grafana`, containerPath: GRAFANA_DATA, readOnly: false },
    ],
    healthCheck: checkGrafana(isAnyAddress(address) ? "127.0.0.1" : bracketed(address!), port),
  });
  const ports = [{ port, container: CONTAINER, purpose: "http" }];
  return [{ container, places: [{ host, env: environment(config, own) }], files: mounted.map(({ file }) => file), ports }];
}

function environment(config: ClusterConfig, own: OwnGrafanaFiles): Readonly<Record<string, string>> {
  const { address, env = {} } = config.grafana!;
  const port = grafanaPort(config);
  return {
    ...(address !== undefined && { GF_SERVER_HTTP_ADDR: address }),
    ...(port !== GRAFANA_DEFAULT_PORT && { GF_SERVER_HTTP_PORT: String(port) }),
    // Such a file takes the place of the image's, which allows the plugin.
    ...(own.grafanaIni !== undefined && { GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGIN_ID }),
    ...textsOf(env),
  };
}

export function grafanaPort(config: ClusterConfig): number {
  return config.grafana?.port ?? config.ports.grafana;
}

function mountText(context: PlanContext, name: string, containerPath: string, text: string) {
  return mountFile(context, { container: CONTAINER, name, containerPath, content: { kind: "text", text } });
}

function generatedDashboards(stack: string, groups: readonly DaemonGroup[]): DashboardFile[] {
  const text = renderDashboard(stack, groups);
  return text === undefined ? [] : [{ name: "ldms.json", text }];
}

function mountDashboards(context: PlanContext, files: readonly DashboardFile[]): MountedFile[] {
  if (files.length === 0) return [];
  return [
    mountText(context, "dashboards.yaml", PROVIDERS_FILE, renderProviders()),
    ...files.map(({ name, text }) => mountText(context, `dashboard-${name}`, `${DASHBOARDS_FOLDER}/${name}`, text)),
  ];
}

/** Where the plugin asks the UI, as the UI's host names itself: `http://cygnus-07:80/grafana`. */
export function dataSourceUrl(config: ClusterConfig): string {
  return `http://${uiAuthority(config, config.ui!.host)}/grafana`;
}

/** @see https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources */
function renderDataSources(config: ClusterConfig): string {
  const source = { name: "LDMS", type: PLUGIN_ID, access: "proxy", orgId: 1, url: dataSourceUrl(config), isDefault: true, editable: false };
  return stringify({ apiVersion: 1, datasources: [source] }, { lineWidth: 0 });
}
