import type { ClusterConfig } from "../config/config";
import type { DaemonGroup } from "../daemons/daemon-group";
import { foldHosts } from "../hostlist/hostlist";
import { dsosdHosts, servedContainers } from "../stores/storage";
import type { OwnFileProblem } from "../yaml/own-file-problem";
import { DSOSD_CONF } from "./ui";

/** A site's own dsosd.conf: the hosts that run a dsosd, all of them and no others. */
export function checkOwnDsosdConf(text: string, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  const written = text.split("\n").flatMap((line) => line.trim() || []);
  const planned = dsosdHosts(groups);
  const missing = planned.filter((host) => !written.includes(host));
  const unknown = written.filter((host) => !planned.includes(host));
  return [
    ...(missing.length ? [{ message: `does not name hosts of a dsosd: \`${foldHosts(missing)}\`` }] : []),
    ...(unknown.length ? [{ message: `names hosts without a dsosd: \`${unknown.join(",")}\`` }] : []),
  ];
}

/** A site's own settings.py, as far as plain assignments tell: where the servers and their containers are, and who may ask. */
export function checkOwnSettings(text: string, config: ClusterConfig, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  return [
    ...checkConf(readAssignment(text, "DSOS_CONF")),
    ...checkRoot(readAssignment(text, "DSOS_ROOT"), groups),
    ...checkAllowedHosts(text, config),
  ];
}

function checkConf(value: string | undefined): OwnFileProblem[] {
  if (value === undefined) return [{ message: "does not assign a text to `DSOS_CONF`", help: `DSOS_CONF = "${DSOSD_CONF}"` }];
  return value === DSOSD_CONF ? [] : [{ message: `\`DSOS_CONF\` is not where dsosd.conf is mounted, \`${DSOSD_CONF}\`: \`${value}\`` }];
}

function checkRoot(value: string | undefined, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  if (value === undefined) return [{ message: "does not assign a text to `DSOS_ROOT`" }];
  const folder = value.endsWith("/") ? value : `${value}/`;
  const outside = groups.flatMap((group) => Object.values(servedContainers(group))).filter((path) => !path.startsWith(folder));
  return outside.length ? [{ message: `\`DSOS_ROOT\` is not the folder of \`${outside[0]}\`: \`${value}\`` }] : [];
}

function checkAllowedHosts(text: string, { ui }: ClusterConfig): OwnFileProblem[] {
  const list = /^ALLOWED_HOSTS\s*=\s*[[(]([^\])]*)[\])]/m.exec(text)?.[1];
  if (list === undefined) return [{ message: "does not assign a list to `ALLOWED_HOSTS`" }];
  const hosts = [...list.matchAll(/(['"])(.*?)\1/g)].map(([, , host]) => host);
  const { host } = ui!;
  return hosts.includes("*") || hosts.includes(host)
    ? []
    : [{ message: `\`ALLOWED_HOSTS\` does not have the name that Grafana asks by: \`${host}\`` }];
}

/** The last plain assignment of a text, at the start of a line: Python takes the last one too. */
function readAssignment(text: string, name: string): string | undefined {
  return [...text.matchAll(new RegExp(`^${name}\\s*=\\s*(['"])(.*?)\\1\\s*(?:#.*)?$`, "gm"))].at(-1)?.[2];
}
