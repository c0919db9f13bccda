import { findOvisProblem, OVIS_SECRET } from "../auth/ovis-secret";
import { readAuthArguments } from "../auth/read-arguments";
import type { AggregatorConfig, ClusterConfig, SamplerConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { renderValue } from "../config/wording";
import { listBelow } from "../daemons/below";
import { chooseAuth, type DaemonGroup } from "../daemons/daemon-group";
import { dialDaemon } from "../daemons/dial";
import { MUNGE_FOLDER } from "../model/places";
import type { PlanFacts } from "../model/plan-facts";
import type { ConfigProblem } from "../problems/errors";
import { FolderSet } from "../text/host-path";

/** What an authentication wants and is not given. */
export function checkAuth(config: ClusterConfig): ConfigProblem[] {
  const { auth, munge } = config;
  const isLost = (one: typeof auth, mode: string) => one === "munge" && mode === "none";
  const help = "munge: { mode: host }, or `auth: ovis`";
  return [
    ...(isLost(auth, munge.mode) ? [{ path: "auth", message: "needs munge, but `munge.mode` is `none`: `munge`", help }] : []),
    ...listEntries(config).flatMap(({ path, entry }) => {
      const chosen = chooseAuth(config, entry);
      const isSaid = entry.auth !== undefined || entry.munge !== undefined;
      // With `external: true` it has no `munge` of its own: who pulls it has the stack's.
      const remedy =
        "external" in entry && entry.external ? "munge: { mode: host } of the stack, or `auth: ovis`" : "munge: host, or `auth: ovis`";
      return [
        ...(isSaid && isLost(chosen.auth, chosen.munge)
          ? [{ path: `${path}.auth`, message: "needs munge, but has none: `munge`", help: remedy }]
          : []),
        ...checkArguments(`${path}.options`, entry, chosen.auth),
      ];
    }),
  ];
}

/** `-A` goes to the daemon's own authentication, and to every look at it. */
function checkArguments(path: string, { options, mounts = {} }: SamplerConfig | AggregatorConfig, auth: string): ConfigProblem[] {
  const folders = new FolderSet([MUNGE_FOLDER, ...Object.values(mounts).map((mount) => (typeof mount === "string" ? mount : mount.path))]);
  return readAuthArguments(options).flatMap((argument) => {
    if (auth === "ovis")
      return [
        {
          path,
          message: `has an argument for the authentication \`ovis\`, whose file is the plan's: ${renderValue(argument)}`,
          help: `set the secret \`${OVIS_SECRET}\``,
        },
      ];
    const socket = /^socket=(.*)$/.exec(argument)?.[1];
    if (socket === undefined || folders.holds(socket)) return [];
    return [
      {
        path,
        message: `has a munge socket in a folder that its container does not have: ${renderValue(socket)}`,
        help: `munge: { socketDir: FOLDER } for where the hosts have it; in the container it is in ${MUNGE_FOLDER}`,
      },
    ];
  });
}

/** By grammar C it has one authentication for all producers of an aggregator: that of any of them. @see maestro: scripts/maestro, `add_producers` */
export function checkMaestroAuths({ maestro }: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (!maestro || maestro.grammar === "A") return [];
  return groups.flatMap((group) => {
    const auths = [...new Set(listBelow(group, groups).map((part) => dialDaemon(group, { group: part.group, index: 0 }).auth))];
    if (auths.length < 2) return [];
    return [
      {
        path: group.path,
        message: `pulls by ${auths.map((auth) => `\`${auth}\``).join(" and ")}, and maestro knows one authentication for all that an aggregator pulls`,
        help: "give what it pulls one `auth`, or leave `maestro` out: then each aggregator has it in its own file",
      },
    ];
  });
}

export function usesOvis(config: ClusterConfig): boolean {
  return listEntries(config).some(
    ({ entry }) => chooseAuth(config, entry).auth === "ovis" || entry.listeners?.some(({ auth }) => auth === "ovis"),
  );
}

/** What only the word's form can tell; its value stays at the edge. */
export function checkOvisSecret(config: ClusterConfig, { secrets }: PlanFacts): ConfigProblem[] {
  if (!usesOvis(config)) return [];
  const help = `ldms config set -s ${config.stack} --secret ${OVIS_SECRET} --file FILE`;
  const word = secrets[OVIS_SECRET];
  if (word === undefined) return [{ path: OVIS_SECRET, message: "is missing, and daemons have `auth: ovis`", help }];
  const wrong = findOvisProblem(word);
  return wrong === undefined ? [] : [{ path: OVIS_SECRET, message: wrong, help }];
}
