import { foldHosts } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import type { Unsaid } from "../ldms-import/source-site";
import type { StackConfig } from "../ldms-import/stack-of-site";
import type { HandMade } from "./hand-made";

const DSOSD_JSON = "/etc/dsosd.json";
const SETTINGS_PY = "/opt/ovis/ui/sosgui/settings.py";

/** What of the hosts is in no stack file. */
export function tellFound(found: readonly HandMade[], config: StackConfig, unsaid: Unsaid): void {
  tellWritten(found, unsaid);
  tellDsosd(found, unsaid);
  tellUnasked(found, config, unsaid);
}

/** Files that were written by hand and that the plan makes of the stack file. */
function tellWritten(found: readonly HandMade[], unsaid: Unsaid): void {
  for (const { host, role, files } of found)
    for (const { source, path } of files)
      if (path === SETTINGS_PY || path === DSOSD_JSON)
        unsaid.say(
          `ldms:${role === "ui" ? "ui" : "aggregators.dsosd"}`,
          `\`${source}\` on \`${host}\` is not in the stack, which writes its own when the container is made anew`,
          `put it beside the stack file, and name it by \`${role === "ui" ? "settingsFile" : "configFile"}\``,
        );
}

/** Started in the aggregator's container by hand, it is in no `docker run`. */
function tellDsosd(found: readonly HandMade[], unsaid: Unsaid): void {
  const served = found.filter(({ role, files }) => role === "ui" || files.some(({ path }) => path === DSOSD_JSON));
  if (served.length === 0 || found.some(({ role }) => role === "dsosd")) return;
  unsaid.say(
    "ldms:aggregators.dsosd",
    "dsosd was started by hand in an aggregator's container, and ends with it",
    "when that container is made anew: `dsosd: true`, which is a container of its own",
  );
}

/** Hosts that the files speak of and that were not asked. */
function tellUnasked(found: readonly HandMade[], config: StackConfig, unsaid: Unsaid): void {
  const asked = new Set(found.map(({ host }) => host));
  const missing = expandHostlist(String(config["hosts"])).filter((host) => !asked.has(host));
  if (missing.length > 0)
    unsaid.say(
      "ldms:hosts",
      `no container of LDMS was found on \`${foldHosts(missing)}\``,
      "give these hosts by `--hosts`, too; `ldms up` starts what is missing",
    );
}
