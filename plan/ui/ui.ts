import type { ClusterConfig } from "../config/config";
import { type ContainerUnit, createContainer, mountFile, type PlanContext } from "../containers/container-unit";
import { checkUi } from "../containers/health-checks";
import type { DaemonGroup } from "../daemons/daemon-group";
import { interconnectName } from "../hosts/interconnect";
import { bracketed } from "../hosts/ssh";
import type { FileContent } from "../model/file";
import type { PlannedConnection } from "../model/host";
import { UI_KEY_FILE, UI_KEY_IN_CONTAINER } from "../model/places";
import type { PlanFacts } from "../model/plan-facts";
import { dsosdHosts, renderDsosdConf, servedContainers } from "../stores/storage";
import { renderSettingsPy } from "./settings-py";

const CONTAINER = "ui";
export const DSOSD_CONF = "/opt/ovis/etc/dsosd.conf";
const SETTINGS_PY = "/opt/ovis/ui/sosgui/settings.py";
/** What the UI's users make: their accounts. The image makes the folder. */
const DATA_FOLDER = "/var/lib/sosgui";
/** Config name of Django's secret key; without it each deployment makes one on the host, once. */
export const UI_SECRET = "uiSecretKey";
const GENERATED_KEY_BYTES = 50;
/** Where the image listens without a word. */
const DEFAULT_PORT = 80;

/** Texts of the site's own files in place of derived ones, already checked. */
export interface OwnUiFiles {
  readonly settings?: string;
  readonly dsosdConf?: string;
}

export function planUi(
  context: PlanContext,
  config: ClusterConfig,
  groups: readonly DaemonGroup[],
  connection: PlannedConnection,
  own: OwnUiFiles,
): ContainerUnit[] {
  if (!config.ui) return [];
  const { host, options } = config.ui;
  const port = uiPort(config);
  const settings = own.settings ?? defaultSettings(config, groups, connection);
  const mounted = [
    mountFile(context, file("dsosd.conf", DSOSD_CONF, { kind: "text", text: own.dsosdConf ?? renderDsosdConf(dsosdHosts(groups)) })),
    mountFile(context, file("settings.py", SETTINGS_PY, { kind: "text", text: settings })),
    mountFile(context, { ...file(UI_KEY_FILE, UI_KEY_IN_CONTAINER, secretKey(context.facts)), mode: 0o600 }),
  ];
  const container = createContainer({
    name: CONTAINER,
    role: "ui",
    argv: [...listenOption(config.ui.address, port), ...options],
    mounts: [
      ...mounted.map(({ mount }) => mount),
      { kind: "volume", volume: `ldms-${config.stack}-ui`, containerPath: DATA_FOLDER, readOnly: false },
    ],
    healthCheck: checkUi(isAnyAddress(config.ui.address) ? "127.0.0.1" : config.ui.address!, port),
  });
  const ports = [{ port, container: CONTAINER, purpose: "http" }];
  return [{ container, places: [{ host, env: {} }], files: mounted.map((entry) => entry.file), ports }];
}

function uiPort(config: ClusterConfig): number {
  return config.ui?.port ?? config.ports.ui;
}

/** Where Grafana and people find the UI from another machine: `cygnus-07:80`. @param host how they name its host */
export function uiAuthority(config: ClusterConfig, host: string): string {
  return `${bracketed(isAnyAddress(config.ui?.address) ? host : config.ui!.address!)}:${uiPort(config)}`;
}

export function isAnyAddress(address: string | undefined): boolean {
  return address === undefined || address === "" || address === "0.0.0.0" || address === "::";
}

function listenOption(address: string | undefined, port: number): string[] {
  return isAnyAddress(address) && port === DEFAULT_PORT ? [] : [`--http-socket=${bracketed(address ?? "")}:${port}`];
}

function file(name: string, containerPath: string, content: FileContent) {
  return { container: CONTAINER, name, containerPath, content };
}

function secretKey(facts: PlanFacts): FileContent {
  return facts.secrets[UI_SECRET]
    ? { kind: "secret", secretName: UI_SECRET, encoding: "utf8" }
    : { kind: "generated", bytes: GENERATED_KEY_BYTES };
}

function defaultSettings(config: ClusterConfig, groups: readonly DaemonGroup[], connection: PlannedConnection): string {
  const { host, address } = config.ui!;
  const dialled = connection.kind === "ssh" ? [connection.address] : [];
  const listened = isAnyAddress(address) ? [] : [address!];
  return renderSettingsPy({
    // The tunnel and the health check ask by the loopback's names.
    allowedHosts: [...new Set([host, interconnectName(config, host), ...dialled, ...listened, "localhost", "127.0.0.1"])],
    storeFolder: storeFolder(groups),
    dsosdConf: DSOSD_CONF,
    secretKeyFile: UI_KEY_IN_CONTAINER,
    databaseFile: `${DATA_FOLDER}/db.sqlite3`,
  });
}

/** The folder of the first served SOS container; the README's where none is served. */
function storeFolder(groups: readonly DaemonGroup[]): string {
  const path = groups.flatMap((group) => Object.values(servedContainers(group)))[0] ?? "/store/meminfo";
  return path.slice(0, path.lastIndexOf("/") + 1);
}
