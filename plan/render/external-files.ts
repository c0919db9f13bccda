import { foldHosts } from "../hostlist/hostlist";
import type { PlannedExternal } from "../model/daemon";
import { shellLine } from "../text/shell";

/** A file for who builds the node image, by its name. */
export interface ExternalFile {
  readonly name: string;
  readonly text: string;
}

/** Of each group the daemon's configuration, its command, and the hosts' component ids. */
export function externalFiles(externals: readonly PlannedExternal[]): ExternalFile[] {
  return externals.flatMap((external) => [
    ...(external.conf === undefined ? [] : [{ name: `${external.name}.conf`, text: external.conf }]),
    { name: `${external.name}.command`, text: `${commandOf(external)}\n` },
    { name: `${external.name}.ids`, text: external.daemons.map(({ host, componentId }) => `${host} ${componentId}\n`).join("") },
  ]);
}

/** For `ldms plan`: nothing that it would do, but what has to run for the rest to find it. */
export function renderExternals(externals: readonly PlannedExternal[]): string[] {
  return externals.flatMap((external) => {
    const hosts = foldHosts(external.daemons.map(({ host }) => host));
    const names = new Set(external.daemons.flatMap(({ dialledAt }) => dialledAt.map(({ host }) => host)));
    const dialled = names.size > 0 ? `as ${foldHosts([...names])}` : "by nobody";
    const conf = (external.conf ?? "").split("\n").filter((line) => line !== "");
    return [
      `# ${external.name} on ${hosts}, dialled ${dialled}: not started here; the site starts`,
      `#   ${commandOf(external)}`,
      ...conf.map((line) => `#   | ${line}`),
    ];
  });
}

/** The environment that the configuration speaks of comes from whoever starts it: a unit of systemd, by the file of ids. */
function commandOf({ argv }: PlannedExternal): string {
  return `HOSTNAME=$(hostname -s) COMPONENT_ID=ID ${shellLine(argv)}`;
}
